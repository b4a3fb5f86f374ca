import type { Day } from '#core';

import { Account } from './account.js';
import type { Fact, History, Weights } from './fact.js';

export { Account } from './account.js';

type Dated = { on: Day; rank: number } & ({ fact: Fact } | { weights: Weights });

const ATTRIBUTION = 0;

/**
 * On one day: attribution, substitution, value, identification, then what happened to it. What an asset was worth when it was found, it
 * enters with.
 */
const rankOf = ({ kind }: Fact): number => {
  switch (kind) {
    case 'inherited':
      return 1;
    case 'valued':
      return 2;
    case 'identified':
      return 3;
    case 'relocated':
    case 'frozen':
    case 'seized':
    case 'confiscated':
    case 'released':
    case 'disposed':
    case 'final':
    case 'undone':
    case 'converted':
    case 'lost':
    case 'duplicate':
      return 4;
  }
};

/** In the order in which they took effect; on one day by rank, then as they were recorded. */
const inOrder = ({ facts, weights }: History): Dated[] => {
  const dated: Dated[] = weights.map((entry) => ({ on: entry.on, rank: ATTRIBUTION, weights: entry }));
  for (const fact of facts) dated.push({ on: fact.on, rank: rankOf(fact), fact });
  return dated.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.rank - b.rank));
};

/** The whole history of one asset as postings. A duplicate counts nowhere: its history posts nothing. */
export const fold = (history: History): Account => {
  const account = new Account();
  if (history.facts.some(({ kind }) => kind === 'duplicate')) return account;
  for (const entry of inOrder(history)) {
    if ('weights' in entry) account.reattribute(entry.weights);
    else account.apply(entry.fact);
  }
  return account;
};

/**
 * Goes on from an account when the new fact took effect after all others, so that nothing before it changes.
 * @returns whether it could; if not, fold the whole history.
 */
export const extend = (account: Account, { facts, weights }: History, fact: Fact): boolean => {
  if (fact.kind === 'duplicate' || weights.some(({ on }) => on > fact.on)) return false;
  for (const other of facts) {
    if (other.kind === 'duplicate' || other.on > fact.on) return false;
    if (other.on === fact.on && rankOf(other) > rankOf(fact)) return false;
  }
  account.apply(fact);
  return true;
};
