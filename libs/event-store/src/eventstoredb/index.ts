import { setTimeout as pause } from 'node:timers/promises';

import {
  type AppendExpectedRevision,
  type EventData,
  NO_STREAM as NEW,
  WrongExpectedVersionError,
} from '@eventstore/db-client';

import type { Instant } from '#core';

import {
  type Append,
  type Appended,
  type EventStore,
  NO_STREAM,
  OutcomeUnknown,
  type RecordedEvent,
} from '../store.js';
import { safeAddress, type Surroundings } from './address.js';
import { assertOurs } from './categories.js';
import { Connection } from './connection.js';
import { proposalOf } from './events.js';
import { failedAppend } from './failures.js';
import { Following } from './following.js';
import { Moments } from './moments.js';
import { Reading } from './reading.js';

/** A log that holds connections of its own. */
export interface OpenLog extends EventStore {
  close(): Promise<void>;
}

/** The server gives an append up after so long by its own clock: ours may be behind it by as much. */
const SERVER_MS = 60_000;
const LOOK_MS = 1_000;

class EventStoreDb implements OpenLog {
  readonly #reading: Reading;
  readonly #moments: Moments;
  readonly #following: Following;
  readonly #listeners = new Set<() => void>();
  /** The last append to each stream that has some under way. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** The highest position of an event of ours that was met with. */
  #seen = 0;

  constructor(private readonly connection: Connection) {
    this.#reading = new Reading(connection);
    this.#moments = new Moments(this.#reading);
    this.#following = new Following(connection, (position) => this.#see(position));
  }

  /** Appends to one stream go one after another, so that what was there before is known; those to others go at once. */
  async append(append: Append): Promise<Appended> {
    assertOurs(append.stream);
    const proposals = append.events.map(proposalOf);
    const write = (): Promise<Appended> => this.#write(append, proposals);
    const before = this.#turns.get(append.stream);
    const turn = before ? before.then(write, write) : write();
    this.#turns.set(append.stream, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(append.stream) === turn) this.#turns.delete(append.stream);
    }
  }

  async #write(append: Append, proposals: EventData[]): Promise<Appended> {
    const { stream, expectedRevision } = append;
    const before = this.#seen;
    const expected: AppendExpectedRevision = expectedRevision === NO_STREAM ? NEW : BigInt(expectedRevision);
    const options = { expectedRevision: expected, requiresLeader: true, deadline: SERVER_MS };
    const answer = await this.connection
      .call((client) => client.appendToStream(stream, proposals, options))
      .catch((error: unknown) => {
        if (error instanceof WrongExpectedVersionError) return error;
        throw failedAppend(error, stream);
      });
    if (!(answer instanceof WrongExpectedVersionError)) return this.#settle(append, before, answer);
    return { outcome: 'conflict', revision: answer.actualVersion === NEW ? NO_STREAM : Number(answer.actualVersion) };
  }

  async #settle(
    append: Append,
    before: number,
    { nextExpectedRevision, position: told }: { nextExpectedRevision: bigint; position?: { commit: bigint } },
  ): Promise<Appended> {
    const revision = append.expectedRevision + append.events.length;
    if (nextExpectedRevision !== BigInt(revision))
      throw new Error(`${append.stream} stands at revision ${nextExpectedRevision}: it was deleted, not by Rastro`);
    const isTold = told && told.commit <= BigInt(Number.MAX_SAFE_INTEGER);
    const position = isTold ? Number(told.commit) : await this.#positionOf(append, revision);
    const isRepeated = !isTold || position <= before;
    this.#see(position);
    return { outcome: isRepeated ? 'repeated' : 'appended', revision, position };
  }

  /** Some servers do not say where it stands what they had before. */
  async #positionOf({ stream, events }: Append, revision: number): Promise<number> {
    const [found] = await this.#reading.stream(stream, revision, 1);
    if (found?.id !== events.at(-1)?.id) throw new OutcomeUnknown(`revision ${revision} of ${stream} is not there yet`);
    return found?.position ?? 0;
  }

  #see(position: number): void {
    if (position <= this.#seen) return;
    this.#seen = position;
    for (const wake of this.#listeners) wake();
  }

  async read(stream: string, from: number, limit: number): Promise<RecordedEvent[]> {
    return this.#reading.stream(stream, from, limit);
  }

  async readAll(after: number, limit: number): Promise<RecordedEvent[]> {
    const events = await this.#reading.forwards(after, limit);
    this.#see(events.at(-1)?.position ?? 0);
    return events;
  }

  async head(): Promise<number> {
    const [last] = await this.#reading.backwards(undefined, 1);
    this.#see(last?.position ?? 0);
    return last?.position ?? 0;
  }

  /** Whether it can be read as the log must be. @throws Refused `event-store-denied`; LogUnreachable; TypeError when the server is too old. */
  async check(): Promise<void> {
    const [last] = await this.#reading.backwards(undefined, 1);
    if (last) await this.#reading.stream(last.stream, last.revision, 1);
    this.#see(last?.position ?? 0);
  }

  positionAt(moment: Instant): Promise<number> {
    return this.#moments.positionAt(moment);
  }

  /** Woken by a subscription; should it be silent, whoever waits looks all the same. */
  async changed(position: number, signal: AbortSignal): Promise<void> {
    this.#following.start(this.#seen);
    if (this.#seen > position || signal.aborted) return;
    const end = new AbortController();
    const woken = new Promise<void>((resolve) => {
      const wake = (): void => {
        if (this.#seen > position) resolve();
      };
      this.#listeners.add(wake);
      end.signal.addEventListener('abort', () => this.#listeners.delete(wake));
      signal.addEventListener('abort', () => resolve(), { signal: end.signal });
    });
    await Promise.race([woken, pause(LOOK_MS, undefined, { signal: end.signal }).catch(() => undefined)]);
    end.abort();
  }

  async close(): Promise<void> {
    await this.#following.stop();
    await this.connection.close();
  }
}

/**
 * The log on an EventStoreDB (22.6 or newer) or a KurrentDB. Positions are those of the server: they grow, with holes between them.
 * @throws Refused `setting-malformed`, `event-store-unsafe`, `event-store-denied`; LogUnreachable.
 */
export const openEventStoreDb = async (url: string, surroundings: Surroundings = process.env): Promise<OpenLog> => {
  const store = new EventStoreDb(new Connection(safeAddress(url, surroundings)));
  try {
    await store.check();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
};
