import { randomUUID } from 'node:crypto';

import type { Command } from 'commander';

import { Refused } from '#core';
import { type Actor, idOfWords } from '#event-store';
import { type Flaw, verifyChains } from '#evidence';
import { acceptLosses, type Comparison, type Loss, losses, NotTakenIn, type Progress } from '#read-models';
import { REBUILDS_STREAM, rebuildsDecider, requestRebuild } from '#reporting';
import { type Access, EXIT, openJobs } from '#runtime';

import type { Book } from '../../standalone/src/book.js';
import { actorOption } from './options.js';
import { progressOf } from './progress.js';
import { say, sayJson, takeIn, withBook, withStandingBook } from './with-book.js';

const tellDifferences = ({ differences }: Comparison): void => {
  for (const { table, key, standing, replayed } of differences) {
    say(`  ${table} ${key}\n    stands:   ${standing ?? 'nothing'}\n    replayed: ${replayed ?? 'nothing'}`);
  }
};

const tellFlaw = ({ what, position, stream, revision, eventId, why }: Flaw): void => {
  const where = stream === undefined ? '' : `${stream} revision ${revision}, `;
  say(`  ${what}: ${where}position ${position}${eventId === undefined ? '' : `, event ${eventId}`}: ${why}`);
};

/** The log of who looked is no part of the book: it has a chain of its own, and `access-log verify` tells its end. */
const tellLooks = async ({ log }: Access): Promise<void> => {
  const { records, broken } = await log.verify();
  say(`Access log: ${records} records, ${broken ? `broken at ${broken.id} (${broken.why})` : 'none wrong'}`);
  if (broken) process.exitCode = EXIT.failed;
};

const tellLoss = ({ position, stream, revision, hash, noticedAt, acceptedAt }: Loss): void => {
  const known = acceptedAt === undefined ? '' : `; known since ${acceptedAt}`;
  say(`  lost: ${stream} revision ${revision}, position ${position}, hash ${hash}: noticed ${noticedAt}${known}`);
};

const MEND_LOSSES =
  'Restore what is missing, or say that it is known: rastro losses --accept. Receipts and copies name what was acknowledged.';

const isNew = ({ acceptedAt }: Loss): boolean => acceptedAt === undefined;

/** What the log held once and does not hold now. */
const tellLosses = (all: readonly Loss[]): void => {
  if (all.length > 0)
    say(`Log: ended ${all.length === 1 ? 'once' : `${all.length} times`} before what the answers had taken in`);
  all.forEach(tellLoss);
  if (!all.some(isNew)) return;
  say(MEND_LOSSES);
  process.exitCode = EXIT.failed;
};

const tellOrAcceptLosses = ({ accept = false }: { accept?: boolean }): Promise<void> =>
  withStandingBook(async ({ db, readModels }) => {
    if (accept) await acceptLosses(db, await losses(readModels));
    const all = await losses(readModels);
    if (all.length === 0) say('The log holds all that the answers ever took in.');
    tellLosses(all);
  });

/** The answers beside a replay of the log, which an event that cannot be taken in breaks off, or a log from which something is gone. */
const compared = async (
  { readModels }: Book,
  onProgress: Progress,
  { flaws }: { readonly flaws: readonly Flaw[] },
): Promise<Comparison | string> => {
  try {
    return await readModels.verify({ onProgress });
  } catch (error) {
    if (error instanceof NotTakenIn || (error instanceof Refused && flaws.length > 0)) return error.message;
    throw error;
  }
};

/** The chains first, on a book in which nothing was taken in: what is wrong with the log is told whatever the answers make of it. */
const verify = (): Promise<void> =>
  withStandingBook(
    async (book) => {
      const { store, readModels, access } = book;
      const progress = progressOf('events');
      const { onProgress } = progress;
      const chains = await verifyChains(store, { seen: readModels.seen, onProgress });
      say(`Chains: ${chains.events} events in ${chains.streams} streams, ${chains.flaws.length} wrong`);
      chains.flaws.forEach(tellFlaw);
      if (chains.flaws.length > 0) process.exitCode = EXIT.failed;
      const stuck = await takeIn(book);
      tellLosses(await losses(readModels));
      await tellLooks(access);
      const comparison = stuck?.message ?? (await compared(book, onProgress, chains));
      progress.stop();
      if (typeof comparison === 'string') {
        say(`Read models: ${comparison}`);
        process.exitCode = EXIT.failed;
        return;
      }
      say(`Read models: ${comparison.rows} rows replayed from zero, ${comparison.differences.length} differ`);
      tellDifferences(comparison);
      if (comparison.differences.length > 0) process.exitCode = EXIT.failed;
    },
    { asItStands: true },
  );

interface RebuildOptions {
  readonly accept?: boolean;
  readonly queue?: boolean;
  readonly actor: Actor;
}

/** Leaves it to the process that keeps the read models. */
const queueRebuild = ({ accept = false, actor }: RebuildOptions): Promise<void> =>
  withBook(async ({ recorder }) => {
    const rebuildId = idOfWords('rebuild', randomUUID());
    const command = { actor, commandId: `rebuild-${rebuildId}`, commandHash: rebuildId, expected: 'any' as const };
    await recorder.record(REBUILDS_STREAM, rebuildsDecider, [requestRebuild({ rebuildId, accept })], command);
    sayJson({ rebuildId });
  });

const rebuild = ({ accept = false }: RebuildOptions): Promise<void> =>
  withBook(async ({ readModels }) => {
    const progress = progressOf('events');
    const told = await readModels.rebuild({ accept, onProgress: progress.onProgress });
    progress.stop();
    say(
      `Rebuilt ${told.rows} rows from ${told.events} events: ${told.differences.length} differ, ${told.switched ? 'switched' : 'kept the old ones'}`,
    );
    tellDifferences(told);
    if (told.switched) return;
    say('Look at what differs, then take the new ones with --accept.');
    process.exitCode = EXIT.failed;
  });

/** Creates what is missing in the database, rebuilds what an older program made, and takes away what was left behind; started again, it finds nothing to do. */
const migrate = ({ anotherLog = false }: { anotherLog?: boolean }): Promise<void> =>
  withBook(
    async ({ db, readModels, store }) => {
      const jobs = await openJobs({ database: db });
      await jobs.close();
      await readModels.dropLeftovers();
      say(`${db.name} is set up: the log ends at ${await store.head()}, read models at ${readModels.position()}`);
    },
    { create: true, anotherLog },
  );

export const addChecks = (program: Command): void => {
  program
    .command('verify')
    .description('walk every hash chain, recompute every read model from zero, and name what differs')
    .action(verify);
  program
    .command('losses')
    .description(
      'what the answers took in once and the log holds no more: it was restored from an older copy, or cut off',
    )
    .option('--accept', 'it is known: `verify` and `doctor` find nothing wrong with it from then on')
    .action(tellOrAcceptLosses);
  program
    .command('rebuild')
    .description('build the read models anew beside the old ones, and switch when they are equal')
    .option('--accept', 'switch although they differ')
    .option('--queue', 'leave it to the process that keeps them: `rastro jobs` tells how far it is')
    .addOption(actorOption())
    .action((options: RebuildOptions) => (options.queue ? queueRebuild : rebuild)(options));
  program
    .command('migrate')
    .description('set the database up for this program, before its processes start')
    .option(
      '--another-log',
      'the book was moved to or from an EventStoreDB: make the answers anew over the log of the settings',
    )
    .action(migrate);
};
