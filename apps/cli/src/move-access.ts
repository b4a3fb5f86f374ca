import { Refused } from '#core';
import { GENESIS } from '#event-store';
import {
  type AccountsLikeness,
  assertSameAccounts,
  type BookDatabase,
  carryAccounts,
  carryLooks,
  compareAccounts,
  compareLooks,
  hasLooks,
  type LooksLikeness,
  type LooksVerified,
  openAccessLog,
  prepareAccess,
  prepareLooks,
} from '#runtime';

import type { Place } from './places.js';
import { withProgress } from './progress.js';

/** Two databases that hold what lies beside the log: accounts, and who looked at what. */
export interface Beside {
  readonly from: BookDatabase;
  readonly to: BookDatabase;
}

/** Both sides, when what lies beside the log can be carried; otherwise, in words, where it is afterwards. */
export const besideOf = (from: Place, to: Place): Beside | string => {
  if (from.db && to.db) return { from: from.db, to: to.db };
  if (!from.db)
    return 'No database with accounts and an access log was found beside the log: name it in DATABASE_URL or RASTRO_DATA, and move again, to have them carried.';
  return `Accounts and the access log are no part of the log of an EventStoreDB: they stay in ${from.db.name}. Keep that database beside EVENTSTORE_URL, or move the book to a PostgreSQL server first and from there.`;
};

const assertSameLooks = ({ difference }: LooksLikeness): void => {
  if (!difference || difference.what === 'missing') return;
  const { what, id } = difference;
  const why = what === 'more' ? 'goes on behind the end of the source' : 'is not that of the source';
  const hint = `The target holds another access log: record ${id} ${why}. Give an empty target.`;
  throw new Refused('target-has-looks', hint, { what, id });
};

const compared = ({ from, to }: Beside): Promise<LooksLikeness> =>
  withProgress('looks', (onProgress) => compareLooks(from, to, onProgress));

/**
 * How far the target has come already; nothing is written but the tables. @returns the number of its last look.
 * @throws Refused `target-has-looks`, `target-has-accounts`.
 */
export const standingBeside = async (beside: Beside): Promise<LooksLikeness> => {
  await prepareLooks(beside.to, true);
  await prepareAccess(beside.to, true);
  const looks = await compared(beside);
  assertSameLooks(looks);
  assertSameAccounts(await compareAccounts(beside.from, beside.to));
  return looks;
};

export interface CarriedBeside {
  readonly accessLog: { readonly already: number; readonly moved: number };
  readonly accounts: { readonly already: number; readonly moved: number };
}

/** Looks page by page, and accounts in one transaction. @throws Refused `target-in-use`, `target-has-accounts`. */
export const carryBeside = async (beside: Beside, { alike, last }: LooksLikeness): Promise<CarriedBeside> => {
  const carrying = { ...beside, after: last };
  const moved = await withProgress('looks', (onProgress) => carryLooks({ ...carrying, onProgress }));
  return { accessLog: { already: alike, moved }, accounts: await carryAccounts(beside.from, beside.to) };
};

const chainOf = async (db: BookDatabase): Promise<LooksVerified> =>
  (await hasLooks(db)) ? (await openAccessLog(db, { create: false })).verify() : { records: 0, head: GENESIS };

export interface VerifiedBeside {
  /** Whether both sides hold the same, chains broken at the source included. */
  readonly whole: boolean;
  readonly fine: boolean;
  readonly accessLog: Omit<LooksLikeness, 'last'> & { readonly source: LooksVerified; readonly target: LooksVerified };
  readonly accounts: AccountsLikeness;
}

/** Both access logs beside each other and the chain of each, and both sets of accounts: what was written is read again. */
export const verifiedBeside = async (beside: Beside): Promise<VerifiedBeside> => {
  const { alike, difference } = await compared(beside);
  const [source, target] = await Promise.all([chainOf(beside.from), chainOf(beside.to)]);
  const accounts = await compareAccounts(beside.from, beside.to);
  const whole = !difference && source.head === target.head && accounts.missing === 0 && accounts.other === 0;
  const fine = whole && !source.broken && !target.broken;
  return { whole, fine, accessLog: { alike, ...(difference && { difference }), source, target }, accounts };
};
