import { setTimeout as pause } from 'node:timers/promises';

import type { EventStore } from '#event-store';

import type { Logger } from '../operations/log.js';
import type { Job, Jobs, Owed } from './jobs.js';

/** One kind of work: what of it is owed follows from what is recorded, never from what a queue holds. */
export interface Work {
  readonly queue: string;
  /** How many at a time in this process; 1 unless told. */
  readonly atOnce?: number;
  /** What is to be done and is not done yet. The same thing has the same id, whoever asks and whenever. */
  owed(): Promise<readonly Owed[]>;
  /** Does it, unless it is done. It runs at least once, and may run twice at the same time. */
  do(job: Job): Promise<void>;
  /** Whether this process may do it now; always unless told. */
  mayHere?(): boolean;
  /** Comes up by itself, however little is owed. */
  readonly every?: { readonly id: string; readonly ms: number };
}

export interface Workshop {
  readonly jobs: Jobs;
  readonly store: Pick<EventStore, 'head' | 'changed'>;
  readonly log: Logger;
  /** How often what is owed is looked for though nothing was recorded: queues may have been emptied, a day may have passed. */
  readonly sweepMs?: number;
}

const SWEEP_MS = 15_000;
/** A log that grows all the time is not asked all the time. */
const LOOK_MS = 100;
const AFTER_FAILURE_MS = 1_000;

/** Adds to the queue what is owed, but for what was added before. @returns how many are owed. */
export const addOwed = async (jobs: Jobs, work: Work, added = new Set<string>()): Promise<number> => {
  if (work.every) await jobs.every(work.queue, work.every.id, work.every.ms);
  const owed = await work.owed();
  await jobs.add(
    work.queue,
    owed.filter(({ id }) => !added.has(id)),
  );
  for (const { id } of owed) added.add(id);
  return owed.length;
};

const TELL_MS = 250;

/** Tells how far a job is, now and then. What cannot be told does not stop the job. */
export const progressOf = (job: Job): ((done: number, total: number) => void) => {
  let told = -Infinity;
  return (done, total) => {
    if (performance.now() - told < TELL_MS && done < total) return;
    told = performance.now();
    job.progress(done, total).catch(() => undefined);
  };
};

const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined);

/** One kind of work in this process: done here while it may be. */
class Desk {
  #stop: (() => Promise<void>) | undefined;
  readonly #added = new Set<string>();

  constructor(
    private readonly work: Work,
    private readonly workshop: Workshop,
  ) {}

  async open(): Promise<void> {
    const { work, workshop } = this;
    const may = work.mayHere?.() ?? true;
    if (may && !this.#stop) this.#stop = await workshop.jobs.work(work.queue, (job) => this.#do(job), work.atOnce);
    else if (!may) await this.close();
  }

  /** At a sweep all of it is added again: queues may have been emptied since. What failed here and was done elsewhere is forgotten. */
  async add(sweep: boolean): Promise<boolean> {
    try {
      if (sweep) this.#added.clear();
      const { jobs } = this.workshop;
      await addOwed(jobs, this.work, this.#added);
      // What comes up by itself is owed to nobody: that it failed is all that tells of it.
      if (sweep && !this.work.every) await jobs.dropFailed(this.work.queue, this.#added);
      return true;
    } catch (error) {
      this.workshop.log.error({ err: error, queue: this.work.queue }, 'what is owed could not be seen');
      return false;
    }
  }

  async close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    await stop?.();
  }

  async #do(job: Job): Promise<void> {
    const { queue } = this.work;
    try {
      await this.work.do(job);
    } catch (error) {
      if (!job.signal.aborted)
        this.workshop.log.warn({ err: error, queue, id: job.id, attempt: job.attempt }, 'job failed');
      throw error;
    }
  }
}

/** Sees what is owed as it is recorded, and does it, until the signal aborts. What runs then is given back by who closes the queues. */
export const workOff = async (works: readonly Work[], workshop: Workshop, signal: AbortSignal): Promise<void> => {
  const { store, log, sweepMs = SWEEP_MS } = workshop;
  const desks = works.map((work) => new Desk(work, workshop));
  let [position, swept] = [-1, -Infinity];
  while (!signal.aborted) {
    try {
      for (const desk of desks) await desk.open();
      const [head, sweep] = [await store.head(), performance.now() - swept > sweepMs];
      if (head !== position || sweep) {
        const added = await Promise.all(desks.map((desk) => desk.add(sweep)));
        if (!added.every(Boolean)) await rest(AFTER_FAILURE_MS, signal);
        else {
          position = head;
          if (sweep) swept = performance.now();
        }
      }
      await rest(LOOK_MS, signal);
      await store.changed(position, signal);
    } catch (error) {
      log.error({ err: error }, 'the work cannot be seen to');
      await rest(AFTER_FAILURE_MS, signal);
    }
  }
};
