#!/usr/bin/env node
import { CommanderError } from 'commander';

import { NotTakenIn } from '#read-models';
import { EXIT, runMain } from '#runtime';

import { program } from './program.js';

await runMain(async () => {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof NotTakenIn) {
      process.stderr.write(`The answers cannot go on: ${error.message}\n`);
      process.exitCode = EXIT.failed;
      return;
    }
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.refused;
  }
});
