import { Refused } from '#core';
import type { Database, Queries } from '#event-store';

import type { LookRecord } from './look.js';
import { addRecords, lastOf, readLooks, takeTurn } from './looks-rows.js';
import { hasLooks } from './looks-schema.js';

const PAGE = 1_000;

/** How far two access logs are alike, from the first record on. */
export interface LooksLikeness {
  readonly alike: number;
  /** The number of the last record that both hold alike. */
  readonly last: number;
  /** The first in which they differ. `missing`: the copy ends before it; `more`: the original does. */
  readonly difference?: { readonly what: 'other' | 'missing' | 'more'; readonly id: number };
}

const pagesOf = async (db: Queries): Promise<(after: number) => Promise<LookRecord[]>> => {
  const there = await hasLooks(db);
  return (after) => (there ? readLooks(db, after, PAGE) : Promise.resolve([]));
};

const differenceOf = (
  original: LookRecord | undefined,
  copy: LookRecord | undefined,
): LooksLikeness['difference'] | undefined => {
  if (copy) return { what: original ? 'other' : 'more', id: copy.id };
  return original && { what: 'missing', id: original.id };
};

type Progress = (done: number, total: number) => void;

const endOf = async (db: Queries): Promise<number> => ((await hasLooks(db)) ? (await lastOf(db)).id : 0);

/** Both are read the same way, so that their texts are alike when they are. */
const isSame = (one: LookRecord, other: LookRecord | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Walks two access logs side by side, up to the first record in which they differ in anything. */
export const compareLooks = async (original: Queries, copy: Queries, onProgress?: Progress): Promise<LooksLikeness> => {
  const total = onProgress ? await endOf(copy) : 0;
  const [first, second] = await Promise.all([pagesOf(original), pagesOf(copy)]);
  let [alike, last] = [0, 0];
  for (;;) {
    const [ours, theirs] = await Promise.all([first(last), second(last)]);
    const count = ours.findIndex((record, index) => !isSame(record, theirs[index]));
    const same = count < 0 ? ours.length : count;
    [alike, last] = [alike + same, ours[same - 1]?.id ?? last];
    if (same > 0) onProgress?.(last, Math.max(total, last));
    const difference = differenceOf(ours[same], theirs[same]);
    if (difference) return { alike, last, difference };
    if (same < PAGE) return { alike, last };
  }
};

export interface CarryingLooks {
  readonly from: Database;
  readonly to: Database;
  /** The number of the last record that the target holds already. */
  readonly after: number;
  readonly onProgress?: Progress;
}

const inUse = (expected: number, found: number): Refused =>
  new Refused('target-in-use', 'Somebody looks into the target: stop its processes, then move again.', { expected, found }); // prettier-ignore

/**
 * Carries the records behind one over as they are, page by page, each page in a transaction: number, moment, chain and all.
 * @returns how many.
 * @throws Refused `target-in-use` when somebody else records at the target.
 */
export const carryLooks = async ({ from, to, after, onProgress }: CarryingLooks): Promise<number> => {
  const pages = await pagesOf(from);
  const total = (await endOf(from)) - after;
  let [carried, last] = [0, after];
  for (;;) {
    const page = await pages(last);
    const end = page.at(-1)?.id;
    if (end === undefined) return carried;
    await to.transaction(async (sql) => {
      await takeTurn(sql);
      const { id } = await lastOf(sql);
      if (id !== last) throw inUse(last, id);
      await addRecords(sql, page);
    });
    [carried, last] = [carried + page.length, end];
    onProgress?.(last - after, Math.max(total, last - after));
  }
};
