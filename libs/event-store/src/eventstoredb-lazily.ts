import type { openEventStoreDb as opening, OpenLog } from './eventstoredb/index.js';

export type { OpenLog };

/** `openEventStoreDb`, read from the disk when it is asked for: its client takes a good part of a start, and few books need it. */
export const openEventStoreDb: typeof opening = async (...asked) =>
  (await import('./eventstoredb/index.js')).openEventStoreDb(...asked);
