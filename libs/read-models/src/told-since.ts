import { Refused } from '#core';
import type { RecordedEvent } from '#event-store';

import type { ReadModels } from './read-models.js';

const PAGE = 1_000;
/** So much of the log is read beyond the answers, while others wait. */
const FURTHEST = 20_000;

/** Takes what the log tells after a position of the answers. @throws Refused `too-busy` while they are far behind it. */
export const takeSince = async (
  { store }: ReadModels,
  position: number,
  take: (event: RecordedEvent) => void,
): Promise<void> => {
  let from = position;
  for (let read = 0, more = true; more; read += PAGE) {
    if (read > FURTHEST) throw new Refused('too-busy', 'The answers are far behind the log. Try again later.');
    const events = await store.readAll(from, PAGE);
    events.forEach(take);
    from = events.at(-1)?.position ?? from;
    more = events.length === PAGE;
  }
};
