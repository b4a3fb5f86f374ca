import { randomUUID } from 'node:crypto';

import { type EventId, type Instant, instantOf, Refused } from '#core';

import { appendSurely, positionsOf } from './appending.js';
import {
  type Command,
  type Decider,
  type Decision,
  metadataOf,
  type Receipt,
  type RecorderOptions,
  type Standing,
  type Step,
} from './command.js';
import { assertExpected, emptyLine, keyOf, type Line, repeatOf, reused, takeIn } from './line.js';
import { type Queue, Queues } from './queues.js';
import { answerOf, confirm, type Request, type Round } from './round.js';
import { idOfWords, seal } from './seal.js';
import { AppendTooLarge, type EventStore, type RecordedEvent, type SealedEvent } from './store.js';
import { Steps, Turn } from './turn.js';

const TRIES = 8;
const PAGE = 2_000;
const TOGETHER = 256;
const CACHE_EVENTS = 50_000;

/** The one loop that loads, decides, appends at the expected revision, and decides again when somebody was faster. */
export class Recorder {
  readonly #queues: Queues;
  #lastMs = 0;

  constructor(
    private readonly store: EventStore,
    private readonly options: RecorderOptions,
  ) {
    this.#queues = new Queues(options.cacheEvents ?? CACHE_EVENTS);
  }

  /**
   * Records what the decisions make of a stream, all of it or nothing; each sees what the ones before it decided.
   * Commands on one stream are decided one after another, those that wait are appended together.
   * @throws Refused what a decision refuses, `stale`, `idempotency-key-reused`, `too-busy`; OutcomeUnknown.
   */
  record<State>(
    stream: string,
    decider: Decider<State>,
    decisions: readonly Decision<State>[],
    command: Command,
  ): Promise<Receipt> {
    return this.#enqueue(stream, decider, { decisions, command });
  }

  /**
   * Records commands of one stream that are told one after the other: they are sent together, and the first that is refused
   * ends them. Each is a command of its own.
   * @returns the receipts of those before it, and what it was refused with.
   */
  async recordInTurn<State>(
    stream: string,
    decider: Decider<State>,
    told: readonly Step<State>[],
  ): Promise<{ receipts: Receipt[]; refusal?: unknown }> {
    const steps = new Steps();
    const sent = told.map((step, index) => this.#enqueue(stream, decider, step, new Turn(steps, index)));
    const receipts: Receipt[] = [];
    for (const outcome of await Promise.allSettled(sent)) {
      if (outcome.status === 'rejected') return { receipts, refusal: outcome.reason };
      receipts.push(outcome.value);
    }
    return { receipts };
  }

  #enqueue<State>(
    stream: string,
    decider: Decider<State>,
    { decisions, command }: Step<State>,
    turn?: Turn,
  ): Promise<Receipt> {
    return new Promise((resolve, fail) => {
      const queue = this.#queues.of(stream);
      const key = keyOf(command.actor, command.commandId);
      const reject = (error: unknown): void => {
        turn?.refuse();
        fail(error as Error);
      };
      queue.requests.push({
        decisions: decisions as readonly Decision<unknown>[],
        command,
        key,
        turn,
        resolve,
        reject,
      });
      if (queue.running) return;
      queue.running = true;
      void this.#run(stream, queue, decider as Decider<unknown>);
    });
  }

  /**
   * The state of a stream, and where it stands, as the log has it now. It is the caller's own. `repeats` tells whether a
   * command was recorded in it before. @throws there Refused `idempotency-key-reused`.
   */
  async read<State>(stream: string, decider: Decider<State>): Promise<Standing<State>> {
    const line = emptyLine(decider);
    await this.#catchUp(stream, decider, line);
    const repeats = (command: Command): boolean =>
      repeatOf(line, keyOf(command.actor, command.commandId), command) !== undefined;
    const isExpected = (command: Command): void => assertExpected(line, command);
    return { state: line.state, revision: line.revision, repeats, assertExpected: isExpected };
  }

  /** The state that is kept of a stream, if one is: it may lag behind the log, or run ahead of it. Only to be looked at, at once. */
  kept<State>(stream: string, _: Decider<State>): State | undefined {
    return this.#queues.kept(stream)?.state as State | undefined;
  }

