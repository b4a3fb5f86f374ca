import type { Database, EventStore, RecordedEvent } from '#event-store';

import { CheckpointMoved, isContinuedBy, LogReplaced } from './checkpoint.js';
import { compare, type Comparison } from './comparing.js';
import { type Following, type Progress, type Rebuilding, rest, type Status, told, Waiters } from './following.js';
import { Generation } from './generation.js';
import {
  assertKnown,
  createIndexes,
  createPointer,
  createTables,
  type Current,
  isTaken,
  MADE_BY,
  nameSchema,
  readPointer,
  schemasNamed,
  UNDEFINED_TABLE,
} from './schema.js';

const PAGE = 2_000;
const WATCH_MS = 50;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Questions under way when another process switched still find what they began with. */
const RETIRE_MS = 5_000;
/** How often the log is looked at, whether it is still the one that was taken in. */
const CONTINUITY_MS = 5_000;

/** Around taking in a batch of events, for whoever watches. */
export type Taking = (events: readonly RecordedEvent[], take: () => Promise<void>) => Promise<void>;

class SwitchedMeanwhile extends Error {
  override readonly name = 'SwitchedMeanwhile';
}

/** Without what is delivered again. */
const newer = (events: readonly RecordedEvent[], after: number): RecordedEvent[] => {
  let last = after;
  return events.filter(({ position }) => position > last && (last = position));
};

/**
 * The answers, kept up with the log. Rows and checkpoint move in one transaction; an event that cannot be applied stops it.
 * All answers stand at one position, so that they agree with each other.
 */
export class ReadModels {
  #generation: Generation | undefined;
  #running: Promise<number> | undefined;
  #alone: Promise<unknown> | undefined;
  /** The generation that was switched from, until nobody asks it any more. */
  #retired: { readonly schema: string; readonly at: number } | undefined;
  #follows = false;
  #failure: string | undefined;
  /** Why the answers are none: the log was replaced under them, and they are not rebuilt yet. */
  #replaced: LogReplaced | undefined;
  #continuedAt = -Infinity;
  #seen = 0;
  #moved = { position: -1, at: 0 };
  readonly #waiters = new Waiters();

  constructor(
    readonly db: Database,
    readonly store: EventStore,
    private readonly taking: Taking = (_, take) => take(),
  ) {}

  /** The schema of the generation that answers. @throws LogReplaced while it answers for another log. */
  get schema(): string {
    if (this.#replaced) throw this.#replaced;
    return this.#live.schema;
  }

  get #live(): Generation {
    if (!this.#generation) throw new Error('the read models are not open');
    return this.#generation;
  }

  /** Whether this process keeps the answers, rather than looking at what another one keeps. */
  get follows(): boolean {
    return this.#follows;
  }

  /** @throws LogReplaced while they are those of another log. */
  get rates(): Generation['rates'] {
    if (this.#replaced) throw this.#replaced;
    return this.#live.rates;
  }

  /** The furthest position that these answers have seen, also of a log that was replaced since. */
  get seen(): number {
    return Math.max(this.#seen, this.#live.position);
  }

  /** Creates what is missing; a generation made by older rules, or from a log that was replaced, is rebuilt from the log. */
  async open(onProgress?: Progress): Promise<this> {
    await this.db.execute(createPointer);
    const current = await this.#current();
    if (current && Number(current.made_by) === MADE_BY) {
      this.#generation = await Generation.open(this.db, current.schema);
      await this.#look();
      if (this.#replaced) await this.#rebuildReplaced(onProgress);
    } else await this.#make(current, onProgress);
    return this;
  }

  /** Of several processes that find no answers, or old ones, each builds some; those of the first that is done stay. */
  async #make(current: Current | undefined, onProgress?: Progress): Promise<void> {
    const built = await this.#build(onProgress ? { onProgress } : {});
    try {
      await this.#switch(built, current?.schema);
    } catch (error) {
      // Of an outcome that is not known, the new ones may be those that answer.
      if (!(error instanceof SwitchedMeanwhile || isTaken(error))) throw error;
      await this.#drop(built.schema);
      await this.open(onProgress);
    }
  }

  /**
   * Opens what another process keeps, and creates nothing.
   * @throws Refused `schema-older` when there is none or an older program made it, `schema-newer`.
   */
  async attach(): Promise<this> {
    const current = await this.#current().catch((error: unknown) => {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return undefined;
      throw error;
    });
    this.#generation = await Generation.open(this.db, assertKnown(current).schema);
    await this.#look();
    return this;
  }

  /** Sees whether the log is still the one that the live generation was made from. */
  async #look(): Promise<void> {
    const { checkpoint } = this.#live;
    const continued = await isContinuedBy(this.store, checkpoint);
    this.#replaced = continued ? undefined : (this.#replaced ?? new LogReplaced(checkpoint));
    if (this.#replaced) this.#seen = Math.max(this.#seen, checkpoint.position);
    this.#continuedAt = performance.now();
  }

  /** @throws LogReplaced while the answers are those of another log. */
  async #assertContinued(): Promise<void> {
    if (performance.now() - this.#continuedAt > CONTINUITY_MS) await this.#standing(() => this.#look());
    if (this.#replaced) throw this.#replaced;
  }

  /** From zero, out of the log that is there now. The old rows answer nothing any more. */
  async #rebuildReplaced(onProgress?: Progress): Promise<void> {
    const old = this.#live.schema;
    await this.#switch(await this.#build(onProgress ? { onProgress } : {}), old);
  }

  /**
   * Answers that were made over a log of another kind have positions that mean nothing here: they are as good as old.
   * @throws Refused `schema-newer`.
   */
  async #current(): Promise<Current | undefined> {
    const [row] = await this.db.query<Current>(readPointer);
    if (!row || Number(row.made_by) < MADE_BY) return row;
    return row.dense === this.#dense ? assertKnown(row) : { ...assertKnown(row), made_by: 0 };
  }

