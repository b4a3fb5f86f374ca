import { type CurrencyCode, decimalString, type Period, Refused } from '#core';
import type { SqlValue } from '#event-store';
import type { Place } from '#ledger';

import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
import type { ReadModels } from './read-models.js';

/** A figure: which crossings of value it counts. Named and versioned; a new rule is a new version. */
export interface Definition {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly kind: 'flow' | 'stock';
  readonly from: readonly Place[];
  readonly to: readonly Place[];
}

const flow = (name: string, title: string, from: readonly Place[], to: readonly Place[]): Definition => ({
  name,
  version: 1,
  title,
  kind: 'flow',
  from,
  to,
});

const restrained: readonly Place[] = ['frozen', 'seized'];
const beforeFinal: readonly Place[] = ['identified', 'frozen', 'seized', 'released', 'confiscated'];
const held: readonly Place[] = ['identified', 'frozen', 'seized', 'confiscated', 'confiscated-final', 'lost'];

/** Measures are never added to each other (domain rule 7.2 no. 1): each is a figure of its own. */
export const definitions: readonly Definition[] = [
  flow('value-identified', 'Identified in the period', ['outside'], ['identified']),
  flow('value-seized', 'Frozen or seized in the period for the first time', ['identified'], restrained),
  flow('value-restrained-again', 'Frozen or seized again after a release', ['released'], restrained),
  flow(
    'value-confiscated-not-final',
    'Confiscation ordered, appeal open',
    ['identified', 'frozen', 'seized', 'released'],
    ['confiscated'],
  ),
  flow('value-confiscated', 'Confiscated for good', beforeFinal, ['confiscated-final']),
  flow('value-released', 'Released', [...held], ['released']),
  flow('value-realised', 'Sold, at what it brought', [...held], ['sold']),
  flow('value-public-use', 'Given to public or social use', [...held], ['public-use']),
  flow('value-victims', 'Restituted to victims', [...held], ['victims']),
  flow('value-shared', 'Shared with another State', [...held], ['shared']),
  flow('value-destroyed', 'Destroyed', [...held], ['destroyed']),
  flow('value-lost', 'Lost', [...held], ['lost']),
  {
    name: 'value-held',
    version: 1,
    title: 'What stands at the end of the period',
    kind: 'stock',
    from: [],
    to: held.filter((place) => place !== 'lost'),
  },
];

export const groupings = ['network', 'jurisdiction', 'region', 'category', 'power', 'stage', 'quarter'] as const;
export type Grouping = (typeof groupings)[number];

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

/** @throws Refused `definition-unknown`. */
export const definitionsOf = (names: readonly string[] = []): readonly Definition[] => {
  const found = names.map((name) => {
    const definition = definitions.find((one) => one.name === name || idOf(one) === name);
    const known = definitions.map((one) => one.name);
    if (!definition)
      throw new Refused('definition-unknown', `Ask for one of ${known.join(', ')}.`, { given: name }, '/definition');
    return definition;
  });
  return found.length > 0 ? found : definitions;
};

export const idOf = ({ name, version }: Definition): string => `${name}@${version}`;

interface Cell {
  group: string[];
  currency: string;
  state: string;
  opening: boolean;
  amount: string;
  eur: string;
  assets: string;
}

/** The side of a cell a figure looks at: what arrives, or for stock also what leaves. */
interface Side {
  readonly sign: 1 | -1;
  readonly count: 'counted' | 'arrived' | 'departed';
  readonly place: 'to_place' | 'from_place';
  readonly power: 'power' | 'from_power';
  readonly opening: 'opening' | 'from_opening';
}

const ARRIVING: Side = { sign: 1, count: 'arrived', place: 'to_place', power: 'power', opening: 'opening' };
const LEAVING: Side = {
  sign: -1,
  count: 'departed',
  place: 'from_place',
  power: 'from_power',
  opening: 'from_opening',
};
const CROSSING: Side = { ...ARRIVING, count: 'counted' };
/** What comes back is counted as often as it comes back; only the first time is counted once for ever. */
const RETURNING = 'value-restrained-again';

const sidesOf = ({ kind, name }: Definition): readonly Side[] =>
  kind === 'stock' ? [ARRIVING, LEAVING] : [name === RETURNING ? ARRIVING : CROSSING];

const columnOf = (grouping: Grouping, side: Side): string =>
  grouping === 'stage'
    ? side.place
    : grouping === 'power'
      ? side.power
      : grouping === 'network'
        ? 'coalesce(m.merged_into::text, c.network)'
        : `c.${grouping}`;

