import type { CurrencyCode, Day } from '#core';

import type { Event } from './event.js';
import { assertDays } from './guards.js';
import { refuse } from './refusals.js';

// Stored names and fields: add, never change.

/**
 * What a source published for a day: for each currency, units of it for one unit of `base`, as the source wrote it.
 * `from` to `to` is the interval for which it stands; the ECB's fixings stand for one day each.
 */
export type RatesPublished = Event<
  'RatesPublished',
  { source: RateSource; base: CurrencyCode; from: Day; to: Day; rates: Record<string, string> }
>;

/** ECB euro reference rates; the Colombian representative market rate (pesos for one US dollar). */
export const rateSources = ['ECB', 'TRM'] as const;
export type RateSource = (typeof rateSources)[number];

/** What a source published, by the first day for which it stands. */
export type RatesState = Map<string, string>;

const told = ({ to, base, rates }: RatesPublished['data']): string =>
  `${to} ${base} ${Object.entries(rates)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .join(' ')}`;

export const ratesDecider = {
  initial: (): RatesState => new Map(),
  evolve: (state: RatesState, { data }: { data: object }): RatesState => {
    const published = data as RatesPublished['data'];
    return state.set(published.from, told(published));
  },
};

/** Rates of a day are published once. The same again is quiet; others for the same day are refused, history is not rewritten. */
export const publishRates =
  (data: RatesPublished['data']) =>
  (state: RatesState): RatesPublished[] => {
    assertDays(data);
    const standing = state.get(data.from);
    if (standing !== undefined && standing !== told(data)) {
      refuse('rates-differ', `Other rates of ${data.source} stand for ${data.from} already.`, { from: data.from });
    }
    return standing === undefined ? [{ type: 'RatesPublished', data }] : [];
  };
