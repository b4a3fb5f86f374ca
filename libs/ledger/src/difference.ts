import { type Posting, reverse } from './posting.js';

const key = (posting: Posting): string => Object.values(posting).join('|');

/** Takes out of the postings those that the others match, one for one; the order stays. */
const without = (postings: readonly Posting[], keys: readonly string[], matched: readonly string[]): Posting[] => {
  const open = new Map<string, number>();
  for (const text of matched) open.set(text, (open.get(text) ?? 0) + 1);
  return postings.filter((_, index) => {
    const text = keys[index] ?? '';
    const count = open.get(text) ?? 0;
    if (count > 0) open.set(text, count - 1);
    return count === 0;
  });
};

/**
 * What must be posted so that the standing postings become the new ones: the exact reverse of those that no longer hold,
 * then those that are new, each in its order. Postings are compared whole; equal ones are left alone.
 */
export const difference = (before: readonly Posting[], after: readonly Posting[]): Posting[] => {
  const [old, now] = [before.map(key), after.map(key)];
  return [...without(before, old, now).map(reverse), ...without(after, now, old)];
};
