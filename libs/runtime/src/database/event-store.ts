import { type Database, type EventStore, openEventStoreDb, openSqlEventStore, takingTurns } from '#event-store';

/** The log, and what lets go of the connections it has of its own; the database stays open. */
export interface OpenedEventStore {
  readonly store: EventStore;
  close(): Promise<void>;
}

/**
 * The log that the settings choose: an EventStoreDB where there is one, else the database that holds the answers too, where
 * nothing is created unless told.
 * @throws Refused `schema-older`, `schema-newer`, `setting-malformed`, `event-store-unsafe`, `event-store-denied`; LogUnreachable.
 */
export const openEventStore = async (
  { eventStoreUrl }: { readonly eventStoreUrl?: string },
  db: Database,
  { create = true }: { readonly create?: boolean } = {},
): Promise<OpenedEventStore> => {
  if (!eventStoreUrl) return { store: await openSqlEventStore(db, { create }), close: () => Promise.resolve() };
  const log = await openEventStoreDb(eventStoreUrl);
  const store: EventStore = Object.assign(log, { appendInTurn: takingTurns(log, db) });
  return { store, close: () => log.close() };
};