  get #dense(): string {
    return String(this.store.dense ?? false);
  }

  /**
   * Follows the log until the signal aborts. An event that cannot be applied is never skipped: it stands before it, says so,
   * and tries again now and then.
   */
  async start(signal: AbortSignal): Promise<void> {
    this.#follows = true;
    await this.#keepTrying(signal, async () => {
      if (this.#replaced) await this.#standing(() => this.#rebuildReplaced());
      await this.#assertContinued();
      const began = performance.now();
      await this.catchUp();
      const tookMs = performance.now() - began;
      this.#failure = undefined;
      await this.#dropRetired(RETIRE_MS);
      await this.store.changed(this.#live.position, signal);
      await this.#waiters.gather(tookMs, signal);
    });
    this.#follows = false;
    await this.#dropRetired(0);
  }

  /** Sees what another process writes, soon after it is written, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    await this.#keepTrying(signal, async () => {
      const current = await this.#current();
      if (current?.schema === this.#live.schema) await this.#live.look();
      else await this.#standing(() => this.#adopt(true));
      await this.#assertContinued();
      this.#failure = undefined;
      this.#waiters.wake();
      await rest(WATCH_MS, signal);
    });
  }

  /** Sees which generation answers just now: another process may have switched. @throws Refused `schema-older`, `schema-newer`. */
  async see(): Promise<void> {
    if ((await this.#current())?.schema !== this.#live.schema) await this.#standing(() => this.#adopt(false));
  }

  /** Begins from what stands in the database, and after each failure anew: another process may have led meanwhile. */
  async #keepTrying(signal: AbortSignal, step: () => Promise<void>): Promise<void> {
    let [pauseMs, stale, failed] = [FIRST_PAUSE_MS, true, false];
    while (!signal.aborted) {
      try {
        if (stale) await this.#standing(() => this.#adopt(failed));
        stale = false;
        await step();
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        this.#failure = told(error);
        stale = failed = true;
        await rest(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** `afresh`: whatever memory holds. @throws Refused `schema-older`, `schema-newer`. */
  async #adopt(afresh: boolean): Promise<void> {
    const current = assertKnown(await this.#current());
    if (current.schema === this.#live.schema) await (afresh ? this.#live.reload() : this.#live.renew());
    else this.#generation = await Generation.open(this.db, current.schema);
    await this.#look();
    if (this.#replaced) this.#failure = told(this.#replaced);
  }

  /** Takes in all that is in the log now. @returns the position reached. */
  async catchUp(): Promise<number> {
    // What is under way may have looked at the log before the last events came.
    await this.#running?.catch(() => undefined);
    this.#running ??= (this.#alone ?? Promise.resolve())
      .then(() => this.#follow(this.#live))
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Nothing is taken in meanwhile. */
  async #standing<T>(work: () => Promise<T>): Promise<T> {
    while (this.#running ?? this.#alone) await (this.#running ?? this.#alone)?.catch(() => undefined);
    const working = work();
    this.#alone = working.catch(() => undefined).finally(() => (this.#alone = undefined));
    return working;
  }

  async #follow(generation: Generation, { onProgress, upTo = Infinity, signal }: Following = {}): Promise<number> {
    const total = onProgress ? await this.store.head() : 0;
    const read = (after: number): Promise<RecordedEvent[]> => {
      const page = this.store.readAll(after, PAGE);
      page.catch(() => undefined);
      return page;
    };
    let after = generation.position;
    let next = read(after);
    for (;;) {
      signal?.throwIfAborted();
      const page = await next;
      const events = newer(page, after).filter(({ position }) => position <= upTo);
      const last = events.at(-1)?.position;
      const more = page.length === PAGE && last !== undefined && (page.at(-1)?.position ?? 0) <= upTo;
      if (more) next = read((after = last));
      let stands =
        events.length === 0 ||
        (await this.#advance(generation, () => this.taking(events, () => generation.take(events, this.store.dense))));
      if (stands && !more) stands = await this.#advance(generation, () => generation.settled());
      if (!stands) next = read((after = generation.position));
      onProgress?.(generation.position, total);
      this.#waiters.wake();
      if (stands && !more) return generation.position;
    }
  }

  /** @returns false when another process was faster: it goes on from where that one stands. */
  async #advance(generation: Generation, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (generation.filling) throw error;
      await generation.reload();
      if (error instanceof CheckpointMoved) return false;
      throw error;
    }
  }

  position(): number {
    return this.#live.position;
  }

  /** Waits until the answers stand at this position or after it. @returns whether they do. */
  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    return this.#waiters.until(() => this.#live.position >= position, timeoutMs);
  }

  async status(): Promise<Status[]> {
    const failure = this.#failure ? { failure: this.#failure } : {};
    const [{ position }, head] = [this.#live, await this.store.head()];
    if (position >= head || position !== this.#moved.position) this.#moved = { position, at: performance.now() };
    const silentMs = Number((performance.now() - this.#moved.at).toFixed());
    return [{ name: 'book', position, head, silentMs, ...failure }];
  }

  /**
   * Builds a new generation beside the live one, compares, and switches when they are equal or the difference is accepted.
   * Only who follows the log does this, so that both can be brought to one position. When the signal aborts before the switch,
   * nothing has changed. What an earlier try of the same name left behind is taken away first.
   */
  async rebuild({ accept = false, name, ...following }: Rebuilding = {}): Promise<Comparison & { switched: boolean }> {
    if (name) for (const schema of await schemasNamed(this.db, name)) await this.#drop(schema);
    const schema = await this.#newSchema(name);
    try {
      const built = await this.#fill(schema, following);
      return await this.#standing(() => this.#conclude(built, accept, following.signal));
    } catch (error) {
      if (this.schema !== schema) await this.#drop(schema);
      throw error;
    }
  }

  async #conclude(
    built: Generation,
    accept: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Comparison & { switched: boolean }> {
    const old = this.#live;
    const comparison = await this.#compared(built, signal);
    const switched = accept || comparison.differences.length === 0;
    signal?.throwIfAborted();
    if (switched) await this.#switch(built, old.schema);
    else await this.#drop(built.schema);
    return { ...comparison, switched };
  }

  /** Brings both to one position and compares them. Nothing else may be taken in meanwhile. */
  async #compared(built: Generation, signal?: AbortSignal): Promise<Comparison> {
    const live = this.#live;
    while (built.position < live.position) await this.#follow(built, signal ? { signal } : {});
    await this.#follow(live, { upTo: built.position });
    return { events: built.events, ...(await compare(this.db, live.schema, built.schema)) };
  }

  /** Recomputes every read model from zero in a scratch schema and names what differs. */
  async verify({ onProgress }: { onProgress?: Progress } = {}): Promise<Comparison> {
    const scratch = await this.#build(onProgress ? { onProgress } : {});
    const comparison = await this.#standing(() => this.#compared(scratch));
    await this.#drop(scratch.schema);
    return comparison;
  }

  async #build(following: Following): Promise<Generation> {
    return this.#fill(await this.#newSchema(), following);
  }

  /** The tables of a generation, under a name that nobody else took meanwhile. */
  async #newSchema(name?: string): Promise<string> {
    for (;;) {
      const schema = await this.#freeSchema();
      try {
        await this.db.execute(createTables(schema) + (name ? nameSchema(schema, name) : ''));
        return schema;
      } catch (error) {
        if (!isTaken(error)) throw error;
      }
    }
  }

  async #fill(schema: string, following: Following): Promise<Generation> {
    const generation = await Generation.fill(this.db, schema);
    await this.#follow(generation, following);
    await generation.filled();
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
      const [before] = await sql.query<{ schema: string }>('delete from read.current returning schema');
      if (before?.schema !== from) throw new SwitchedMeanwhile('another process has switched meanwhile');
      await sql.query('insert into read.current (schema, made_by, dense) values ($1, $2, $3)', [
        to.schema,
        MADE_BY,
        this.#dense === 'true',
      ]);
    });
    this.#generation = to;
    this.#failure = this.#replaced = undefined;
    if (!from) return;
    await this.#dropRetired(0);
    this.#retired = { schema: from, at: performance.now() };
    if (!this.#follows) await this.#dropRetired(0);
  }

  async #dropRetired(afterMs: number): Promise<void> {
    if (!this.#retired || performance.now() - this.#retired.at < afterMs) return;
    const { schema } = this.#retired;
    this.#retired = undefined;
    await this.#drop(schema);
  }

  async #drop(schema: string): Promise<void> {
    await this.db.execute(`drop schema if exists ${schema} cascade`);
  }
}
