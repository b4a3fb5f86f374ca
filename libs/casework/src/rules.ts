import { assetRules } from './asset.js';
import { barRules } from './bar.js';
import { caseRules } from './case.js';
import type { Rules } from './decision.js';
import { duplicateRules } from './duplicate.js';
import type { CaseEvent } from './events.js';
import { measureRules } from './measure.js';
import { orderRules } from './order.js';
import type { SharingEvent } from './sharing.js';
import { valuationRules } from './valuation.js';

/** The guards of each fact that is about the world; voids, corrections and shares have theirs beside them. */
export const rules: Rules<Exclude<CaseEvent['type'], 'EntryVoided' | 'EntryCorrected' | SharingEvent['type']>> = {
  ...caseRules,
  ...assetRules,
  ...valuationRules,
  ...duplicateRules,
  ...barRules,
  ...orderRules,
  ...measureRules,
};
