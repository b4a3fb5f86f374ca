import type { Database, Queries, RecordedEvent, Sql } from '#event-store';
import type { RateTable } from '#ledger';

import { applyAll } from './apply.js';
import { Batch } from './batch.js';
import { Memory } from './memory.js';

/** One generation of the read models: takes in events batch by batch, and writes rows and checkpoint in one transaction. */
export class Generation {
  readonly #memory: Memory;
  /** The write under way: at most one. Meanwhile the next batch is worked out; what it reads of the rows waits for it. */
  #written: Promise<void> = Promise.resolve();
  #taken = 0;
  /** Up to where its rows go. */
  position = 0;
  /** How many events were taken in since it was opened. */
  events = 0;

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

  get rates(): RateTable {
    return this.#memory.rates;
  }

  /** Forgets what memory holds and goes on from the rows: after a failure, or when another process was faster. */
  async reload(): Promise<void> {
    await this.#written.catch(() => undefined);
    this.#written = Promise.resolve();
    const [row] = await this.db.query<{ position: string }>(`select position from ${this.schema}.checkpoint`);
    this.position = this.#taken = Number(row?.position ?? 0);
    await this.#memory.reload();
  }

  /** Sees how far another process has come, and the rates it took in meanwhile. */
  async look(): Promise<void> {
    const [row] = await this.db.query<{ position: string }>(`select position from ${this.schema}.checkpoint`);
    const position = Number(row?.position ?? 0);
    if (position === this.position) return;
    const newer = `select 1 from ${this.schema}.rates where position > $1 limit 1`;
    if ((await this.db.query(newer, [this.position])).length > 0) await this.#memory.reloadRates();
    this.position = this.#taken = position;
  }

  /**
   * Takes in events that follow those taken before, and begins to write them once the batch before is written.
   * @throws what the write before failed with: reload then.
   */
  async take(events: readonly RecordedEvent[]): Promise<void> {
    const batch = new Batch(this.#memory);
    await applyAll(batch, events);
    const write = batch.changes.prepare(this.schema);
    const [before, after] = [this.#taken, events.at(-1)?.position ?? this.#taken];
    await this.#written;
    this.#memory.trim();
    this.#taken = after;
    this.#written = this.db
      .transaction(async (sql) => {
        await moveCheckpoint(sql, this.schema, before, after);
        await write(sql);
      })
      .then(() => {
        this.position = after;
        this.events += events.length;
      });
    this.#written.catch(() => undefined);
  }

  /** Resolves when all that was taken is written. @throws what the write failed with: reload then. */
  settled(): Promise<void> {
    return this.#written;
  }
}

/**
 * Moves the checkpoint, and with it takes the turn. The commit need not wait for the disk: what a power cut takes back of the
 * answers is derived from the log again, and the log is always written first.
 */
const moveCheckpoint = async (sql: Sql, schema: string, from: number, to: number): Promise<void> => {
  const text = `update ${schema}.checkpoint set position = $2 where position = $1 and set_config('synchronous_commit', 'off', true) = 'off' returning position`;
  if ((await sql.query(text, [from, to])).length !== 1)
    throw new CheckpointMoved(`the checkpoint is not at ${from} any more`);
};

/** Another process took in the same events. Nothing was written here. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}
