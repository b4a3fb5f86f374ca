export * from './assets.js';
export * from './cases.js';
export * from './figures.js';
export * from './orders.js';
export * from './pages.js';
export * from './read-models.js';
export { network, networks, operation, operations, type NetworkView, type OperationView } from './registers.js';
