export * from './chains.js';
export * from './copies.js';
