import { dirname, join } from 'node:path';

import {
  assertDurable,
  type BookDatabase,
  observedJobs,
  onStop,
  openJobs,
  openOperations,
  type Settings,
  workOff,
} from '#runtime';

import { setUpFirst, setUpLines } from '../../api/src/access/first-start.js';
import { type Opening, openBookOn } from '../../api/src/book.js';
import { serve } from '../../api/src/serve.js';
import { rebuildsWork } from '../../projector/src/rebuilds.js';
import { worksOf } from '../../reporter/src/report.js';
import { admitCast, newKeys } from './cast.js';
import { seedDemo, storyClock } from './demo.js';
import { welcome } from './welcome.js';

export interface StandAlone {
  readonly settings: Settings;
  readonly opening: Pick<Opening, 'issuer' | 'eventStoreUrl'>;
  /** Whether it is an invented story that is told, in a folder of its own. */
  readonly demo: boolean;
  readonly exports: string;
  /** Whether all in the book is invented. */
  readonly invented: boolean;
}

/** Answers, takes in and works off, all in this process, on a database that is being opened. */
export const standAlone = async (
  database: Promise<BookDatabase>,
  { settings, opening, demo, exports, invented }: StandAlone,
): Promise<void> => {
  // The story has its own moments; what anybody records after it has those of this machine.
  const story = storyClock();
  let told = !demo;
  const now = (): Date => (told ? new Date() : story());
  const operations = await openOperations('standalone', {
    ...settings,
    log: settings.logAsked ? settings.log : 'error',
  });
  const { log } = operations;
  const book = await openBookOn(await database, { ...opening, now, observers: operations });
  if (!demo && settings.databaseUrl) await assertDurable(book.db);
  if (demo) {
    await seedDemo(book);
    await admitCast(book.access);
  }
  told = true;
  const keys = demo ? await newKeys(book.access) : [];
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
};
