import pg from 'pg';

export interface Held {
  release(): Promise<void>;
}

/**
 * Holds an advisory lock of a server, however long what waits for it takes to come: by a session, not by a transaction, which a
 * server lets go of that is idle.
 */
export const holdLock = async (url: string, lock: number): Promise<Held> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('select pg_advisory_lock($1)', [lock]);
  return { release: () => client.end() };
};
