export * from './export.js';
export * from './imports.js';
export * from './invented.js';
export * from './rebuilds.js';
export * from './requests.js';
export * from './quarters.js';
