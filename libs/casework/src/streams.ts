import type { CaseId, NetworkId, OperationId } from '#core';

import type { RateSource } from './rates.js';

/** The names of streams. No name of a person ever stands in one. */
export const streamOf = {
  case: (id: CaseId): string => `case-${id}`,
  network: (id: NetworkId): string => `network-${id}`,
  operation: (id: OperationId): string => `operation-${id}`,
  rates: (source: RateSource): string => `rates-${source.toLowerCase()}`,
};
