export * from './chains.js';
