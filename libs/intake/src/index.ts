export { importFile, type ImportAsked, type Outcome } from './import.js';
export { type Mapping, parseMapping, readMapping } from './mapping.js';
export * from './rates.js';
