import { type CurrencyCode, decimalString, Refused } from '#core';

import type { Grouping } from './cells.js';
import { type Definition, idOf } from './definitions.js';

export interface Figure {
  readonly definition: string;
  readonly group: Readonly<Partial<Record<Grouping, string>>>;
  /** Assets, each counted once, under the network of the largest weight. */
  readonly assets: number;
  readonly valued: number;
  readonly unvalued: number;
  /** With an amount, without a rate yet. */
  readonly unconverted: number;
  /** How many of the assets rest on an opening balance. */
  readonly opening: number;
  /** The euro value of what is valued. */
  readonly eur: string;
  /** The same value as it was recorded, a sum a currency; what is unconverted stands only here. */
  readonly amounts: readonly { readonly currency: string; readonly amount: string }[];
  /** Something that may belong to it is left out, or stands in a row of which the group is withheld. */
  readonly withheld?: true;
  /** By what it is not told apart: what rests on few cases is put together over it. */
  readonly groupWithheld?: readonly Grouping[];
}

const EUR = 'EUR' as CurrencyCode;

/** Cells summed up: of one group of the figure, or of all of it where `names` is null. */
export type Sum = [
  names: readonly (string | null)[] | null,
  currency: string,
  state: string,
  opening: boolean,
  amount: string,
  eur: string,
  assets: number,
];

const groupOf = (by: readonly Grouping[], names: readonly (string | null)[]): Figure['group'] =>
  Object.fromEntries(by.flatMap((grouping, index) => (names[index] === null ? [] : [[grouping, names[index] ?? '']])));

export const figureOf = (
  definition: Definition,
  by: readonly Grouping[],
  group: readonly (string | null)[],
  sums: readonly Sum[],
): Figure => {
  let [assets, valued, unvalued, unconverted, opening, eur] = [0, 0, 0, 0, 0, 0n];
  const amounts = new Map<string, bigint>();
  for (const [, currency, state, opens, amount, cents, count] of sums) {
    assets += count;
    if (state === 'valued') valued += count;
    if (state === 'unvalued') unvalued += count;
    if (state === 'unconverted') unconverted += count;
    if (opens) opening += count;
    eur += BigInt(cents);
    if (currency) amounts.set(currency, (amounts.get(currency) ?? 0n) + BigInt(amount));
  }
  return {
    definition: idOf(definition),
    group: groupOf(by, group),
    assets,
    valued,
    unvalued,
    unconverted,
    opening,
    eur: decimalString(eur, EUR),
    amounts: [...amounts]
      .filter(([, amount]) => amount !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, amount]) => ({ currency, amount: decimalString(amount, currency as CurrencyCode) })),
  };
};

export const isEmpty = ({ assets, eur, amounts }: Figure): boolean =>
  assets === 0 && eur === '0.00' && amounts.length === 0;

/** @throws Refused `sums-do-not-close`. */
export const assertCloses = (rows: readonly Figure[], total: Figure): void => {
  const assets = rows.reduce((sum, row) => sum + row.assets, 0);
  const cents = rows.reduce((sum, row) => sum + BigInt(row.eur.replace('.', '')), 0n);
  if (assets !== total.assets || cents !== BigInt(total.eur.replace('.', ''))) {
    throw new Refused('sums-do-not-close', 'The rows do not add up to their total; nothing was written. Run `rastro verify`.', {
      definition: total.definition, assets, eur: cents.toString(), total,
    }); // prettier-ignore
  }
};
