import type { Command } from 'commander';

import { EXIT } from '#runtime';

import { say, withBookAsItStands } from './with-book.js';

const verify = (): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { records, head, broken } = await access.log.verify();
    say(`Access log: ${records} records follow each other, the last has the hash ${head}`);
    if (!broken) return;
    say(`  record ${broken.id}: ${broken.why}`);
    process.exitCode = EXIT.failed;
  });

export const addAccessLog = (program: Command): void => {
  program
    .command('access-log')
    .description('who looked at what')
    .command('verify')
    .description('walk its chain to the first record that is missing or altered; note number and hash elsewhere')
    .action(verify);
};
