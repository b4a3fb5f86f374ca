import { signOf } from '#read-models';
import { closingsWork } from './closings.js';
import { type Sign, type Work, workOff } from '#runtime';

import { deadlinesWork, signOfDeadlines } from './deadlines.js';
import { exportsWork } from './exports.js';
import { importsWork } from './imports.js';
import type { Reporting } from './reporting.js';

/** All that a reporter does, a queue each. */
export const worksOf = (reporting: Reporting): Work[] => [
  exportsWork(reporting),
  closingsWork(reporting),
  deadlinesWork(reporting),
  importsWork(reporting),
];

/** Does what is owed, as it is recorded, until the signal aborts. */
export const report = (reporting: Reporting, signal: AbortSignal): Promise<void> =>
  workOff(worksOf(reporting), { ...reporting, store: reporting.readModels.store }, signal);

/** How the reporter is: the answers it works from, and each queue. */
export const signsOf = async (reporting: Reporting): Promise<Record<string, Sign>> => {
  const queues = worksOf(reporting).map(({ queue }) => queue);
  const countsOf = async (queue: string) => [queue, { figures: { ...(await reporting.jobs.counts(queue)) } }] as const;
  // All at once, so that each that fails is heard.
  const [book, orders, counts] = await Promise.all([
    signOf(reporting.readModels),
    signOfDeadlines(reporting),
    Promise.all(queues.map(countsOf)),
  ]);
  return { book, orders, ...Object.fromEntries(counts) };
};
