import type { CountryCode, EventId, Instant } from '#core';

/** Who records: never blank, never invented. */
export interface Actor {
  readonly person: string;
  readonly authority: string;
  readonly jurisdiction: CountryCode;
}

/** Where an imported fact was written before: the file, its row, and the mapping that read it. */
export interface Source {
  readonly file: string;
  readonly row: number;
  readonly mapping: string;
}

/** How an entry may be used, and how sure it is, as its provider says (Europol handling and evaluation codes). */
export interface Marks {
  readonly handling?: { readonly codes: readonly string[]; readonly provider?: string; readonly restrictions?: string };
  readonly evaluation?: { readonly source: string; readonly information: string };
}

/** Who, when and why: filled in by the machinery, never by a rule. */
export interface Metadata {
  readonly recordedAt: Instant;
  readonly actor: Actor;
  /** The client's idempotency key; the ids of the events derive from it. */
  readonly commandId: string;
  /** SHA-256 of the command, so that the same key with another body is refused. */
  readonly commandHash: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly source?: Source;
  /** The second person, where the act needed one. */
  readonly approvedBy?: Actor;
  readonly marks?: Marks;
  /** The trace it came of, as W3C Trace Context writes it; only where traces are made. */
  readonly traceparent?: string;
  /** Hash of the event before it in its stream; of the first, 64 zeros. */
  readonly previousHash: string;
  /** SHA-256, in hex, over the canonical JSON of everything else: stream, revision, id, type, version, data, metadata. */
  readonly hash: string;
}

/** An event as it is written: sealed, that is with its place in the chain of its stream. */
export interface SealedEvent {
  readonly id: EventId;
  readonly type: string;
  /** Version of the schema of `data`. */
  readonly version: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Metadata;
}

/** An event as it is read. `revision` counts from 0 within its stream, `position` grows through the whole log. */
export interface RecordedEvent extends SealedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/** The revision of the last event of a stream; -1 for a stream that has none. */
export type Revision = number;
export const NO_STREAM: Revision = -1;

export interface Append {
  readonly stream: string;
  readonly expectedRevision: Revision;
  /** At least one; all of them are written, or none. */
  readonly events: readonly SealedEvent[];
}

/**
 * `appended`: durable; `position` is that of its last event.
 * `repeated`: exactly these ids stand in the stream already, from `expectedRevision + 1` on; nothing was written.
 * `conflict`: the stream stands at `revision`; nothing was written.
 */
export type Appended =
  | { readonly outcome: 'appended' | 'repeated'; readonly revision: Revision; readonly position: number }
  | { readonly outcome: 'conflict'; readonly revision: Revision };

/** More than that is not looked at while others wait. */
export const MOST_NEWER = 1_000;

/** What is decided when it is known how a stream ends. */
export interface Deciding {
  readonly stream: string;
  /** The revision up to which it is known. */
  readonly after: Revision;
  /** Told what came since, and asked once. @returns the events that follow; none, and nothing is written. */
  readonly decide: (newer: readonly RecordedEvent[]) => readonly SealedEvent[];
}

/** The outcome of a write is not known (time-out, lost connection): it is there whole or not at all. Retry with the same ids. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** The store takes fewer bytes at once than that; nothing was written. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
}

/** The log cannot be asked just now: the network, or the server behind it. Nothing was written by what was asked. */
export class LogUnreachable extends Error {
  override readonly name = 'LogUnreachable';
}

/** A page of the log, and at which of its positions the stored text is not what is read of it. */
export interface StoredPage {
  readonly events: readonly RecordedEvent[];
  readonly otherwise: ReadonlySet<number>;
}

/** The log. Small enough to implement twice; one contract suite over every implementation. */
export interface EventStore {
  /** Positions are 1, 2, 3 … without a hole, so that a hole shows that something was taken away. */
  readonly dense?: true;
  /**
   * An id stands once in the whole log: an append with one that stands in another stream is refused. Without it an id that stands at its
   * place is taken for the same event, whatever it holds, so that it must never be given to two.
   */
  readonly uniqueIds?: true;
  /** Appends that wait at the same time are committed together; each succeeds or conflicts alone. */
  append(append: Append): Promise<Appended>;
  /**
   * The same, for a stream to which several processes write: it is decided while nobody else can write, so that nobody is overtaken.
   * All that write wait meanwhile. `conflict` when far more came than is looked at then, or it was decided before: nothing was written.
   */
  appendInTurn?(deciding: Deciding): Promise<Appended>;
  /** Events of one stream with `revision >= from`, in order, at most `limit`. An unknown stream is empty. */
  read(stream: string, from: Revision, limit: number): Promise<RecordedEvent[]>;
  /**
   * Events of the whole log with `position > after`, in order, at most `limit`, fewer only where the log ends. Never skips
   * one whose commit came late.
   * `after` is 0 or the position of an event: a store need not know any other place to begin at.
   */
  readAll(after: number, limit: number): Promise<RecordedEvent[]>;
  /**
   * The same, for whoever verifies: what is read, written out again, is compared with the stored text. They differ where a key stands
   * twice, or a letter or a number has another form; spaces between tokens are no difference. A store that does not show its text has it not.
   */
  readStored?(after: number, limit: number): Promise<StoredPage>;
  /** The position of the last event; 0 for an empty log. */
  head(): Promise<number>;
  /** The last position at which everything recorded up to and including this moment stands. */
  positionAt(moment: Instant): Promise<number>;
  /** Resolves when an event after `position` may be there, or the signal aborts. Never later than a second. */
  changed(position: number, signal: AbortSignal): Promise<void>;
}
