import { type EventId, instantOf, Refused } from '#core';

import { canonical, GENESIS, idOfWords, seal } from './seal.js';
import {
  type Actor,
  type Appended,
  type EventStore,
  NO_STREAM,
  OutcomeUnknown,
  type RecordedEvent,
  type Revision,
  type SealedEvent,
  type Source,
} from './store.js';

interface Fact {
  readonly type: string;
  readonly data: object;
}

/** How the events of a stream become the state that decisions read. States may change in place: nobody else holds one. */
export interface Decider<State> {
  initial(): State;
  /** @throws when the type is unknown: a decision must understand every event of its stream. */
  evolve(state: State, event: Fact, at: { readonly eventId: EventId; readonly revision: Revision }): State;
}

/** Events, or none when it is so already, or a thrown `Refused`. No clock, no ids, no I/O: it may run again. */
export type Decision<State> = (state: State) => readonly Fact[];

export interface Command {
  readonly actor: Actor;
  /** The client's idempotency key: with the actor, it names the command for ever. */
  readonly commandId: string;
  /** Of everything the command asks for, so that the same key with another body is refused. */
  readonly commandHash: string;
  /** The revision the caller has seen, `new` for a stream that must not exist yet, or `any`. */
  readonly expected?: Revision | 'any' | 'new';
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly source?: Source;
  /** The caller believes that the stream is new: it is not read first. Wrong beliefs cost a second try, nothing else. */
  readonly fresh?: boolean;
}

export interface Receipt {
  readonly stream: string;
  readonly revision: Revision;
  /** Of the last event recorded; 0 when there was nothing to record. Wait for it to read your own write. */
  readonly position: number;
  readonly eventIds: readonly EventId[];
  /** The same command was recorded before; this is its answer. */
  readonly repeated: boolean;
}

interface Request<State> {
  readonly decisions: readonly Decision<State>[];
  readonly command: Command;
  readonly key: string;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

interface Done {
  readonly hash: string;
  readonly from: Revision;
  count: number;
  position: number;
}

/** One stream in memory: its state, its end, and the commands recorded in it. */
interface Line<State> {
  state: State;
  revision: Revision;
  hash: string;
  readonly ids: EventId[];
  readonly types: string[];
  readonly done: Map<string, Done>;
}

interface Queue {
  readonly requests: Request<unknown>[];
  line: Line<unknown> | undefined;
  running: boolean;
}

const TRIES = 8;
const PAGE = 2_000;
const TOGETHER = 256;

const keyOf = (actor: Actor, commandId: string): string => `${actor.authority}|${actor.person}|${commandId}`;

/** The one loop that loads, decides, appends at the expected revision, and decides again when somebody was faster. */
export class Recorder {
  readonly #queues = new Map<string, Queue>();
  #held = 0;
  #lastMs = 0;

  constructor(
    private readonly store: EventStore,
    private readonly options: { readonly now: () => Date; readonly cacheEvents?: number },
  ) {}

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
    return new Promise((resolve, reject) => {
      const queue = this.#queue(stream);
      const key = keyOf(command.actor, command.commandId);
      queue.requests.push({ decisions: decisions as readonly Decision<unknown>[], command, key, resolve, reject });
      if (queue.running) return;
      queue.running = true;
      void this.#run(stream, queue, decider as Decider<unknown>);
    });
  }

  /** The state of a stream, and where it stands. Read it; do not change it. */
  async read<State>(stream: string, decider: Decider<State>): Promise<{ state: State; revision: Revision }> {
    const { state, revision } = await this.#load(stream, decider);
    return { state, revision };
  }

