import type { Day } from '#core';

import { Account } from './account.js';
import type { Fact, History, Weights } from './fact.js';

export { Account } from './account.js';

type Dated = { on: Day; rank: number } & ({ fact: Fact } | { weights: Weights });

const ATTRIBUTION = 0;
const MEASURE = 5;

/**
 * On one day: attribution, substitution, value, identification, location, measure. What an asset was worth when it was found, it
 * enters with; a loss that ends on its own day ends after it.
 */
const rankOf = (fact: Fact, afterLoss: boolean): number => {
  switch (fact.kind) {
    case 'inherited':
      return 1;
    case 'valued':
      return 2;
    case 'identified':
      return 3;
    case 'relocated':
      return afterLoss ? MEASURE : 4;
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
      return MEASURE;
  }
};

/** In the order in which they took effect; on one day by rank, then as they were recorded. */
const inOrder = ({ facts, weights }: History): Dated[] => {
  const dated: Dated[] = weights.map((entry) => ({ on: entry.on, rank: ATTRIBUTION, weights: entry }));
  const losses = new Set<Day>();
  for (const fact of facts) {
    dated.push({ on: fact.on, rank: rankOf(fact, losses.has(fact.on)), fact });
    if (fact.kind === 'lost') losses.add(fact.on);
  }
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
  let [highest, afterLoss] = [ATTRIBUTION, false];
  for (const other of facts) {
    if (other.kind === 'duplicate' || other.on > fact.on) return false;
    if (other.on < fact.on) continue;
    highest = Math.max(highest, rankOf(other, afterLoss));
    afterLoss ||= other.kind === 'lost';
  }
  if (highest > rankOf(fact, afterLoss)) return false;
  account.apply(fact);
  return true;
};