/** Cells as they stand, or as they stood at a position: then summed from their postings. */
const cellsOf = (schema: string, asOf: boolean): string =>
  asOf
    ? `(select c.cell_id, c.quarter, c.network, c.jurisdiction, c.region, c.category, c.from_power, c.power, c.currency, c.state, c.opening,
         c.from_opening, c.from_place, c.to_place, p.amount, p.eur, p.counted, p.arrived, p.departed
       from (select cell_id, sum(amount) as amount, sum(eur) as eur, sum(counted) as counted, sum(arrived) as arrived, sum(departed) as departed
             from ${schema}.postings where position <= $4 group by cell_id) p join ${schema}.cells c using (cell_id))`
    : `(select * from ${schema}.cells where $4::bigint is not null)`;

const merged = (schema: string): string =>
  `left join ${schema}.networks m on m.merged_into is not null and m.network_id::text = c.network`;

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
  const period =
    kind === 'stock' ? 'c.quarter <= $2 and $1::text is not null' : 'c.quarter between $1 and $2 and not c.opening';
  const from = kind === 'stock' ? '$5::text[] is not null' : 'c.from_place = any($5::text[])';
  const wanted = filter.map((grouping, index) => `and ${columnOf(grouping, side)} = $${index + 6}`).join(' ');
  return `select ${group} as names, c.currency, c.state, c.${side.opening} as opening, ${side.sign} * c.amount as amount, ${side.sign} * c.eur as eur,
      ${side.sign} * c.${side.count} as assets
    from ${cellsOf(schema, asOf)} c ${merged(schema)} where ${period} and c.${side.place} = any($3::text[]) and ${from} ${wanted}`;
};

const cells = async (
  rm: ReadModels,
  asked: FiguresAsked,
  by: readonly Grouping[],
  definition: Definition,
): Promise<Cell[]> => {
  const filter = Object.keys(asked.filter ?? {}) as Grouping[];
  const asOf = asked.asOf !== undefined && asked.asOf < rm.position();
  const sides = sidesOf(definition);
  const text = sides.map((side) => sideSql(rm.schema, by, filter, side, definition.kind, asOf)).join(' union all ');
  const values: SqlValue[] = [
    asked.period.first, asked.period.last, definition.to, asked.asOf ?? rm.position(), definition.from,
    ...filter.map((grouping) => asked.filter?.[grouping] ?? ''),
  ]; // prettier-ignore
  return rm.db.query<Cell>(
    `select to_json(names) as "group", currency, state, opening, sum(amount) as amount, sum(eur) as eur, sum(assets) as assets
     from (${text}) s group by names, currency, state, opening order by names, currency, state, opening`,
    values,
  );
};

