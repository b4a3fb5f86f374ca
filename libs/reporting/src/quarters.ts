import { addDays, type Day, type Instant, lastDayOf, type Quarter, Refused } from '#core';
import type { Decider, Decision, Fact } from '#event-store';

// Stored names and fields: add, never change.

/**
 * A quarter was closed like a book: this edition of it counts what was known up to a position of the log, for ever. What
 * becomes known later appears in the next edition.
 */
export interface QuarterClosed {
  readonly type: 'QuarterClosed';
  readonly data: {
    readonly quarter: Quarter;
    /** 1, 2, 3 … */
    readonly edition: number;
    /** The last position of the log that counts. */
    readonly position: number;
    /** That of the edition before. */
    readonly previous?: number;
  };
}

export type Edition = QuarterClosed['data'];

export const CLOSINGS_QUEUE = 'closings';
export const quarterStream = (quarter: Quarter): string => `quarter-${quarter}`;

/** The editions of one quarter, in order. */
export const quarterDecider: Decider<Edition[]> = {
  initial: () => [],
  evolve(editions, { type, data }: Fact) {
    if (type !== 'QuarterClosed') throw new Error(`nobody knows what ${type} means for a quarter`);
    editions.push(data as Edition);
    return editions;
  },
};

/** What came in late is in by then: a quarter is closed by itself so many days after it ended, with what was known at the end of the day. */
export const CLOSES_AFTER_DAYS = 45;

const closingDayOf = (quarter: Quarter): Day => addDays(lastDayOf(quarter), CLOSES_AFTER_DAYS);

/** The moment up to which the first edition counts when nobody closes the quarter before. */
export const closingMomentOf = (quarter: Quarter): Instant => `${closingDayOf(quarter)}T23:59:59.999Z` as Instant;

export interface Closing {
  readonly quarter: Quarter;
  readonly position: number;
  /** In UTC. */
  readonly today: Day;
}

/** The next edition; none when the last one stands at this position already. */
export const closeQuarter =
  ({ quarter, position, today }: Closing): Decision<Edition[]> =>
  (editions) => {
    const [lastDay, last] = [lastDayOf(quarter), editions.at(-1)];
    if (today <= lastDay)
      throw new Refused('quarter-not-ended', `It ends on ${lastDay}: close it after that day.`, { quarter, lastDay });
    if (last && position < last.position) {
      const hint = `Edition ${last.edition} stands at ${last.position}: a later one counts more, never less.`;
      throw new Refused('edition-not-beyond', hint, { edition: last.edition, position: last.position }, '/asOf');
    }
    if (last?.position === position) return [];
    const edition = { quarter, edition: editions.length + 1, position, ...(last ? { previous: last.position } : {}) };
    return [{ type: 'QuarterClosed', data: edition } satisfies QuarterClosed];
  };

/** The first edition; none when there is one. */
export const closeAtFirst =
  (closing: Closing): Decision<Edition[]> =>
  (editions) =>
    editions.length > 0 ? [] : closeQuarter(closing)(editions);
