import { setImmediate as breath, setTimeout as pause } from 'node:timers/promises';

import { type Instant, Refused } from '#core';

import { isStorageFull } from './failing.js';
import { type Preparing, prepareLog } from './log-schema.js';
import { READ, READ_ALL, readPage, readStoredPage } from './rows.js';
import type { Database } from './sql.js';
import {
  type Append,
  type Appended,
  type Deciding,
  type EventStore,
  OutcomeUnknown,
  type RecordedEvent,
  type StoredPage,
} from './store.js';
import { type InTurn, inTurn, writeAtOnce, writeInTurn } from './writing.js';

/** In one transaction. More wait meanwhile, so that deciding and writing go on at the same time. */
const MOST_EVENTS = 1_000;
/** More than a database takes in a few seconds: whoever comes then is sent away at once, instead of waiting in vain. */
const MOST_WAITING = 10_000;
const POLL_MS = 500;

const crowded = (): Refused => new Refused('too-busy', 'Too many wait for the log already. Try again.');

interface Waiting {
  readonly asked: Append | InTurn;
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
  readonly #listeners = new Set<() => void>();

  constructor(private readonly db: Database) {}

  append(append: Append): Promise<Appended> {
    return this.#enqueue(append);
  }

  appendInTurn(deciding: Deciding): Promise<Appended> {
    return this.#enqueue(inTurn(deciding));
  }

  #enqueue(asked: Append | InTurn): Promise<Appended> {
    if (this.#waiting.length >= MOST_WAITING) return Promise.reject(crowded());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject });
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

  /**
   * What ends elsewhere than it was believed to, and what is decided in turn, is written in a transaction of its own.
   * @returns what answers those who wait for the batch.
   */
  async #commit(batch: readonly Waiting[]): Promise<() => void> {
    const atOnce = await this.#written(batch, (all) => writeAtOnce(this.db, all));
    const left = [...atOnce].flatMap(([one, outcome]) => (outcome ? [] : [one]));
    const inTurn = await this.#written(left, (all) => this.db.transaction((sql) => writeInTurn(sql, all)));
    return () => {
      for (const [{ resolve }, outcome] of [...atOnce, ...inTurn]) if (outcome) resolve(outcome);
      for (const wake of this.#listeners) wake();
    };
  }

  /** @returns how it came out for each; of none, when it failed as a whole, and they were told. */
  async #written(
    batch: readonly Waiting[],
    write: (all: readonly Waiting['asked'][]) => Promise<readonly (Appended | undefined)[]>,
  ): Promise<Map<Waiting, Appended | undefined>> {
    if (batch.length === 0) return new Map();
    try {
      const outcomes = await write(batch.map(({ asked }) => asked));
      return new Map(batch.map((one, index) => [one, outcomes[index]]));
    } catch (error) {
      await this.#settleFailure(batch, error);
      return new Map();
    }
  }

  #next(): Waiting[] {
    let [count, events] = [0, 0];
    for (const { asked } of this.#waiting) {
      events += 'events' in asked ? asked.events.length : 1;
      if (count > 0 && events > MOST_EVENTS) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** A batch that was refused as a whole is tried append by append, so that one bad append harms no other. */
  async #settleFailure(batch: readonly Waiting[], error: unknown): Promise<void> {
    if (!isRefusal(error))
      return batch.forEach(({ reject }) => reject(new OutcomeUnknown('the write was not answered', { cause: error })));
    if (batch.length === 1 || isStorageFull(error)) return batch.forEach(({ reject }) => reject(error));
    for (const one of batch) {
      await this.db
        .transaction((sql) => writeInTurn(sql, [one.asked]))
        .then(([outcome]) => one.resolve(outcome as Appended))
        .catch((reason: unknown) =>
          one.reject(isRefusal(reason) ? reason : new OutcomeUnknown('the write was not answered', { cause: reason })),
        );
    }
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

/**
 * The log on a PostgreSQL database, embedded or on a server. The database is the caller's to close.
 * @throws Refused `schema-newer`; `schema-older` where nothing may be created; `move-unfinished`.
 */
export const openSqlEventStore = async (db: Database, preparing: Preparing = {}): Promise<EventStore> => {
  await prepareLog(db, preparing);
  return new SqlEventStore(db);
};
