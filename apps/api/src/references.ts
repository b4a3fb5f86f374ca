import { referencesOf, refuseUnknown } from '#casework';
import type { EventStore } from '#event-store';

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
