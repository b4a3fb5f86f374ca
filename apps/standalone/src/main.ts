import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import {
  assertSafe,
  isInvented,
  issuerOf,
  markInvented,
  openDatabase,
  readSettings,
  runMain,
  WORK_ANSWER_MS,
} from '#runtime';

/** Everything in one process on the embedded database, or on a server when DATABASE_URL is given. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const demo = process.argv.includes('--demo');
  const folder = demo ? join(settings.data, 'demo') : settings.data;
  assertSafe(demo ? {} : settings, { demo, folder, env: process.env });
  if (demo) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    markInvented(folder);
  }
  const invented = isInvented(folder) && (demo || !settings.databaseUrl);
  const exports = demo ? join(folder, 'exports') : settings.exports;
  const { eventStoreUrl, issuer } = demo ? {} : settings;
  const opening = { ...(eventStoreUrl ? { eventStoreUrl } : {}), ...(issuer ? { issuer: issuerOf(issuer) } : {}) };
  // The database opens on a thread of its own while this one reads the rest of the program.
  const database = openDatabase(demo ? { data: folder } : { ...settings, answerMs: WORK_ANSWER_MS });
  database.catch(() => undefined);
  const { standAlone } = await import('./stand-alone.js');
  await standAlone(database, { settings, opening, demo, exports, invented });
});
