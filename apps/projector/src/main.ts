import { Refused } from '#core';
import { LEADER_LOCK, ReadModels, signOf } from '#read-models';
import { healthOf, onStop, openDatabase, openEventStore, openLog, readSettings, runMain, serveHealth } from '#runtime';

/** Follows the log of a PostgreSQL server and keeps the read models. Of several, one leads; the others take over. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const { databaseUrl } = settings;
  if (!databaseUrl) {
    const hint = 'The projector runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  const log = openLog('projector', settings.log);
  const db = await openDatabase({ databaseUrl });
  const attached = async () => {
    const events = await openEventStore(settings, db);
    const readModels = await new ReadModels(db, events.store).attach().catch(async (error: unknown) => {
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
  const health = healthOf('projector', async () => {
    const { figures, ...rest } = await signOf(readModels);
    return { book: { figures: { ...figures, leads }, ...rest } };
  });
  const serving = await serveHealth(health, settings);
  log.info({ address: serving.address, database: db.name }, 'follows the log');
  onStop(async () => {
    end.abort();
    await following;
    await serving.stop();
    await events.close();
    await db.close();
  });
});
