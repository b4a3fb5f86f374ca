import type { Database, EventStore } from '#event-store';

import { isContinuedBy, LogReplaced } from './checkpoint.js';
import { compare, type Comparison } from './comparing.js';
import { type Progress, type Rebuilding, rest, type Status, told, Waiters } from './following.js';
import type { Generation } from './generation.js';
import { Generations, SwitchedMeanwhile } from './generations.js';
import { Intake, type Taking } from './intake.js';
import { noteIfLost, noteLoss } from './losses.js';
import { assertKnown, isTaken, MADE_BY } from './schema.js';

const WATCH_MS = 50;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** Questions under way when another process switched still find what they began with. */
const RETIRE_MS = 5_000;
/** How often the log is looked at, whether it is still the one that was taken in. */
const CONTINUITY_MS = 5_000;

/**
 * The answers, kept up with the log. Rows and checkpoint move in one transaction; an event that cannot be applied stops it.
 * All answers stand at one position, so that they agree with each other.
 */
export class ReadModels {
  #generation: Generation | undefined;
  #running: Promise<number> | undefined;
  #alone: Promise<unknown> | undefined;
  /** How this process keeps the answers, where it does. */
  #keeping: { readonly gently: boolean } | undefined;
  #failure: string | undefined;
  /** Why the answers are none: the log was replaced under them, and they are not rebuilt yet. */
  #replaced: LogReplaced | undefined;
  #continuedAt = -Infinity;
  #seen = 0;
  #moved = { position: -1, at: 0 };
  readonly #waiters = new Waiters();
  readonly #generations: Generations;
  readonly #intake: Intake;

  constructor(
    readonly db: Database,
    readonly store: EventStore,
    taking: Taking = (_, take) => take(),
  ) {
    this.#generations = new Generations(db, store);
    this.#intake = new Intake(store, taking, this.#waiters);
  }

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
    return this.#keeping !== undefined;
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

  /**
   * Creates what is missing; a generation made by older rules, or from a log that was replaced, is rebuilt from the log. `anotherLog`:
   * so is one made over a log of another kind. `create: false`: only one of a log that was replaced is rebuilt.
   * @throws Refused `log-elsewhere`, `schema-newer`; `schema-older` where nothing may be created.
   */
  async open(onProgress?: Progress, { anotherLog = false, create = true } = {}): Promise<this> {
    if (create) await this.#generations.prepare();
    const current = create ? await this.#generations.current({ anotherLog }) : await this.#generations.kept();
    if (current && Number(current.made_by) === MADE_BY) {
      this.#generation = await this.#generations.open(current.schema);
      await this.#look();
      if (this.#replaced) await this.#rebuildReplaced(onProgress);
    } else {
      if (current) await noteIfLost(this, current);
      await this.#make(current?.schema, onProgress, anotherLog);
    }
    return this;
  }

  /** Of several processes that find no answers, or old ones, each builds some; those of the first that is done stay. */
  async #make(from: string | undefined, onProgress: Progress | undefined, anotherLog: boolean): Promise<void> {
    const built = await this.#built(onProgress);
    try {
      await this.#switch(built, from);
    } catch (error) {
      // Of an outcome that is not known, the new ones may be those that answer.
      if (!(error instanceof SwitchedMeanwhile || isTaken(error))) throw error;
      await this.#generations.drop(built.schema);
      await this.open(onProgress, { anotherLog });
    }
  }

