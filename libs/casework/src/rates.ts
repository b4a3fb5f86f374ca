import type { CurrencyCode, Day } from '#core';

import type { Event } from './event.js';

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
