import {
  activeAsset,
  caseDecider,
  type DuplicateDeclared,
  type NetworkMerged,
  referencesOf,
  refuse,
  refuseUnknown,
  streamOf,
} from '#casework';
import type { NetworkId } from '#core';
import type { EventStore, Recorder } from '#event-store';

import type { Decided } from './commands.js';

const PAGE = 1_000;

/** Into which network another was merged. */
const mergedInto = async (store: EventStore, networkId: string): Promise<string | undefined> => {
  let into: string | undefined;
  for (let from = 0, more = true; more; from += PAGE) {
    const events = await store.read(streamOf.network(networkId as NetworkId), from, PAGE);
    for (const { type, data } of events) if (type === 'NetworkMerged') into = (data as NetworkMerged['data']).into;
    more = events.length === PAGE;
  }
  return into;
};

/**
 * Figures show a merged network under the one that remains: in a circle there is none.
 * @throws Refused `merged-into-itself` when the other was merged into this one, over whatever others.
 */
export const assertNoCircle = async (store: EventStore, { networkId, into }: NetworkMerged['data']): Promise<void> => {
  for (let next: string | undefined = into; next !== undefined; next = await mergedInto(store, next))
    if (next === networkId) refuse('merged-into-itself', 'It was merged into this network before.', { into }, '/into');
};

/**
 * Streams only grow, so what was there once is there when the fact is decided. A case that somebody does not see is as none.
 * @throws Refused `*-unknown`.
 */
export const assertThere = async (
  store: EventStore,
  { says, data }: Decided,
  sees: (stream: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> => {
  for (const reference of referencesOf(says.type, data)) {
    const { stream, code, at } = reference;
    const there = (await store.read(stream, 0, 1)).length > 0;
    if (!there || (code === 'case-unknown' && !(await sees(stream))))
      refuseUnknown({ ...reference, at: `${says.at}${at}` });
  }
};

/**
 * A duplicate counts nowhere, so what it is a duplicate of must. That is looked at where it is decided: told again, it is the same.
 * @throws Refused `asset-unknown`, `asset-voided`, `asset-is-duplicate`, `asset-converted`, of the survivor.
 */
export const overSurvivor = async (recorder: Pick<Recorder, 'read'>, decided: Decided): Promise<Decided> => {
  const { says, data, decision } = decided;
  if (says.type !== 'DuplicateDeclared') return decided;
  const { survivorCaseId, survivorId } = data as unknown as DuplicateDeclared['data'];
  const { state } = await recorder.read(streamOf.case(survivorCaseId), caseDecider);
  const deciding: Decided['decision'] = (file) => {
    activeAsset(state, survivorId, `${says.at}/survivorId`);
    return decision(file);
  };
  return { ...decided, decision: deciding };
};
