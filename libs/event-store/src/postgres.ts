import { setImmediate as breath, setTimeout as pause } from 'node:timers/promises';

import { type Instant, Refused } from '#core';

import { isStorageFull } from './failing.js';
import { LOCK, prepareLog } from './log-schema.js';
import { add, APPEND_IF_BELIEVED, columnsOf, READ, READ_ALL, readPage, readStoredPage } from './rows.js';
import type { Database, Sql } from './sql.js';
import {
  type Append,
  type Appended,
  type EventStore,
  NO_STREAM,
  OutcomeUnknown,
  type RecordedEvent,
  type StoredPage,
} from './store.js';

/** In one transaction. More wait meanwhile, so that deciding and writing go on at the same time. */
const MOST_EVENTS = 1_000;
/** More than a database takes in a few seconds: whoever comes then is sent away at once, instead of waiting in vain. */
const MOST_WAITING = 10_000;
const POLL_MS = 500;

const crowded = (): Refused => new Refused('too-busy', 'Too many wait for the log already. Try again.');

interface Waiting {
  readonly append: Append;
  readonly resolve: (outcome: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/** Whether the server said no, by its SQLSTATE (`EPIPE` is none). Anything else leaves the outcome of a write unknown. */
const isRefusal = (error: unknown): boolean => {
  if (isStorageFull(error)) return true;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^(?=.{5}$)(\d|F0|HV|P0|XX)[0-9A-Z]+$/.test(code) && !/^(08|57|40003)/.test(code);
};

class SqlEventStore implements EventStore {
  readonly dense = true;
  readonly uniqueIds = true;
  #waiting: Waiting[] = [];
  #flushing = false;
  /** The end of the log, as far as this process knows; a wrong belief is noticed by the statement that relies on it. */
  #head: number | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly db: Database) {}

  append(append: Append): Promise<Appended> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(crowded());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      if (this.#flushing) return;
      this.#flushing = true;
      setImmediate(() => void this.#flush());
    });
  }

  /** Commits all that wait in one transaction, and what came meanwhile in the next; that one is on its way before this one is answered. */
  async #flush(): Promise<void> {
    let answer: (() => void) | undefined;
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      const written = this.#commit(batch);
      answer?.();
      answer = await written;
      if (this.#waiting.length > 0) continue;
      answer();
      answer = undefined;
      await breath();
    }
    this.#flushing = false;
  }