  async #run(stream: string, queue: Queue, decider: Decider<unknown>): Promise<void> {
    while (queue.requests.length > 0) {
      const waiting = queue.requests.splice(0, TOGETHER);
      while (waiting.length > 0) await this.#settle(stream, queue, decider, waiting);
    }
    this.#queues.rest(stream, queue);
  }

  /** Settles at least the first of the requests that wait, as a rule all, and takes them off the list. */
  async #settle(stream: string, queue: Queue, decider: Decider<unknown>, waiting: Request<unknown>[]): Promise<void> {
    let together = waiting.length;
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const line = queue.line ?? (await this.#open(stream, queue, decider, waiting[0], tries));
        const round = this.#decide(stream, line, decider, waiting.slice(0, together));
        if (round.broken) {
          queue.line = undefined;
          const { index, error } = round.broken;
          if (index === 0 && tries > 0) return waiting.shift()?.reject(error);
          // The ones in front of it are settled first, and the log is read again: it is refused on what is recorded only.
          if (index > 0) tries -= 1;
          together = Math.max(index, 1);
        } else if (await this.#conclude(stream, queue, decider, line, round)) {
          waiting.splice(0, together);
          return round.answers.forEach((answer) => answer());
        }
      }
      throw new Refused('too-busy', 'Others keep writing to this case. Try again.', { stream });
    } catch (error) {
      queue.line = undefined;
      // The id of an event stands in another stream, or they are too large together: it shows when fewer are settled at a time.
      const fewer = isTaken(error) ? 1 : error instanceof AppendTooLarge ? Math.ceil(together / 2) : together;
      if (fewer < together) return this.#settle(stream, queue, decider, waiting.splice(0, fewer)).then();
      for (const { command, reject } of waiting.splice(0, together)) {
        reject(isTaken(error) ? reused(command.commandId) : error);
      }
    }
  }

  /** Whether the round stands: its events are in the log, or there were none and the log has nothing newer. */
  async #conclude(
    stream: string,
    queue: Queue,
    decider: Decider<unknown>,
    line: Line<unknown>,
    { events, quiet }: Round,
  ): Promise<boolean> {
    const held = line.ids.length;
    if (events.length === 0) {
      if (quiet) await this.#catchUp(stream, decider, line);
      return line.ids.length === held;
    }
    const expectedRevision = line.revision - events.length;
    const outcome = await appendSurely(this.store, { stream, expectedRevision, events });
    const ours =
      outcome.outcome === 'appended' || (outcome.outcome === 'repeated' && (await this.#isOurs(stream, line)));
    if (!ours) {
      queue.line = undefined;
      return false;
    }
    confirm(line, await positionsOf(this.store, line.revision, outcome.position, stream, events), events);
    return true;
  }

  /** Whether the stream ends as the line does. The same ids written before at another time carry other hashes. */
  async #isOurs(stream: string, line: Line<unknown>): Promise<boolean> {
    const found = await this.store.read(stream, line.revision, 2);
    return found.length === 1 && found[0]?.metadata.hash === line.hash;
  }

  /** A stream that is believed to be new is not read, the first time. */
  async #open(
    stream: string,
    queue: Queue,
    decider: Decider<unknown>,
    first: Request<unknown> | undefined,
    tries: number,
  ): Promise<Line<unknown>> {
    const line = emptyLine(decider);
    if (!first?.command.fresh || tries > 0) await this.#catchUp(stream, decider, line);
    queue.line = line;
    return line;
  }

  async #catchUp<State>(stream: string, decider: Decider<State>, line: Line<State>): Promise<void> {
    const upcast = this.options.upcast ?? ((event: RecordedEvent) => event);
    for (;;) {
      const events = await this.store.read(stream, line.revision + 1, PAGE);
      for (const event of events) takeIn(line, decider, upcast(event));
      if (events.length < PAGE) return;
    }
  }

  /** Decides request after request on the line, which runs ahead of the log. A refusal, too, is told only when the round stands. */
  #decide(
    stream: string,
    line: Line<unknown>,
    decider: Decider<unknown>,
    requests: readonly Request<unknown>[],
  ): Round {
    const round: Round = { events: [], answers: [], quiet: false };
    requests.every((request, index) => {
      const before = { events: round.events.length, touched: false };
      try {
        request.turn?.begin();
        request.command.admit?.(line.state as never);
        if (!this.#answerRepeat(stream, line, request, round)) {
          assertExpected(line, request.command);
          this.#decideOne(stream, line, decider, request, round.events, before);
          round.answers.push(answerOf(stream, line, request, round.events.slice(before.events)));
        }
      } catch (error) {
        request.turn?.refuse();
        if (before.touched) round.broken = { index, error };
        round.answers.push(() => request.reject(error));
      }
      round.quiet ||= round.events.length === before.events;
      return !round.broken;
    });
    return round;
  }

  #answerRepeat(
    stream: string,
    line: Line<unknown>,
    { key, command, resolve }: Request<unknown>,
    round: Round,
  ): boolean {
    if (!repeatOf(line, key, command)) return false;
    round.answers.push(() => {
      const receipt = repeatOf(line, key, command);
      if (receipt) resolve({ stream, ...receipt });
    });
    return true;
  }

  #decideOne(
    stream: string,
    line: Line<unknown>,
    decider: Decider<unknown>,
    { command, key, decisions }: Request<unknown>,
    events: SealedEvent[],
    before: { touched: boolean },
  ): void {
    for (const decision of decisions) {
      for (const { type, data } of decision(line.state)) {
        const id = this.#idOf(key, line.done.get(key)?.count ?? 0);
        const version = this.options.versionOf?.(type) ?? 1;
        const fact = { id, type, version, data: data as SealedEvent['data'] };
        const event = seal(stream, line.revision + 1, fact, metadataOf(command, id, this.#moment()), line.hash);
        before.touched = true;
        takeIn(line, decider, { ...event, revision: line.revision + 1, position: line.position });
        events.push(event);
      }
    }
  }

  /** Where ids are not unique by the store, the same key in another stream must not give the same one. */
  #idOf(key: string, number: number): EventId {
    return this.store.uniqueIds ? idOfWords(key, number) : (randomUUID() as EventId);
  }

  /** Never before the one told last. */
  #moment(): Instant {
    this.#lastMs = Math.max(this.#lastMs, this.options.now().getTime());
    return instantOf(new Date(this.#lastMs));
  }
}

const UNIQUE_VIOLATION = '23505';
const isTaken = (error: unknown): boolean => (error as { code?: unknown }).code === UNIQUE_VIOLATION;