  /**
   * Opens what another process keeps, and creates nothing.
   * @throws Refused `schema-older` when there is none or an older program made it, `schema-newer`, `log-elsewhere`.
   */
  async attach(): Promise<this> {
    const { schema } = await this.#generations.kept();
    this.#generation = await this.#generations.open(schema);
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
    if (this.#replaced) await noteLoss(this.db, this.#replaced.seen);
    await this.#switch(await this.#built(onProgress), old);
  }

  /**
   * Follows the log until the signal aborts. An event that cannot be applied is never skipped: it stands before it, says so,
   * and tries again now and then. `gently`: where others append to the same database.
   */
  async start(signal: AbortSignal, { gently = false } = {}): Promise<void> {
    this.#keeping = { gently };
    await this.#keepTrying(signal, async () => {
      if (this.#replaced) await this.#standing(() => this.#rebuildReplaced());
      await this.#assertContinued();
      const began = performance.now();
      await this.catchUp();
      const tookMs = performance.now() - began;
      this.#failure = undefined;
      await this.#generations.dropRetired(RETIRE_MS);
      await this.store.changed(this.#live.position, signal);
      await this.#waiters.gather(tookMs, signal);
    });
    this.#keeping = undefined;
    await this.#generations.dropRetired(0);
  }

  /** Sees what another process writes, soon after it is written, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    await this.#keepTrying(signal, async () => {
      const current = await this.#generations.current();
      if (current?.schema === this.#live.schema) await this.#live.look();
      else await this.#standing(() => this.#adopt(true));
      await this.#assertContinued();
      this.#failure = undefined;
      this.#waiters.wake();
      await rest(WATCH_MS, signal);
    });
  }

  /**
   * Another process may have switched: goes on with the generation that answers just now, which `liveSchema` asks for.
   * @throws Refused `schema-older`, `schema-newer`.
   */
  async see(schema: string | null): Promise<void> {
    if (schema !== this.#live.schema) await this.#standing(() => this.#adopt(false));
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
    const current = assertKnown(await this.#generations.current());
    if (current.schema === this.#live.schema) await (afresh ? this.#live.reload() : this.#live.renew());
    else this.#generation = await this.#generations.open(current.schema);
    await this.#look();
    if (this.#replaced) this.#failure = told(this.#replaced);
  }

  /** Takes in all that is in the log now. @returns the position reached. */
  async catchUp(): Promise<number> {
    // What is under way may have looked at the log before the last events came.
    await this.#running?.catch(() => undefined);
    this.#running ??= (this.#alone ?? Promise.resolve())
      .then(() => this.#intake.follow(this.#live, this.#keeping))
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
    if (name) await this.#generations.dropNamed(name);
    const schema = await this.#generations.create(name);
    try {
      const built = await this.#generations.fill(schema, (generation) => this.#intake.follow(generation, following));
      return await this.#standing(() => this.#conclude(built, accept, following.signal));
    } catch (error) {
      if (this.schema !== schema) await this.#generations.drop(schema);
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
    else await this.#generations.drop(built.schema);
    return { ...comparison, switched };
  }

  /** Brings both to one position and compares them. Nothing else may be taken in meanwhile. */
  async #compared(built: Generation, signal?: AbortSignal): Promise<Comparison> {
    const live = this.#live;
    while (built.position < live.position) await this.#intake.follow(built, signal ? { signal } : {});
    await this.#intake.follow(live, { ...this.#keeping, upTo: built.position });
    return { events: built.events, ...(await compare(this.db, live.schema, built.schema)) };
  }

  /** Recomputes every read model from zero in a scratch schema and names what differs. */
  async verify({ onProgress }: { onProgress?: Progress } = {}): Promise<Comparison> {
    const scratch = await this.#built(onProgress);
    try {
      return await this.#standing(() => this.#compared(scratch));
    } finally {
      await this.#generations.drop(scratch.schema);
    }
  }

  /** Takes away the rows that a rebuild left behind which was killed. */
  dropLeftovers(): Promise<void> {
    return this.#generations.dropLeftovers();
  }

  /** A new generation, up to the end of the log. */
  async #built(onProgress?: Progress): Promise<Generation> {
    const following = onProgress ? { onProgress } : {};
    return this.#generations.fill(await this.#generations.create(), (generation) =>
      this.#intake.follow(generation, following),
    );
  }

  async #switch(to: Generation, from: string | undefined): Promise<void> {
    await this.#generations.switch(to, from);
    this.#generation = to;
    this.#failure = this.#replaced = undefined;
    if (!from) return;
    await this.#generations.retire(from);
    if (!this.follows) await this.#generations.dropRetired(0);
  }
}
