import type { PgPool } from 'bullmq';

import type { Database } from '#event-store';

import { openEmbedded } from './embedded.js';
import { openServer } from './server.js';

export { openEmbedded, SqlFailure } from './embedded.js';
export { openServer } from './server.js';

/** A database that holds the queues of jobs too, where there is no Redis: in a schema of their own. */
export interface BookDatabase extends Database {
  readonly engine: 'postgresql' | 'embedded';
  /** Connections for the queues, and for nothing else; who asks for them ends them before the database is closed. */
  jobPool(): Promise<PgPool>;
}

/** The server when there is a URL, the embedded database in its folder otherwise. */
export const openDatabase = ({
  databaseUrl,
  data = './data',
}: {
  databaseUrl?: string;
  data?: string;
}): Promise<BookDatabase> => (databaseUrl ? openServer(databaseUrl) : openEmbedded(data));
