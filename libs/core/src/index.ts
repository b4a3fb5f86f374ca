export * from './codes.js';
export * from './currencies.js';
export * from './day.js';
export * from './money.js';
export * from './private-key.js';
export * from './quarter.js';
export * from './refused.js';
export * from './text.js';
