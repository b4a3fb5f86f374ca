import type { Database, EventStore, LetGo } from '#event-store';

import { Generation, LookFirst } from './generation.js';
import {
  assertKnown,
  createIndexes,
  createPointer,
  createTables,
  type Current,
  emptyTables,
  isTaken,
  logElsewhere,
  MADE_BY,
  nameSchema,
  readPointer,
  SCHEMA_LOCK,
  schemasNamed,
  schemasUnanswering,
  UNDEFINED_TABLE,
} from './schema.js';

/** Another process lets another generation answer already. */
export class SwitchedMeanwhile extends Error {
  override readonly name = 'SwitchedMeanwhile';
}

const numberOf = (schema: string): number => Number(schema.slice(5));

/** The generations in a database: which one answers, and what becomes of the others. */
export class Generations {
  /** The one that was switched from, until nobody asks it any more. */
  #retired: { readonly schema: string; readonly at: number } | undefined;

  readonly #held = new Map<string, LetGo>();

  constructor(
    private readonly db: Database,
    private readonly store: Pick<EventStore, 'dense'>,
  ) {}

  get #dense(): string {
    return String(this.store.dense ?? false);
  }

  /** Makes a place for the pointer, where there is none. */
  async prepare(): Promise<void> {
    await this.db.execute(createPointer);
  }

  /**
   * The one that the pointer names. `anotherLog`: answers that were made over a log of another kind are taken for old ones.
   * @throws Refused `schema-newer`, `log-elsewhere`.
   */
  async current({ anotherLog = false } = {}): Promise<Current | undefined> {
    const [row] = await this.db.query<Current>(readPointer);
    if (!row) return undefined;
    const known = Number(row.made_by) < MADE_BY ? row : assertKnown(row);
    if (row.dense === this.#dense) return known;
    if (!anotherLog) throw logElsewhere(row);
    return { ...known, made_by: 0 };
  }

  /** The same, also where there is no place for a pointer. */
  async standing(): Promise<Current | undefined> {
    return this.current().catch((error: unknown) => {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return undefined;
      throw error;
    });
  }

  /** The one that another process keeps. @throws Refused `schema-older`, `schema-newer`, `log-elsewhere`. */
  async kept(): Promise<Current> {
    return assertKnown(await this.standing());
  }

  open(schema: string): Promise<Generation> {
    return Generation.open(this.db, schema);
  }

  /** Another process takes a generation that is held for no leftover. @returns whether it is ours. */
  async #hold(schema: string): Promise<boolean> {
    const letGo = await this.db.hold(SCHEMA_LOCK + numberOf(schema));
    if (letGo) this.#held.set(schema, letGo);
    return letGo !== undefined;
  }

  async #letGo(schema: string): Promise<void> {
    const letGo = this.#held.get(schema);
    this.#held.delete(schema);
    // A lock that cannot be given back was lost with its line.
    await letGo?.().catch(() => undefined);
  }

  /**
   * The tables of a new one, under a name that nobody else took meanwhile, held until it answers or is dropped; `name` is that of the
   * rebuild it is made for. What others left behind goes first.
   */
  async create(name?: string): Promise<string> {
    await this.dropLeftovers();
    for (let number = await this.#free(); ; number += 1) {
      const schema = `read_${number}`;
      if (!(await this.#hold(schema))) continue;
      try {
        await this.db.execute(createTables(schema) + (name ? nameSchema(schema, name) : ''));
        return schema;
      } catch (error) {
        await this.#letGo(schema);
        if (!isTaken(error)) throw error;
      }
    }
  }

  async #free(): Promise<number> {
    // What the pointer names is not taken again, though its tables be gone.
    const rows = await this.db.query<{ name: string }>(
      `select schema_name as name from information_schema.schemata where schema_name ~ '^read_[0-9]{1,9}$' union select schema from read.current`,
    );
    return Math.max(0, ...rows.map(({ name }) => numberOf(name))) + 1;
  }

  /** Takes away what nobody fills and nobody asks any more: of a process that was killed, or could not do so itself. */
  async dropLeftovers(): Promise<void> {
    for (const schema of await schemasUnanswering(this.db)) {
      if (!(await this.#hold(schema))) continue;
      // Whoever held it may have let it answer meanwhile.
      if ((await schemasUnanswering(this.db)).includes(schema)) await this.drop(schema);
      else await this.#letGo(schema);
    }
  }

  /** Fills one that was created; one that cannot be filled is taken away. */
  async fill(schema: string, follow: (generation: Generation) => Promise<unknown>): Promise<Generation> {
    try {
      const generation = await this.#filled(schema, follow);
      await generation.filled();
      await this.#index(schema);
      return generation;
    } catch (error) {
      // Where the database does not answer, it is a leftover.
      await this.drop(schema).catch(() => undefined);
      throw error;
    }
  }

  /** Waits for all of them, also where one fails: tables on which an index is still made are not taken away without a quarrel over locks. */
  async #index(schema: string): Promise<void> {
    const made = await Promise.allSettled(createIndexes(schema).map((script) => this.db.execute(script)));
    const failed = made.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  /** Two cases seldom give the same id: where it seems that they did, it is begun again with a look at each. */
  async #filled(schema: string, follow: (generation: Generation) => Promise<unknown>): Promise<Generation> {
    const bold = await Generation.fill(this.db, schema, { wary: false });
    try {
      await follow(bold);
      return bold;
    } catch (error) {
      if (!(error instanceof LookFirst)) throw error;
    }
    await this.db.execute(emptyTables(schema));
    const wary = await Generation.fill(this.db, schema, { wary: true });
    await follow(wary);
    return wary;
  }

  /** Lets another one answer than before, which is held until it is dropped. @throws SwitchedMeanwhile. */
  async switch(to: Generation, from: string | undefined): Promise<void> {
    if (from) await this.#hold(from);
    try {
      await this.#point(to, from);
    } catch (error) {
      if (from) await this.#letGo(from);
      throw error;
    } finally {
      await this.#letGo(to.schema);
    }
  }

  async #point(to: Generation, from: string | undefined): Promise<void> {
    await this.db.transaction(async (sql) => {
      const [before] = await sql.query<{ schema: string }>('delete from read.current returning schema');
      if (before?.schema !== from) throw new SwitchedMeanwhile('another process has switched meanwhile');
      await sql.query('insert into read.current (schema, made_by, dense) values ($1, $2, $3)', [
        to.schema,
        MADE_BY,
        this.#dense === 'true',
      ]);
    });
  }

  /** Takes away what was retired before, and in time this one. */
  async retire(schema: string): Promise<void> {
    await this.dropRetired(0);
    this.#retired = { schema, at: performance.now() };
  }

  /** Takes away what was retired so long ago. */
  async dropRetired(afterMs: number): Promise<void> {
    if (!this.#retired || performance.now() - this.#retired.at < afterMs) return;
    const { schema } = this.#retired;
    this.#retired = undefined;
    await this.drop(schema);
  }

  async drop(schema: string): Promise<void> {
    try {
      await this.db.execute(`drop schema if exists ${schema} cascade`);
    } finally {
      await this.#letGo(schema);
    }
  }

  /** Takes away what earlier tries of a rebuild left behind. */
  async dropNamed(name: string): Promise<void> {
    for (const schema of await schemasNamed(this.db, name)) await this.drop(schema);
  }
}

/** Before anything is read from a log, or written to it, beside which answers stand. @throws Refused `log-elsewhere`, `schema-newer`. */
export const assertLogOf = async (db: Database, log: Pick<EventStore, 'dense'>): Promise<void> => {
  await new Generations(db, log).standing();
};