  #queue(stream: string): Queue {
    const queue = this.#queues.get(stream) ?? { requests: [], line: undefined, running: false };
    this.#queues.delete(stream);
    this.#queues.set(stream, queue);
    return queue;
  }

  async #run(stream: string, queue: Queue, decider: Decider<unknown>): Promise<void> {
    while (queue.requests.length > 0) {
      const requests = queue.requests.splice(0, TOGETHER);
      await this.#settle(stream, queue, decider, requests).catch((error: unknown) => {
        this.#forget(queue);
        for (const { reject } of requests) reject(error);
      });
    }
    queue.running = false;
    if (!queue.line) this.#queues.delete(stream);
    this.#evict();
  }

  async #settle(stream: string, queue: Queue, decider: Decider<unknown>, requests: Request<unknown>[]): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const line = queue.line ?? this.#keep(queue, await this.#open(stream, decider, requests));
      const { events, answers } = this.#decide(stream, line, decider, requests);
      if (line.revision === BROKEN) this.#forget(queue);
      if (events.length === 0 && line.revision !== BROKEN) return answers.forEach((answer) => answer(undefined));
      if (line.revision === BROKEN) continue;
      const outcome = await this.#append(stream, line.revision - events.length, events);
      if (outcome.outcome !== 'conflict') return this.#confirm(line, outcome, events, answers);
      this.#forget(queue);
    }
    throw new Refused('too-busy', 'Others keep writing to this case. Try again.', { stream });
  }

  #open(
    stream: string,
    decider: Decider<unknown>,
    requests: Request<unknown>[],
  ): Promise<Line<unknown>> | Line<unknown> {
    const first = requests[0]?.command;
    if (first?.fresh && !this.#doubted.has(stream)) {
      this.#doubted.add(stream);
      return emptyLine(decider);
    }
    return this.#load(stream, decider);
  }

  /** Streams whose newness was believed once: the second time they are read. */
  readonly #doubted = new Set<string>();

  #keep(queue: Queue, line: Line<unknown>): Line<unknown> {
    queue.line = line;
    this.#held += line.ids.length + 1;
    return line;
  }

  #forget(queue: Queue): void {
    if (queue.line) this.#held -= queue.line.ids.length + 1;
    queue.line = undefined;
  }

  #evict(): void {
    const most = this.options.cacheEvents ?? 200_000;
    for (const [stream, queue] of this.#queues) {
      if (this.#held <= most) return;
      if (queue.running) continue;
      this.#forget(queue);
      this.#queues.delete(stream);
    }
  }

  async #load<State>(stream: string, decider: Decider<State>): Promise<Line<State>> {
    const line = emptyLine(decider);
    for (;;) {
      const events = await this.store.read(stream, line.revision + 1, PAGE);
      for (const event of events) takeIn(line, decider, event);
      if (events.length < PAGE) return line;
    }
  }

  /**
   * Decides request after request on the line, which runs ahead of the log. A refusal after some events of the same
   * request leaves the line broken: it is loaded again and the others decide anew.
   */
  #decide(stream: string, line: Line<unknown>, decider: Decider<unknown>, requests: Request<unknown>[]) {
    const events: SealedEvent[] = [];
    const answers: ((outcome: Appended | undefined) => void)[] = [];
    for (let index = 0; index < requests.length; index += 1) {
      const request = requests[index] as Request<unknown>;
      const before = events.length;
      try {
        const repeat = this.#repeat(line, request);
        if (repeat) answers.push(() => request.resolve({ ...repeat, ...this.#repeat(line, request), stream }));
        else {
          assertExpected(line, request.command);
          this.#decideOne(stream, line, decider, request, events);
          answers.push(answerOf(stream, line, request, events.slice(before)));
        }
      } catch (error) {
        requests.splice(index, 1);
        index -= 1;
        request.reject(error);
        if (events.length > before) {
          line.revision = BROKEN;
          return { events: [], answers: [] };
        }
      }
    }
    return { events, answers };
  }

  #repeat(line: Line<unknown>, { command, key }: Request<unknown>): Omit<Receipt, 'stream'> | undefined {
    const done = line.done.get(key);
    if (!done) return undefined;
    if (done.hash !== command.commandHash) throw reused(command.commandId);
    const eventIds = line.ids.slice(done.from, done.from + done.count);
    return { revision: done.from + done.count - 1, position: done.position, eventIds, repeated: true };
  }

  #decideOne(
    stream: string,
    line: Line<unknown>,
    decider: Decider<unknown>,
    request: Request<unknown>,
    events: SealedEvent[],
  ): void {
    const { command, key } = request;
    for (const decision of request.decisions) {
      for (const { type, data } of decision(line.state)) {
        const first = line.done.get(key);
        const id = idOfWords(key, first?.count ?? 0);
        const fact = { id, type, version: 1, data: data as SealedEvent['data'] };
        const event = seal(stream, line.revision + 1, fact, this.#metadata(command, id), line.hash);
        takeIn(line, decider, { ...event, revision: line.revision + 1, position: 0 });
        this.#held += 1;
        events.push(event);
      }
    }
  }

  #metadata(command: Command, id: EventId) {
    const { actor, commandId, commandHash, source } = command;
    this.#lastMs = Math.max(this.#lastMs, this.options.now().getTime());
    return {
      recordedAt: instantOf(new Date(this.#lastMs)),
      actor,
      commandId,
      commandHash,
      correlationId: command.correlationId ?? commandId,
      causationId: command.causationId ?? id,
      ...(source ? { source } : {}),
    };
  }

  /** An unknown outcome is tried once more with the same ids: it is there whole or not at all. */
  async #append(stream: string, expectedRevision: Revision, events: readonly SealedEvent[]): Promise<Appended> {
    const append = { stream, expectedRevision, events };
    const again = (error: unknown): Promise<Appended> => {
      if (error instanceof OutcomeUnknown) return this.store.append(append);
      throw error;
    };
    return this.store
      .append(append)
      .catch(again)
      .catch((error: unknown) => {
        const { code } = error as { code?: unknown };
        if (code === '23505') throw reused(events[0]?.metadata.commandId ?? '');
        throw error;
      });
  }

  #confirm(
    line: Line<unknown>,
    outcome: Appended,
    events: readonly SealedEvent[],
    answers: ((outcome: Appended) => void)[],
  ): void {
    if (outcome.outcome === 'conflict') return;
    const first = outcome.position - events.length + 1;
    events.forEach(({ metadata }, index) => {
      const done = line.done.get(keyOf(metadata.actor, metadata.commandId));
      if (done) done.position = first + index;
    });
    for (const answer of answers) answer(outcome);
  }
}

