import { readFile } from 'node:fs/promises';

import type { Command } from 'commander';

import { Refused } from '#core';
import { beginMoving, carryLog, endMoving, type EventStore } from '#event-store';
import { compareLogs, type FirstDifference, type Likeness, verifyChains } from '#evidence';
import { carryLosses, ReadModels } from '#read-models';
import { EXIT } from '#runtime';

import { besideOf, carryBeside, standingBeside, verifiedBeside } from './move-access.js';
import { openSource, openTarget, type Place } from './places.js';
import { withProgress } from './progress.js';
import { safeSettings, sayJson } from './with-book.js';

/** Positions with holes between them count no events. */
const unitOf = ({ dense }: EventStore): string => (dense ? 'events' : 'positions');

const differs = ({ what, stream, revision, position, eventId }: FirstDifference): Refused => {
  const where = `event ${eventId} (${stream} revision ${revision}) at position ${position}`;
  const why = what === 'more' ? 'goes on behind the end of the source' : 'is not that of the source';
  const hint = `The target holds another book, or was written to: ${where} ${why}. Give an empty target.`;
  return new Refused('target-differs', hint, { stream, revision, position, eventId });
};

/** How far the target has come already: nothing else tells it, so a move that was killed goes on. @throws Refused `target-differs`. */
const standing = async (from: EventStore, to: EventStore): Promise<Likeness> => {
  const found = await withProgress(unitOf(from), (onProgress) => compareLogs(from, to, onProgress));
  if (found.difference && found.difference.what !== 'missing') throw differs(found.difference);
  return found;
};

const carried = async (
  from: Place,
  to: Place,
  { alike, original, copy }: Likeness,
): Promise<{ already: number; moved: number; eventsPerSecond: number }> => {
  const start = performance.now();
  const carrying = { from: from.store, after: original, end: copy, into: to.into };
  const unit = unitOf(from.store);
  const moved = await withProgress(unit, (onProgress) => carryLog({ ...carrying, onProgress }));
  const eventsPerSecond = Math.round((moved * 1_000) / Math.max(1, performance.now() - start));
  return { already: alike, moved, eventsPerSecond };
};

/** Both logs once more from their first events, and the chains of the target: what was written is read again. */
const verified = async (from: EventStore, to: EventStore) => {
  const { alike, kinds, difference } = await withProgress(unitOf(from), (onProgress) =>
    compareLogs(from, to, onProgress),
  );
  const { flaws, streams } = await withProgress(unitOf(to), (onProgress) => verifyChains(to, { onProgress }));
  const whole = difference === undefined;
  return {
    whole,
    fine: whole && flaws.length === 0,
    alike,
    source: kinds.original,
    target: kinds.copy,
    streams,
    flaws,
    difference: difference ?? null,
  };
};

/**
 * The answers of the target, and with them what is on record that its log held once. Beside an EventStoreDB, the target may hold answers
 * of that one: they are made anew.
 */
const answers = async (from: Place, { db, store }: Place): Promise<{ position: number; head: number } | null> => {
  if (!db) return null;
  const readModels = new ReadModels(db, store);
  await withProgress(unitOf(store), (onProgress) => readModels.open(onProgress, { anotherLog: true }));
  if (from.db) await carryLosses({ db: from.db, store: from.store }, db);
  return { position: await readModels.catchUp(), head: await store.head() };
};

/** The log, and what lies beside it where both sides can hold that: nothing is written before all of the target was looked at. */
const carriedWhole = async (from: Place, to: Place, beside: ReturnType<typeof besideOf>) => {
  const log = await standing(from.store, to.store);
  const looks = typeof beside === 'string' ? undefined : await standingBeside(beside);
  if (to.db && log.difference) await beginMoving(to.db);
  if (typeof beside === 'string' || !looks)
    return { ...(await carried(from, to, log)), accessLog: null, accounts: null };
  return { ...(await carried(from, to, log)), ...(await carryBeside(beside, looks)) };
};

const verifiedWhole = async (from: Place, to: Place, beside: ReturnType<typeof besideOf>) => {
  const { whole, fine, ...log } = await verified(from.store, to.store);
  if (typeof beside === 'string') return { whole, fine, verification: { ...log, accessLog: null, accounts: null } };
  const { whole: wholeToo, fine: fineToo, ...rest } = await verifiedBeside(beside);
  return { whole: whole && wholeToo, fine: fine && fineToo, verification: { ...log, ...rest } };
};

/**
 * Carries a book over, from where that was left, and verifies both sides. Until all has come, a target in SQL is opened by nobody else.
 * @throws Refused `target-differs`, `target-has-looks`, `target-has-accounts`, `target-in-use`.
 */
export const moveBook = async (from: Place, to: Place) => {
  const beside = besideOf(from, to);
  const outcome = await carriedWhole(from, to, beside);
  const { whole, fine, verification } = await verifiedWhole(from, to, beside);
  const readModels = fine ? await answers(from, to) : null;
  // Flaws of the source are carried: what came is whole though it is not fine.
  if (to.db && whole) await endMoving(to.db);
  const notCarried = typeof beside === 'string' ? { notCarried: beside } : {};
  return { fine, told: { from: from.name, to: to.name, ...outcome, ...notCarried, verification, readModels } };
};

interface MoveOptions {
  readonly to?: string;
  readonly toFile?: string;
}

const urlOf = async ({ to, toFile }: MoveOptions): Promise<string> => {
  const given = to ?? (toFile === undefined ? undefined : (await readFile(toFile, 'utf8')).trim());
  if (given !== undefined && (to === undefined || toFile === undefined)) return given;
  throw new Refused('target-unknown', 'Say where to, by --to or by --to-file.');
};

/** @throws Refused `target-is-source` */
const assertElsewhere = (from: string | undefined, to: string): void => {
  if (from === to) throw new Refused('target-is-source', 'The book is there already: give another place.');
};

const move = async (options: MoveOptions): Promise<void> => {
  const [settings, url] = [safeSettings(), await urlOf(options)];
  assertElsewhere(settings.eventStoreUrl ?? settings.databaseUrl, url);
  const from = await openSource(settings);
  try {
    const to = await openTarget(url);
    const { fine, told } = await moveBook(from, to).finally(() => to.close());
    sayJson(told);
    if (!fine) process.exitCode = EXIT.failed;
  } finally {
    await from.close();
  }
};

const help = `
Carried are the log, the access log, and passwords, tokens and links of set-up as the hashes that stand for them. Sessions are
not: everybody signs in anew. To an EventStoreDB goes the log alone; the rest stays in the database of DATABASE_URL or
RASTRO_DATA, which the processes keep beside EVENTSTORE_URL. A target that holds another book, another access log or other
accounts is refused. A move that was cut off is started again; moving once more adds nothing.`;

export const addMove = (program: Command): void => {
  program
    .command('move')
    .description('carry the whole book to another database, and verify both sides; the book itself is not changed')
    .addHelpText('after', help)
    .option('--to <url>', 'postgresql://user@host/database, or esdb://host:2113?tls=true')
    .option('--to-file <file>', 'a file that holds the URL, so that no password shows in the list of processes')
    .action(move);
};
