export * from './import.js';
export * from './mapping.js';
export * from './rates.js';
