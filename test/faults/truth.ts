import { verifyChains } from '#evidence';
import { openSqlEventStore } from '#event-store';
import { ReadModels } from '#read-models';
import type { BookDatabase } from '#runtime';

import type { Acknowledged } from './clients.js';

/** What the log and the answers say when all is over; each list is empty when nothing went wrong. */
export interface Truth {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Recorded, and never acknowledged: nobody gave up asking, so there are none. */
  readonly unheard: readonly string[];
  readonly flaws: readonly unknown[];
  readonly differences: readonly unknown[];
}

export const NOTHING_WRONG: Truth = { lost: [], doubled: [], unheard: [], flaws: [], differences: [] };

interface Recorded {
  readonly id: string;
  readonly command: string;
}

/** Facts of cases by their id; those of proposals by their type and the proposal. */
const RECORDED = `select case when stream like 'case-%' then id::text else type || ' ' || (data ->> 'proposalId') end as id,
  metadata ->> 'commandId' as command from log.events
  where stream like 'case-%' or type like 'Proposal%' or type = 'ActProposed' order by position`;

/** Compares what clients were told with what stands in the log, and the read models with a replay from zero. */
export const truthOf = async (db: BookDatabase, acknowledged: Acknowledged): Promise<Truth> => {
  const store = await openSqlEventStore(db);
  const readModels = await new ReadModels(db, store).attach();
  const recorded = new Map<string, string[]>();
  for (const { id, command } of await db.query<Recorded>(RECORDED))
    recorded.set(command, [...(recorded.get(command) ?? []), id]);
  const told = [...acknowledged];
  return {
    lost: told.filter(([key, ids]) => ids.some((id) => !recorded.get(key)?.includes(id))).map(([key]) => key),
    doubled: [...recorded].filter(([, ids]) => ids.length > 1).map(([key]) => key),
    unheard: [...recorded.keys()].filter((key) => !acknowledged.has(key)),
    flaws: (await verifyChains(store)).flaws,
    differences: (await readModels.verify()).differences,
  };
};