const figureOf = (
  definition: Definition,
  by: readonly Grouping[],
  group: readonly string[],
  rows: readonly Cell[],
): Figure => {
  const count = (which: (cell: Cell) => boolean): number =>
    rows.filter(which).reduce((sum, cell) => sum + Number(cell.assets), 0);
  const amounts = new Map<string, bigint>();
  for (const { currency, amount } of rows)
    if (currency) amounts.set(currency, (amounts.get(currency) ?? 0n) + BigInt(amount));
  const eur = rows.reduce((sum, cell) => sum + BigInt(cell.eur), 0n);
  return {
    definition: idOf(definition),
    group: Object.fromEntries(by.map((grouping, index) => [grouping, group[index] ?? ''])),
    assets: count(() => true),
    valued: count(({ state }) => state === 'valued'),
    unvalued: count(({ state }) => state === 'unvalued'),
    unconverted: count(({ state }) => state === 'unconverted'),
    opening: count(({ opening }) => opening),
    eur: decimalString(eur, EUR),
    amounts: [...amounts]
      .filter(([, amount]) => amount !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, amount]) => ({ currency, amount: decimalString(amount, currency as CurrencyCode) })),
  };
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
  for (const definition of chosen) {
    const groups = new Map<string, Cell[]>();
    for (const cell of await cells(rm, asked, asked.by, definition)) {
      const group = typeof cell.group === 'string' ? (JSON.parse(cell.group) as string[]) : cell.group;
      const key = JSON.stringify(group);
      groups.set(key, [...(groups.get(key) ?? []), { ...cell, group }]);
    }
    const some = [...groups.values()].map((group) => figureOf(definition, asked.by, group[0]?.group ?? [], group));
    rows.push(...some.filter((figure) => !isEmpty(figure)));
    totals.push(figureOf(definition, [], [], await cells(rm, asked, [], definition)));
    assertCloses(some, totals.at(-1));
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

const assertCloses = (rows: readonly Figure[], total: Figure | undefined): void => {
  const assets = rows.reduce((sum, row) => sum + row.assets, 0);
  const cents = rows.reduce((sum, row) => sum + BigInt(row.eur.replace('.', '')), 0n);
  if (total && (assets !== total.assets || cents !== BigInt(total.eur.replace('.', '')))) {
    throw new Refused('sums-do-not-close', 'The rows do not add up to their total; nothing was written. Run `rastro verify`.', {
      definition: total.definition, assets, eur: cents.toString(), total,
    }); // prettier-ignore
  }
};

/** A posting behind a figure, and the event it follows from. */
export interface FigureEntry {
  readonly position: number;
  readonly eventId: string;
  readonly assetId: string;
  readonly caseId: string;
  readonly effectiveOn: string;
  readonly from: string;
  readonly to: string;
  readonly network: string;
  readonly jurisdiction: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly eur?: string;
  readonly rate?: { readonly rate: string; readonly on: string; readonly source: string };
  readonly shareBp: number;
  readonly assets: number;
  readonly reason: string;
}

interface EntryRow {
  position: string; n: number; event_id: string; asset_id: string; case_id: string; effective_on: string; from_place: string; to_place: string;
  network: string; jurisdiction: string; amount: string; currency: string; state: string; eur: string; rate: string; rate_on: string;
  rate_source: string; share_bp: number; assets: string; reason: string;
} // prettier-ignore

const entryOf = (row: EntryRow): FigureEntry => ({
  position: Number(row.position),
  eventId: row.event_id,
  assetId: row.asset_id,
  caseId: row.case_id,
  effectiveOn: row.effective_on,
  from: row.from_place,
  to: row.to_place,
  network: row.network,
  jurisdiction: row.jurisdiction,
  ...(row.currency
    ? { amount: decimalString(BigInt(row.amount), row.currency as CurrencyCode), currency: row.currency }
    : {}),
  ...(row.state === 'valued'
    ? { eur: decimalString(BigInt(row.eur), EUR), rate: { rate: row.rate, on: row.rate_on, source: row.rate_source } }
    : {}),
  shareBp: Number(row.share_bp),
  assets: Number(row.assets),
  reason: row.reason,
});

/** The events behind one figure, in the order of the log: summed, they give it to the cent. Corrections stand with their sign. */
export const figureEntries = async (
  rm: ReadModels,
  asked: Omit<FiguresAsked, 'by' | 'definitions'> & { definition: string },
  page: PageAsked,
): Promise<Page<FigureEntry>> => {
  const [definition] = definitionsOf([asked.definition]);
  if (!definition) throw new RangeError('a figure has a definition');
  const filter = Object.keys(asked.filter ?? {}) as Grouping[];
  const [position, n] = page.after ? decodeCursor(page.after, 2) : [-1, -1];
  const stock = definition.kind === 'stock';
  const sides = sidesOf(definition).map((side) => {
    const wanted = filter.map((grouping, index) => `and ${columnOf(grouping, side)} = $${index + 9}`).join(' ');
    const period = stock
      ? 'c.quarter <= $2 and $1::text is not null and $5::text[] is not null'
      : 'c.quarter between $1 and $2 and not c.opening and c.from_place = any($5::text[])';
    return `select p.position, p.n, p.event_id, p.asset_id, p.effective_on, c.from_place, c.to_place, ${columnOf('network', side)} as network, c.jurisdiction,
        ${side.sign} * p.amount as amount, c.currency, c.state, ${side.sign} * p.eur as eur, p.rate, p.rate_on, p.rate_source, p.share_bp,
        ${side.sign} * p.${side.count} as assets, p.reason
      from ${rm.schema}.postings p join ${rm.schema}.cells c using (cell_id) ${merged(rm.schema)}
      where ${period} and c.${side.place} = any($3::text[]) and p.position <= $4 and (p.position, p.n) > ($6::bigint, $7::int) ${wanted}`;
  });
  const rows = await rm.db.query<EntryRow>(
    `select s.*, a.case_id from (${sides.join(' union all ')}) s join ${rm.schema}.assets a using (asset_id) order by position, n limit $8`,
    [
      asked.period.first, asked.period.last, definition.to, asked.asOf ?? rm.position(), definition.from, position ?? -1, n ?? -1, page.limit + 1,
      ...filter.map((grouping) => asked.filter?.[grouping] ?? ''),
    ], // prettier-ignore
  );
  return pageOf(rows, page.limit, (row) => [Number(row.position), Number(row.n)], entryOf);
};
