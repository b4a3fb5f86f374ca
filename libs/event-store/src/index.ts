export * from './sql.js';
export * from './store.js';
