import { type CurrencyCode, decimalString, type Period, Refused } from '#core';
import type { SqlValue } from '#event-store';

import { columnOf, type Grouping, merged, type Side, sidesOf, survivors, within } from './cells.js';
import { type Definition, definitionsOf, idOf } from './definitions.js';
import type { ReadModels } from './read-models.js';

export interface FiguresAsked {
  readonly period: Period;
  readonly by: readonly Grouping[];
  /** Names of definitions; all of them when empty. */
  readonly definitions?: readonly string[] | undefined;
  readonly filter?: Partial<Record<Grouping, string>> | undefined;
  /** The position of the log up to which facts are known; the newest when left out. */
  readonly asOf?: number | undefined;
}

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
}

export interface Figures {
  readonly period: Period;
  readonly asOf: number;
  readonly by: readonly Grouping[];
  readonly currencyPolicy: string;
  readonly definitions: readonly { readonly id: string; readonly title: string }[];
  readonly rows: readonly Figure[];
  readonly totals: readonly Figure[];
}

export const currencyPolicy =
  'EUR by the ECB reference rate of the day of the valuation, the fixing before it on days without one, half up to the cent, once; ' +
  'fixed rates for retired euro currencies; COP by TRM and the ECB rate of the US dollar';

const EUR = 'EUR' as CurrencyCode;

/** Cells summed up: of one group of the figure, or of all of it where `names` is null. */
type Sum = [
  names: string[] | null,
  currency: string,
  state: string,
  opening: boolean,
  amount: string,
  eur: string,
  assets: number,
];

/** Cells as they stand, or as they stood at a position: as the last posting of each up to there left it, one look into an index a cell. */
const cellsOf = (schema: string, asOf: boolean): string =>
  asOf
    ? `(select c.cell_id, c.quarter, c.network, c.jurisdiction, c.region, c.category, c.from_power, c.power, c.currency, c.state, c.opening,
         c.from_opening, c.from_place, c.to_place, c.reason, p.cell_amount as amount, p.cell_eur as eur, p.cell_counted as counted,
         p.cell_arrived as arrived, p.cell_departed as departed
       from ${schema}.cells c cross join lateral (select * from ${schema}.postings p where p.cell_id = c.cell_id and p.position <= $4
         order by p.position desc, p.n desc limit 1) p)`
    : `(select * from ${schema}.cells where $4::bigint is not null)`;

const sideSql = (
  schema: string,
  by: readonly Grouping[],
  filter: readonly Grouping[],
  side: Side,
  kind: Definition['kind'],
  asOf: boolean,
): string => {
  const group =
    by.length > 0 ? `array[${by.map((grouping) => columnOf(grouping, side)).join(', ')}]` : 'array[]::text[]';
  const wanted = filter.map((grouping, index) => `and ${columnOf(grouping, side)} = $${index + 8}`).join(' ');
  return `select ${group} as names, c.currency, c.state, c.${side.opening} as opening, ${side.sign} * c.amount as amount, ${side.sign} * c.eur as eur,
      ${side.sign} * c.${side.count} as assets
    from ${cellsOf(schema, asOf)} c ${merged} where ${within(kind, side)} ${wanted}`;
};

/** The sums of each group, in the order of the groups, and beside them those of all: the cells are read once for both, and come as one text. */
const sumsOf = async (
  rm: ReadModels,
  asked: FiguresAsked,
  definition: Definition,
  mergers: readonly [string[], string[]],
): Promise<Sum[]> => {
  const filter = Object.keys(asked.filter ?? {}) as Grouping[];
  const asOf = asked.asOf !== undefined && asked.asOf < rm.position();
  const sides = sidesOf(definition);
  const text = sides
    .map((side) => sideSql(rm.schema, asked.by, filter, side, definition.kind, asOf))
    .join(' union all ');
  const values: SqlValue[] = [
    asked.period.first, asked.period.last, definition.to, asked.asOf ?? rm.position(), definition.from, ...mergers,
    ...filter.map((grouping) => asked.filter?.[grouping] ?? ''),
  ]; // prettier-ignore
  const [row] = await rm.db.query<{ sums: string | null }>(
    `select json_agg(json_build_array(names, currency, state, opening, amount, eur, assets) order by names) as sums
     from (select names, currency, state, opening, sum(amount)::text as amount, sum(eur)::text as eur, sum(assets) as assets
       from (${text}) s group by grouping sets ((names, currency, state, opening), (currency, state, opening))) g`,
    values,
  );
  return JSON.parse(row?.sums ?? '[]') as Sum[];
};

const figureOf = (
  definition: Definition,
  by: readonly Grouping[],
  group: readonly string[],
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
    group: Object.fromEntries(by.map((grouping, index) => [grouping, group[index] ?? ''])),
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

/** Sums of the same group, which stand one after the other. */
const groupsOf = (sums: readonly Sum[]): Sum[][] => {
  const groups: Sum[][] = [];
  let last: string | undefined;
  for (const sum of sums) {
    if (sum[0] === null) continue;
    const key = sum[0].join('\0');
    if (key === last) groups.at(-1)?.push(sum);
    else groups.push([sum]);
    last = key;
  }
  return groups;
};

const isEmpty = ({ assets, eur, amounts }: Figure): boolean => assets === 0 && eur === '0.00' && amounts.length === 0;

/**
 * The figures of a period, grouped. What is attributed to no network stands under the empty network; a merged network
 * under its survivor. The rows of a figure add up to its total, which is computed apart: if they did not, it is refused.
 * @throws Refused `definition-unknown`, `sums-do-not-close`.
 */
export const figures = async (rm: ReadModels, asked: FiguresAsked): Promise<Figures> => {
  const chosen = definitionsOf(asked.definitions);
  const rows: Figure[] = [];
  const totals: Figure[] = [];
  const mergers = await survivors(rm, asked.asOf ?? rm.position());
  for (const definition of chosen) {
    const sums = await sumsOf(rm, asked, definition, mergers);
    const some = groupsOf(sums).map((group) => figureOf(definition, asked.by, group[0]?.[0] ?? [], group));
    const all = sums.filter(([names]) => names === null);
    const total = figureOf(definition, [], [], all);
    assertCloses(some, total);
    rows.push(...some.filter((figure) => !isEmpty(figure)));
    totals.push(total);
  }
  return {
    period: asked.period,
    asOf: Math.min(asked.asOf ?? rm.position(), rm.position()),
    by: asked.by,
    currencyPolicy,
    definitions: chosen.map((definition) => ({ id: idOf(definition), title: definition.title })),
    rows,
    totals,
  };
};

const assertCloses = (rows: readonly Figure[], total: Figure): void => {
  const assets = rows.reduce((sum, row) => sum + row.assets, 0);
  const cents = rows.reduce((sum, row) => sum + BigInt(row.eur.replace('.', '')), 0n);
  if (assets !== total.assets || cents !== BigInt(total.eur.replace('.', ''))) {
    throw new Refused('sums-do-not-close', 'The rows do not add up to their total; nothing was written. Run `rastro verify`.', {
      definition: total.definition, assets, eur: cents.toString(), total,
    }); // prettier-ignore
  }
};
