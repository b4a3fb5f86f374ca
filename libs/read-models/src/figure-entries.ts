import type { Scope } from '#access';
import { type CurrencyCode, decimalString } from '#core';
import type { SqlValue } from '#event-store';
import type { ValueState } from '#ledger';

import { columnOf, type Grouping, merged, sidesOf, survivors, within } from './cells.js';
import { circleOf, type ScopeTold, scopeTold } from './counted.js';
import { type Definition, definitionsFor } from './definitions.js';
import type { FiguresAsked } from './figure.js';
import { underRemaining } from './mergers.js';
import { decodeCursor, isPlace, type Page, type PageAsked, pageOf } from './pages.js';
import { type Pinned, pinned } from './past.js';
import type { ReadModels } from './read-models.js';
import { type OfCase, visible } from './scope.js';
import { valueSealed } from './sealing.js';

const EUR = 'EUR' as CurrencyCode;

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
  /** Of a figure of value. */
  readonly assets?: number;
  /** Of a figure of orders. */
  readonly orders?: number;
  readonly reason: string;
}

interface EntryRow {
  position: string; n: number; side: number; event_id: string; asset_id: string; case_id: string; effective_on: string; from_place: string; to_place: string;
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
  ...(row.state === 'valued' && row.reason !== 'order'
    ? { eur: decimalString(BigInt(row.eur), EUR), rate: { rate: row.rate, on: row.rate_on, source: row.rate_source } }
    : {}),
  shareBp: Number(row.share_bp),
  [row.reason === 'order' ? 'orders' : 'assets']: Number(row.assets),
  reason: row.reason,
});

/** Where a page begins: after this posting, seen from this side. */
type After = readonly [position: number, n: number, side: number];
const FIRST: After = [-1, -1, 0];
/** Beyond every posting of a position. */
const LAST_N = 2_147_483_647;

/** So many postings are walked in the order of the log before the cells of a figure are asked one by one. */
const WALKED = 5_000;

/** What a figure counts apart: what is in its euro, and what is not. */
export const coverages = ['valued', 'unvalued', 'unconverted'] as const satisfies readonly ValueState[];

/** With `since`, only what came after that position; with `coverage`, only what is counted as that. */
type Asked = Omit<FiguresAsked, 'by' | 'definitions'> & {
  definition: string;
  since?: number;
  coverage?: (typeof coverages)[number] | undefined;
};

/** How the next postings are found: in the order of the log, of each cell of the figure, or of each asset that may be seen. */
type Way = 'walked' | 'by-cell' | 'by-asset';

/**
 * The next postings of a figure, by their place in the log. Either among the next ones of the log, whatever their cell (`walked`), or
 * of each cell of the figure its next ones, from the index alone: a page costs the cells of the figure, never the postings of the book.
 * Within limits it costs the postings of the cases that may be seen: `seen` is the condition on the case of an asset.
 */
const keysOf = (schema: string, way: Way, side: number, seen: string): string => {
  const next = `(p.position, p.n) >= ($8::bigint, $9::int) and p.position <= $4`;
  const after = `(p.position, p.n, ${side}) > ($8::bigint, $9::int, $10::int)`;
  switch (way) {
    case 'walked':
      return `(select position, n, cell_id from ${schema}.postings p where ${next} order by position, n limit ${WALKED}) p
        join ${schema}.cells c using (cell_id) ${merged} where ${after}`;
    case 'by-cell':
      return `${schema}.cells c cross join lateral (select position, n from ${schema}.postings p where p.cell_id = c.cell_id and ${next} and ${after}
        order by p.position, p.n limit $11) p ${merged} where true`;
    case 'by-asset':
      return `(select p.position, p.n, p.cell_id from ${schema}.assets a join ${schema}.postings p using (asset_id) where ${seen} and ${next}) p
        join ${schema}.cells c using (cell_id) ${merged} where ${after}`;
  }
};

/** The case of the row `a`. */
const OF_CASE: OfCase = { caseId: 'a.case_id', jurisdiction: 'a.case_jurisdiction' };

/** Of the assets that may be seen, none of which anything is sealed. */
const seenAsset = (schema: string, scope: Scope, values: SqlValue[]): string =>
  `${visible(schema, scope, 'assets', OF_CASE, values)} and not ${valueSealed(schema, scope, values, 'a')}`;

