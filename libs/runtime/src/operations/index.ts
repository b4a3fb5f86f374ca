export * from './health.js';
export { keep, keepFile, type Kept } from './keep.js';
export * from './log.js';
export * from './meters.js';
export * from './observed.js';
export * from './operations.js';
export * from './tracing.js';
export { writeOnce } from './write-once.js';
