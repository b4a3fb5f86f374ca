import { createPostgresBackend, createRedisBackend, runMigrations } from 'bullmq';

import type { BookDatabase } from '../database/index.js';
import { BullJobs } from './bull.js';
import { type Jobs, PACE, type Pace } from './jobs.js';
import { connectRedis } from './redis.js';

export * from './jobs.js';
export { addOwed, progressOf, type Work, workOff, type Workshop } from './owed.js';
export { connectRedis, selectDatabase } from './redis.js';

export interface JobSettings {
  /** The queues are there when it is given, and in the database otherwise. */
  readonly redisUrl?: string;
  readonly database: BookDatabase;
  readonly pace?: Partial<Pace>;
  readonly onTrouble?: (error: Error) => void;
}

/**
 * BullMQ looks once whether its schema fits, and for ever remembers that it could not look: what was begun while the database did not
 * answer would fail at once, again and again, and never leave the thread to anybody. The schema is brought up when the queues are opened,
 * so there is nothing to look for.
 */
const readyBackend: typeof createPostgresBackend = (...asked) => {
  const backend = createPostgresBackend(...asked);
  backend.connection.waitUntilReady = () => Promise.resolve();
  return backend;
};

const openOnDatabase = async (database: BookDatabase, pace: Pace, onTrouble: (error: Error) => void): Promise<Jobs> => {
  const connection = await database.jobPool();
  const client = await connection.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  const { engine } = database;
  const disconnect = (): Promise<void> => connection.end();
  return new BullJobs(readyBackend, { engine, connection, disconnect, pace, onTrouble });
};

/**
 * The queues: on Redis when there is one, in the database otherwise. Creates what is missing there.
 * @throws Refused `redis-evicts`, `redis-unreachable`.
 */
export const openJobs = async ({
  redisUrl,
  database,
  pace,
  onTrouble = () => undefined,
}: JobSettings): Promise<Jobs> => {
  const patience = { ...PACE, ...pace };
  if (redisUrl === undefined) return openOnDatabase(database, patience, onTrouble);
  const connection = await connectRedis(redisUrl);
  const disconnect = (): Promise<void> => Promise.resolve(connection.disconnect());
  return new BullJobs(createRedisBackend, { engine: 'redis', connection, disconnect, pace: patience, onTrouble });
};
