export * from './health.js';
export * from './log.js';
export * from './meters.js';
export * from './observed.js';
export * from './operations.js';
export * from './tracing.js';
export * from './write-once.js';
