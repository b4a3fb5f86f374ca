import type { Limits, Scope } from '#access';
import type { Period } from '#core';
import type { SqlValue } from '#event-store';

import { columnOf, type Grouping, merged, type Mergers, type Side, sidesOf, survivors, within } from './cells.js';
import { type Circle, circleOf, isWhole, type ScopeTold, scopeTold } from './counted.js';
import { type Definition, definitionsFor, definitionsOf, idOf, isStatement } from './definitions.js';
import { assertMayLookBack } from './editions.js';
import {
  assertCloses,
  assertStatementCloses,
  type Counted,
  type Figure,
  figureOf,
  type FiguresAsked,
  isEmpty,
  type Sum,
} from './figure.js';
import { figuresOfPieces, piecesOf } from './figures-in-scope.js';
import { underRemaining } from './mergers.js';
import { type Pinned, pinned } from './past.js';
import type { ReadModels } from './read-models.js';

export interface DefinitionTold {
  readonly id: string;
  readonly title: string;
  /** In the sum that closes, where all of it is told: figures with a sign, each taken by it, add up to nothing. */
  readonly sign?: 1 | -1;
  /** What it counts, unless it is assets and what they are worth. */
  readonly tells?: Definition['tells'];
}

export interface Figures {
  readonly period: Period;
  readonly asOf: number;
  readonly by: readonly Grouping[];
  readonly scope: ScopeTold;
  readonly currencyPolicy: string;
  readonly definitions: readonly DefinitionTold[];
  readonly rows: readonly Figure[];
  readonly totals: readonly Figure[];
}

export const currencyPolicy =
  'EUR by the ECB reference rate of the day of the valuation, the fixing before it on days without one, half up to the cent, once; ' +
  'fixed rates for retired euro currencies; COP by TRM and the ECB rate of the US dollar';

/** The cells as they are kept, which stand at the position of their checkpoint. */
const kept = (schema: string): string =>
  `(select * from ${schema}.cells where $4 = (select position from ${schema}.checkpoint))`;

/** Cells as they stood at a position: as the last posting of each up to there left it, one look into an index a cell. */
const recalled = (
  schema: string,
): string => `(select c.cell_id, c.quarter, c.network, c.jurisdiction, c.region, c.category, c.from_power, c.power, c.currency, c.state, c.opening,
         c.from_opening, c.from_place, c.to_place, c.reason, p.cell_amount as amount, p.cell_eur as eur, p.cell_counted as counted,
         p.cell_arrived as arrived, p.cell_departed as departed, p.cell_share as share
       from ${schema}.cells c cross join lateral (select * from ${schema}.postings p where p.cell_id = c.cell_id and p.position <= $4
         order by p.position desc, p.n desc limit 1) p)`;

const sideSql = (
  cells: string,
  by: readonly Grouping[],
  filter: readonly Grouping[],
  side: Side,
  definition: Definition,
): string => {
  const group =
    by.length > 0 ? `array[${by.map((grouping) => columnOf(grouping, side)).join(', ')}]` : 'array[]::text[]';
  const wanted = filter.map((grouping, index) => `and ${columnOf(grouping, side)} = $${index + 8}`).join(' ');
  return `select ${group} as names, c.currency, c.state, c.${side.opening} as opening, ${side.sign} * c.amount as amount, ${side.sign} * c.eur as eur,
      ${side.sign} * c.${side.count} as assets, ${side.unknown} * c.share as share
    from ${cells} c ${merged} where ${within(definition, side)} ${wanted}`;
};

/**
 * The sums of each group, in the order of the groups, and beside them those of all: the cells are read once for both, and come as one text.
 * The kept cells serve while they stand at the position asked for; what is recorded meanwhile is in none of the sums.
 */
