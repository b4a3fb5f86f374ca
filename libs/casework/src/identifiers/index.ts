export * from './identifier.js';
export * from './identifier-of.js';
