/** What a job is about: ids, positions and names of ours, never a text that somebody wrote. The queues keep it in clear. */
export type JobData = Readonly<Record<string, string | number>>;

export interface Job {
  readonly id: string;
  readonly data: JobData;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Aborts when the process stops, or when another worker took the job over: end soon, without a trace. */
  readonly signal: AbortSignal;
  progress(done: number, total: number): Promise<void>;
}

/** A job to be added. The id says what it does, so that it is there once. */
export interface Owed {
  readonly id: string;
  readonly data: JobData;
}

export type JobState = 'waiting' | 'delayed' | 'active' | 'failed';

/** What is known of a job that is not done. Done ones are removed. */
export interface JobTold {
  readonly state: JobState;
  readonly attempts: number;
  readonly progress?: { readonly done: number; readonly total: number };
  /** Why the last try failed. */
  readonly failure?: string;
}

export type JobCounts = Readonly<Record<JobState, number>>;

/** A job runs at least once: do what is done already again without harm. */
export type Handler = (job: Job) => Promise<void>;

/**
 * The queues, the same on every engine. Nothing true lives only in them: what is owed derives from the log, and is added
 * again when it is missing.
 */
export interface Jobs {
  readonly engine: 'redis' | 'postgresql' | 'embedded';
  /** Adds what the queue does not hold yet, in whatever state. */
  add(queue: string, jobs: readonly Owed[]): Promise<void>;
  /** Adds one now and then for ever. Told again it keeps its turn; its pace is changed when it is told another one. */
  every(queue: string, id: string, everyMs: number): Promise<void>;
  /** Tries one again that failed for good. @returns false when there is no such one. */
  retry(queue: string, id: string): Promise<boolean>;
  /** Forgets those that failed for good and are not owed any more: somebody else has done them. */
  dropFailed(queue: string, owed: ReadonlySet<string>): Promise<void>;
  told(queue: string, id: string): Promise<JobTold | undefined>;
  counts(queue: string): Promise<JobCounts>;
  /**
   * Works a queue in this process, `concurrency` jobs at a time (1 unless told).
   * @returns what ends it: jobs that run are given back, for another process.
   */
  work(queue: string, handle: Handler, concurrency?: number): Promise<() => Promise<void>>;
  /** Takes no more, waits for what runs, gives back what does not end in time. The database stays open. */
  close(): Promise<void>;
}

/** How patient the queues are, in milliseconds. */
export interface Pace {
  /** How often a job is tried before it has failed for good. */
  readonly attempts: number;
  /** Before the second try; doubled before each further one. */
  readonly backoffMs: number;
  /** A worker that is not heard of for so long has lost its job. */
  readonly lockMs: number;
  /** How often lost jobs are looked for. */
  readonly stalledMs: number;
  /** How long a stop waits for jobs that run. */
  readonly graceMs: number;
  /** How long anything may be asked of the engine. */
  readonly answerMs: number;
}

export const PACE: Pace = {
  attempts: 5,
  backoffMs: 1_000,
  lockMs: 15_000,
  stalledMs: 5_000,
  graceMs: 6_000,
  answerMs: 5_000,
};
