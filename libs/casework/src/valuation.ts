import type { AssetId, Day } from '#core';
import type { Money } from '#core';

import { withinAmounts } from './amount.js';
import type { Rules } from './decision.js';
import type { Event } from './event.js';
import { activeAsset, assertDays, assertMoney } from './guards.js';
import { refuse } from './refusals.js';

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
    const { category } = asset;
    // Drugs, weapons and devices are results with units of their own (domain rule 7.2 no. 12).
    if (category === 'contraband' || category === 'device')
      refuse(
        'not-an-asset-value',
        `A ${category} has no value as an asset. Record its quantity.`,
        { category },
        '/amount',
      );
    assertDays(data);
    assertMoney(data, data.valuedOn, '');
    withinAmounts(file, asset, data, known);
  },
};
