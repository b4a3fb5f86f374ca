import { addDays } from '#core';
import { countDue, ordersFallingDue } from '#read-models';
import type { Sign, Work } from '#runtime';

import { dayOfNow, type Reporting } from './reporting.js';

export const DEADLINES_QUEUE = 'deadlines';
const DAY_MS = 86_400_000;
/** Due within so many days from today on. */
const SOON_DAYS = 30;
/** A notice names so many orders; the others are counted, and `GET /v1/orders/falling-due` lists them. */
const MOST_NAMED = 100;

/**
 * Once a day says which orders are past their last day and which come to it soon. It records nothing: an order that lapsed is
 * ended by the authority that says so.
 */
export const deadlinesWork = (reporting: Reporting): Work => ({
  queue: DEADLINES_QUEUE,
  every: { id: 'daily', ms: DAY_MS },
  owed: () => Promise.resolve([]),
  async do() {
    const { readModels, log } = reporting;
    const today = dayOfNow(reporting);
    const before = addDays(today, SOON_DAYS + 1);
    const { items } = await ordersFallingDue(readModels, 'whole', before, { limit: MOST_NAMED });
    for (const { orderId, caseId, dueOn } of items)
      log.warn({ orderId, caseId, dueOn }, dueOn < today ? 'order overdue' : 'order falls due');
    log.info({ ...(await countDue(readModels, 'whole', today, before)), today }, 'deadlines swept');
  },
});

/** For whoever watches the reporter: counted each time it is asked. */
export const signOfDeadlines = async (reporting: Reporting): Promise<Sign> => {
  const today = dayOfNow(reporting);
  const { overdue, dueSoon } = await countDue(reporting.readModels, 'whole', today, addDays(today, SOON_DAYS + 1));
  return { figures: { orders_overdue: overdue, orders_due_within_30_days: dueSoon } };
};
