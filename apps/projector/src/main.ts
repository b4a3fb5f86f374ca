import { Refused } from '#core';
import { LEADER_LOCK, ReadModels, signOf } from '#read-models';
import {
  healthOf,
  observedTaking,
  onStop,
  openDatabase,
  openEventStore,
  openOperations,
  readSettings,
  runMain,
  serveHealth,
} from '#runtime';

/** Follows the log of a PostgreSQL server and keeps the read models. Of several, one leads; the others take over. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { databaseUrl } = settings;
  if (!databaseUrl) {
    const hint = 'The projector runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  const operations = await openOperations('projector', settings);
  const { log } = operations;
  const db = await openDatabase({ databaseUrl });
  const attached = async () => {
    const events = await openEventStore(settings, db);
    const made = new ReadModels(db, events.store, observedTaking(operations));
    const readModels = await made.attach().catch(async (error: unknown) => {
      await events.close();
      throw error;
    });
    return { events, readModels };
  };
  const { events, readModels } = await attached().catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
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
    await following;
    await serving.stop();
    await events.close();
    await db.close();
    await operations.tracing.close();
  });
});
