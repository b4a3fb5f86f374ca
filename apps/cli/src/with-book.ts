import { Refused } from '#core';
import { NotTakenIn } from '#read-models';
import { assertBook, assertSafe, readSettings, type Settings } from '#runtime';

import { type Book, openBook } from '../../standalone/src/book.js';
import { progressOf } from './progress.js';

interface Working {
  /** Keeps the answers up to date, where nobody else records. */
  readonly hurry?: boolean;
  /** Takes nothing in: what is done needs no answers, or brings them up itself. */
  readonly asItStands?: boolean;
  readonly settings?: Settings;
  readonly recordsNothing?: boolean;
  /** Whether what is missing on a server is made; an embedded book is made by whoever opens it. */
  readonly create?: boolean | 'where-empty';
  /** Answers that were made over a log of another kind are made anew. */
  readonly anotherLog?: boolean;
}

/** The settings of the environment, by the rules by which the processes start. @throws Refused what `assertSafe` refuses. */
export const safeSettings = (): Settings => {
  const settings = readSettings(process.env);
  assertSafe(settings, { demo: false, folder: settings.data, env: process.env });
  return settings;
};

/** Opens the book of the settings, its answers up to date unless told, works on it, and closes it whatever happens. */
export const withBook = async <T>(work: (book: Book) => Promise<T>, working: Working = {}): Promise<T> => {
  const { hurry, asItStands = false, settings = safeSettings(), create = false, ...opening } = working;
  const progress = progressOf('events');
  const follow = asItStands ? 'not' : hurry ? 'hurry' : 'once';
  const { onProgress, stop } = progress;
  const book = await openBook(settings, { follow, create, ...opening, onProgress }).finally(stop);
  try {
    if (!asItStands) await book.readModels.catchUp();
    return await work(book);
  } finally {
    await book.close();
  }
};

/** The same as it stands: it opens also when there is an event in the log that cannot be taken in. */
export const withBookAsItStands = <T>(work: (book: Book) => Promise<T>): Promise<T> =>
  withBook(work, { asItStands: true });

/** An event that cannot be taken in, or a place where one is missing. */
const isOfTheLog = (error: unknown): error is Error =>
  error instanceof NotTakenIn || (error instanceof Refused && error.code === 'log-has-hole');

/** Takes in what is there. @returns what stands in the way, where that is the log itself. */
export const takeIn = async ({ readModels }: Book): Promise<Error | undefined> => {
  try {
    await readModels.open(undefined, { create: false });
    await readModels.catchUp();
    return undefined;
  } catch (error) {
    if (isOfTheLog(error)) return error;
    throw error;
  }
};

/** Takes in what can be; where the answers do not come to the end of the log, that is told, and the work goes on. */
export const takeInWhatCanBe = async (book: Book): Promise<void> => {
  const stuck = await takeIn(book);
  if (stuck) process.stderr.write(`The answers stand at position ${book.readModels.position()}: ${stuck.message}\n`);
};

/** The same for who only looks: where there is no book, none is made. @throws Refused `book-absent`. */
export const withStandingBook = async <T>(work: (book: Book) => Promise<T>, working: Working = {}): Promise<T> => {
  const settings = safeSettings();
  // Over an event store, the embedded database of the answers is made where it is missing.
  if (!settings.eventStoreUrl) await assertBook(settings);
  return withBook(work, { settings, ...working });
};

/** Where a book would be that is not there yet. */
const absentIn = async (settings: Settings): Promise<unknown> => {
  try {
    await assertBook(settings);
    return undefined;
  } catch (error) {
    if (error instanceof Refused && error.code === 'book-absent') return error.detail['where'];
    throw error;
  }
};

const inMemory = ({ databaseUrl: _, ...settings }: Settings): Settings => ({ ...settings, data: 'memory' });

/** The same for who only tries: nothing is recorded, and where there is no book, an empty one in memory stands for it. */
export const withBookToTry = async <T>(work: (book: Book) => Promise<T>): Promise<T> => {
  const settings = safeSettings();
  const where = await absentIn(settings);
  if (where === undefined) return withBook(work, { settings, recordsNothing: true });
  process.stderr.write(`Nothing stands in ${where} yet: tried in memory, and nothing is kept.\n`);
  // An event store holds a log in earnest, wherever its answers are.
  return withBook(work, { settings: inMemory(settings), recordsNothing: settings.eventStoreUrl !== undefined });
};

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, null, 2));