const sumsOf = async (
  rm: ReadModels,
  asked: Pinned<FiguresAsked>,
  definition: Definition,
  mergers: Mergers,
): Promise<Sum[]> => {
  const { schema } = rm;
  const filter = Object.keys(asked.filter ?? {}) as Grouping[];
  const values: SqlValue[] = [
    asked.period.first, asked.period.last, definition.to, asked.asOf, definition.from, ...mergers,
    ...filter.map((grouping) => asked.filter?.[grouping] ?? ''),
  ]; // prettier-ignore
  const sumsIn = async (cells: string): Promise<{ sums: string | null; position: string } | undefined> => {
    const sides = sidesOf(definition).map((side) => sideSql(cells, asked.by, filter, side, definition));
    const [row] = await rm.db.query<{ sums: string | null; position: string }>(
      `select json_agg(json_build_array(names, currency, state, opening, amount, eur, assets, share) order by names) as sums,
         (select position from ${schema}.checkpoint) as position
       from (select names, currency, state, opening, sum(amount)::text as amount, sum(eur)::text as eur, sum(assets) as assets, sum(share) as share
         from (${sides.join(' union all ')}) s group by grouping sets ((names, currency, state, opening), (currency, state, opening))) g`,
      values,
    );
    return row;
  };
  const now = asked.asOf < rm.position() ? undefined : await sumsIn(kept(schema));
  const row = Number(now?.position) === asked.asOf ? now : await sumsIn(recalled(schema));
  return JSON.parse(row?.sums ?? '[]') as Sum[];
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

const isShort = ({ rows, total }: Counted): boolean =>
  [...rows, total].some(({ withheld, groupWithheld }) => withheld ?? groupWithheld !== undefined);

const closing = (rows: readonly Figure[], total: Figure): Counted => {
  assertCloses(rows, total);
  return { rows: rows.filter((figure) => !isEmpty(figure) || figure.withheld), total };
};

/** Over the cells that are kept of the whole book. */
const ofBook = async (rm: ReadModels, asked: Pinned<FiguresAsked>, mergers: Mergers): Promise<Counted[]> => {
  const all: Counted[] = [];
  for (const definition of definitionsOf(asked.definitions)) {
    const sums = await sumsOf(rm, asked, definition, mergers);
    const rows = groupsOf(sums).map((group) => figureOf(definition, asked.by, group[0]?.[0] ?? [], group));
    const total = figureOf(definition, [], [], sums.filter(([names]) => names === null)); // prettier-ignore
    all.push(closing(rows, total));
  }
  return all;
};
/** Over what the cases in scope have moved; what rests on few of those that may not be seen is put together or withheld. */
const ofCases = async (
  rm: ReadModels,
  limits: Limits,
  circle: Circle,
  asked: Pinned<FiguresAsked>,
  mergers: Mergers,
): Promise<Counted[]> => {
  const chosen = definitionsOf(asked.definitions);
  const pieces = await piecesOf(rm, limits, circle, asked, chosen, mergers);
  return chosen.map((definition) => {
    const { rows, total } = figuresOfPieces(definition, pieces, asked, circle.sealed > 0);
    return closing(rows, total);
  });
};

/**
 * The kept cells serve who may see every case of the book, and what is sealed is looked for where something is: that no other case
 * was opened, and nothing sealed, meanwhile is looked at again.
 */
const countedIn = async (
  rm: ReadModels,
  scope: Scope,
  given: Pinned<FiguresAsked>,
): Promise<{ all: readonly Counted[]; circle?: Circle }> => {
  const mergers = await survivors(rm, given.asOf);
  const asked = { ...given, filter: underRemaining(given.filter, mergers) };
  if (scope === 'whole') return { all: await ofBook(rm, asked, mergers) };
  const circle = await circleOf(rm, scope, asked.asOf);
  const all = isWhole(circle) ? await ofBook(rm, asked, mergers) : await ofCases(rm, scope, circle, asked, mergers);
  if (circle.sealed > 0) return { all, circle };
  const now = await circleOf(rm, scope);
  if (isWhole(circle) ? isWhole(now) : now.sealed === 0) return { all, circle };
  const then = await circleOf(rm, scope, asked.asOf);
  return { all: await ofCases(rm, scope, then, asked, mergers), circle: then };
};

/** Whether places are told apart: what leaves one arrives at another, and only over all of them do the figures close. */
const tellsPlaces = (groupings: readonly string[]): boolean =>
  groupings.includes('stage') || groupings.includes('power');

const assertAllCloses = (
  { by, filter = {} }: FiguresAsked,
  chosen: readonly Definition[],
  all: readonly Counted[],
): void => {
  if (tellsPlaces(Object.keys(filter))) return;
  assertStatementCloses(chosen, tellsPlaces(by) ? all.map(({ total }) => ({ rows: [], total })) : all);
};

/** The signs only where they are those of a sum that closes, and so as it was in files that were asked for before there were any. */
const definitionsTold = (chosen: readonly Definition[]): DefinitionTold[] => {
  const closes = isStatement(chosen);
  return chosen.map((one) => ({
    id: idOf(one),
    title: one.title,
    ...(closes && one.sign ? { sign: one.sign } : {}),
    ...(one.tells ? { tells: one.tells } : {}),
  }));
};

/**
 * The figures of a period, grouped. What is attributed to no network stands under the empty network; a merged network under its
 * survivor, also where it is asked for. The rows of a figure add up to its total, which is computed apart, and what stood, came, went and was
 * revalued to what stands: if they did not, it is refused.
 * Within limits only cases that may be counted are, and nothing is told of fewer than three that may not be seen (`atoms.ts`).
 * @throws Refused `definition-unknown`, `stock-by-quarter`, `as-of-needs-the-cases`, `sums-do-not-close`.
 */
export const figures = async (rm: ReadModels, scope: Scope, asked: FiguresAsked): Promise<Figures> => {
  const byQuarter = asked.by.includes('quarter') || asked.filter?.quarter !== undefined;
  const chosen = definitionsFor(asked.definitions, byQuarter);
  const at = pinned(rm, { ...asked, definitions: chosen.map(idOf) });
  if (!asked.fixed) await assertMayLookBack(rm, scope, asked);
  const { all, circle } = await countedIn(rm, scope, at);
  assertAllCloses(asked, chosen, all);
  return {
    period: asked.period,
    asOf: at.asOf,
    by: asked.by,
    scope: scopeTold(circle, all.some(isShort)),
    currencyPolicy,
    definitions: definitionsTold(chosen),
    rows: all.flatMap(({ rows }) => rows),
    totals: all.map(({ total }) => total),
  };
};
