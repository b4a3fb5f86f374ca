export * from './command.js';
export { openEventStoreDb, type OpenLog } from './eventstoredb/index.js';
export { LOG_VERSION, logVersion } from './log-schema.js';
export * from './postgres.js';
export * from './recorder.js';
export * from './seal.js';
export * from './sql.js';
export * from './store.js';
export * from './tail.js';
