export * from './conversion.js';
export * from './difference.js';
export * from './fact.js';
export * from './fold.js';
export * from './posting.js';
export * from './codec.js';
