import { Refused } from '#core';
import {
  type Carrier,
  carryIntoSql,
  carryThroughPort,
  type EventStore,
  openEventStoreDb,
  openSqlEventStore,
  type Preparing,
} from '#event-store';
import { assertLogOf } from '#read-models';
import { type BookDatabase, openServer, openToRead, type Settings } from '#runtime';

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

/**
 * Opens the log at a URL, and creates it where there is none.
 * @throws Refused `target-unknown`, `event-store-unsafe`, `schema-newer`.
 */
export const openTarget = async (url: string): Promise<Place> => {
  if (eventStore.test(url)) return union(url);
  if (postgres.test(url)) return opened(await openServer(url), { moving: true });
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
