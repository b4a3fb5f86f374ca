import { type Posting, reverse } from './posting.js';

const key = (posting: Posting): string => Object.values(posting).join('|');

/**
 * What must be posted so that the standing postings become the new ones: the exact reverse of those that no longer hold,
 * then those that are new. Postings are compared whole; equal ones are left alone.
 */
export const difference = (before: readonly Posting[], after: readonly Posting[]): Posting[] => {
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) same += 1;
  const open = new Map<string, Posting[]>();
  for (const posting of before.slice(same)) {
    const text = key(posting);
    open.set(text, [...(open.get(text) ?? []), posting]);
  }
  const added = after.slice(same).filter((posting) => !open.get(key(posting))?.pop());
  return [...[...open.values()].flat().map(reverse), ...added];
};
