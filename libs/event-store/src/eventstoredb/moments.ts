import type { Instant } from '#core';

import type { RecordedEvent } from '../store.js';
import type { Reading } from './reading.js';

/** Events that follow one another in the log: how many, where they begin and end, and the earliest moment among them. */
interface Block {
  readonly first: number;
  last: number;
  count: number;
  earliest: Instant;
}

const MOST = 1_000;

const earliestOf = (events: readonly RecordedEvent[]): Instant =>
  events.reduce<Instant>(
    (earliest, { metadata }) => (metadata.recordedAt < earliest ? metadata.recordedAt : earliest),
    events[0]?.metadata.recordedAt as Instant,
  );

const blockOf = (events: readonly RecordedEvent[]): Block => ({
  first: events[0]?.position ?? 0,
  last: events.at(-1)?.position ?? 0,
  count: events.length,
  earliest: earliestOf(events),
});

const isUpTo =
  (moment: Instant) =>
  ({ metadata }: RecordedEvent): boolean =>
    metadata.recordedAt <= moment;

/**
 * Which position stands at a moment. A server has no index of moments: the log is read from its end towards its beginning as far
 * as somebody asks, once, and what was read is remembered in blocks of a thousand events.
 */
export class Moments {
  /** Without a hole between them, in the order of the log. */
  readonly #blocks: Block[] = [];
  #isWhole = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly reading: Reading) {}

  /** Of the last event that was recorded up to and including the moment; 0 when there is none. */
  positionAt(moment: Instant): Promise<number> {
    const answer = this.#turn.then(() => this.#find(moment));
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  async #find(moment: Instant): Promise<number> {
    await this.#readOn();
    const block = this.#blocks.findLast(({ earliest }) => earliest <= moment);
    if (block) {
      const events = await this.reading.forwards(block.first, block.count, true);
      return events.findLast(isUpTo(moment))?.position ?? 0;
    }
    while (!this.#isWhole) {
      const found = (await this.#readBack()).findLast(isUpTo(moment));
      if (found) return found.position;
    }
    return 0;
  }

  /** Takes in what was written since it was asked last. */
  async #readOn(): Promise<void> {
    for (let last = this.#blocks.at(-1); last; last = this.#blocks.at(-1)) {
      const events = await this.reading.forwards(last.last, MOST);
      if (events.length > 0) this.#addTo(last, events);
      if (events.length < MOST) return;
    }
  }

  #addTo(block: Block, events: readonly RecordedEvent[]): void {
    if (block.count + events.length > MOST) return void this.#blocks.push(blockOf(events));
    const { last, count, earliest } = blockOf(events);
    block.last = last;
    block.count += count;
    if (earliest < block.earliest) block.earliest = earliest;
  }

  /** @returns the block before those that are known. */
  async #readBack(): Promise<RecordedEvent[]> {
    const events = (await this.reading.backwards(this.#blocks[0]?.first, MOST)).toReversed();
    if (events.length > 0) this.#blocks.unshift(blockOf(events));
    if (events.length < MOST) this.#isWhole = true;
    return events;
  }
}
