import type { Jobs, JobTold } from '#runtime';

/** By which Nest hands over the queues, where there are any. */
export const JOBS = Symbol('jobs');

/** What the queues know of a job; nothing when they do not answer, or there are none: what is owed stands in the log. */
export const jobTold = async (
  jobs: Pick<Jobs, 'told'> | null,
  queue: string,
  id: string,
): Promise<{ job?: JobTold }> => {
  const job = await jobs?.told(queue, id).catch(() => undefined);
  return job ? { job } : {};
};
