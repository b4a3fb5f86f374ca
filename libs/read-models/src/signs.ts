import type { ReadModels } from './read-models.js';

/** Behind for so long without a word: something is stuck, though nobody says so. */
const SILENT_MS = 30_000;

/** How the answers keep up with the log, for whoever watches: lag in events, silence in seconds, and what is wrong. */
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
  return { figures: { position, head, ...lag, silent_ms: silentMs }, ...(wrong ? { wrong } : {}) };
};
