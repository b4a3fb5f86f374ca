import { Command } from 'commander';

import { Refused } from '#core';
import { markInvented, readSettings } from '#runtime';

import type { Book } from '../../standalone/src/book.js';
import { seedDemo } from '../../standalone/src/demo.js';
import { addAccessLog } from './access-log.js';
import { addChecks } from './check.js';
import { addDoctor } from './doctor.js';
import { addExports } from './export.js';
import { addImports } from './import.js';
import { addJobs } from './jobs.js';
import { addMove } from './move.js';
import { addPeople } from './people.js';
import { say, withBook } from './with-book.js';

const MOST_INVENTED = 4_000;

const tellStory = async (book: Book): Promise<void> => {
  const before = await book.store.head();
  const [other] = await book.db.query<{ title: string }>(
    `select title from ${book.readModels.schema}.cases where reference not like 'DEMO %' limit 1`,
  );
  if (other)
    throw new Refused('book-in-earnest', 'This book holds cases of its own: invented ones do not belong in it.');
  const { data, databaseUrl } = readSettings(process.env);
  if (!databaseUrl) markInvented(data);
  await seedDemo(book);
  const { length } = await book.store.readAll(before, MOST_INVENTED);
  say(`${length} invented facts recorded in ${book.db.name}`);
};

const seed = (): Promise<void> => withBook(tellStory, { create: 'where-empty' });

const where = `
The book is the embedded database in RASTRO_DATA (./data), or the PostgreSQL server of DATABASE_URL. An embedded book
belongs to one process at a time: stop the service first.
Exit codes: 0 done, 1 something is wrong, 2 refused as it was asked.`;

/** Every command of `rastro`. Wrong options end with code 2. */
export const program = (): Command => {
  const rastro = new Command('rastro').description('The book of record of asset recovery').addHelpText('after', where);
  rastro.exitOverride().showHelpAfterError('(--help tells how)');
  addImports(rastro);
  addExports(rastro);
  addChecks(rastro);
  addJobs(rastro);
  addPeople(rastro);
  addAccessLog(rastro);
  addDoctor(rastro);
  addMove(rastro);
  rastro.command('seed').description('tell the invented story into an empty book').action(seed);
  return rastro;
};
