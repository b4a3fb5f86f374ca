import { setTimeout as pause } from 'node:timers/promises';

import type { Database, EventStore, RecordedEvent } from '#event-store';

import { CheckpointMoved, Generation } from './generation.js';
import { createIndexes, createPointer, createTables, keys, MADE_BY, type TableName, tables } from './schema.js';

const PAGE = 4_000;

export interface Status {
  readonly name: string;
  readonly position: number;
  readonly head: number;
  /** Why it stopped. It stands where it could not go on; it never skips an event. */
  readonly failure?: string;
}

/** A row that two generations tell differently, or that only one of them has. */
export interface Difference {
  readonly table: TableName;
  readonly key: string;
  readonly standing?: string;
  readonly replayed?: string;
}

export interface Comparison {
  readonly events: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
}

export type Progress = (done: number, total: number) => void;

/**
 * The answers, kept up with the log. Rows and checkpoint move in one transaction; an event that cannot be applied stops it.
 * All answers stand at one position, so that they agree with each other.
 */
export class ReadModels {
  #generation: Generation | undefined;
  #running: Promise<number> | undefined;
  #failure: string | undefined;
  readonly #waiters = new Set<() => void>();

  constructor(
    readonly db: Database,
    readonly store: EventStore,
  ) {}

  /** The schema of the generation that answers. */
  get schema(): string {
    return this.#live.schema;
  }

  get #live(): Generation {
    if (!this.#generation) throw new Error('the read models are not open');
    return this.#generation;
  }

  get rates(): Generation['rates'] {
    return this.#live.rates;
  }

  /** Creates what is missing; a generation made by older rules is rebuilt from the log. */
  async open(onProgress?: Progress): Promise<this> {
    await this.db.execute(createPointer);
    const [current] = await this.db.query<{ schema: string; made_by: number }>(
      'select schema, made_by from read.current',
    );
    if (current && Number(current.made_by) === MADE_BY) {
      this.#generation = await Generation.open(this.db, current.schema);
    } else {
      const built = await this.#build(await this.#freeSchema(), onProgress);
      await this.#switch(built, current?.schema);
    }
    return this;
  }

