import type { Command } from 'commander';

import { Refused } from '#core';
import { EXIT, type JobCounts, type Jobs, type JobTold, openJobs, openLog, readSettings, type Work } from '#runtime';

import { rebuildsWork } from '../../projector/src/rebuilds.js';
import { worksOf } from '../../reporter/src/report.js';
import type { Book } from '../../standalone/src/book.js';
import { sayJson, takeInWhatCanBe, withBookAsItStands } from './with-book.js';

/** The queues of the settings, over a book, and every kind of work in them. */
const withWorks = (work: (works: readonly Work[], jobs: Jobs) => Promise<void>): Promise<void> =>
  withBookAsItStands(async (book: Book) => {
    await takeInWhatCanBe(book);
    const { redisUrl, exports, imports } = readSettings(process.env);
    const jobs = await openJobs({ database: book.db, ...(redisUrl ? { redisUrl } : {}) });
    const parts = { ...book, jobs, exports, imports, log: openLog('cli', 'error') };
    try {
      await work([...worksOf(parts), rebuildsWork(parts)], jobs);
    } finally {
      await jobs.close();
    }
  });

interface QueueTold {
  readonly queue: string;
  readonly counts: JobCounts;
  readonly owed: readonly ({ readonly id: string } & Partial<JobTold>)[];
}

/** What is owed by the log, and what the queues know of it: nothing until a reporter has seen it. */
const tell = (): Promise<void> =>
  withWorks(async (works, jobs) => {
    const told: QueueTold[] = [];
    for (const { queue, owed } of works) {
      const each = (await owed()).map(async ({ id }) => ({ id, ...(await jobs.told(queue, id)) }));
      told.push({ queue, counts: await jobs.counts(queue), owed: await Promise.all(each) });
    }
    sayJson(told);
  });

const retry = (queue: string, id: string): Promise<void> =>
  withWorks(async (works, jobs) => {
    const queues = works.map((work) => work.queue);
    if (!queues.includes(queue)) throw new Refused('queue-unknown', `Give one of ${queues.join(', ')}.`, { queues });
    const retried = await jobs.retry(queue, id);
    sayJson({ queue, id, retried });
    if (!retried) process.exitCode = EXIT.failed;
  });

export const addJobs = (program: Command): void => {
  const jobs = program.command('jobs').description('what is owed, and how far it is').action(tell);
  jobs
    .command('retry')
    .description('try a job again that failed for good')
    .argument('<queue>')
    .argument('<id>')
    .action(retry);
};
