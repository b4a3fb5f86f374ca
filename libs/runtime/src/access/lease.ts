import { setTimeout as pause } from 'node:timers/promises';

import type { Queries } from '#event-store';

import { FreshFor } from './fresh.js';

/** How long what another process changed may stay unknown here, in milliseconds. */
const SHARED_MS = 1_000;
/** Clocks of two machines do not run alike to the millisecond, nor do timers. */
const MARGIN_MS = 100;
/** What was read is read anew after so long, though nobody told of a change: who was killed between changing something and telling it never does. */
const KEPT_MS = 30_000;
/** The same where no other process is. A write that nobody heard of is seen by then. */
const KEPT_ALONE_MS = 60_000;

const CHANGES = 'select number::text from access.changes';
const TELL = 'update access.changes set number = number + 1';

/** What else another process may change. It is asked for with the same question. */
export interface Seeing {
  /** A query of one text. */
  readonly text: string;
  readonly see: (found: string | null) => Promise<void>;
}

/**
 * What a process knows of who may what is lent to it: it goes by it for a second at most, and then asks, before it answers anybody,
 * whether anything was changed since. One number tells, so that asking costs the same however many people are known. Whoever takes
 * something away tells of it, and knows when nobody goes by what was before.
 */
export class Lease {
  readonly #held: FreshFor<string>;
  readonly #known: { clear(): void }[] = [];
  readonly #seeing: Seeing[] = [];
  #number = '';

  /** `shared`: the database, where other processes have it or the log open; not given where none does. */
  constructor(
    private readonly shared?: Queries,
    private readonly clocks?: () => number[],
  ) {
    this.#held = new FreshFor(SHARED_MS, 1, clocks);
  }

  get alone(): boolean {
    return this.shared === undefined;
  }

  /** What is known by this lease, for so many milliseconds at most; it is forgotten when something was changed. */
  lend<T>(most: number): FreshFor<T> {
    const known = new FreshFor<T>(this.alone ? KEPT_ALONE_MS : KEPT_MS, most, this.clocks);
    this.#known.push(known);
    return known;
  }

  /** What else is held by the lease: it is seen anew whenever this is asked for anew. */
  seeing(one: Seeing): void {
    this.#seeing.push(one);
  }

  /** Resolves when all that is known was so a second ago. Ask before you go by it. */
  async hold(): Promise<void> {
    const { shared } = this;
    if (shared) await this.#held.get('', () => this.#renew(shared));
  }

  /** Tells that something was, or may have been, changed; resolves when this process, and soon every other one, reads it anew. */
  async changed(): Promise<void> {
    this.#forget();
    if (this.shared) await this.shared.query(TELL);
  }

  /** Resolves when no process goes any more by what was before a change that was told. */
  async runOut(): Promise<void> {
    if (!this.alone) await pause(SHARED_MS + MARGIN_MS);
  }

  /** @returns the number. */
  async #renew(shared: Queries): Promise<string> {
    const asked = [CHANGES, ...this.#seeing.map(({ text }) => text)].map(
      (text, index) => `(${text}) as found_${index}`,
    );
    const [row] = await shared.query<Record<`found_${number}`, string | null>>(`select ${asked.join()}`);
    const number = row?.found_0;
    if (!number) throw new Error('access.changes has lost its row');
    if (number !== this.#number) this.#forget();
    this.#number = number;
    await Promise.all(this.#seeing.map(({ see }, index) => see(row[`found_${index + 1}`] ?? null)));
    return number;
  }

  #forget(): void {
    for (const known of this.#known) known.clear();
  }
}
