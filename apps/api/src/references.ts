import { type NetworkMerged, referencesOf, refuse, refuseUnknown, streamOf } from '#casework';
import type { NetworkId } from '#core';
import type { EventStore } from '#event-store';

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
  type: string,
  data: object,
  sees: (stream: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<void> => {
  for (const reference of referencesOf(type, data)) {
    const { stream, code } = reference;
    const there = (await store.read(stream, 0, 1)).length > 0;
    if (!there || (code === 'case-unknown' && !(await sees(stream)))) refuseUnknown(reference);
  }
};
