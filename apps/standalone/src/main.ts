import { dirname, join } from 'node:path';

import {
  observedJobs,
  onStop,
  openJobs,
  openOperations,
  readSettings,
  runMain,
  WORK_ANSWER_MS,
  workOff,
} from '#runtime';

import { serve } from '../../api/src/serve.js';
import { rebuildsWork } from '../../projector/src/rebuilds.js';
import { worksOf } from '../../reporter/src/report.js';
import { openBook } from './book.js';
import { seedDemo, storyClock } from './demo.js';
import { welcome } from './welcome.js';

/** Everything in one process on the embedded database, or on a server when DATABASE_URL is given. */
await runMain(async () => {
  const settings = readSettings(process.env);
  const demo = process.argv.includes('--demo');
  const folder = demo ? join(settings.data, 'demo') : settings.data;
  // The story has its own moments; what anybody records after it has those of this machine.
  const story = storyClock();
  let told = !demo;
  const now = (): Date => (told ? new Date() : story());
  const operations = await openOperations('standalone', {
    ...settings,
    log: settings.logAsked ? settings.log : 'error',
  });
  const { log } = operations;
  const book = await openBook(demo ? { data: folder } : { ...settings, answerMs: WORK_ANSWER_MS }, {
    now,
    observers: operations,
  });
  if (demo) await seedDemo(book);
  told = true;
  const exports = demo ? join(folder, 'exports') : settings.exports;
  const queues = await openJobs({ database: book.db, ...(settings.redisUrl ? { redisUrl: settings.redisUrl } : {}) });
  const jobs = observedJobs(queues, book.store, operations);
  const serving = await serve({ ...book, jobs, operations }, { ...settings, exports });
  const end = new AbortController();
  const imports = join(dirname(exports), 'imports');
  const reporting = { ...book, jobs, exports, imports, log };
  const working = workOff([...worksOf(reporting), rebuildsWork(reporting)], reporting, end.signal);
  process.stdout.write(welcome(serving.address, book.db.name, demo));
  log.info({ address: serving.address, database: book.db.name, queues: jobs.engine }, 'answers');
  onStop(async () => {
    await serving.stop();
    end.abort();
    await working;
    await jobs.close();
    await book.close();
    await operations.tracing.close();
  });
});
