import type { AssetId, Day } from '#core';
import type { Money } from '#core';

import { withinAmounts } from './amount.js';
import type { Rules } from './decision.js';
import type { Event } from './event.js';
import { activeAsset, assertDays, assertLeft, assertMoney, assertWorthMoney } from './guards.js';

// Stored names and fields: add, never change.

export const valuationMethods = [
  'face-value', 'account-balance', 'market-quote', 'guide-price', 'expert-appraisal', 'tax-value', 'declared-price',
  'police-estimate', 'auction-estimate', 'auction-price', 'net-proceeds', 'nominal', 'unknown',
] as const; // prettier-ignore
export type ValuationMethod = (typeof valuationMethods)[number];

/**
 * What the whole asset was worth on a day, estimated or actual (Directive (EU) 2024/1260 Art. 27(2)(b)).
 * All valuations are kept; the one of the latest day stands.
 */
export type AssetValued = Event<
  'AssetValued',
  Money & { assetId: AssetId; method: ValuationMethod; valuedOn: Day; valuer?: string; document?: string }
>;

export const valuationRules: Rules<'AssetValued'> = {
  AssetValued: (file, data, known) => {
    const asset = activeAsset(file, data.assetId);
    assertWorthMoney(asset.category, '/amount');
    assertDays(data);
    assertMoney(data, data.valuedOn, '');
    assertLeft(asset, data.valuedOn);
    withinAmounts(file, asset, data, known);
  },
};
