import { secondsOf } from '#core';

import type { ReadModels } from './read-models.js';

/** Behind for so long without a word: something is stuck, though nobody says so. */
const SILENT_MS = 30_000;

/** For how long the first fact that is not taken in has been waiting, in seconds; 0 when none is. */
const lagOf = async ({ store }: ReadModels, position: number): Promise<number> => {
  const [waiting] = await store.readAll(position, 1);
  return waiting ? secondsOf(Math.max(0, Date.now() - Date.parse(waiting.metadata.recordedAt))) : 0;
};

/** How the answers keep up with the log, for whoever watches: lag in events and in seconds, silence, and what is wrong. */
export const signOf = async (readModels: ReadModels): Promise<{ figures: Record<string, number>; wrong?: string }> => {
  const [status] = await readModels.status();
  if (!status) return { figures: {}, wrong: 'there are no read models' };
  const { position, head, silentMs, failure } = status;
  const behind = Math.max(0, head - position);
  const silent =
    behind > 0 && silentMs > SILENT_MS ? `nothing taken in for ${silentMs} ms, ${behind} positions behind` : undefined;
  const wrong = failure ?? silent;
  // Positions with holes between them count no events.
  const lag = readModels.store.dense ? { lag_events: behind } : { lag_positions: behind };
  const lag_seconds = behind > 0 ? await lagOf(readModels, position) : 0;
  const figures = { position, head, ...lag, lag_seconds, silent_ms: silentMs, stuck: wrong ? 1 : 0 };
  return { figures, ...(wrong ? { wrong } : {}) };
};
