import { setTimeout as pause } from 'node:timers/promises';

import { type AllStreamSubscription, type EventStoreDBClient, START, streamNameFilter } from '@eventstore/db-client';

import { OURS } from './categories.js';
import type { Connection, Pace } from './connection.js';
import { positionOf } from './events.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tells of each event of ours as it is written. When the subscription breaks it begins again behind the last event that was told,
 * with longer and longer pauses; what the server tells of how far it has looked is not believed, for it runs ahead.
 */
export class Following {
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  #told = 0;

  constructor(
    private readonly connection: Connection,
    private readonly tell: (position: number) => void,
  ) {}

  /** Begins behind a position, that of an event or 0; a second time it does nothing. */
  start(from: number): void {
    if (this.#running || this.#end.signal.aborted) return;
    this.#told = from;
    this.#running = this.#keepOn(this.#end.signal);
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #keepOn(signal: AbortSignal): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    const well = (): void => void (pauseMs = FIRST_PAUSE_MS);
    while (!signal.aborted) {
      const over = new AbortController();
      const until = AbortSignal.any([signal, over.signal]);
      await this.connection
        .call((client, pace) => this.#listen(this.#subscribe(client), pace, until, well))
        .catch(() => undefined);
      over.abort();
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  #subscribe(client: EventStoreDBClient): AllStreamSubscription {
    const told = BigInt(this.#told);
    const fromPosition = this.#told === 0 ? START : { commit: told, prepare: told };
    return client.subscribeToAll({ fromPosition, filter: streamNameFilter({ regex: OURS }), requiresLeader: true });
  }

  #take(position: number): void {
    this.#told = Math.max(this.#told, position);
    this.tell(this.#told);
  }

  /** Until it breaks, or the signal aborts. It has to be confirmed in time; then it lasts. */
  async #listen(source: AllStreamSubscription, pace: Pace, signal: AbortSignal, well: () => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
        source.on('confirmation', pace.lasts);
        source.on('data', ({ event }) => {
          try {
            if (event) this.#take(positionOf(event));
            well();
          } catch (error) {
            reject(error as Error);
          }
        });
        source.on('error', reject);
        source.on('end', () => reject(new Error('the subscription ended')));
      });
    } finally {
      void source.unsubscribe().catch(() => undefined);
    }
  }
}
