import { Refused } from '#core';
import {
  type Carrier,
  carryIntoSql,
  carryThroughPort,
  type EventStore,
  LogUnreachable,
  openEventStoreDb,
  openSqlEventStore,
  type Preparing,
  STORAGE_UNREACHABLE,
  whyUnreachable,
} from '#event-store';
import { assertLogOf } from '#read-models';
import {
  assertDurable,
  assertReadable,
  assertSafe,
  type BookDatabase,
  notLetIn,
  openServer,
  openToRead,
  type Settings,
} from '#runtime';

/** A book that is open, and how to put events of another one into its log. */
export interface Place {
  /** Where it is, without secrets. */
  readonly name: string;
  readonly store: EventStore;
  readonly into: Carrier;
  /** Holds the answers, the accounts and the access log; an EventStoreDB holds none of them. */
  readonly db?: BookDatabase;
  close(): Promise<void>;
}

const eventStore = /^(esdb|kurrentdb)(\+discover)?:\/\/./;
const postgres = /^postgres(ql)?:\/\/[^/]*\/./;

/** The name without what stands before the host: that is where a password would be. */
const union = async (url: string): Promise<Place> => {
  const store = await openEventStoreDb(url);
  const [host = ''] = url.replace(/^[a-z+]+:\/\/([^@/]*@)?/, '').split(/[/?]/, 1);
  const name = `EventStoreDB at ${host}`;
  return { name, store, into: carryThroughPort(store), close: () => store.close() };
};

const opened = async (
  db: BookDatabase,
  preparing: Preparing,
  look: (store: EventStore) => Promise<void> = () => Promise.resolve(),
): Promise<Place> => {
  try {
    const store = await openSqlEventStore(db, preparing);
    await look(store);
    return { name: db.name, store, into: carryIntoSql(db), db, close: () => db.close() };
  } catch (error) {
    await db.close();
    throw error;
  }
};

/** What is wrong with an address that was given by an option, and not by a setting. */
const ofOption = (error: unknown): unknown => {
  const [silent, denied] = [whyUnreachable(error), notLetIn(error)];
  if (silent !== undefined) {
    const hint = `The database of --to does not answer: ${silent}. Start the server, or mend --to.`;
    return new Refused(STORAGE_UNREACHABLE, hint);
  }
  if (denied !== undefined) return new Refused('target-denied', `Look at --to: ${denied}.`);
  if (error instanceof LogUnreachable) return new Refused('log-unreachable', `Look at --to: ${error.message}.`);
  if (!(error instanceof Refused)) return error;
  const { code, message, detail } = error;
  return new Refused(code, message.replaceAll(/\b(DATABASE|EVENTSTORE)_URL\b/g, '--to'), detail);
};

/** By the rules by which a process starts over it: hashes of passwords go there, and facts that are acknowledged. */
const safely = async (url: string): Promise<BookDatabase> => {
  const db = await openServer(url);
  await assertDurable(db).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  return db;
};

const openAt = async (url: string): Promise<Place> => {
  if (postgres.test(url)) assertReadable('--to', url);
  const settings = eventStore.test(url) ? { eventStoreUrl: url } : { databaseUrl: url };
  assertSafe(settings, { demo: false, folder: '', env: process.env });
  return settings.eventStoreUrl ? union(url) : opened(await safely(url), { moving: true });
};

/**
 * Opens the log at a URL, and creates it where there is none.
 * @throws Refused `target-unknown`, `event-store-unsafe`, `address-without-tls`, `password-weak`, `storage-not-durable`, `schema-newer`.
 */
export const openTarget = async (url: string): Promise<Place> => {
  if (eventStore.test(url) || postgres.test(url))
    return openAt(url).catch((error: unknown) => {
      throw ofOption(error);
    });
  const hint = 'Give postgresql://user@host/database, or esdb://host:2113?tls=true.';
  throw new Refused('target-unknown', hint);
};

/** The database beside an EventStoreDB; undefined where there is none. */
const besideUnion = (settings: Settings): Promise<BookDatabase | undefined> =>
  openToRead(settings).catch((error: unknown) => {
    if (error instanceof Refused && error.code === 'book-absent') return undefined;
    throw error;
  });

const unionWhole = async (url: string, settings: Settings): Promise<Place> => {
  const db = await besideUnion(settings);
  try {
    const place = await union(url);
    const close = (): Promise<void> => place.close().finally(() => db?.close());
    return { ...place, ...(db && { db }), close };
  } catch (error) {
    await db?.close();
    throw error;
  }
};

/**
 * Opens the book of the settings to read it; what would change it is refused.
 * @throws Refused `event-store-unsafe`, `book-absent`, `book-in-use`, `schema-newer`, `schema-older`, `move-unfinished`,
 * `log-elsewhere`.
 */
export const openSource = async (settings: Settings): Promise<Place> => {
  if (settings.eventStoreUrl) return unionWhole(settings.eventStoreUrl, settings);
  const db = await openToRead(settings);
  return opened(db, { create: false }, (store) => assertLogOf(db, store));
};
