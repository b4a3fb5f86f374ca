import type { Command, Decision, Receipt } from './command.js';
import { keyOf, type Line } from './line.js';
import type { SealedEvent } from './store.js';
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
