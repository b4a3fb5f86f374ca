import { type EventStore, GENESIS, hashOf, type RecordedEvent } from '#event-store';

/** An event that is not what was written, or not where it was written. */
export interface Flaw {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
  readonly what: 'altered' | 'chain-broken' | 'revision-missing' | 'out-of-order';
}

const PAGE = 4_000;
const MOST = 1_000;

interface Link {
  readonly revision: number;
  readonly hash: string;
}

const flawsOf = (event: RecordedEvent, before: Link | undefined, last: number): Flaw['what'][] => [
  ...(event.position <= last ? (['out-of-order'] as const) : []),
  ...(event.revision !== (before?.revision ?? -1) + 1 ? (['revision-missing'] as const) : []),
  ...(event.metadata.previousHash !== (before?.hash ?? GENESIS) ? (['chain-broken'] as const) : []),
  ...(hashOf(event) !== event.metadata.hash ? (['altered'] as const) : []),
];

/**
 * Walks the log from its first event: each stream is a chain of hashes from its first event on, without a gap.
 * @returns what was found wrong, at most 1,000.
 */
export const walkChains = async (
  store: EventStore,
  onProgress: (done: number, total: number) => void,
): Promise<{ events: number; streams: number; flaws: Flaw[] }> => {
  const [links, flaws] = [new Map<string, Link>(), [] as Flaw[]];
  const head = await store.head();
  let [position, events] = [0, 0];
  for (;;) {
    const page = await store.readAll(position, PAGE);
    for (const event of page) {
      const { stream, revision, id: eventId } = event;
      for (const what of flawsOf(event, links.get(stream), position)) {
        if (flaws.length < MOST) flaws.push({ position: event.position, stream, revision, eventId, what });
      }
      links.set(stream, { revision, hash: event.metadata.hash });
      position = Math.max(position, event.position);
    }
    events += page.length;
    onProgress(position, head);
    if (page.length < PAGE) return { events, streams: links.size, flaws };
  }
};
