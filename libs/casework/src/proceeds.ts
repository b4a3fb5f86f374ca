import { type CountryCode, isMemberState } from '#core';

import type { Category } from './asset.js';

/** Bound by Regulation (EU) 2018/1805 are the Member States but Denmark and Ireland, which do not take part in it. */
const isBound = (country: CountryCode): boolean => isMemberState(country) && country !== 'DK' && country !== 'IE';

/** What is money already, and need not be sold. */
const MONEY: ReadonlySet<Category> = new Set<Category>(['cash', 'bank-account']);

export const isMoney = (category: Category): boolean => MONEY.has(category);

/** Whether what the one State obtained in executing an order of the other is shared (Regulation (EU) 2018/1805 Art. 30(7)). */
export const sharesProceeds = (issuing: CountryCode, executing: CountryCode): boolean =>
  issuing !== executing && isBound(issuing) && isBound(executing);

/** Up to here, in euro cents, all of it accrues to the executing State (Art. 30(7)(a)). */
const ALL_KEPT = 1_000_000n;

/** Money in euro cents: what goes to the issuing State, and what the executing State keeps. */
export interface Split {
  readonly transferred: bigint;
  readonly kept: bigint;
}

/**
 * How States share what the execution of a confiscation order brought: nothing is transferred up to EUR 10 000, and half of
 * the whole above that; of an odd sum the issuing State gets the odd cent (half up). A decision on victims, or an agreement of the States, goes
 * before (Regulation (EU) 2018/1805 Art. 30(7)).
 * @param obtained euro cents, not negative.
 */
export const splitOf = (obtained: bigint): Split => {
  const transferred = obtained > ALL_KEPT ? (obtained + 1n) / 2n : 0n;
  return { transferred, kept: obtained - transferred };
};