  /** Follows the log until the signal aborts. Resolves then, or when an event cannot be applied. */
  async start(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#failure) {
      await this.catchUp().catch((error: unknown) => {
        this.#failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      });
      if (!this.#failure) await this.store.changed(this.#live.position, signal);
    }
  }

  /** Takes in all that is in the log. @returns the position reached. */
  catchUp(): Promise<number> {
    this.#running ??= this.#follow(this.#live).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #follow(generation: Generation, onProgress?: Progress): Promise<number> {
    const total = onProgress ? await this.store.head() : 0;
    const read = (after: number): Promise<RecordedEvent[]> => {
      const page = this.store.readAll(after, PAGE);
      page.catch(() => undefined);
      return page;
    };
    let next = read(generation.position);
    for (;;) {
      const events = await next;
      const last = events.at(-1);
      if (last) next = read(last.position);
      const stands = await this.#advance(generation, () => (last ? generation.take(events) : generation.settled()));
      if (!stands) next = read(generation.position);
      onProgress?.(generation.position, total);
      for (const wake of this.#waiters) wake();
      if (!last && stands) return generation.position;
    }
  }

  /** @returns false when another process was faster: it goes on from where that one stands. */
  async #advance(generation: Generation, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      await generation.reload();
      if (error instanceof CheckpointMoved) return false;
      throw error;
    }
  }

  position(): number {
    return this.#live.position;
  }

  /** Waits until the answers stand at this position or after it. @returns whether they do. */
  async waitFor(position: number, timeoutMs: number): Promise<boolean> {
    if (this.#live.position >= position) return true;
    const end = new AbortController();
    const reached = new Promise<true>((resolve) => {
      const wake = (): void => {
        if (this.#live.position >= position) resolve(true);
      };
      this.#waiters.add(wake);
      end.signal.addEventListener('abort', () => this.#waiters.delete(wake));
    });
    const late = pause(timeoutMs, false, { signal: end.signal }).catch(() => false);
    const answer = await Promise.race([reached, late]);
    end.abort();
    return answer;
  }

  async status(): Promise<Status[]> {
    const failure = this.#failure ? { failure: this.#failure } : {};
    return [{ name: 'book', position: this.#live.position, head: await this.store.head(), ...failure }];
  }

  /** Builds a new generation beside the live one, compares, and switches when they are equal or the difference is accepted. */
  async rebuild({ accept = false, onProgress }: { accept?: boolean; onProgress?: Progress } = {}): Promise<
    Comparison & { switched: boolean }
  > {
    const old = this.#live;
    const built = await this.#build(await this.#freeSchema(), onProgress);
    await this.catchUp();
    await this.#follow(built);
    const comparison = await this.#compare(old.schema, built);
    const switched = accept || comparison.differences.length === 0;
    if (switched) await this.#switch(built, old.schema);
    else await this.db.execute(`drop schema ${built.schema} cascade`);
    return { ...comparison, switched };
  }

  /** Recomputes every read model from zero in a scratch schema and names what differs. */
  async verify({ onProgress }: { onProgress?: Progress } = {}): Promise<Comparison> {
    await this.catchUp();
    const scratch = await this.#build(await this.#freeSchema(), onProgress);
    const comparison = await this.#compare(this.schema, scratch);
    await this.db.execute(`drop schema ${scratch.schema} cascade`);
    return comparison;
  }

  async #build(schema: string, onProgress?: Progress): Promise<Generation> {
    await this.db.execute(createTables(schema));
    const generation = await Generation.open(this.db, schema);
    await this.#follow(generation, onProgress);
    await this.db.execute(createIndexes(schema));
    return generation;
  }

  async #freeSchema(): Promise<string> {
    const rows = await this.db.query<{ name: string }>(
      `select schema_name as name from information_schema.schemata where schema_name like 'read\\_%'`,
    );
    const used = rows.map(({ name }) => Number(name.slice(5)));
    return `read_${Math.max(0, ...used) + 1}`;
  }

  async #switch(to: Generation, from: string | undefined): Promise<void> {
    await this.db.transaction(async (sql) => {
      await sql.query('delete from read.current');
      await sql.query('insert into read.current (schema, made_by) values ($1, $2)', [to.schema, MADE_BY]);
    });
    this.#generation = to;
    this.#failure = undefined;
    if (from) await this.db.execute(`drop schema if exists ${from} cascade`);
  }

  async #compare(standing: string, replayed: Generation): Promise<Comparison> {
    const differences: Difference[] = [];
    let rows = 0;
    for (const table of Object.keys(tables) as TableName[]) {
      if (table === 'checkpoint') continue;
      const [count] = await this.db.query<{ count: string }>(
        `select count(*) as count from ${replayed.schema}.${table}`,
      );
      rows += Number(count?.count ?? 0);
      differences.push(...(await this.#compareTable(table, standing, replayed.schema)));
    }
    return { events: replayed.position, rows, differences };
  }

  async #compareTable(table: TableName, standing: string, replayed: string): Promise<Difference[]> {
    const key = keys[table];
    const keyText = `concat_ws('/', ${key.map((column) => `coalesce(a.${column}, b.${column})`).join(', ')})`;
    const on = key.map((column) => `a.${column} = b.${column}`).join(' and ');
    const found = await this.db.query<{ key: string; standing: string | null; replayed: string | null }>(
      `select ${keyText} as key, a::text as standing, b::text as replayed from ${standing}.${table} a
       full join ${replayed}.${table} b on ${on} where a::text is distinct from b::text order by 1 limit 100`,
    );
    return found.map((row) => ({
      table,
      key: row.key,
      ...(row.standing === null ? {} : { standing: row.standing }),
      ...(row.replayed === null ? {} : { replayed: row.replayed }),
    }));
  }
}
