import { isDeepStrictEqual } from 'node:util';

import type { EventStore, RecordedEvent } from '#event-store';

/** How many streams and events a log holds of one kind of stream, such as `case`. */
export interface Tally {
  streams: number;
  events: number;
}

/** The first event that one log holds and the other one does not hold there. */
export interface FirstDifference {
  /** `other`: something else stands there. `missing`: the copy ends before it. `more`: the original ends before it. */
  readonly what: 'other' | 'missing' | 'more';
  /** In the log that holds it; of two, in the copy. */
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly eventId: string;
}

export interface Likeness {
  /** How many events both hold alike, from the first on; and the position of the last of them on each side. */
  readonly alike: number;
  readonly original: number;
  readonly copy: number;
  /** What each side holds of each kind of stream, as far as they are alike. */
  readonly kinds: {
    readonly original: Readonly<Record<string, Tally>>;
    readonly copy: Readonly<Record<string, Tally>>;
  };
  readonly difference?: FirstDifference;
}

const PAGE = 4_000;

/** One side, read ahead. */
class Side {
  readonly kinds: Record<string, Tally> = {};
  last = 0;
  #page: readonly RecordedEvent[] = [];
  #at = 0;
  #next: Promise<RecordedEvent[]>;

  constructor(private readonly store: EventStore) {
    this.#next = this.#ask(0);
  }

  #ask(after: number): Promise<RecordedEvent[]> {
    const page = this.store.readAll(after, PAGE);
    page.catch(() => undefined);
    return page;
  }

  /** @returns how many events are at hand; 0 at the end of the log. */
  async fill(): Promise<number> {
    if (this.#at < this.#page.length) return this.#page.length - this.#at;
    [this.#page, this.#at] = [await this.#next, 0];
    const last = this.#page.at(-1);
    if (last) this.#next = this.#ask(last.position);
    return this.#page.length;
  }

  get event(): RecordedEvent | undefined {
    return this.#page[this.#at];
  }

  pass({ stream, revision, position }: RecordedEvent): void {
    const kind = stream.split('-', 1)[0] ?? stream;
    const tally = (this.kinds[kind] ??= { streams: 0, events: 0 });
    tally.events += 1;
    if (revision === 0) tally.streams += 1;
    this.last = position;
    this.#at += 1;
  }
}

const sameValue = (one: object, other: object): boolean =>
  JSON.stringify(one) === JSON.stringify(other) || isDeepStrictEqual(one, other);

const sameEvent = (one: RecordedEvent, other: RecordedEvent): boolean =>
  one.id === other.id &&
  one.stream === other.stream &&
  one.revision === other.revision &&
  one.type === other.type &&
  one.version === other.version &&
  sameValue(one.metadata, other.metadata) &&
  sameValue(one.data, other.data);

const told = (what: FirstDifference['what'], { position, stream, revision, id: eventId }: RecordedEvent) => ({
  what,
  position,
  stream,
  revision,
  eventId,
});

const differenceOf = (
  original: RecordedEvent | undefined,
  copy: RecordedEvent | undefined,
): FirstDifference | undefined => {
  if (copy) return told(original ? 'other' : 'more', copy);
  return original && told('missing', original);
};

/**
 * Walks two logs side by side, up to the first event in which they differ: by stream, revision, id, type, version, data and
 * metadata, and by position where both number theirs densely.
 */
export const compareLogs = async (
  original: EventStore,
  copy: EventStore,
  onProgress?: (done: number, total: number) => void,
): Promise<Likeness> => {
  const total = onProgress ? await copy.head() : 0;
  const [one, other] = [new Side(original), new Side(copy)];
  const places = original.dense === true && copy.dense === true;
  let alike = 0;
  for (;;) {
    const count = Math.min(...(await Promise.all([one.fill(), other.fill()])));
    const before = alike;
    while (alike < before + count) {
      const [first, second] = [one.event, other.event];
      if (!first || !second || !sameEvent(first, second) || (places && first.position !== second.position)) break;
      one.pass(first);
      other.pass(second);
      alike += 1;
    }
    if (count > 0) onProgress?.(other.last, total);
    if (count > 0 && alike === before + count) continue;
    const difference = differenceOf(one.event, other.event);
    const kinds = { original: one.kinds, copy: other.kinds };
    return { alike, original: one.last, copy: other.last, kinds, ...(difference ? { difference } : {}) };
  }
};
