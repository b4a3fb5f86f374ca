import { shared } from '../../jest.config.mjs';

/** Faults on purpose, one file after another: each has the machine to itself, and its plan follows from the seed. */
export default {
  ...shared,
  rootDir: '../..',
  displayName: 'faults',
  maxWorkers: 1,
  testTimeout: 900_000,
  globalSetup: '<rootDir>/test/faults/setup.mjs',
  testMatch: ['<rootDir>/test/faults/*.spec.ts'],
};
