import { randomUUID } from 'node:crypto';

import type { EventId } from '#core';
import { type Append, GENESIS, type Metadata, type RecordedEvent, seal, type SealedEvent } from '#event-store';

export const metadata = {
  recordedAt: '2026-07-01T10:00:00.000Z',
  actor: { person: 'clerk-1', authority: 'Test authority', jurisdiction: 'ES' },
  commandId: 'command-1',
  commandHash: '0',
  correlationId: 'command-1',
  causationId: 'command-1',
} as Omit<Metadata, 'hash' | 'previousHash'>;

export interface Wanted {
  readonly from?: number;
  readonly data?: SealedEvent['data'];
  readonly at?: string;
  readonly previousHash?: string;
}

/** So many sealed events that follow one another in a stream. */
export const sealed = (stream: string, count: number, { from = -1, data, at, previousHash }: Wanted = {}) => {
  let last = previousHash ?? GENESIS;
  return Array.from({ length: count }, (_, index) => {
    const id = randomUUID() as EventId;
    const fact = { id, type: 'Noted', version: 1, data: data ?? { index } };
    const meta = { ...metadata, ...(at ? { recordedAt: at as Metadata['recordedAt'] } : {}) };
    const event = seal(stream, from + 1 + index, fact, meta, last);
    last = event.metadata.hash;
    return event;
  });
};

export const appendOf = (stream: string, count = 1, wanted: Wanted = {}): Append => ({
  stream,
  expectedRevision: wanted.from ?? -1,
  events: sealed(stream, count, wanted),
});

/** As the append's events must be read again, at these positions. */
export const recordedOf = (
  { stream, expectedRevision, events }: Append,
  positions: readonly number[],
): RecordedEvent[] =>
  events.map((event, index) => ({
    ...event,
    stream,
    revision: expectedRevision + 1 + index,
    position: positions[index] ?? Number.NaN,
  }));
