import { type Appended, type EventStore, OutcomeUnknown, type RecordedEvent, type SealedEvent } from '#event-store';

import type { Handler, Jobs } from '../jobs/index.js';
import type { AppendOutcome, Meters } from './meters.js';
import { noTracing, type Traced, type Tracing } from './tracing.js';

/** What watches a process at work. */
export interface Observers {
  readonly meters: Meters;
  readonly tracing: Tracing;
}

const MOST_LINKS = 32;

const RECORDED = /-01$/;

/** The traces that events came of, each once, as far as their callers record them. */
const tracesOf = (events: readonly SealedEvent[]): string[] => {
  const told = events.flatMap(({ metadata: { traceparent } }) => (traceparent === undefined ? [] : [traceparent]));
  return [...new Set(told.filter((traceparent) => RECORDED.test(traceparent)))];
};

const outcomeOf = (error: unknown): AppendOutcome => (error instanceof OutcomeUnknown ? 'unknown' : 'failed');

/** The same log; each append is counted, timed, and goes on the trace of the first of its events. */
export const observedStore = (store: EventStore, { meters, tracing }: Observers): EventStore => {
  const observed = async (append: (saw: (events: readonly SealedEvent[]) => void) => Promise<Appended>) => {
    const began = performance.now();
    let span: Traced | undefined;
    let count = 0;
    const saw = (events: readonly SealedEvent[]): void => {
      const [parent, ...links] = tracesOf(events);
      count = events.length;
      if (parent) span = tracing.begin('append', { parent, links: links.slice(0, MOST_LINKS) });
    };
    const end = (outcome: AppendOutcome, failed = false): void => {
      meters.append(outcome, count, performance.now() - began);
      span?.end({ 'rastro.outcome': outcome, 'rastro.events': count }, failed);
    };
    try {
      const appended = await append(saw);
      end(appended.outcome);
      return appended;
    } catch (error) {
      end(outcomeOf(error), true);
      throw error;
    }
  };
  const inTurn = store.appendInTurn?.bind(store);
  const appendInTurn: EventStore['appendInTurn'] =
    inTurn &&
    (({ decide, ...known }) =>
      observed((saw) =>
        inTurn({
          ...known,
          decide: (newer) => {
            const events = decide(newer);
            saw(events);
            return events;
          },
        }),
      ));
  return {
    ...(store.dense ? { dense: store.dense } : {}),
    ...(store.uniqueIds ? { uniqueIds: store.uniqueIds } : {}),
    ...(store.readStored ? { readStored: store.readStored.bind(store) } : {}),
    ...(appendInTurn ? { appendInTurn } : {}),
    append: (append) =>
      observed((saw) => {
        saw(append.events);
        return store.append(append);
      }),
    read: (stream, from, limit) => store.read(stream, from, limit),
    readAll: (after, limit) => store.readAll(after, limit),
    head: () => store.head(),
    positionAt: (moment) => store.positionAt(moment),
    changed: (position, signal) => store.changed(position, signal),
  };
};

/** Around taking in a batch of events: timed, and on the trace of the first of them, linked with the others. */
export const observedTaking =
  ({ meters, tracing }: Observers) =>
  async (events: readonly RecordedEvent[], take: () => Promise<void>): Promise<void> => {
    const [parent, ...links] = tracesOf(events);
    const began = performance.now();
    const attributes = { 'rastro.events': events.length, 'rastro.position': events.at(-1)?.position ?? 0 };
    const span = parent
      ? tracing.begin('project', { parent, links: links.slice(0, MOST_LINKS), attributes })
      : undefined;
    const end = (failed: boolean): void => {
      meters.projected(performance.now() - began, failed);
      span?.end({}, failed);
    };
    try {
      await take();
      end(false);
    } catch (error) {
      end(true);
      throw error;
    }
  };

const PAGE = 1_000;

/** The trace of the request that owes a job: the event of the queue's stream that names the id of the job. */
const cameOf = async (store: EventStore, queue: string, id: string): Promise<string[]> => {
  for (let from = 0; ; from += PAGE) {
    const events = await store.read(`requests-${queue}`, from, PAGE);
    const found = events.find(({ data }) => Object.values(data).includes(id));
    if (found) return tracesOf([found]);
    if (events.length < PAGE) return [];
  }
};

/** The same queues; each job is timed, and goes on the trace of the request that owes it. */
export const observedJobs = (jobs: Jobs, store: EventStore, { meters, tracing }: Observers): Jobs => {
  const around =
    (queue: string, handle: Handler): Handler =>
    async (job) => {
      const began = performance.now();
      const [parent] = tracing === noTracing ? [] : await cameOf(store, queue, job.id).catch(() => []);
      const span = tracing.begin('job', {
        parent,
        attributes: { 'rastro.queue': queue, 'rastro.attempt': job.attempt },
      });
      const end = (failed: boolean): void => {
        meters.job(queue, failed, performance.now() - began);
        span?.end({}, failed);
      };
      try {
        await handle(job);
        end(false);
      } catch (error) {
        end(true);
        throw error;
      }
    };
  const work: Jobs['work'] = (queue, handle, concurrency) => jobs.work(queue, around(queue, handle), concurrency);
  return new Proxy(jobs, {
    get(target, name) {
      if (name === 'work') return work;
      const member = Reflect.get(target, name, target) as unknown;
      return typeof member === 'function' ? (member as () => unknown).bind(target) : member;
    },
  });
};
