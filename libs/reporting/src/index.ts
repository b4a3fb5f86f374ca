export * from './export.js';
export * from './requests.js';
