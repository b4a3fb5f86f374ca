import { setTimeout as pause } from 'node:timers/promises';

import { keyOf, type Line } from './line.js';
import {
  type Append,
  type Appended,
  type EventStore,
  OutcomeUnknown,
  type Revision,
  type SealedEvent,
} from './store.js';

/** What whoever waits for a fact is made to wait for the log, both tries together. */
const LONGEST_MS = 9_000;
const RETRY_MS = 100;

const late = async (ms: number, signal: AbortSignal): Promise<never> => {
  await pause(ms, undefined, { signal });
  throw new OutcomeUnknown('the append was not answered in time');
};

/** What ends the line, to be appended to what is recorded. */
export const appendOf = (stream: string, { revision }: Line<unknown>, events: readonly SealedEvent[]): Append => ({
  stream,
  expectedRevision: revision - events.length,
  events,
});

/**
 * Appends; an unknown outcome is tried once more with the same ids: it is there whole or not at all.
 * @param again nothing, where nothing was to be written.
 * @throws OutcomeUnknown after nine seconds at the latest.
 */
export const surely = async (
  append: () => Promise<Appended>,
  again: () => Promise<Appended> | undefined = append,
): Promise<Appended> => {
  const start = performance.now();
  try {
    return await append();
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    await pause(RETRY_MS);
    const end = new AbortController();
    const left = Math.max(LONGEST_MS - (performance.now() - start), 0);
    const second = again();
    if (!second) throw error;
    return await Promise.race([second, late(left, end.signal)]).finally(() => end.abort());
  }
};

const isOneCommand = (events: readonly SealedEvent[]): boolean =>
  new Set(events.map(({ metadata }) => keyOf(metadata.actor, metadata.commandId))).size === 1;

/**
 * The position of each event that was just appended, the last of which stands at `revision` and `position`. Where positions have holes
 * and several commands were appended together, each of which has a receipt, they are read; should that fail, the last one stands for all:
 * who waits for it has not waited for too little.
 */
export const positionsOf = async (
  store: EventStore,
  revision: Revision,
  position: number,
  stream: string,
  events: readonly SealedEvent[],
): Promise<number[]> => {
  if (store.dense) return events.map((_, index) => position - events.length + 1 + index);
  if (isOneCommand(events)) return events.map(() => position);
  const stored = await store.read(stream, revision - events.length + 1, events.length).catch(() => []);
  return events.map((_, index) => stored[index]?.position ?? position);
};
