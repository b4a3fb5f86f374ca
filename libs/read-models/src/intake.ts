import { type EventStore, NothingChanged, type RecordedEvent } from '#event-store';

import type { Following, Waiters } from './following.js';
import { type Generation, LookFirst } from './generation.js';

const PAGE = 2_000;
/** Of what is taken in gently: who appends to the same database waits for no more than one. */
const PIECE = 250;
/** So many full pieces in a row, and whoever takes in is too far behind to be gentle. */
const MOST_PIECES = 20;

/** Around taking in a batch of events, for whoever watches. */
export type Taking = (events: readonly RecordedEvent[], take: () => Promise<void>) => Promise<void>;

/** Without what is delivered again. */
const newer = (events: readonly RecordedEvent[], after: number): RecordedEvent[] => {
  let last = after;
  return events.filter(({ position }) => position > last && (last = position));
};

/** Takes the log into a generation, page by page; the next one is read meanwhile. */
export class Intake {
  constructor(
    private readonly store: EventStore,
    private readonly taking: Taking,
    private readonly waiters: Waiters,
  ) {}

  /** Up to the end of the log, or to a position of it. @returns the position reached. */
  async follow(
    generation: Generation,
    { gently = false, onProgress, upTo = Infinity, signal }: Following = {},
  ): Promise<number> {
    const total = onProgress ? await this.store.head() : 0;
    let [size, asked] = [0, 0];
    const read = (after: number): Promise<RecordedEvent[]> => {
      size = gently && asked++ < MOST_PIECES ? PIECE : PAGE;
      const page = this.store.readAll(after, size);
      page.catch(() => undefined);
      return page;
    };
    let after = generation.position;
    let next = read(after);
    for (;;) {
      signal?.throwIfAborted();
      const page = await next;
      const events = newer(page, after).filter(({ position }) => position <= upTo);
      const last = events.at(-1)?.position;
      const more = page.length === size && last !== undefined && (page.at(-1)?.position ?? 0) <= upTo;
      if (more) next = read((after = last));
      let stands =
        events.length === 0 ||
        (await this.#advance(generation, () => this.taking(events, () => generation.take(events, this.store.dense))));
      if (stands && !more) stands = await this.#advance(generation, () => generation.settled());
      if (!stands) next = read((after = generation.position));
      onProgress?.(generation.position, total);
      this.waiters.wake();
      if (stands && !more) return generation.position;
    }
  }

  /** @returns false when another process was faster, or ids are to be looked for first: it goes on from where the rows stand. */
  async #advance(generation: Generation, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (generation.filling) throw error;
      await generation.reload();
      if (error instanceof NothingChanged || error instanceof LookFirst) return false;
      throw error;
    }
  }
}
