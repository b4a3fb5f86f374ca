import {
  type BackendClasses,
  type BackendFactory,
  type IQueueBackend,
  type Job as BullJob,
  type JobsOptions,
  type Queue,
  WaitingError,
  withBackend,
  type Worker,
} from 'bullmq';

import type { Handler, JobCounts, JobData, Jobs, JobState, JobTold, Owed, Pace } from './jobs.js';
import { inTime } from './in-time.js';

export interface BullOptions<Connection> {
  readonly engine: Jobs['engine'];
  readonly connection: Connection;
  /** Ends the connection, when nobody uses it any more. */
  readonly disconnect: () => Promise<void>;
  readonly pace: Pace;
  /** Hears of what goes wrong beside the jobs, such as a lost connection; the queues mend it by themselves. */
  readonly onTrouble: (error: Error) => void;
}

const PREFIX = 'rastro';
const MOST_FAILED = 1_000;
/** So many are added at once: however many there are, each of the engine's answers comes in time. */
const TOGETHER = 500;
/** A process that dies with a job three times is taken to die of it. */
const MOST_STALLS = 3;
const ID = /^[A-Za-z0-9_.@-]{1,120}$/;

/** What only whoever wrote it can vouch for does not belong in a queue. */
const assertIds = (id: string, data: JobData): void => {
  for (const text of [id, ...Object.values(data)]) {
    if (!ID.test(String(text))) throw new TypeError(`a job holds ids only, not ${JSON.stringify(text)}`);
  }
};

const STATES: Readonly<Record<string, JobState>> = {
  waiting: 'waiting',
  prioritized: 'waiting',
  paused: 'waiting',
  delayed: 'delayed',
  active: 'active',
  failed: 'failed',
};

type QueueOver<B extends IQueueBackend, C> = Queue<JobData, void, string, JobData, void, string, B, C>;
type WorkerOver<B extends IQueueBackend, C> = Worker<JobData, void, string, B, object, C>;

/** The queues on BullMQ, whatever it runs on. */
export class BullJobs<B extends IQueueBackend, C> implements Jobs {
  readonly #classes: BackendClasses<B, C>;
  readonly #queues = new Map<string, QueueOver<B, C>>();
  readonly #workers: WorkerOver<B, C>[] = [];
  #stopping = false;

  constructor(
    factory: BackendFactory<B, C>,
    private readonly options: BullOptions<C>,
  ) {
    this.#classes = withBackend(factory);
  }

  get engine(): Jobs['engine'] {
    return this.options.engine;
  }

