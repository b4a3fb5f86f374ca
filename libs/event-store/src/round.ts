import { randomUUID } from 'node:crypto';

import { type EventId, type Instant, instantOf } from '#core';

import {
  type Command,
  type Decider,
  type Decision,
  metadataOf,
  type Receipt,
  type RecorderOptions,
} from './command.js';
import { assertExpected, keyOf, type Line, repeatOf, takeIn } from './line.js';
import { idOfWords, seal } from './seal.js';
import type { EventStore, SealedEvent } from './store.js';
import type { Turn } from './turn.js';

/** A command that waits for its stream. */
export interface Request<State> {
  readonly decisions: readonly Decision<State>[];
  readonly command: Command;
  readonly key: string;
  readonly turn: Turn | undefined;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/** What was decided in one round. `broken`: the index of a request that was refused after the state had taken in some of it. */
export interface Round {
  readonly events: SealedEvent[];
  readonly answers: (() => void)[];
  /** Somebody was answered without an event: that needs a state as new as the log. */
  quiet: boolean;
  broken?: { readonly index: number; readonly error: unknown };
}

/** Tells the line where its newest events stand in the log. */
export const confirm = (line: Line<unknown>, positions: readonly number[], events: readonly SealedEvent[]): void => {
  line.position = positions.at(-1) ?? line.position;
  events.forEach(({ metadata }, index) => {
    const done = line.done.get(keyOf(metadata.actor, metadata.commandId));
    if (done) done.position = positions[index] ?? line.position;
  });
};

/** @returns what answers a request once the round stands. */
export const answerOf = (
  stream: string,
  line: Line<unknown>,
  request: Request<unknown>,
  events: readonly SealedEvent[],
): (() => void) => {
  const { revision } = line;
  const eventIds = events.map(({ id }) => id);
  return () => {
    const position = line.done.get(request.key)?.position ?? line.position;
    request.resolve({ stream, revision, position, eventIds, repeated: false });
  };
};

/** Decides what waits for a stream. */
export class Rounds {
  #lastMs = 0;

  constructor(
    private readonly options: Pick<RecorderOptions, 'now' | 'versionOf'>,
    private readonly store: Pick<EventStore, 'uniqueIds'>,
  ) {}

  /** Decides request after request on the line, which runs ahead of the log. A refusal, too, is told only when the round stands. */
  decide(stream: string, line: Line<unknown>, decider: Decider<unknown>, requests: readonly Request<unknown>[]): Round {
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
        const id = this.#idOf(stream, key, line.done.get(key)?.count ?? 0);
        const version = this.options.versionOf?.(type) ?? 1;
        const fact = { id, type, version, data: data as SealedEvent['data'] };
        const event = seal(stream, line.revision + 1, fact, metadataOf(command, id, this.#moment()), line.hash);
        before.touched = true;
        takeIn(line, decider, { ...event, revision: line.revision + 1, position: line.position });
        events.push(event);
      }
    }
  }

  /** The same command gives the same id, unless the store would take another event under it for the same. */
  #idOf(stream: string, key: string, number: number): EventId {
    return this.store.uniqueIds ? idOfWords(stream, key, number) : (randomUUID() as EventId);
  }

  /** Never before the one told last. */
  #moment(): Instant {
    this.#lastMs = Math.max(this.#lastMs, this.options.now().getTime());
    return instantOf(new Date(this.#lastMs));
  }
}
