import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
  assertDurable,
  assertSafe,
  isInvented,
  markInvented,
  observedJobs,
  onStop,
  openJobs,
  openOperations,
  readSettings,
  runMain,
  WORK_ANSWER_MS,
  workOff,
} from '#runtime';

import { setUpFirst, setUpLines } from '../../api/src/access/first-start.js';
import { serve } from '../../api/src/serve.js';
import { rebuildsWork } from '../../projector/src/rebuilds.js';
import { worksOf } from '../../reporter/src/report.js';
import { openBook } from './book.js';
import { admitCast, newKeys } from './cast.js';
import { seedDemo, storyClock } from './demo.js';
import { welcome } from './welcome.js';

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
  if (!demo && settings.databaseUrl) await assertDurable(book.db);
  if (demo) {
    await seedDemo(book);
    await admitCast(book.access);
  }
  told = true;
  const keys = demo ? await newKeys(book.access) : [];
  const exports = demo ? join(folder, 'exports') : settings.exports;
  const queues = await openJobs({ database: book.db, ...(settings.redisUrl ? { redisUrl: settings.redisUrl } : {}) });
  const jobs = observedJobs(queues, book.store, operations);
  const serving = await serve({ ...book, jobs, operations, invented }, { ...settings, exports });
  const end = new AbortController();
  const imports = join(dirname(exports), 'imports');
  const reporting = { ...book, jobs, exports, imports, log, invented };
  const working = workOff([...worksOf(reporting), rebuildsWork(reporting)], reporting, end.signal);
  const address = settings.publicHost ? `https://${settings.publicHost}` : serving.address;
  const first = demo ? undefined : await setUpFirst(book.access);
  const setUp = first ? setUpLines(address, first) : '';
  process.stdout.write(
    welcome({ address, where: book.db.name, keys, setUp, issued: book.access.issuer !== undefined }),
  );
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
