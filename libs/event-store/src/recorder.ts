import { getHeapStatistics } from 'node:v8';

import { Refused } from '#core';

import { appendOf, positionsOf, surely } from './appending.js';
import {
  type Command,
  type Decider,
  type Decision,
  type Receipt,
  type RecorderOptions,
  type Standing,
  type Step,
} from './command.js';
import { assertExpected, emptyLine, keyOf, type Line, repeatOf, reused, takeIn } from './line.js';
import { type Queue, Queues } from './queues.js';
import { confirm, type Request, type Round, Rounds } from './round.js';
import { type Appended, AppendTooLarge, type EventStore, type RecordedEvent, type SealedEvent } from './store.js';
import { Steps, Turn } from './turn.js';

const TRIES = 16;
const PAGE = 2_000;
const TOGETHER = 256;
/** The part of the memory of the process that streams are kept in. */
const PART_OF_HEAP = 1 / 4;
/** After so many rounds without a pause one is decided in turn. */
const ROUNDS_ALONE = 8;
/** For so many rounds more a stream is decided in turn, once somebody else was seen to write to it. */
const SHARED_ROUNDS = 50;

/** The one loop that loads, decides, appends at the expected revision, and decides again when somebody was faster. */
export class Recorder {
  readonly #queues: Queues;
  readonly #rounds: Rounds;

  constructor(
    private readonly store: EventStore,
    private readonly options: RecorderOptions,
  ) {
    this.#queues = new Queues(options.cacheBytes ?? PART_OF_HEAP * getHeapStatistics().heap_size_limit);
    this.#rounds = new Rounds(options, store);
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
    for (let rounds = 1; queue.requests.length > 0; rounds += 1) {
      // Who writes without a pause is never overtaken, and would not hear that others try to.
      if (rounds % ROUNDS_ALONE === 0) queue.shared ||= 1;
      const waiting = queue.requests.splice(0, TOGETHER);
      while (waiting.length > 0) await this.#settle(stream, queue, decider, waiting);
    }
    this.#queues.rest(stream, queue);
  }

  /** Settles at least the first of the requests that wait, as a rule all (or so many), and takes them off the list. */
  async #settle(
    stream: string,
    queue: Queue,
    decider: Decider<unknown>,
    waiting: Request<unknown>[],
    most = waiting.length,
  ): Promise<void> {
    let together = most;
    try {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const round = await this.#attempt(stream, queue, decider, waiting.slice(0, together), tries);
        if (round?.broken) {
          const { index, error } = round.broken;
          if (index === 0 && tries > 0) return waiting.shift()?.reject(error);
          // The ones in front of it are settled first, and the log is read again: it is refused on what is recorded only.
          if (index > 0) tries -= 1;
          together = Math.max(index, 1);
        } else if (round) {
          waiting.splice(0, together);
          return round.answers.forEach((answer) => answer());
        }
      }
      throw new Refused('too-busy', 'Others keep writing to this case. Try again.', { stream });
    } catch (error) {
      queue.line = undefined;
      // The id of an event stands in another stream, or they are too large together: it shows when fewer are settled at a time.
      const fewer = isTaken(error) ? 1 : error instanceof AppendTooLarge ? Math.ceil(together / 2) : together;
      if (fewer < together) return this.#settle(stream, queue, decider, waiting, fewer).then();
      for (const { command, reject } of waiting.splice(0, together)) {
        reject(isTaken(error) ? reused(command.commandId) : error);
      }
    }
  }

  /** @returns the round, broken or standing; undefined when somebody was faster. */
  async #attempt(
    stream: string,
    queue: Queue,
    decider: Decider<unknown>,
    requests: readonly Request<unknown>[],
    tries: number,
  ): Promise<Round | undefined> {
    const line = queue.line ?? (await this.#open(stream, queue, decider, requests[0], tries));
    const inTurn = queue.shared > 0 && this.store.appendInTurn?.bind(this.store);
    const round = inTurn
      ? await this.#decideInTurn(stream, queue, decider, line, requests, inTurn)
      : await this.#decideAlone(stream, decider, line, requests);
    if (!round || round.broken) queue.line = undefined;
    if (!round) queue.shared = SHARED_ROUNDS;
    return round;
  }

  /**
   * Decides on a stream that others write to when it is as new as the log, and nobody else can write: nobody is overtaken, and
   * nothing need be read again.
   */
  async #decideInTurn(
    stream: string,
    queue: Queue,
    decider: Decider<unknown>,
    line: Line<unknown>,
    requests: readonly Request<unknown>[],
    inTurn: NonNullable<EventStore['appendInTurn']>,
  ): Promise<Round | undefined> {
    const { revision: after } = line;
    let round: Round | undefined;
    let failure: unknown;
    const decide = (newer: readonly RecordedEvent[]): readonly SealedEvent[] => {
      try {
        this.#takeIn(line, decider, newer);
        queue.shared = newer.length > 0 ? SHARED_ROUNDS : queue.shared - 1;
        round = this.#rounds.decide(stream, line, decider, requests);
        return round.broken ? [] : round.events;
      } catch (error) {
        failure = error;
        return [];
      }
    };
    const ask = (): Promise<Appended> => inTurn({ stream, after, decide });
    const outcome = await surely(ask, () => {
      if (!round) return failure ? undefined : ask();
      return round.broken || round.events.length === 0
        ? undefined
        : this.store.append(appendOf(stream, line, round.events));
    });
    if (failure) throw failure;
    // Nobody is answered on what was written beside it and taken back again, be it without an event.
    if (outcome.outcome === 'conflict') return undefined;
    if (!round || round.broken || round.events.length === 0) return round;
    return (await this.#stands(stream, line, round.events, outcome)) ? round : undefined;
  }

  /** The round stands when its events are in the log, or there were none and the log has nothing newer. */
  async #decideAlone(
    stream: string,
    decider: Decider<unknown>,
    line: Line<unknown>,
    requests: readonly Request<unknown>[],
  ): Promise<Round | undefined> {
    const round = this.#rounds.decide(stream, line, decider, requests);
    if (round.broken) return round;
    if (round.events.length === 0) {
      const held = line.ids.length;
      if (round.quiet) await this.#catchUp(stream, decider, line);
      return line.ids.length === held ? round : undefined;
    }
    const append = appendOf(stream, line, round.events);
    const outcome = await surely(() => this.store.append(append));
    return (await this.#stands(stream, line, round.events, outcome)) ? round : undefined;
  }

  /** Whether what was appended is in the log; then the line is told where. */
  async #stands(
    stream: string,
    line: Line<unknown>,
    events: readonly SealedEvent[],
    outcome: Appended,
  ): Promise<boolean> {
    if (outcome.outcome === 'conflict') return false;
    if (outcome.outcome === 'repeated' && !(await this.#isOurs(stream, line))) return false;
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
    for (;;) {
      const events = await this.store.read(stream, line.revision + 1, PAGE);
      this.#takeIn(line, decider, events);
      if (events.length < PAGE) return;
    }
  }

  #takeIn<State>(line: Line<State>, decider: Decider<State>, events: readonly RecordedEvent[]): void {
    const upcast = this.options.upcast ?? ((event: RecordedEvent) => event);
    for (const event of events) takeIn(line, decider, upcast(event));
  }
}

const UNIQUE_VIOLATION = '23505';
const isTaken = (error: unknown): boolean => (error as { code?: unknown }).code === UNIQUE_VIOLATION;
