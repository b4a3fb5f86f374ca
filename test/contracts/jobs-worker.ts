import { openDatabase, openJobs } from '#runtime';

import { PACE_OF_TESTS } from '../support/pace.js';

/** A worker that takes one job and never ends it, until it is killed. */
const [databaseUrl, folder, redisUrl] = process.argv.slice(2).map((text) => (text === '-' ? undefined : text));
const database = await openDatabase({ ...(databaseUrl ? { databaseUrl } : {}), ...(folder ? { data: folder } : {}) });
const jobs = await openJobs({ database, pace: PACE_OF_TESTS, ...(redisUrl ? { redisUrl } : {}) });
await jobs.work('contract', async ({ id }) => {
  process.stdout.write(`has ${id}\n`);
  await new Promise(() => undefined);
});
await jobs.add('contract', [{ id: 'orphan', data: {} }]);
