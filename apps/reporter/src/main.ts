import { Refused } from '#core';
import { Recorder } from '#event-store';
import { ReadModels, signOf } from '#read-models';
import {
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
} from '#runtime';

import { EXPORTS_QUEUE, reportExports } from './exports.js';

/** Worker: writes the files that were asked for. Several may run; each file is written once. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { databaseUrl, redisUrl, exports: folder } = settings;
  if (!databaseUrl) {
    const hint = 'The reporter runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  const operations = await openOperations('reporter', settings);
  const { log } = operations;
  const database = await openDatabase({ databaseUrl });
  const closing: (() => Promise<void>)[] = [() => database.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  const opened = async () => {
    const events = await openEventStore(settings, database);
    closing.push(() => events.close());
    const store = observedStore(events.store, operations);
    const readModels = await new ReadModels(database, store).attach();
    const onTrouble = (err: Error): void => log.warn({ err }, 'the queues are in trouble');
    const jobs = await openJobs({ database, onTrouble, ...(redisUrl ? { redisUrl } : {}) });
    return {
      jobs: observedJobs(jobs, store, operations),
      readModels,
      recorder: new Recorder(store, { now: () => new Date() }),
    };
  };
  const { jobs, readModels, recorder } = await opened().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const end = new AbortController();
  const working = Promise.all([
    readModels.watch(end.signal),
    reportExports({ readModels, recorder, jobs, folder, log }, end.signal),
  ]);
  const signs = async () => ({
    book: await signOf(readModels),
    [EXPORTS_QUEUE]: { figures: { ...(await jobs.counts(EXPORTS_QUEUE)) } },
  });
  const health = healthOf('reporter', signs, operations);
  const serving = await serveHealth(health, settings);
  log.info({ address: serving.address, database: database.name, queues: jobs.engine }, 'writes exports');
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
