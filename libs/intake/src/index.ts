export type { Admission } from './admission.js';
export { importFile, type ImportAsked, type Outcome } from './import.js';
export type { Mapping } from './mapping.js';
export { parseMapping, readMapping } from './parse-mapping.js';
export * from './rates.js';
export { type Recordable, recordableBy } from './recordable.js';
