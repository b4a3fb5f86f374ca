import { Refused } from '#core';
import { openSqlEventStore } from '#event-store';
import { ReadModels } from '#read-models';
import { onStop, openDatabase, readSettings, runMain } from '#runtime';

/** Follows the log of a PostgreSQL server and keeps the read models. Several may run: the faster one goes on. */
await runMain(async () => {
  const { databaseUrl } = readSettings(process.env);
  if (!databaseUrl) {
    const hint = 'The projector runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  const db = await openDatabase({ databaseUrl });
  const readModels = await new ReadModels(db, await openSqlEventStore(db)).open();
  const end = new AbortController();
  const following = readModels.start(end.signal);
  process.stdout.write(`Following the log of ${db.name} from position ${readModels.position()}\n`);
  onStop(async () => {
    end.abort();
    await following;
    await db.close();
  });
  await following;
  const [status] = await readModels.status();
  if (status?.failure === undefined) return;
  await db.close();
  throw new Error(`the read models stopped at position ${status.position}: ${status.failure}`);
});
