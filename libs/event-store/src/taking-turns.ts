import { hash } from 'node:crypto';

import { oneAtATime } from './one-at-a-time.js';
import type { Database } from './sql.js';
import { type Appended, type Deciding, type EventStore, MOST_NEWER } from './store.js';

/** Each needs a connection while it has the turn: several streams share a lane. */
const LANES = 4;
const FIRST_LANE = 7_238_420;

const laneOf = (stream: string): number => Number.parseInt(hash('sha256', stream, 'hex').slice(0, 8), 16) % LANES;

/**
 * Turns for a log that has none of its own, over the database that its processes share. Who does not know yet that others write to a
 * stream takes none, and may overtake who has the turn: `conflict`.
 */
export const takingTurns = (
  store: Pick<EventStore, 'append' | 'read'>,
  db: Pick<Database, 'alone'>,
): NonNullable<EventStore['appendInTurn']> => {
  const lanes = Array.from({ length: LANES }, (_, lane) => oneAtATime(db, FIRST_LANE + lane));
  const decided = async ({ stream, after, decide }: Deciding): Promise<Appended> => {
    const newer = await store.read(stream, after + 1, MOST_NEWER + 1);
    const expectedRevision = after + newer.length;
    if (newer.length > MOST_NEWER) return { outcome: 'conflict', revision: expectedRevision };
    const events = decide(newer);
    if (events.length > 0) return store.append({ stream, expectedRevision, events });
    return { outcome: 'appended', revision: expectedRevision, position: newer.at(-1)?.position ?? 0 };
  };
  return (deciding) => {
    const lane = lanes[laneOf(deciding.stream)];
    return lane ? lane(() => decided(deciding)) : decided(deciding);
  };
};