/** The revision of a line that ran ahead with events of a request that was refused after all. */
const BROKEN: Revision = -2;

const emptyLine = <State>(decider: Decider<State>): Line<State> => ({
  state: decider.initial(),
  revision: NO_STREAM,
  hash: GENESIS,
  ids: [],
  types: [],
  done: new Map(),
});

const takeIn = <State>(line: Line<State>, decider: Decider<State>, event: Omit<RecordedEvent, 'stream'>): void => {
  const { id, revision, metadata, position } = event;
  line.state = decider.evolve(line.state, event, { eventId: id, revision });
  line.revision = revision;
  line.hash = metadata.hash;
  line.ids.push(id);
  line.types.push(event.type);
  const key = keyOf(metadata.actor, metadata.commandId);
  const done = line.done.get(key);
  if (done) Object.assign(done, { count: done.count + 1, position });
  else line.done.set(key, { hash: metadata.commandHash, from: revision, count: 1, position });
};

const answerOf = (stream: string, line: Line<unknown>, request: Request<unknown>, events: readonly SealedEvent[]) => {
  const revision = line.revision;
  const eventIds = events.map(({ id }) => id);
  return (): void => {
    const position = events.length > 0 ? (line.done.get(request.key)?.position ?? 0) : 0;
    request.resolve({ stream, revision, position, eventIds, repeated: false });
  };
};

const reused = (commandId: string): Refused =>
  new Refused('idempotency-key-reused', 'This Idempotency-Key stands for another command already. Give a new one.', {
    commandId,
  });

const MOST_CHANGES = 20;

const assertExpected = (line: Line<unknown>, { expected = 'any' }: Command): void => {
  const wanted = expected === 'new' ? NO_STREAM : expected;
  if (wanted === 'any' || wanted === line.revision) return;
  const changed = line.ids
    .map((eventId, revision) => ({ revision, type: line.types[revision], eventId }))
    .slice(wanted + 1)
    .slice(-MOST_CHANGES);
  const hint = `It stands at revision ${line.revision}, not ${wanted}. Look at what changed, then send the newer ETag.`;
  throw new Refused('stale', hint, { expected: wanted, revision: line.revision, changed });
};

/** The hash that tells one command from another under the same key. */
export const commandHashOf = (command: unknown): string => idOfWords(canonical(command));
