import { Refused } from '#core';

import { LOCK } from './log-schema.js';
import { add } from './rows.js';
import type { Database } from './sql.js';
import { type Appended, AppendTooLarge, type EventStore, OutcomeUnknown, type RecordedEvent } from './store.js';

/**
 * Puts events of another log, whole and in their order, behind the position where this one ends. They carry the positions
 * that a log which numbers densely gives them.
 * @returns the position where it ends then.
 * @throws Refused `target-in-use` when somebody else writes into it.
 */
export type Carrier = (events: readonly RecordedEvent[], end: number) => Promise<number>;

const inUse = (why: object): Refused =>
  new Refused('target-in-use', 'Somebody else writes into the target: stop them, then move again.', { ...why });

/** Into a log in SQL: each batch is one transaction. */
export const carryIntoSql =
  (db: Database): Carrier =>
  (events, end) =>
    db.transaction(async (sql) => {
      await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
      const [row] = await sql.query<{ head: string }>('select coalesce(max(position), 0) as head from log.events');
      if (Number(row?.head) !== end) throw inUse({ expected: end, found: Number(row?.head) });
      await add(sql, events);
      return events.at(-1)?.position ?? end;
    });

/** In one append: atomic on any store, and well below the megabyte that a server may admit. */
const [MOST_EVENTS, MOST_CHARACTERS] = [500, 250_000] as const;

const sizeOf = (event: RecordedEvent): number => JSON.stringify(event).length;

/** Neighbours of one stream, so that they are appended together. */
const runsOf = (events: readonly RecordedEvent[]): RecordedEvent[][] => {
  const runs: RecordedEvent[][] = [];
  let size = 0;
  for (const event of events) {
    const run = runs.at(-1);
    size += sizeOf(event);
    if (run?.[0]?.stream === event.stream && run.length < MOST_EVENTS && size <= MOST_CHARACTERS) run.push(event);
    else {
      runs.push([event]);
      size = sizeOf(event);
    }
  }
  return runs;
};

/** Halves what is too large for one message; an unknown outcome is tried once more, with the same ids. */
const appendRun = async (store: EventStore, run: readonly RecordedEvent[]): Promise<Appended | undefined> => {
  const [first] = run;
  if (!first) return undefined;
  const append = { stream: first.stream, expectedRevision: first.revision - 1, events: run };
  try {
    return await store.append(append);
  } catch (error) {
    if (error instanceof OutcomeUnknown) return store.append(append);
    if (!(error instanceof AppendTooLarge) || run.length === 1) throw error;
    const middle = Math.ceil(run.length / 2);
    const before = await appendRun(store, run.slice(0, middle));
    return before?.outcome === 'conflict' ? before : appendRun(store, run.slice(middle));
  }
};

/** Into any log through its port: one append after another, because nothing else keeps the order between streams. */
export const carryThroughPort =
  (store: EventStore): Carrier =>
  async (events, end) => {
    let last = end;
    for (const run of runsOf(events)) {
      const outcome = await appendRun(store, run);
      if (outcome?.outcome === 'conflict') throw inUse({ stream: run[0]?.stream, found: outcome.revision });
      last = outcome?.position ?? last;
    }
    return last;
  };

const PAGE = 4_000;

export interface Carrying {
  readonly from: EventStore;
  /** The last event of `from` that the target holds already, by its position; and where the target ends. */
  readonly after: number;
  readonly end: number;
  readonly into: Carrier;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Of a log that does not number its events densely, as one that does would have numbered them; a hole in one that does is kept. */
const placed = ({ dense }: EventStore, page: readonly RecordedEvent[], end: number): readonly RecordedEvent[] =>
  dense ? page : page.map((event, index) => ({ ...event, position: end + 1 + index }));

/** Carries a log over, page by page, from where it was left; the next page is read while one is written. @returns how many events. */
export const carryLog = async ({ from, after, end, into, onProgress }: Carrying): Promise<number> => {
  const total = (await from.head()) - after;
  let [carried, last] = [0, end];
  let next = from.readAll(after, PAGE);
  for (;;) {
    const page = await next;
    const position = page.at(-1)?.position;
    if (position === undefined) return carried;
    next = from.readAll(position, PAGE);
    next.catch(() => undefined);
    last = await into(placed(from, page, last), last);
    carried += page.length;
    onProgress?.(position - after, Math.max(total, position - after));
  }
};
