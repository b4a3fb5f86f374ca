import { type EventId, Refused } from '#core';

import type { Command, Decider, Receipt } from './command.js';
import { canonical, GENESIS } from './seal.js';
import { type Actor, NO_STREAM, type RecordedEvent, type Revision } from './store.js';

/** One command as it stands in a stream: the run of its events. */
interface Done {
  readonly hash: string;
  readonly from: Revision;
  count: number;
  position: number;
}

/** One stream in memory: its state, its end, and the commands recorded in it. It may run ahead of the log while deciding. */
export interface Line<State> {
  state: State;
  revision: Revision;
  hash: string;
  /** Of the last event; 0 while there is none. */
  position: number;
  /** About how many bytes of memory it takes. */
  size: number;
  readonly ids: EventId[];
  readonly types: string[];
  readonly done: Map<string, Done>;
}

/** Names a command for ever: who gave it, and its idempotency key. */
export const keyOf = (actor: Actor, commandId: string): string => canonical([actor.authority, actor.person, commandId]);

/** About what an event takes beside what it says: its ids, its command, its place in the state. A value takes some bytes beside its text. */
const [BYTES_AN_EVENT, BYTES_A_VALUE] = [1_800, 24];

const sizeOf = (value: unknown): number => {
  if (typeof value === 'string') return BYTES_A_VALUE + value.length;
  if (typeof value !== 'object' || value === null) return BYTES_A_VALUE;
  let size = BYTES_A_VALUE;
  for (const one of Object.values(value)) size += sizeOf(one);
  return size;
};

export const emptyLine = <State>(decider: Decider<State>): Line<State> => ({
  state: decider.initial(),
  revision: NO_STREAM,
  hash: GENESIS,
  position: 0,
  size: BYTES_AN_EVENT,
  ids: [],
  types: [],
  done: new Map(),
});

export const takeIn = <State>(
  line: Line<State>,
  decider: Decider<State>,
  event: Omit<RecordedEvent, 'stream'>,
): void => {
  const { id, revision, metadata, position } = event;
  line.state = decider.evolve(line.state, event, { eventId: id, revision, marks: metadata.marks });
  line.revision = revision;
  line.hash = metadata.hash;
  line.position = position;
  line.size += BYTES_AN_EVENT + sizeOf(event.data);
  line.ids.push(id);
  line.types.push(event.type);
  const key = keyOf(metadata.actor, metadata.commandId);
  const done = line.done.get(key);
  if (done) Object.assign(done, { count: done.count + 1, position });
  else line.done.set(key, { hash: metadata.commandHash, from: revision, count: 1, position });
};

export const reused = (commandId: string): Refused =>
  new Refused('idempotency-key-reused', 'This Idempotency-Key stands for another command already. Give a new one.', {
    commandId,
  });

/** What was answered to the same command before. @throws Refused `idempotency-key-reused`. */
export const repeatOf = (
  line: Line<unknown>,
  key: string,
  { commandHash, commandId }: Command,
): Omit<Receipt, 'stream'> | undefined => {
  const done = line.done.get(key);
  if (!done) return undefined;
  if (done.hash !== commandHash) throw reused(commandId);
  const eventIds = line.ids.slice(done.from, done.from + done.count);
  return { revision: done.from + done.count - 1, position: done.position, eventIds, repeated: true };
};

const MOST_CHANGES = 20;

/** @throws Refused `stale` with the last twenty events that the caller has not seen. */
export const assertExpected = (line: Line<unknown>, { expected = 'any', reads = () => true }: Command): void => {
  const wanted = expected === 'new' ? NO_STREAM : expected;
  if (wanted === 'any' || wanted === line.revision) return;
  const typed = reads(line.state as never);
  const changed = line.ids
    .map((eventId, revision) => ({ revision, ...(typed ? { type: line.types[revision] } : {}), eventId }))
    .slice(Math.max(wanted + 1, line.ids.length - MOST_CHANGES));
  const hint = `It stands at revision ${line.revision}, not ${wanted}. Look at what changed, then send the newer ETag.`;
  throw new Refused('stale', hint, { expected: wanted, revision: line.revision, changed });
};
