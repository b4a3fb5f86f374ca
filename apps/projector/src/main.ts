import { Refused } from '#core';
import { Recorder } from '#event-store';
import { LEADER_LOCK, ReadModels, signOf } from '#read-models';
import {
  assertDurable,
  assertSafe,
  healthOf,
  observedJobs,
  observedStore,
  observedTaking,
  onStop,
  openDatabase,
  openEventStore,
  openJobs,
  openOperations,
  readSettings,
  runMain,
  serveHealth,
  WORK_ANSWER_MS,
  workOff,
} from '#runtime';

import { rebuildsWork } from './rebuilds.js';

/** Follows the log of a PostgreSQL server and keeps the read models. Of several, one leads; the others take over. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { databaseUrl, redisUrl } = settings;
  if (!databaseUrl) {
    const hint = 'The projector runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  assertSafe(settings, { demo: false, folder: settings.data, env: process.env });
  const operations = await openOperations('projector', settings);
  const { log } = operations;
  const db = await openDatabase({ databaseUrl, answerMs: WORK_ANSWER_MS });
  const closing: (() => Promise<void>)[] = [() => db.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
  };
  const attached = async () => {
    await assertDurable(db);
    const events = await openEventStore(settings, db, { create: false });
    closing.push(() => events.close());
    const store = observedStore(events.store, operations);
    const readModels = await new ReadModels(db, store, observedTaking(operations)).attach();
    const onTrouble = (err: Error): void => log.warn({ err }, 'the queues are in trouble');
    const queues = await openJobs({ database: db, onTrouble, ...(redisUrl ? { redisUrl } : {}) });
    const jobs = observedJobs(queues, store, operations);
    return { store, readModels, jobs, recorder: new Recorder(store, { now: () => new Date() }), log };
  };
  const rebuilding = await attached().catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  const { readModels, jobs } = rebuilding;
  const end = new AbortController();
  let leads = 0;
  const following = db.lead(LEADER_LOCK, end.signal, {
    async lead(signal) {
      leads = 1;
      log.info({ position: readModels.position() }, 'leads');
      await readModels.start(signal);
      leads = 0;
      log.info({ position: readModels.position() }, 'leads no more');
    },
    standBy: (signal) => readModels.watch(signal),
  });
  const working = workOff([rebuildsWork(rebuilding)], rebuilding, end.signal);
  const signs = async () => {
    const { figures, ...rest } = await signOf(readModels);
    return { book: { figures: { ...figures, leads }, ...rest } };
  };
  const health = healthOf('projector', signs, operations);
  const serving = await serveHealth(health, settings);
  log.info({ address: serving.address, database: db.name }, 'follows the log');
  onStop(async () => {
    operations.stopping.abort();
    end.abort();
    await Promise.all([following, working]);
    await jobs.close();
    await serving.stop();
    await closeAll();
    await operations.tracing.close();
  });
});
