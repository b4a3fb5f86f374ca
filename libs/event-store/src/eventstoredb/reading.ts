import {
  type AllStreamRecordedEvent,
  BACKWARDS,
  type Direction,
  END,
  FORWARDS,
  type ReadPosition,
  type ReadRevision,
  type RecordedEvent as Stored,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client';

import type { RecordedEvent } from '../store.js';
import { isOurs } from './categories.js';
import type { Connection, Pace } from './connection.js';
import { eventOf, positionOf } from './events.js';
import { failedRead } from './failures.js';

/** What a read of the client is, of a stream or of all. */
interface Source<E> {
  on(event: 'data', take: (resolved: { event?: E }) => void): unknown;
  on(event: 'end', end: () => void): unknown;
  on(event: 'error', fail: (error: Error) => void): unknown;
  cancel(): Promise<void>;
}

/** Events come at least so many at a time: others may stand between ours. */
const FEWEST = 32;
const MOST = 4_000;

/** Where a real event stands: no other position may ever be sent. */
const at = (position: number): ReadPosition => ({ commit: BigInt(position), prepare: BigInt(position) });

/** All events of a read. The call is broken off unless it came to its end: one that is left alone stays open. */
const readOut = async <E>(source: Source<E>, { alive }: Pace): Promise<E[]> => {
  const events: E[] = [];
  let isOver = false;
  try {
    await new Promise<void>((resolve, reject) => {
      source.on('data', ({ event }) => {
        alive();
        if (event) events.push(event);
      });
      source.on('end', resolve);
      source.on('error', reject);
    });
    isOver = true;
    return events;
  } finally {
    if (!isOver) void source.cancel().catch(() => undefined);
  }
};

/** Reads pages of a stream, and of the whole log without what is not ours. */
export class Reading {
  constructor(private readonly connection: Connection) {}

  /** @throws LogUnreachable, Refused `event-store-denied`. */
  async stream(name: string, from: number, limit: number): Promise<RecordedEvent[]> {
    if (limit === 0) return [];
    const fromRevision: ReadRevision = from <= 0 ? START : BigInt(from);
    const options = { fromRevision, maxCount: limit, requiresLeader: true };
    const stored = await this.connection
      .ask((client, pace) => readOut<Stored>(client.readStream(name, options), pace))
      .catch((error: unknown) => {
        if (error instanceof StreamNotFoundError) return [];
        throw failedRead(error);
      });
    return stored.map(eventOf);
  }

  /** Ours behind a position, or from it on; 0, or the position of one of ours. */
  forwards(from: number, limit: number, inclusive = false): Promise<RecordedEvent[]> {
    const first = inclusive ? from : from + 1;
    return this.#walk(from === 0 ? START : at(from), FORWARDS, limit, (position) => from === 0 || position >= first);
  }

  /** Ours before the position of one of ours, or all; the last one first. */
  backwards(before: number | undefined, limit: number): Promise<RecordedEvent[]> {
    const isIn = (position: number): boolean => before === undefined || position < before;
    return this.#walk(before === undefined ? END : at(before), BACKWARDS, limit, isIn);
  }

  /** Page after page, each beginning with the last event of the one before it, until there are enough. */
  async #walk(
    start: ReadPosition,
    direction: Direction,
    limit: number,
    isIn: (position: number) => boolean,
  ): Promise<RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    let [from, before] = [start, -1n];
    while (found.length < limit) {
      const wanted = Math.min(Math.max(limit - found.length + 1, FEWEST), MOST);
      const page = await this.#page(from, direction, wanted);
      for (const event of page) {
        const isNew = event.position.commit !== before;
        if (isNew && isOurs(event.streamId) && isIn(positionOf(event))) found.push(eventOf(event));
      }
      const last = page.at(-1);
      if (!last || page.length < wanted) break;
      from = last.position;
      before = last.position.commit;
    }
    return found.slice(0, limit);
  }

  /** `readAll` of the client knows no filter, so that system events come along. */
  async #page(fromPosition: ReadPosition, direction: Direction, maxCount: number): Promise<AllStreamRecordedEvent[]> {
    const options = { fromPosition, direction, maxCount, requiresLeader: true };
    try {
      return await this.connection.ask((client, pace) =>
        readOut<AllStreamRecordedEvent>(client.readAll(options), pace),
      );
    } catch (error) {
      throw failedRead(error);
    }
  }
}
