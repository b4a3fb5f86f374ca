import { type CurrencyCode, decimalString, type Period, Refused } from '#core';

import type { Grouping } from './cells.js';
import { type Definition, idOf, isStatement } from './definitions.js';

export interface FiguresAsked {
  readonly period: Period;
  readonly by: readonly Grouping[];
  /** Names of definitions; all of them when empty. */
  readonly definitions?: readonly string[] | undefined;
  readonly filter?: Partial<Record<Grouping, string>> | undefined;
  /** The position of the log up to which facts are known; where the answers stand when left out. */
  readonly asOf?: number | undefined;
  /** The position was fixed when they were asked for, as for a file: whether it may be looked back to was decided then. */
  readonly fixed?: boolean | undefined;
}

/** What a figure of value says of what is summed up in it. */
export interface Told {
  /** Assets, each counted once, under the network of the largest weight. */
  readonly assets: number;
  readonly valued: number;
  readonly unvalued: number;
  /** With an amount, without a rate yet. */
  readonly unconverted: number;
  /**
   * Whether a share of some asset has no euro value yet, unvalued or without a rate, so that `eur` is less than all of it. The counts
   * say how it was with the first share of each asset, and stand under one network.
   */
  readonly incomplete: boolean;
  /** How many of the assets rest on an opening balance. */
  readonly opening: number;
  /** The euro value of what is valued. */
  readonly eur: string;
  /** The same value as it was recorded, a sum a currency; what is unconverted stands only here. */
  readonly amounts: readonly { readonly currency: string; readonly amount: string }[];
}

/** A row or a total: where nothing of it may be told it says so (`withheld`) and has no values, for they are not known to be none. */
export interface Figure extends Partial<Told> {
  readonly definition: string;
  /** All that a figure of orders says: how many there are. They have no value. */
  readonly orders?: number;
  readonly group: Readonly<Partial<Record<Grouping, string>>>;
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
  /** Shares of assets, in basis points. */
  share: number,
];

const groupOf = (by: readonly Grouping[], names: readonly (string | null)[]): Figure['group'] =>
  Object.fromEntries(by.flatMap((grouping, index) => (names[index] === null ? [] : [[grouping, names[index] ?? '']])));

/** Whether anything is told of what is summed up in it. */
export const isTold = ({ assets, orders }: Figure): boolean => (assets ?? orders) !== undefined;

export const tellsValue = (figure: Figure): figure is Figure & Told => figure.assets !== undefined;

const toldOf = (sums: readonly Sum[]): Told => {
  let [assets, valued, unvalued, unconverted, unknown, opening, eur] = [0, 0, 0, 0, 0, 0, 0n];
  const amounts = new Map<string, bigint>();
  for (const [, currency, state, opens, amount, cents, count, share] of sums) {
    assets += count;
    if (state === 'valued') valued += count;
    else unknown += share;
    if (state === 'unvalued') unvalued += count;
    if (state === 'unconverted') unconverted += count;
    if (opens) opening += count;
    eur += BigInt(cents);
    if (currency) amounts.set(currency, (amounts.get(currency) ?? 0n) + BigInt(amount));
  }
  return {
    assets,
    valued,
    unvalued,
    unconverted,
    incomplete: unknown !== 0,
    opening,
    eur: decimalString(eur, EUR),
    amounts: [...amounts]
      .filter(([, amount]) => amount !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, amount]) => ({ currency, amount: decimalString(amount, currency as CurrencyCode) })),
  };
};

const ordersIn = (sums: readonly Sum[]): number => sums.reduce((all, [, , , , , , count]) => all + count, 0);

/** Without sums nothing of it may be told. */
export const figureOf = (
  definition: Definition,
  by: readonly Grouping[],
  group: readonly (string | null)[],
  sums: readonly Sum[] | null,
): Figure => {
  const figure = { definition: idOf(definition), group: groupOf(by, group) };
  if (!sums) return figure;
  return { ...figure, ...(definition.tells === 'orders' ? { orders: ordersIn(sums) } : toldOf(sums)) };
};

export const isEmpty = (figure: Figure): boolean =>
  tellsValue(figure)
    ? figure.eur === '0.00' &&
      figure.amounts.length === 0 &&
      !figure.incomplete &&
      [figure.assets, figure.valued, figure.unvalued, figure.unconverted].every((count) => count === 0)
    : figure.orders === 0;

/** Of a figure of orders, none. */
export const centsOf = ({ eur }: Figure): bigint => BigInt(eur?.replace('.', '') ?? 0);

const countOf = ({ assets, orders }: Figure): number => assets ?? orders ?? 0;

/**
 * What is told of the rows adds up to what is told of the total. Where nothing is told of the total, nothing is of any row: it
 * would be the total of what may be told.
 * @throws Refused `sums-do-not-close`.
 */
export const assertCloses = (rows: readonly Figure[], total: Figure): void => {
  const told = rows.filter(isTold);
  const count = told.reduce((sum, row) => sum + countOf(row), 0);
  const cents = told.reduce((sum, row) => sum + centsOf(row), 0n);
  const closes = isTold(total) ? count === countOf(total) && cents === centsOf(total) : told.length === 0;
  if (!closes) {
    throw new Refused('sums-do-not-close', 'The rows do not add up to their total; nothing was written. Run `rastro verify`.', {
      definition: total.definition, count, eur: cents.toString(), total,
    }); // prettier-ignore
  }
};

/** Rows and total of one figure. */
export interface Counted {
  readonly rows: readonly Figure[];
  readonly total: Figure;
}

/** What a figure adds to a sum, by currency; its euro value under no currency. */
const addTo = (sums: Map<string, bigint>, sign: number, { eur, amounts }: Told): void => {
  for (const { currency, amount } of [{ currency: '', amount: eur }, ...amounts])
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(sign) * BigInt(amount.replace('.', '')));
};

const TOTAL = '"total"';

/**
 * What stood when the period began, what came, went and was revalued, and what stands when it ends add up: in euro and in each currency,
 * in total and group by group (domain.md 7.3, 13.2 no. 3). Where not all of it was asked for, or something of it is withheld, there is
 * nothing to hold it against.
 * @throws Refused `sums-do-not-close`.
 */
export const assertStatementCloses = (asked: readonly Definition[], counted: readonly Counted[]): void => {
  if (!isStatement(asked)) return;
  const groups = new Map<string, { sums: Map<string, bigint>; isTold: boolean }>();
  counted.forEach(({ rows, total }, index) => {
    const sign = asked[index]?.sign;
    if (!sign) return;
    for (const figure of [...rows, total]) {
      // A row of which the group is withheld reads as the total does.
      const key = figure === total ? TOTAL : JSON.stringify(figure.group);
      const group = groups.get(key) ?? { sums: new Map<string, bigint>(), isTold: true };
      groups.set(key, group);
      if (tellsValue(figure)) addTo(group.sums, sign, figure);
      else group.isTold = false;
    }
  });
  for (const [group, { sums, isTold: told }] of groups) {
    const open = [...sums].filter(([, sum]) => sum !== 0n);
    if (told && open.length > 0) {
      throw new Refused('sums-do-not-close', 'What stood, came, went and was revalued does not add up to what stands; nothing was written. Run `rastro verify`.', {
        group: JSON.parse(group) as unknown, open: open.map(([currency, sum]) => ({ currency, sum: sum.toString() })),
      }); // prettier-ignore
    }
  }
};
