import { type EventStore, GENESIS, type RecordedEvent, type StoredPage } from '#event-store';

import { hashOrNone, type Link, linkOf, Links } from './links.js';

/**
 * `altered`: its hash is not that of its content (stream, revision, id, type, version, data, metadata), or its stored text says more
 * than what is read of it.
 * `missing`: nothing stands at this revision of the stream, or at this position of the log.
 * `reordered`: it stands behind a later event of its stream.
 * `foreign`: it was sealed for another place: neither its hash nor its link belongs here.
 * `inserted`: its hash holds, but it does not follow what stands before it: it, or the one before it, was put there later.
 */
export type Wrong = 'altered' | 'missing' | 'reordered' | 'foreign' | 'inserted';

/** An event that is not what was written, or not where it was written. */
export interface Flaw {
  readonly what: Wrong;
  /** Of the event; of a missing one, where its absence shows. */
  readonly position: number;
  /** Unknown when a position of the log is empty. */
  readonly stream?: string;
  readonly revision?: number;
  readonly eventId?: string;
  /** One sentence for people. */
  readonly why: string;
}

export interface Verified {
  readonly events: number;
  readonly streams: number;
  /** At most 1,000, in the order in which they were found. */
  readonly flaws: readonly Flaw[];
}

export interface Verifying {
  /** A position that somebody has seen, such as the checkpoint of the read models: a log that ends before it was cut off. */
  readonly seen?: number;
  readonly onProgress?: (done: number, total: number) => void;
  /** How many ends of chains are held in memory; those of other streams are read again. */
  readonly linksHeld?: number;
}

const PAGE = 4_000;
const MOST = 1_000;
const LINKS = 100_000;

class Walk {
  readonly flaws: Flaw[] = [];
  readonly #links: Links;
  #last = 0;
  events = 0;
  streams = 0;

  constructor(
    private readonly dense: boolean,
    store: EventStore,
    linksHeld: number,
  ) {
    this.#links = new Links(store, linksHeld);
  }

  get last(): number {
    return this.#last;
  }

  #tell(flaw: Flaw): void {
    if (this.flaws.length < MOST) this.flaws.push(flaw);
  }

  #blame(what: Wrong, { position, stream, revision, id: eventId }: RecordedEvent, why: string): void {
    this.#tell({ what, position, stream, revision, eventId, why });
  }

  /** `otherwise`: its stored text is not what was read of it. */
  async take(event: RecordedEvent, otherwise: boolean): Promise<void> {
    this.events += 1;
    this.#place(event.position);
    const before = await this.#links.before(event);
    const after = this.#judge(event, before);
    if (otherwise && hashOrNone(event) === event.metadata.hash)
      this.#blame('altered', event, 'its stored text is not what is read of it: a key given twice, or another form');
    if (!after) return;
    if (!before) this.streams += 1;
    this.#links.put(event.stream, after);
  }

  /** Whether a position follows the one before it. */
  #place(position: number): void {
    if (this.dense && position > this.#last + 1)
      this.#tell({ what: 'missing', position: this.#last + 1, why: `nothing stands up to position ${position - 1}` });
    this.#last = Math.max(this.#last, position);
  }

  /** @returns the new end of the chain, or undefined when the event is no part of it. */
  #judge(event: RecordedEvent, before: Link | undefined): Link | undefined {
    const expected = (before?.revision ?? -1) + 1;
    const { revision, metadata } = event;
    const holds = hashOrNone(event) === metadata.hash;
    const follows = isAfter(event, before);
    if (holds && revision < expected) return this.#late(event);
    if (holds) {
      this.#gap(event, expected);
      if (!follows && revision === expected)
        this.#blame('inserted', event, `it does not follow the event that stands at revision ${expected - 1}`);
      return linkOf(event);
    }
    if (follows && revision === expected) this.#blame('altered', event, 'its hash is not that of its content');
    else if (sealedAs(event, expected, event.metadata.previousHash) && follows)
      this.#blame('altered', event, `it was sealed as revision ${expected}`);
    else if (revision === expected && sealedAs(event, expected, before?.stored ?? GENESIS))
      this.#blame('altered', event, 'its link to the event before it is not the one it was sealed with');
    else return void this.#blame('foreign', event, 'it was sealed for another place');
    return linkOf(event, expected);
  }

  #gap(event: RecordedEvent, expected: number): void {
    const { stream, position } = event;
    const why = `revision ${event.revision} stands in its place`;
    for (let revision = expected; revision < event.revision && this.flaws.length < MOST; revision += 1)
      this.#tell({ what: 'missing', position, stream, revision, why });
  }

  /** What was missing has come late. */
  #late(event: RecordedEvent): undefined {
    const missed = this.flaws.findIndex(
      ({ what, stream, revision }) => what === 'missing' && stream === event.stream && revision === event.revision,
    );
    if (missed >= 0) this.flaws.splice(missed, 1);
    this.#blame('reordered', event, 'it stands behind a later event of its stream');
  }
}

const isAfter = ({ metadata }: RecordedEvent, before: Link | undefined): boolean =>
  before
    ? metadata.previousHash === before.stored || metadata.previousHash === before.computed
    : metadata.previousHash === GENESIS;

const sealedAs = (event: RecordedEvent, revision: number, previousHash: string): boolean =>
  hashOrNone({ ...event, revision, metadata: { ...event.metadata, previousHash } }) === event.metadata.hash;

const NOWHERE: ReadonlySet<number> = new Set();

/** Compared with its stored text, where the store shows it. */
const pageOf = async (store: EventStore, after: number): Promise<StoredPage> =>
  store.readStored ? store.readStored(after, PAGE) : { events: await store.readAll(after, PAGE), otherwise: NOWHERE };

/**
 * Walks the log once from its first event: each stream is a chain of hashes from its first event on, without a gap. Any byte that
 * changes what an event says, who said it, when, or where it stands in its stream is found, in memory that does not grow with the log.
 *
 * What chains alone cannot see, and what does: the tail of a stream that was cut off (the hole it leaves in a log that numbers its
 * positions densely; at the end of the log, `seen`); the order between events of different streams (the read models, which are
 * recomputed from the log and keep positions); events that somebody appends, or a whole chain that somebody seals anew, with right
 * hashes (only a copy of a hash kept elsewhere). A space between two tokens of the stored JSON is no change of what it says; a key
 * given twice is one, which a store that does not show its text cannot tell (EventStoreDB).
 */
export const verifyChains = async (
  store: EventStore,
  { seen = 0, onProgress, linksHeld = LINKS }: Verifying = {},
): Promise<Verified> => {
  const head = onProgress ? await store.head() : 0;
  const walk = new Walk(store.dense ?? false, store, linksHeld);
  let next = pageOf(store, 0);
  for (;;) {
    const { events, otherwise } = await next;
    const last = events.at(-1);
    if (!last) break;
    next = pageOf(store, last.position);
    next.catch(() => undefined);
    for (const event of events) await walk.take(event, otherwise.has(event.position));
    onProgress?.(walk.last, head);
  }
  if (seen > walk.last) {
    const why = 'the log was cut off: the answers have seen it';
    walk.flaws.push({ what: 'missing', position: walk.last + 1, why: `${why} up to position ${seen}` });
  }
  const { events, streams, flaws } = walk;
  return { events, streams, flaws };
};
