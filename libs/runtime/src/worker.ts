import { Refused } from '#core';
import type { EventStore } from '#event-store';

import { type BookDatabase, openDatabase, openEventStore, WORK_ANSWER_MS } from './database/index.js';
import { type Jobs, openJobs } from './jobs/index.js';
import {
  healthOf,
  observedJobs,
  observedStore,
  openOperations,
  type Operations,
  serveHealth,
  type Signs,
} from './operations/index.js';
import { onStop } from './process.js';
import { assertDurable, assertSafe } from './safety.js';
import { readSettings, type Settings } from './settings.js';

/** What a process works with that answers nobody over HTTP but those who watch it. */
export interface Worker {
  readonly settings: Settings;
  readonly operations: Operations;
  readonly database: BookDatabase;
  readonly store: EventStore;
  readonly jobs: Jobs;
  /** Aborts when the process is told to stop. */
  readonly ending: AbortSignal;
  /** Serves its health until it is told to stop; all is closed once `working` has ended, then. @returns its address. */
  watchOver(signs: Signs, working: Promise<unknown>): Promise<string>;
}

type Close = () => Promise<void>;

/** What is opened along the way, and closed the other way round. */
class Opened {
  readonly end = new AbortController();
  readonly #closing: Close[] = [];

  add(close: Close): void {
    this.#closing.push(close);
  }

  async close(): Promise<void> {
    this.end.abort();
    for (const close of this.#closing.toReversed()) await close();
  }
}

/**
 * Opens what a process needs that works beside the API, over a PostgreSQL server and by the settings of the environment, and
 * hands it to `begin`. What is open is closed when that fails.
 * @throws Refused `database-url-required`, and what opening refuses.
 */
export const runWorker = async (name: string, begin: (worker: Worker) => Promise<void>): Promise<void> => {
  const settings = readSettings(process.env);
  const { databaseUrl, redisUrl } = settings;
  if (!databaseUrl) {
    const hint = `The ${name} runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run \`npm start\`.`;
    throw new Refused('database-url-required', hint);
  }
  assertSafe(settings, { demo: false, folder: settings.data, env: process.env });
  const operations = await openOperations(name, settings);
  const database = await openDatabase({ databaseUrl, answerMs: WORK_ANSWER_MS });
  const opened = new Opened();
  opened.add(() => database.close());
  try {
    await assertDurable(database);
    const events = await openEventStore(settings, database, { create: false });
    opened.add(() => events.close());
    const store = observedStore(events.store, operations);
    const onTrouble = (err: Error): void => operations.log.warn({ err }, 'the queues are in trouble');
    const queues = await openJobs({ database, onTrouble, ...(redisUrl ? { redisUrl } : {}) });
    opened.add(() => queues.close());
    const jobs = observedJobs(queues, store, operations);
    const watchOver: Worker['watchOver'] = async (signs, working) => {
      const serving = await serveHealth(healthOf(name, signs, operations), settings);
      onStop(async () => {
        operations.stopping.abort();
        opened.end.abort();
        await working;
        await serving.stop();
        await opened.close();
        await operations.tracing.close();
      });
      return serving.address;
    };
    await begin({ settings, operations, database, store, jobs, ending: opened.end.signal, watchOver });
  } catch (error) {
    await opened.close();
    throw error;
  }
};
