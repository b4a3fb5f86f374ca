import type { Known } from '#casework';
import { type Day, Refused } from '#core';
import { Recorder } from '#event-store';
import { ReadModels } from '#read-models';
import {
  assertDurable,
  assertSafe,
  healthOf,
  observedJobs,
  observedStore,
  onStop,
  openDatabase,
  openEventStore,
  openJobs,
  openOperations,
  readSettings,
  runMain,
  serveHealth,
  WORK_ANSWER_MS,
} from '#runtime';

import { report, signsOf } from './report.js';

/** Worker: does what the log says is owed. Several may run; each thing is done once. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { databaseUrl, redisUrl, exports, imports } = settings;
  if (!databaseUrl) {
    const hint = 'The reporter runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  assertSafe(settings, { demo: false, folder: settings.data, env: process.env });
  const operations = await openOperations('reporter', settings);
  const { log } = operations;
  const database = await openDatabase({ databaseUrl, answerMs: WORK_ANSWER_MS });
  const closing: (() => Promise<void>)[] = [() => database.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  const opened = async () => {
    await assertDurable(database);
    const events = await openEventStore(settings, database, { create: false });
    closing.push(() => events.close());
    const store = observedStore(events.store, operations);
    const readModels = await new ReadModels(database, store).attach();
    const onTrouble = (err: Error): void => log.warn({ err }, 'the queues are in trouble');
    const jobs = await openJobs({ database, onTrouble, ...(redisUrl ? { redisUrl } : {}) });
    const known: Known = {
      rate: (from, to, on) => readModels.rates.rateBetween(from, to, on),
      today: () => new Date().toISOString().slice(0, 10) as Day,
    };
    return {
      jobs: observedJobs(jobs, store, operations),
      readModels,
      known,
      recorder: new Recorder(store, { now: () => new Date() }),
    };
  };
  const parts = await opened().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const { jobs, readModels } = parts;
  const reporting = { ...parts, exports, imports, log };
  const end = new AbortController();
  const working = Promise.all([readModels.watch(end.signal), report(reporting, end.signal)]);
  const health = healthOf('reporter', () => signsOf(reporting), operations);
  const serving = await serveHealth(health, settings);
  log.info({ address: serving.address, database: database.name, queues: jobs.engine }, 'does what is owed');
  onStop(async () => {
    operations.stopping.abort();
    end.abort();
    await working;
    await jobs.close();
    await serving.stop();
    await closeAll();
    await operations.tracing.close();
  });
});
