import { RateTable } from '#ledger';

import { convertWaiting } from './apply.js';
import type { Batch } from './batch.js';
import { loadPublications } from './loading.js';
import type { ReadModels } from './read-models.js';

/** Rates as they became known, for taking cases in once more as they were taken in. */
export interface PastRates {
  /**
   * Lets a batch know what was published up to a position, and what it has waiting be converted where the log told the rate. Asked
   * for later and later positions.
   */
  publishingTo(batch: Batch): (position: number) => Promise<void>;
}

/** Those that were published up to a position of the log: read once, for any number of cases. */
export const ratesUntil = async (rm: ReadModels, until: number): Promise<PastRates> => {
  const table = new RateTable();
  const publications = (await loadPublications(rm.db, rm.schema, until)).map(({ data, position }) => ({
    position,
    days: table.publish(data, position),
  }));
  const publishingTo = (batch: Batch): ((position: number) => Promise<void>) => {
    const { memory } = batch;
    let next = 0;
    return async (position) => {
      for (let one = publications[next]; one && one.position <= position; one = publications[++next]) {
        if (memory.waiting.isEmpty) continue;
        memory.rates = table.upTo(one.position);
        await convertWaiting(batch, one, one.days);
      }
      memory.rates = table.upTo(position);
    };
  };
  return { publishingTo };
};
