import type { PgPool } from 'bullmq';

import type { Database } from '#event-store';

import type { Parts } from './leading.js';

/** A database that holds the queues of jobs too, where there is no Redis: in a schema of their own. */
export interface BookDatabase extends Database {
  readonly engine: 'postgresql' | 'embedded';
  /** Connections for the queues, and for nothing else; who asks for them ends them before the database is closed. */
  jobPool(): Promise<PgPool>;
  /** Leads in one process at a time of those that share the database, until the signal aborts; embedded, always in this one. */
  lead(lock: number, signal: AbortSignal, parts: Parts): Promise<void>;
}
