import type { Piece, Share } from './atoms.js';

/** What a case adds to a cell, for tests: one asset frozen for the first time, of 100 euro, unless told otherwise. */
export const share = (caseId: string, told: Partial<Piece> = {}): Share => ({
  caseId,
  quarter: '2026Q1',
  from_place: 'identified',
  to_place: 'frozen',
  movement: 'measured',
  opening: false,
  from_opening: false,
  currency: 'EUR',
  state: 'valued',
  jurisdiction: 'ES',
  network: 'n1',
  category: 'vessel',
  from_power: '',
  power: '',
  region: 'ES51',
  amount: 100_00n,
  eur: 100_00n,
  counted: 1,
  arrived: 1,
  departed: 1,
  share: 0,
  withheld: false,
  ...told,
});

type Fraction = readonly [over: bigint, under: bigint];

const greatest = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : greatest(b, a % b));
const lowest = (over: bigint, under: bigint): Fraction => {
  const by = greatest(over, under) || 1n;
  return [over / by, under / by];
};
const times = ([a, b]: Fraction, [c, d]: Fraction): Fraction => lowest(a * c, b * d);
const less = ([a, b]: Fraction, [c, d]: Fraction): Fraction => lowest(a * d - c * b, b * d);

/** How many of these rows are independent of each other: exactly, by elimination over fractions. */
export const rankOf = (rows: readonly (readonly bigint[])[]): number => {
  let left: Fraction[][] = rows.map((row) => row.map((value): Fraction => [value, 1n]));
  let rank = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column += 1) {
    const pivot = left.find((row) => row[column]?.[0] !== 0n);
    if (!pivot) continue;
    rank += 1;
    const [over, under] = pivot[column] as Fraction;
    const unit = pivot.map((value) => times(value, [under, over]));
    left = left
      .filter((row) => row !== pivot)
      .map((row) => {
        const by = row[column] as Fraction;
        return by[0] === 0n ? row : row.map((value, index) => less(value, times(by, unit[index] as Fraction)));
      });
  }
  return rank;
};

/**
 * Sets of fewer than three cases of which some sum of answers tells, and of nobody else. Each answer is a row: how often it holds what
 * stands in each column, of which `owners` says the case.
 */
export const toldApart = (answers: readonly (readonly bigint[])[], owners: readonly string[]): string[][] => {
  const rows = [...new Map(answers.map((row) => [row.join(), row])).values()];
  const cases = [...new Set(owners)].sort();
  const pairs = cases.flatMap((a, index) => cases.slice(index).map((b) => [...new Set([a, b])]));
  const whole = rankOf(rows);
  return pairs.filter((few) => {
    const others = rows.map((row) => row.filter((_, column) => !few.includes(owners[column] ?? '')));
    return rankOf(others) < whole;
  });
};
