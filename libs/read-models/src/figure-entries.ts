import { type CurrencyCode, decimalString } from '#core';

import { columnOf, type Grouping, merged, sidesOf, survivors, within } from './cells.js';
import { definitionsOf } from './definitions.js';
import type { FiguresAsked } from './figures.js';
import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
import type { ReadModels } from './read-models.js';

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
  readonly assets: number;
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
  ...(row.state === 'valued'
    ? { eur: decimalString(BigInt(row.eur), EUR), rate: { rate: row.rate, on: row.rate_on, source: row.rate_source } }
    : {}),
  shareBp: Number(row.share_bp),
  assets: Number(row.assets),
  reason: row.reason,
});

const LAST_N = 2_147_483_647;

/**
 * The events behind one figure, in the order of the log: summed, they give it to the cent. Corrections stand with their sign.
 * With `since`, only what came after that position.
 */
export const figureEntries = async (
  rm: ReadModels,
  asked: Omit<FiguresAsked, 'by' | 'definitions'> & { definition: string; since?: number },
  page: PageAsked,
): Promise<Page<FigureEntry>> => {
  const [definition] = definitionsOf([asked.definition]);
  if (!definition) throw new RangeError('a figure has a definition');
  const filter = Object.keys(asked.filter ?? {}) as Grouping[];
  const [position, n, last] = page.after ? decodeCursor(page.after, 3) : [asked.since ?? -1, LAST_N, LAST_N];
  const sides = sidesOf(definition).map((side, number) => {
    const wanted = filter.map((grouping, index) => `and ${columnOf(grouping, side)} = $${index + 12}`).join(' ');
    return `select p.position, p.n, ${number} as side, p.event_id, p.asset_id, p.effective_on, c.from_place, c.to_place, ${columnOf('network', side)} as network, c.jurisdiction,
        ${side.sign} * p.amount as amount, c.currency, c.state, ${side.sign} * p.eur as eur, p.rate, p.rate_on, p.rate_source, p.share_bp,
        ${side.sign} * p.${side.count} as assets, c.reason
      from ${rm.schema}.postings p join ${rm.schema}.cells c using (cell_id) ${merged}
      where ${within(definition.kind, side)} and p.position <= $4 and (p.position, p.n) >= ($8::bigint, $9::int)
        and (p.position, p.n, ${number}) > ($8::bigint, $9::int, $11::int) ${wanted}`;
  });
  const rows = await rm.db.query<EntryRow>(
    `select s.*, a.case_id from (${sides.join(' union all ')}) s join ${rm.schema}.assets a using (asset_id) order by position, n, side limit $10`,
    [
      asked.period.first, asked.period.last, definition.to, asked.asOf ?? rm.position(), definition.from, ...(await survivors(rm, asked.asOf ?? rm.position())), position ?? -1, n ?? -1, page.limit + 1, last ?? -1,
      ...filter.map((grouping) => asked.filter?.[grouping] ?? ''),
    ], // prettier-ignore
  );
  return pageOf(rows, page.limit, (row) => [Number(row.position), Number(row.n), Number(row.side)], entryOf);
};