  /** @returns what answers those who wait for the batch. */
  async #commit(batch: Waiting[]): Promise<() => void> {
    try {
      const outcomes =
        (await this.#writeAtOnce(batch)) ?? (await this.db.transaction((sql) => this.#write(sql, batch)));
      return () => {
        batch.forEach(({ resolve }, index) => resolve(outcomes[index] as Appended));
        for (const wake of this.#listeners) wake();
      };
    } catch (error) {
      await this.#settleFailure(batch, error);
      return () => undefined;
    }
  }

  #next(): Waiting[] {
    let [count, events] = [0, 0];
    while (
      count < this.#waiting.length &&
      (count === 0 || events + (this.#waiting[count]?.append.events.length ?? 0) <= MOST_EVENTS)
    ) {
      events += this.#waiting[count]?.append.events.length ?? 0;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** A batch that was refused as a whole is tried append by append, so that one bad append harms no other. */
  async #settleFailure(batch: Waiting[], error: unknown): Promise<void> {
    if (!isRefusal(error))
      return batch.forEach(({ reject }) => reject(new OutcomeUnknown('the write was not answered', { cause: error })));
    if (batch.length === 1 || isStorageFull(error)) return batch.forEach(({ reject }) => reject(error));
    for (const one of batch) {
      await this.db
        .transaction((sql) => this.#write(sql, [one]))
        .then(([outcome]) => one.resolve(outcome as Appended))
        .catch((reason: unknown) =>
          one.reject(isRefusal(reason) ? reason : new OutcomeUnknown('the write was not answered', { cause: reason })),
        );
    }
  }

  /**
   * One statement, one round trip: it writes only when it has the turn at once, and the log and every stream end where they
   * are believed to end. A wrong belief, or an id that stands already, and nothing is written.
   * @returns undefined when it wrote nothing.
   */
  async #writeAtOnce(batch: readonly Waiting[]): Promise<Appended[] | undefined> {
    if (this.#head === undefined) return undefined;
    const starts = new Map<string, number>();
    const ends = new Map<string, number>();
    const rows: RecordedEvent[] = [];
    const outcomes: Appended[] = [];
    let position = this.#head;
    for (const { append } of batch) {
      const { stream, expectedRevision, events } = append;
      if ((ends.get(stream) ?? expectedRevision) !== expectedRevision) return undefined;
      if (!starts.has(stream)) starts.set(stream, expectedRevision);
      ends.set(stream, expectedRevision + events.length);
      events.forEach((event, index) =>
        rows.push({ ...event, stream, revision: expectedRevision + 1 + index, position: ++position }),
      );
      outcomes.push({ outcome: 'appended', revision: expectedRevision + events.length, position });
    }
    try {
      const [written] = await this.db.query<{ count: string }>(APPEND_IF_BELIEVED, [
        ...columnsOf(rows),
        [...starts.keys()],
        [...starts.values()],
        this.#head,
        LOCK,
      ]);
      if (Number(written?.count) === rows.length) {
        this.#head = position;
        return outcomes;
      }
    } catch (error) {
      if (!PASSING.has(String((error as { code?: unknown }).code))) throw error;
    }
    this.#head = undefined;
    return undefined;
  }

  async #write(sql: Sql, batch: readonly Waiting[]): Promise<Appended[]> {
    const streams = [...new Set(batch.map(({ append }) => append.stream))];
    await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
    const [state] = await sql.query<{ head: string; heads: string | null }>(
      `select coalesce((select max(position) from log.events), 0) as head,
         (select json_object_agg(s, r) from (select s, (select max(revision) from log.events where stream = s) as r from unnest($1::text[]) s) x where r is not null)::text as heads`,
      [streams],
    );
    const revisions = new Map(Object.entries(JSON.parse(state?.heads ?? '{}') as Record<string, number>));
    let position = Number(state?.head ?? 0);
    const rows: RecordedEvent[] = [];
    const outcomes: Appended[] = [];
    for (const { append } of batch) {
      const { stream, expectedRevision, events } = append;
      const revision = revisions.get(stream) ?? NO_STREAM;
      if (revision !== expectedRevision) {
        outcomes.push(await this.#repeatedOrConflict(sql, append, revision, rows));
      } else {
        events.forEach((event, index) =>
          rows.push({ ...event, stream, revision: revision + 1 + index, position: ++position }),
        );
        revisions.set(stream, revision + events.length);
        outcomes.push({ outcome: 'appended', revision: revision + events.length, position });
      }
    }
    await add(sql, rows);
    this.#head = position;
    return outcomes;
  }

  async #repeatedOrConflict(
    sql: Sql,
    { stream, expectedRevision, events }: Append,
    revision: number,
    pending: readonly RecordedEvent[],
  ): Promise<Appended> {
    const stored = await sql.query<{ id: string; revision: number; position: string }>(
      'select id, revision, position from log.events where stream = $1 and revision > $2 order by revision limit $3',
      [stream, expectedRevision, events.length],
    );
    const ours = pending.filter((event) => event.stream === stream && event.revision > expectedRevision);
    const found = [...stored, ...ours].slice(0, events.length);
    const last = found.at(-1);
    const same = found.length === events.length && found.every(({ id }, index) => id === events[index]?.id);
    if (same && last) return { outcome: 'repeated', revision: Number(last.revision), position: Number(last.position) };
    return { outcome: 'conflict', revision };
  }

  read(stream: string, from: number, limit: number): Promise<RecordedEvent[]> {
    return readPage(this.db, READ, [stream, from, limit]);
  }

  readAll(after: number, limit: number): Promise<RecordedEvent[]> {
    return readPage(this.db, READ_ALL, [after, limit]);
  }

  readStored(after: number, limit: number): Promise<StoredPage> {
    return readStoredPage(this.db, after, limit);
  }

  async head(): Promise<number> {
    const [row] = await this.db.query<{ head: string }>('select coalesce(max(position), 0) as head from log.events');
    return Number(row?.head ?? 0);
  }

  async positionAt(moment: Instant): Promise<number> {
    const text = 'select coalesce(max(position), 0) as position from log.events where recorded_at <= $1';
    const [row] = await this.db.query<{ position: string }>(text, [moment]);
    return Number(row?.position ?? 0);
  }

  /** Woken at once by an append of this process; another process's is seen by looking now and then. */
  async changed(position: number, signal: AbortSignal): Promise<void> {
    const end = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#listeners.add(resolve);
      end.signal.addEventListener('abort', () => this.#listeners.delete(resolve));
      signal.addEventListener('abort', () => resolve(), { signal: end.signal });
    });
    try {
      if (!signal.aborted && (await this.head()) <= position) {
        await Promise.race([woken, pause(POLL_MS, undefined, { signal: end.signal }).catch(() => undefined)]);
      }
    } finally {
      end.abort();
    }
  }
}

/** A belief that grew old, a deadlock, a serialisation: in a transaction with the turn to itself it may pass. */
const PASSING = new Set(['23505', '40001', '40P01']);

/**
 * The log on a PostgreSQL database, embedded or on a server. The database is the caller's to close. `create` (unless told
 * otherwise): what is missing is made, and what an older program made is brought up.
 * @throws Refused `schema-newer`; `schema-older` where nothing may be created.
 */
export const openSqlEventStore = async (
  db: Database,
  { create = true }: { create?: boolean } = {},
): Promise<EventStore> => {
  await prepareLog(db, create);
  return new SqlEventStore(db);
};
