import { type EventStore, hashOf, type RecordedEvent } from '#event-store';

/** The end of a stream's chain, as far as the log was walked. */
export interface Link {
  readonly revision: number;
  /** As it stands, and as it follows from the content. One of them was altered when they differ; what comes next follows the other. */
  readonly stored: string;
  readonly computed: string | undefined;
}

/** The hash that follows from an event's content; undefined when the content is none that is ever sealed. */
export const hashOrNone = (event: RecordedEvent): string | undefined => {
  try {
    return hashOf(event);
  } catch {
    return undefined;
  }
};

export const linkOf = (event: RecordedEvent, revision = event.revision): Link => {
  const { hash: stored } = event.metadata;
  const computed = hashOrNone(event);
  return { revision, stored, computed: computed === stored ? stored : computed };
};

const PAGE = 1_000;

/** The ends of the chains met last, so that memory does not grow with the streams; the others are read again. */
export class Links {
  readonly #held = new Map<string, Link>();
  #forgotten = false;

  constructor(
    private readonly store: EventStore,
    private readonly most: number,
  ) {}

  /** The end of the chain in front of an event. */
  async before(event: RecordedEvent): Promise<Link | undefined> {
    const held = this.#held.get(event.stream);
    if (held || !this.#forgotten || event.revision < 1) return held;
    const [found] = await this.store.read(event.stream, event.revision - 1, 1);
    if (found?.revision === event.revision - 1 && found.position < event.position) return linkOf(found);
    return this.#search(event);
  }

  /** The furthest event of the stream that stands in front of this one: needed only where something is wrong. */
  async #search({ stream, position }: RecordedEvent): Promise<Link | undefined> {
    let link: Link | undefined;
    for (let from = 0; ;) {
      const page = await this.store.read(stream, from, PAGE);
      for (const event of page) if (event.position < position) link = linkOf(event);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return link;
      from = last.revision + 1;
    }
  }

  put(stream: string, link: Link): void {
    this.#held.delete(stream);
    this.#held.set(stream, link);
    if (this.#held.size <= this.most) return;
    this.#forgotten = true;
    for (const oldest of this.#held.keys()) return void this.#held.delete(oldest);
  }
}
