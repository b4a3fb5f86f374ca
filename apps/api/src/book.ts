import { type Known, publishRates, ratesDecider, streamOf } from '#casework';
import type { CountryCode } from '#core';
import { type Actor, commandHashOf, type Database, type EventStore, openSqlEventStore, Recorder } from '#event-store';
import { shippedEcbRates } from '#intake';
import { ReadModels } from '#read-models';
import { openDatabase, type Settings } from '#runtime';

/** Everything a process needs to record and to answer, put together once. */
export interface Book {
  readonly db: Database;
  readonly store: EventStore;
  readonly recorder: Recorder;
  readonly readModels: ReadModels;
  /** What decisions may look up beyond their own stream. */
  readonly known: Known;
  /** Stops following the log, then closes the database. */
  close(): Promise<void>;
}

export interface Opening {
  /** Keeps the answers up with the log until closed. */
  readonly follow?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  /** The clock of what is recorded; that of the machine unless told. */
  readonly now?: () => Date;
}

/** Who records what comes with the product itself. */
const product: Actor = {
  person: 'rastro',
  authority: 'European Central Bank rates',
  jurisdiction: 'ZZ' as CountryCode,
};

/** The ECB history that ships with the product, as events, into a book without rates: a fresh machine converts. */
const loadShippedRates = async (store: EventStore, recorder: Recorder): Promise<void> => {
  const stream = streamOf.rates('ECB');
  if ((await store.read(stream, 0, 1)).length > 0) return;
  const decisions = [...shippedEcbRates()].map(publishRates);
  const commandHash = commandHashOf('shipped ECB rates');
  const command = { actor: product, commandId: 'shipped-ecb-rates', commandHash, expected: 'any' as const };
  await recorder.record(stream, ratesDecider, decisions, command);
};

/** @throws Refused `book-in-use` when another process has the embedded database open. */
export const openBook = async (
  settings: Pick<Settings, 'data' | 'databaseUrl'>,
  opening: Opening = {},
): Promise<Book> => openBookOn(await openDatabase(settings), opening);

/** Opens the book that a database holds; the database is the book's from then on, and closed with it. */
export const openBookOn = async (
  db: Database,
  { follow = true, onProgress, now = () => new Date() }: Opening,
): Promise<Book> => {
  try {
    const store = await openSqlEventStore(db);
    const recorder = new Recorder(store, { now });
    await loadShippedRates(store, recorder);
    const readModels = await new ReadModels(db, store).open(onProgress);
    const end = new AbortController();
    const following = follow ? readModels.start(end.signal) : readModels.catchUp();
    if (!follow) await following;
    const close = async (): Promise<void> => {
      end.abort();
      await following;
      await db.close();
    };
    const known: Known = { rate: (from, to, on) => readModels.rates.rateBetween(from, to, on) };
    return { db, store, recorder, readModels, known, close };
  } catch (error) {
    await db.close();
    throw error;
  }
};
