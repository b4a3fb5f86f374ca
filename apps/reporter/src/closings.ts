import { addDays, isQuarter, type Quarter, quarterOf } from '#core';
import { hadPostings, unclosedBefore } from '#read-models';
import {
  closeAtFirst,
  CLOSES_AFTER_DAYS,
  closingMomentOf,
  CLOSINGS_QUEUE,
  quarterDecider,
  quarterStream,
} from '#reporting';
import type { Work } from '#runtime';

import { commandOf, dayOfNow, type Reporting, seen } from './reporting.js';

/** What was recorded at the very end of a closing day may be under way to the log for so long. */
const UNDER_WAY_MS = 60_000;

/**
 * The first edition of each quarter, some weeks after its end, unless somebody closed it before. It counts what was known when its
 * closing day ended, however late it is made; a quarter of which nothing was known by then is left to whoever asks for it.
 */
export const closingsWork = (reporting: Reporting): Work => {
  const { readModels, recorder, log } = reporting;
  const leftAlone = new Set<Quarter>();
  const positionOf = async (quarter: Quarter): Promise<number> => {
    const position = await readModels.store.positionAt(closingMomentOf(quarter));
    await seen(readModels, position);
    return position;
  };
  const isOwed = async (quarter: Quarter): Promise<boolean> => {
    if (leftAlone.has(quarter)) return false;
    const owed = await hadPostings(readModels, quarter, await positionOf(quarter));
    if (!owed) leftAlone.add(quarter);
    return owed;
  };
  return {
    queue: CLOSINGS_QUEUE,
    async owed() {
      const open = await unclosedBefore(
        readModels,
        quarterOf(addDays(dayOfNow(reporting, UNDER_WAY_MS), -CLOSES_AFTER_DAYS)),
      );
      const owed: Quarter[] = [];
      for (const quarter of open) if (await isOwed(quarter)) owed.push(quarter);
      return owed.map((quarter) => ({ id: quarter, data: {} }));
    },
    async do({ id }) {
      if (!isQuarter(id)) throw new TypeError(`${id} is no quarter`);
      const closing = { quarter: id, position: await positionOf(id), today: dayOfNow(reporting) };
      const command = commandOf(`close-${id}`, String(closing.position));
      const { eventIds } = await recorder.record(quarterStream(id), quarterDecider, [closeAtFirst(closing)], command);
      log.info({ quarter: id, position: closing.position, closed: eventIds.length > 0 }, 'quarter closed');
    },
  };
};