  get #lasting(): JobsOptions {
    const { attempts, backoffMs } = this.options.pace;
    const backoff = { type: 'exponential', delay: backoffMs, jitter: 0.2 };
    return { attempts, backoff, removeOnComplete: true, removeOnFail: { count: MOST_FAILED } };
  }

  #queue(name: string): QueueOver<B, C> {
    const known = this.#queues.get(name);
    if (known) return known;
    const { connection } = this.options;
    const queue = new this.#classes.Queue<JobData, void>(name, {
      connection,
      prefix: PREFIX,
      defaultJobOptions: this.#lasting,
      streams: { events: { maxLen: MOST_FAILED } },
    }) as QueueOver<B, C>;
    queue.on('error', this.options.onTrouble);
    this.#queues.set(name, queue);
    return queue;
  }

  #inTime<T>(what: string, answer: Promise<T>): Promise<T> {
    return inTime(answer, this.options.pace.answerMs, `the queues did not answer in time: ${what}`);
  }

  async add(queue: string, jobs: readonly Owed[]): Promise<void> {
    for (const { id, data } of jobs) assertIds(id, data);
    for (let from = 0; from < jobs.length; from += TOGETHER) {
      const some = jobs.slice(from, from + TOGETHER);
      const bulk = some.map(({ id, data }) => ({ name: queue, data, opts: { jobId: id } }));
      await this.#inTime('add', this.#queue(queue).addBulk(bulk));
    }
  }

  async every(queue: string, id: string, everyMs: number): Promise<void> {
    assertIds(id, {});
    const known = await this.#inTime('every', this.#queue(queue).getJobScheduler(id));
    if (known?.every === everyMs) return;
    const template = { name: queue, data: {}, opts: this.#lasting };
    await this.#inTime('every', this.#queue(queue).upsertJobScheduler(id, { every: everyMs }, template));
  }

  async retry(queue: string, id: string): Promise<boolean> {
    const job = await this.#inTime('retry', this.#queue(queue).getJob(id));
    if (!job || !(await job.isFailed())) return false;
    await this.#inTime('retry', job.retry('failed', { resetAttemptsMade: true }));
    return true;
  }

  async dropFailed(queue: string, owed: ReadonlySet<string>): Promise<void> {
    const failed = await this.#inTime('dropFailed', this.#queue(queue).getFailed());
    for (const job of failed) if (!owed.has(job.id ?? '')) await this.#inTime('dropFailed', job.remove());
  }

  async told(queue: string, id: string): Promise<JobTold | undefined> {
    // The state first: what the job says of itself is then no older.
    const state = STATES[await this.#inTime('told', this.#queue(queue).getJobState(id))];
    const job = state && (await this.#inTime('told', this.#queue(queue).getJob(id)));
    if (!state || !job) return undefined;
    const progress = job.progress as unknown as JobTold['progress'] | number;
    return {
      state,
      attempts: job.attemptsMade,
      ...(progress && typeof progress === 'object' ? { progress } : {}),
      ...(job.failedReason ? { failure: job.failedReason } : {}),
    };
  }

  async counts(queue: string): Promise<JobCounts> {
    const asked = ['waiting', 'prioritized', 'delayed', 'active', 'failed'] as const;
    const found = await this.#inTime('counts', this.#queue(queue).getJobCounts(...asked));
    const { waiting = 0, prioritized = 0, delayed = 0, active = 0, failed = 0 } = found;
    return { waiting: waiting + prioritized, delayed, active, failed };
  }

  async work(queue: string, handle: Handler, concurrency = 1): Promise<() => Promise<void>> {
    const { connection, onTrouble, pace } = this.options;
    let ending = false;
    const isEnding = (): boolean => ending || this.#stopping;
    const process = (job: BullJob<JobData, void>, token?: string, signal?: AbortSignal): Promise<void> =>
      this.#run(handle, job, token, signal ?? new AbortController().signal, isEnding);
    const worker: WorkerOver<B, C> = new this.#classes.Worker<JobData, void, string, object>(queue, process, {
      connection,
      prefix: PREFIX,
      concurrency,
      lockDuration: pace.lockMs,
      stalledInterval: pace.stalledMs,
      maxStalledCount: MOST_STALLS,
    });
    worker.on('error', onTrouble);
    worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id, 'taken over')));
    this.#workers.push(worker);
    // One that is not ready yet begins when it is: it keeps trying by itself.
    await this.#inTime('work', worker.waitUntilReady()).catch(onTrouble);
    return async () => {
      ending = true;
      worker.cancelAllJobs('done elsewhere');
      await inTime(worker.close(), pace.graceMs, 'jobs do not end').catch(onTrouble);
    };
  }

  /** A job that ends because the process stops, or works the queue no more, is given back: that is no failed try. */
  async #run(
    handle: Handler,
    job: BullJob<JobData, void>,
    token: string | undefined,
    signal: AbortSignal,
    isEnding: () => boolean,
  ): Promise<void> {
    const progress = (done: number, total: number): Promise<void> => job.updateProgress({ done, total });
    const { id = '', data, attemptsMade } = job;
    try {
      await handle({ id, data, attempt: attemptsMade + 1, signal, progress });
    } catch (error) {
      if (!isEnding() || !signal.aborted) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  }

  #closed: Promise<void> | undefined;

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#stopping = true;
    const { graceMs } = this.options.pace;
    const closing = Promise.all(this.#workers.map((worker) => worker.close()));
    const inGrace = inTime(closing, graceMs / 2, 'jobs still run').catch(() => {
      for (const worker of this.#workers) worker.cancelAllJobs('the process stops');
      return inTime(closing, graceMs / 2, 'jobs do not end');
    });
    await inGrace.catch(this.options.onTrouble);
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    await this.options.disconnect();
  }
}
