export * from './access/index.js';
export * from './database/index.js';
export * from './jobs/index.js';
export * from './operations/index.js';
export * from './process.js';
export * from './safety.js';
export * from './settings.js';
export { runWorker, type Worker } from './worker.js';
