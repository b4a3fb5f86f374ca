import type { Day } from './day.js';
import { Refused } from './refused.js';

declare const currency: unique symbol;

/** ISO 4217, retired codes included. */
export type CurrencyCode = string & { readonly [currency]: true };

export interface Currency {
  readonly code: CurrencyCode;
  /** Minor units by ISO 4217. */
  readonly decimals: number;
  /** The last day on which it was money, for retired codes. */
  readonly until?: Day;
  /** Units of it for one euro, fixed for ever, from the day after `until` (Regulation (EC) 1103/97 and successors). */
  readonly perEuro?: string;
}

// Replaced by the dated table.
const table = new Map<string, Currency>();

/** @throws Refused `currency-unknown`. */
export const currencyOrRefuse = (code: unknown, at?: string): Currency => {
  const found = typeof code === 'string' ? table.get(code) : undefined;
  if (!found) throw new Refused('currency-unknown', 'Give an ISO 4217 code such as EUR.', { given: code }, at);
  return found;
};
