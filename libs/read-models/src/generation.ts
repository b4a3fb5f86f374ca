import { Refused } from '#core';
import type { Change, Database, Queries, RecordedEvent } from '#event-store';
import type { RateTable } from '#ledger';

import { applyAll } from './apply.js';
import { Batch } from './batch.js';
import { type Checkpoint, checkpointOf, movingCheckpoint, readCheckpoint } from './checkpoint.js';
import { type KeptCell, sumsOf } from './kept-cells.js';
import { Memory, NotThere } from './memory.js';
import { addingRows, type Row } from './rows.js';
import { isTaken } from './schema.js';

/** Assets and postings in one write. Most events change one or two; the rates of a day, all that waited for them. */
const MOST_CHANGES = 10_000;

/**
 * What was worked out without a look at the ids that came to be could not be taken in, maybe because two cases gave the same. Reload,
 * and take the same again: they are looked for first then.
 */
export class LookFirst extends Error {
  override readonly name = 'LookFirst';
}

/** One generation of the read models: takes in events batch by batch, and writes rows and checkpoint in one transaction. */
export class Generation {
  readonly #memory: Memory;
  /** The write under way: at most one. Meanwhile the next batch is worked out; what it reads of the rows waits for it. */
  #written: Promise<void> = Promise.resolve();
  #taken = 0;
  /** The checkpoint of the rows that memory goes on from; undefined while it holds more than they do, or may. */
  #held: Checkpoint | undefined;
  /** Whether memory holds what is not written, nor being written: of a batch that is worked out, or could not be. */
  #ahead = false;
  /** Whether the ids that come to be are looked for in the rows first. */
  #wary = false;
  /** While it is filled for the first time: its cells with their keys, which are written once, at the end. */
  #filling: [KeptCell, Row][] | undefined;
  /** How many events were taken in since it was opened. */
  events = 0;
  /** Up to where its rows go. */
  checkpoint: Checkpoint = { position: 0, stream: '', revision: -1, hash: '' };

  private constructor(
    readonly db: Database,
    readonly schema: string,
  ) {
    const query: Queries['query'] = async (text, values) => {
      await this.#written;
      return this.db.query(text, values);
    };
    this.#memory = new Memory({ sql: { query }, schema });
  }

  static async open(db: Database, schema: string): Promise<Generation> {
    const generation = new Generation(db, schema);
    await generation.reload();
    return generation;
  }

  /**
   * One that is empty and answers nothing before it is `filled`. What fails before that cannot be gone on with. `wary`: looks in the
   * rows whether an id is taken, rather than let them refuse it.
   */
  static async fill(db: Database, schema: string, { wary }: { wary: boolean }): Promise<Generation> {
    const generation = await Generation.open(db, schema);
    generation.#wary = wary;
    generation.#filling = [];
    return generation;
  }

  get filling(): boolean {
    return this.#filling !== undefined;
  }

  /** Writes the cells, after which it is kept like any other. */
  async filled(): Promise<void> {
    const rows = (this.#filling ?? []).map(([cell, key]) => [...key, ...sumsOf(cell)]);
    await this.db.change(addingRows(this.schema, 'cells', rows));
    this.#filling = undefined;
  }

  get position(): number {
    return this.checkpoint.position;
  }

  get rates(): RateTable {
    return this.#memory.rates;
  }

  /** Forgets what memory holds and goes on from the rows: after a failure, or when another process was faster. */
  async reload(): Promise<void> {
    await this.#written.catch(() => undefined);
    this.#written = Promise.resolve();
    this.checkpoint = await readCheckpoint(this.db, this.schema);
    this.#taken = this.position;
    await this.#memory.reload();
    this.#ahead = false;
    this.#held = this.checkpoint;
  }

  /** The same, unless memory goes on from what stands in the rows already. */
  async renew(): Promise<void> {
    const [held, stands] = [this.#held, await readCheckpoint(this.db, this.schema)];
    if (held?.position !== stands.position || held.hash !== stands.hash) await this.reload();
  }

  /** Sees how far another process has come, and the rates it took in meanwhile. */
  async look(): Promise<void> {
    const checkpoint = await readCheckpoint(this.db, this.schema);
    if (checkpoint.position === this.position) return;
    const newer = `select 1 from ${this.schema}.rates where position > $1 limit 1`;
    if ((await this.db.query(newer, [this.position])).length > 0) await this.#memory.reloadRates();
    this.checkpoint = checkpoint;
    this.#taken = checkpoint.position;
  }

  /**
   * Takes in events that follow those taken before, and begins to write them once the batch before is written.
   * @throws Refused `log-has-hole` where the positions of the log have no holes, and an event is missing; what the write
   * before failed with: reload then.
   */
  async take(events: readonly RecordedEvent[], dense = false): Promise<void> {
    if (dense) assertWhole(this.#taken, events);
    for (let from = 0; from < events.length;) from += await this.#takeSome(events.slice(from));
  }

  /** @returns how many it took: as many as change what can be written at once. */
  async #takeSome(events: readonly RecordedEvent[]): Promise<number> {
    const batch = await Batch.on(this.#memory, this.#taken, this.#wary);
    this.#ahead = true;
    this.#held = undefined;
    const { count, changes } = await this.#workedOut(batch, events);
    this.#filling?.push(...batch.changes.newCells);
    const [before, after] = [this.#taken, checkpointOf(events[count - 1] as RecordedEvent)];
    await this.#written;
    this.#memory.trim();
    this.#taken = after.position;
    this.#ahead = false;
    this.#written = this.db.change([movingCheckpoint(this.schema, before, after), ...changes]).then(
      () => {
        this.events += count;
        this.checkpoint = after;
        if (this.#taken === after.position && !this.#ahead) this.#held = after;
        if (!this.filling) this.#wary = false;
      },
      (error: unknown) => {
        throw isTaken(error) ? this.#doubted(batch, error) : error;
      },
    );
    this.#written.catch(() => undefined);
    return count;
  }

  async #workedOut(batch: Batch, events: readonly RecordedEvent[]): Promise<{ count: number; changes: Change[] }> {
    try {
      const count = await applyAll(batch, events, MOST_CHANGES);
      return { count, changes: batch.changes.prepare(this.schema, this.filling) };
    } catch (error) {
      // Where the write before failed, this was worked out over what is not there.
      await this.#written;
      throw error instanceof NotThere ? this.#doubted(batch, error) : error;
    }
  }

  #doubted({ wary }: Batch, cause: unknown): unknown {
    if (wary) return cause;
    this.#wary = true;
    return new LookFirst('taken in without a look at the ids that came to be', { cause });
  }

  /** Resolves when all that was taken is written. @throws what the write failed with: reload then. */
  settled(): Promise<void> {
    return this.#written;
  }
}

/** @throws Refused `log-has-hole`: an event that is skipped would never be missed again. */
const assertWhole = (taken: number, events: readonly RecordedEvent[]): void => {
  const index = events.findIndex(({ position }, before) => position !== taken + before + 1);
  if (index < 0) return;
  const position = taken + index + 1;
  const hint = `Position ${position} is missing from the log: it cannot go on. \`rastro verify\` names what was taken away.`;
  throw new Refused('log-has-hole', hint, { position });
};