const nextEntries = async (
  rm: ReadModels,
  scope: Scope,
  asked: Pinned<Asked>,
  definition: Definition,
  after: After,
  limit: number,
  way: Way,
): Promise<EntryRow[]> => {
  const mergers = await survivors(rm, asked.asOf);
  const given = underRemaining(asked.filter, mergers);
  const filter = Object.keys(given) as Grouping[];
  const values: SqlValue[] = [
    asked.period.first, asked.period.last, definition.to, asked.asOf, definition.from, ...mergers, ...after, limit,
    ...filter.map((grouping) => given[grouping] ?? ''),
  ]; // prettier-ignore
  const covered = asked.coverage === undefined ? '' : `and c.state = $${values.push(asked.coverage)}`;
  const seen = way === 'by-asset' ? seenAsset(rm.schema, scope, values) : 'true';
  const keys = sidesOf(definition).map((side, number) => {
    const wanted = filter.map((grouping, index) => `and ${columnOf(grouping, side)} = $${index + 12}`).join(' ');
    return `select p.position, p.n, ${number} as side, ${side.sign} as sign, '${side.count}' as count, ${columnOf('network', side)} as network
      from ${keysOf(rm.schema, way, number, seen)} and ${within(definition, side)} ${wanted} ${covered}`;
  });
  return rm.db.query<EntryRow>(
    `select p.position, p.n, k.side, p.event_id, p.asset_id, a.case_id, p.effective_on, c.from_place, c.to_place, k.network, c.jurisdiction,
       k.sign * p.amount as amount, c.currency, c.state, k.sign * p.eur as eur, p.rate, p.rate_on, p.rate_source, p.share_bp,
       k.sign * case k.count when 'counted' then p.counted when 'arrived' then p.arrived else p.departed end as assets, c.reason
     from (select * from (${keys.join(' union all ')}) k order by position, n, side limit $11) k
       join ${rm.schema}.postings p using (position, n) join ${rm.schema}.cells c using (cell_id) join ${rm.schema}.assets a using (asset_id)
     order by position, n, side`,
    values,
  );
};

export interface FigureEntries extends Page<FigureEntry> {
  /** The position up to which they are told. */
  readonly asOf: number;
  readonly scope: ScopeTold;
}

const rowsOf = async (
  rm: ReadModels,
  asked: Pinned<Asked>,
  definition: Definition,
  after: After,
  limit: number,
): Promise<EntryRow[]> => {
  const walked = definition.kind === 'stock' ? await nextEntries(rm, 'whole', asked, definition, after, limit, 'walked') : []; // prettier-ignore
  return walked.length === limit ? walked : nextEntries(rm, 'whole', asked, definition, after, limit, 'by-cell');
};

/**
 * The events behind one figure, in the order of the log: summed, they give it to the cent. Corrections stand with their sign.
 * Within limits, those of the cases that may be seen: how many are counted beside them is told of all figures together, never of this one.
 */
export const figureEntries = async (
  rm: ReadModels,
  scope: Scope,
  given: Asked,
  page: PageAsked,
): Promise<FigureEntries> => {
  const [definition] = definitionsFor([given.definition], given.filter?.quarter !== undefined);
  if (!definition) throw new RangeError('a figure has a definition');
  const asked = pinned(rm, given);
  const first: After = asked.since === undefined ? FIRST : [asked.since, LAST_N, LAST_N];
  const after = page.after ? decodeCursor<After>(page.after, isPlace, isPlace, isPlace) : first;
  const limit = page.limit + 1;
  const circle = scope === 'whole' ? undefined : await circleOf(rm, scope, asked.asOf);
  const rows = await (circle ? nextEntries(rm, scope, asked, definition, after, limit, 'by-asset') : rowsOf(rm, asked, definition, after, limit)); // prettier-ignore
  const entries = pageOf(rows, page.limit, (row) => [Number(row.position), Number(row.n), Number(row.side)], entryOf);
  const withheld = circle !== undefined && circle.readable < circle.counted;
  return { ...entries, asOf: asked.asOf, scope: scopeTold(circle, withheld, circle?.readable) };
};
