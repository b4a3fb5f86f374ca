import { Refused } from '#core';
import {
  assertDurable,
  assertSafe,
  onStop,
  openJobs,
  openOperations,
  readSettings,
  REQUEST_ANSWER_MS,
  runMain,
} from '#runtime';

import { openBook } from './book.js';
import { setUpFirst, setUpLines } from './access/first-start.js';
import { serve } from './serve.js';

await runMain(async () => {
  const settings = readSettings(process.env);
  if (!settings.databaseUrl) {
    const hint = 'The API runs apart over a PostgreSQL server: give DATABASE_URL. Without one, run `npm start`.';
    throw new Refused('database-url-required', hint);
  }
  assertSafe(settings, { demo: false, folder: settings.data, env: process.env });
  const operations = await openOperations('api', settings);
  const book = await openBook({ ...settings, answerMs: REQUEST_ANSWER_MS }, { follow: 'watch', observers: operations });
  await assertDurable(book.db);
  const { redisUrl, publicHost } = settings;
  const jobs = await openJobs({ database: book.db, ...(redisUrl ? { redisUrl } : {}) });
  const serving = await serve({ ...book, jobs, operations }, settings);
  const first = await setUpFirst(book.access);
  if (first) process.stdout.write(setUpLines(publicHost ? `https://${publicHost}` : serving.address, first));
  operations.log.info({ address: serving.address, database: book.db.name }, 'answers');
  onStop(async () => {
    await serving.stop();
    await jobs.close();
    await book.close();
    await operations.tracing.close();
  });
});
