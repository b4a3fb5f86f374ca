import { Refused } from '#core';
import {
  type Carrier,
  carryIntoSql,
  carryThroughPort,
  type EventStore,
  openEventStoreDb,
  openSqlEventStore,
} from '#event-store';
import { type BookDatabase, openServer, openToRead, type Settings } from '#runtime';

/** A log that is open, and how to put events of another one into it. */
export interface Place {
  /** Where it is, without secrets. */
  readonly name: string;
  readonly store: EventStore;
  readonly into: Carrier;
  /** Holds the answers too. */
  readonly db?: BookDatabase;
  close(): Promise<void>;
}

const eventStore = /^(esdb|kurrentdb)(\+discover)?:\/\/./;
const postgres = /^postgres(ql)?:\/\/[^/]*\/./;

/** The name without what stands before the host: that is where a password would be. */
const union = async (url: string): Promise<Place> => {
  const store = await openEventStoreDb(url);
  const name = `EventStoreDB at ${url.replace(/^[a-z+]+:\/\/([^@/]*@)?/, '').replace(/[/?].*$/, '')}`;
  return { name, store, into: carryThroughPort(store), close: () => store.close() };
};

const opened = async (db: BookDatabase, create: boolean): Promise<Place> => {
  try {
    const store = await openSqlEventStore(db, { create });
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
  if (postgres.test(url)) return opened(await openServer(url), true);
  const hint = 'Give postgresql://user@host/database, or esdb://host:2113?tls=true.';
  throw new Refused('target-unknown', hint);
};

/**
 * Opens the log of the settings to read it; what would change it is refused.
 * @throws Refused `event-store-unsafe`, `book-absent`, `book-in-use`, `schema-newer`, `schema-older`.
 */
export const openSource = async (settings: Settings): Promise<Place> => {
  if (settings.eventStoreUrl) return union(settings.eventStoreUrl);
  return opened(await openToRead(settings), false);
};
