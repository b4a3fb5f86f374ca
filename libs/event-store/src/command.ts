import type { EventId, Instant } from '#core';

import { canonical, idOfWords } from './seal.js';
import type { Actor, Marks, Metadata, RecordedEvent, Revision, Source } from './store.js';

/** What a decision says happened. */
export interface Fact {
  readonly type: string;
  readonly data: object;
}

/** How the events of a stream become the state that decisions read. States may change in place: nobody else holds one. */
export interface Decider<State> {
  initial(): State;
  /** @throws when the type is unknown: a decision must understand every event of its stream. */
  evolve(state: State, event: Fact, at: Recorded): State;
}

/** What stands of an event beside what it says, as far as decisions may rest on it. */
export interface Recorded {
  readonly eventId: EventId;
  readonly revision: Revision;
  readonly marks?: Marks | undefined;
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
  readonly approvedBy?: Actor;
  readonly marks?: Marks;
  readonly traceparent?: string;
  /** Asked before anything else is said about the stream: who may not know of it learns nothing. Throws what they are told. */
  readonly admit?: (state: never) => void;
  /** Whether the caller may be told of which types the events are that they have not seen; they are told unless it says no. */
  readonly reads?: (state: never) => boolean;
  /** The caller believes that the stream is new: it is not read first. Wrong beliefs cost a second try, nothing else. */
  readonly fresh?: boolean;
}

/** A command, and what it decides. */
export interface Step<State> {
  readonly decisions: readonly Decision<State>[];
  readonly command: Command;
}

export interface Receipt {
  readonly stream: string;
  readonly revision: Revision;
  /** Of the last event recorded; of the last one of the stream when there was nothing to record. Wait for it to read your own write. */
  readonly position: number;
  readonly eventIds: readonly EventId[];
  /** The same command was recorded before; this is its answer. */
  readonly repeated: boolean;
}

/** A stream as it is read. */
export interface Standing<State> {
  readonly state: State;
  readonly revision: Revision;
  readonly repeats: (command: Command) => boolean;
  /** @throws Refused `stale` when the caller has seen another revision. */
  readonly assertExpected: (command: Command) => void;
}

export interface RecorderOptions {
  readonly now: () => Date;
  /** About how many bytes the streams that are kept in memory may take; a quarter of what the process may have unless told. */
  readonly cacheBytes?: number;
  /** The version of the schema in which a type is written today; 1 unless told. */
  readonly versionOf?: (type: string) => number;
  /** Lifts an event of an older version to today's, before it is taken in. */
  readonly upcast?: (event: RecordedEvent) => RecordedEvent;
}

/** The hash that tells one command from another under the same key. */
export const commandHashOf = (command: unknown): string => idOfWords(canonical(command));

/** What is told beside the fact by every event of a command. */
export const metadataOf = (
  { actor, commandId, commandHash, correlationId, causationId, source, approvedBy, marks, traceparent }: Command,
  id: EventId,
  recordedAt: Instant,
): Omit<Metadata, 'previousHash' | 'hash'> => ({
  recordedAt,
  actor,
  commandId,
  commandHash,
  correlationId: correlationId ?? commandId,
  causationId: causationId ?? id,
  ...(source ? { source } : {}),
  ...(approvedBy ? { approvedBy } : {}),
  ...(marks ? { marks } : {}),
  ...(traceparent ? { traceparent } : {}),
});
