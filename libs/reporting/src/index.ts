export * from './export.js';
export * from './rebuilds.js';
export * from './requests.js';
export * from './quarters.js';
