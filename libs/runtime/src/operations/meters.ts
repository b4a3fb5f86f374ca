import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** How an append ended; `failed` when the log refused it, `unknown` when it did not answer. */
export type AppendOutcome = 'appended' | 'repeated' | 'conflict' | 'unknown' | 'failed';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const COUNTS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 4_000];

/** What a process counts and times as it goes. Labels come from lists of ours (routes, statuses, outcomes), never from a request. */
export class Meters {
  readonly registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #appends: Histogram<'outcome'>;
  readonly #batches: Histogram;
  readonly #projected: Histogram;
  readonly #failed: Counter<'part'>;
  readonly #jobs: Histogram<'queue' | 'outcome'>;

  constructor(process: string) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ process });
    collectDefaultMetrics({ register: this.registry });
    const timed = <T extends string>(name: string, help: string, labelNames: T[] = []): Histogram<T> =>
      new Histogram({ name: `rastro_${name}_seconds`, help, labelNames, buckets: SECONDS, registers });
    this.#requests = timed('http_request_duration', 'requests, by route as it is written', ['method', 'route', 'status']); // prettier-ignore
    this.#appends = timed('append_duration', 'appends to the log, by how they ended', ['outcome']);
    this.#projected = timed('projection_duration', 'taking in a batch of events');
    this.#jobs = timed('job_duration', 'jobs, by how they ended', ['queue', 'outcome']);
    this.#batches = new Histogram({
      name: 'rastro_append_events',
      help: 'events appended together',
      buckets: COUNTS,
      registers,
    });
    this.#failed = new Counter({ name: 'rastro_failures_total', help: 'failures', labelNames: ['part'], registers });
  }

  request(method: string, route: string, status: number, ms: number): void {
    this.#requests.observe({ method, route, status: String(status) }, ms / 1_000);
  }

  append(outcome: AppendOutcome, events: number, ms: number): void {
    this.#appends.observe({ outcome }, ms / 1_000);
    if (outcome === 'appended' && events > 0) this.#batches.observe(events);
  }

  projected(ms: number, failed: boolean): void {
    this.#projected.observe(ms / 1_000);
    if (failed) this.#failed.inc({ part: 'projection' });
  }

  job(queue: string, failed: boolean, ms: number): void {
    this.#jobs.observe({ queue, outcome: failed ? 'failed' : 'done' }, ms / 1_000);
    if (failed) this.#failed.inc({ part: 'job' });
  }
}
