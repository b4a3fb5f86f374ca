import type { Scope } from '#access';
import type { Bar, Quantity } from '#casework';
import { type CurrencyCode, decimalString, isId } from '#core';
import type { SqlValue } from '#event-store';
import type { Place } from '#ledger';

import { assetRow } from './changes.js';
import { type AssetDetail, barsOf } from './entries.js';
import { type Holding, holdings, type StageValue, stageValues } from './asset-values.js';
import { networksAsOne } from './mergers.js';
import { decodeCursor, isPlace, type Page, type PageAsked, pageOf } from './pages.js';
import { isPast, type Known, knowingAt, knownAt } from './past.js';
import type { ReadModels } from './read-models.js';
import { tables } from './schema.js';
import { type OfCase, visible, visibleOne } from './scope.js';
import { assetSealed, caseSealed, isTrue, type Sealed } from './sealing.js';

export interface AssetView {
  readonly assetId: string;
  readonly caseId: string;
  readonly category: string;
  readonly description: string;
  readonly jurisdiction: string;
  readonly region?: string;
  readonly district?: string;
  readonly locality?: string;
  readonly identifiers: AssetDetail['identified']['identifiers'];
  readonly identifiedOn: string;
  /** Where money is not the measure. What it was converted into is not told by it. */
  readonly quantity?: Quantity;
  readonly note?: string;
  /** The furthest place that holds a share of it; `duplicate` and `voided` count nowhere. */
  readonly stage: Place | 'none' | 'duplicate' | 'voided';
  readonly opening: boolean;
  /** The standing valuation of the whole asset; absent when it was never valued. `eur` is absent until a rate is known. */
  readonly value?: { readonly amount: string; readonly currency: string; readonly eur?: string };
  readonly traced: AssetDetail['traced'];
  /** What bars its disposal, or did, in the order in which it was recorded: open until `liftedOn`. */
  readonly bars: readonly Bar[];
  readonly convertedFrom?: string;
  readonly convertedInto?: string;
  readonly duplicateOf?: string;
}

/** An asset of which some entry is sealed for who asks. */
export interface SealedAsset extends Sealed, Pick<AssetView, 'assetId' | 'caseId'> {}

export interface AssetFile extends AssetView {
  readonly holdings: readonly Holding[];
  readonly values: readonly StageValue[];
  readonly orders: readonly string[];
}

interface AssetRow {
  asset_id: string; case_id: string; category: string; jurisdiction: string; region: string; district: string; stage: AssetView['stage'];
  state: string; currency: string; amount: string; eur: string; opening: boolean; first_position: string; position: string; detail: string;
} // prettier-ignore

interface SeenRow extends AssetRow {
  sealed: unknown;
}

const sealedOf = ({ asset_id: assetId, case_id: caseId, sealed }: SeenRow): SealedAsset | undefined =>
  isTrue(sealed) ? { assetId, caseId, sealed: true } : undefined;

const EUR = 'EUR' as CurrencyCode;
const COLUMNS =
  'asset_id, case_id, category, jurisdiction, region, district, stage, state, currency, amount, eur, opening, first_position, position, detail';

const viewOf = (row: AssetRow): AssetView => {
  const detail = JSON.parse(row.detail) as AssetDetail;
  const { identified, traced, convertedFrom, convertedInto, duplicateOf } = detail;
  const currency = row.currency as CurrencyCode;
  const eur = row.state === 'valued' ? { eur: decimalString(BigInt(row.eur), EUR) } : {};
  return {
    assetId: row.asset_id,
    caseId: row.case_id,
    category: row.category,
    description: identified.description,
    jurisdiction: row.jurisdiction,
    ...(row.region ? { region: row.region } : {}),
    ...(row.district ? { district: row.district } : {}),
    ...(identified.locality ? { locality: identified.locality } : {}),
    identifiers: identified.identifiers,
    identifiedOn: identified.identifiedOn,
    ...(identified.quantity && !convertedFrom ? { quantity: identified.quantity } : {}),
    ...(identified.note ? { note: identified.note } : {}),
    stage: row.stage,
    opening: row.opening,
    ...(currency ? { value: { amount: decimalString(BigInt(row.amount), currency), currency, ...eur } } : {}),
    traced,
    bars: barsOf(detail),
    ...(convertedFrom ? { convertedFrom } : {}),
    ...(convertedInto ? { convertedInto } : {}),
    ...(duplicateOf ? { duplicateOf } : {}),
  };
};

/** The case of the row `a`. */
const OF_CASE: OfCase = { caseId: 'a.case_id', jurisdiction: 'a.case_jurisdiction' };

export interface AssetsAsked {
  readonly caseId?: string | undefined;
  readonly stage?: string | undefined;
  readonly category?: string | undefined;
  readonly jurisdiction?: string | undefined;
  readonly region?: string | undefined;
  readonly district?: string | undefined;
  /** Also what was attributed to those merged with it. */
  readonly network?: string | undefined;
  /** As it was written or normalised; matched without spaces and dashes. */
  readonly identifier?: string | undefined;
}

type Wanted = Omit<AssetsAsked, 'network'> & { readonly network: readonly string[] | undefined };

const conditions = (schema: string): readonly (readonly [keyof AssetsAsked, string])[] => [
  ['caseId', 'case_id = ?::uuid'],
  ['stage', 'stage = ?'],
  ['category', 'category = ?'],
  ['jurisdiction', 'jurisdiction = ?'],
  ['region', 'region = ?'],
  ['district', 'district = ?'],
  ['network', `case_id in (select case_id from ${schema}.case_networks where network_id = any(?::uuid[]))`],
  [
    'identifier',
    `asset_id in (select asset_id from ${schema}.asset_identifiers where normalised in (?, upper(?), lower(?)))`,
  ],
];

/** What the conditions compare with: an identifier as it is kept, and the networks that count as the one that is asked for. */
const wantedIn = async (rm: ReadModels, asked: AssetsAsked, asOf?: number): Promise<Wanted> => {
  const { identifier, network } = asked;
  return {
    ...asked,
    identifier: identifier?.replace(/[\s-]/g, ''),
    network: network === undefined ? undefined : await networksAsOne(rm, network, asOf),
  };
};

/** The rows `a` that are asked for and in scope. What is sealed is found by its case only, not by anything that it says. */
const wantedOf = (schema: string, scope: Scope, asked: Wanted, values: SqlValue[]): string => {
  const wanted = conditions(schema).flatMap(([name, text]) => {
    const value = asked[name];
    if (value === undefined) return [];
    return [text.replaceAll('?', `$${values.push(value)}`)];
  });
  if (wanted.length > (asked.caseId === undefined ? 0 : 1))
    wanted.push(`not ${assetSealed(schema, scope, values, 'a')}`);
  if (asked.network !== undefined) wanted.push(`not ${caseSealed(schema, scope, values, OF_CASE)}`);
  // What finds a few rows by itself leaves the scope to be looked up for each of them.
  const within = (asked.identifier ?? asked.caseId) ? visibleOne : visible;
  return [within(schema, scope, 'assets', OF_CASE, values), ...wanted].join(' and ');
};

/**
 * The register of assets in the order in which they were recorded. With `asOf`, those known then, as they were known; stage,
 * jurisdiction, region and mergers of networks are asked as of then, the other conditions as of now.
 */
export const assets = async (
  rm: ReadModels,
  scope: Scope,
  asked: AssetsAsked,
  page: PageAsked & { asOf?: number | undefined },
): Promise<Page<AssetView | SealedAsset>> => {
  const [position = -1, id = ''] = page.after ? decodeCursor<[number, string]>(page.after, isPlace, isId) : [];
  const values: SqlValue[] = [position, id, page.limit + 1, page.asOf ?? Number.MAX_SAFE_INTEGER];
  const wanted = await wantedIn(rm, asked, page.asOf);
  const table = isPast(rm, page.asOf) ? registerAt(rm.schema) : `${rm.schema}.assets`;
  const rows = await rm.db.query<SeenRow>(
    `select ${COLUMNS}, ${assetSealed(rm.schema, scope, values, 'a')} as sealed from ${table} a
     where (first_position, asset_id::text) > ($1::bigint, $2) and first_position <= $4
       and ${wantedOf(rm.schema, scope, wanted, values)} order by first_position, asset_id::text limit $3`,
    values,
  );
  const then = isPast(rm, page.asOf) ? await viewsAt(rm, rows, page.asOf) : undefined;
  const view = (row: SeenRow): AssetView | SealedAsset => sealedOf(row) ?? then?.get(row.asset_id) ?? viewOf(row);
  return pageOf(rows, page.limit, (row) => [Number(row.first_position), row.asset_id], view);
};

export const countAssets = async (rm: ReadModels, scope: Scope, asked: AssetsAsked): Promise<number> => {
  const values: SqlValue[] = [];
  const text = `select count(*) as count from ${rm.schema}.assets a where ${wantedOf(rm.schema, scope, await wantedIn(rm, asked), values)}`;
  const [row] = await rm.db.query<{ count: string }>(text, values);
  return Number(row?.count ?? 0);
};

const RANK =
  "array['identified','frozen','seized','confiscated','confiscated-final','released','sold','public-use','victims','shared','destroyed','lost']";

/**
 * Stage, place and value of an asset as its postings up to position $4 leave them; what it is called is as of now. Worked out asset
 * by asset in the order of the register, so that a page costs those it looks at.
 */
const registerAt = (schema: string): string => `(
  select a.asset_id, a.case_id, a.case_jurisdiction, a.category, coalesce(h.jurisdiction, a.jurisdiction) as jurisdiction, coalesce(h.region, a.region) as region,
    a.district, coalesce(h.stage, 'none') as stage, coalesce(h.state, 'unvalued') as state, coalesce(h.currency, '') as currency,
    coalesce(h.amount, 0) as amount, coalesce(h.eur, 0) as eur, a.opening, a.first_position, a.position, a.detail
  from ${schema}.assets a left join lateral (
    select (array_agg(place order by array_position(${RANK}, place) desc))[1] as stage,
      (array_agg(jurisdiction order by array_position(${RANK}, place) desc))[1] as jurisdiction,
      (array_agg(region order by array_position(${RANK}, place) desc))[1] as region,
      (array_agg(state order by array_position(${RANK}, place) desc))[1] as state,
      (array_agg(currency order by array_position(${RANK}, place) desc))[1] as currency, sum(amount) as amount, sum(eur) as eur
    from (
      select s.place, c.jurisdiction, c.region, c.state, c.currency, sum(s.sign * p.amount) as amount, sum(s.sign * p.eur) as eur
      from ${schema}.postings p join ${schema}.cells c using (cell_id),
        lateral (values (c.to_place, 1, p.arrived), (c.from_place, -1, p.departed)) as s(place, sign, count)
      where p.asset_id = a.asset_id and p.position <= $4 and s.place not in ('outside', 'revaluation')
      group by 1, 2, 3, 4, 5 having sum(s.sign * s.count) > 0
    ) places
  ) h on true)`;

/** The row of an asset as it was known then, made by the rules that make the rows of today. */
const rowAt = (known: Known, assetId: string): AssetRow | undefined => {
  const entry = known.asset(assetId);
  if (!entry) return undefined;
  const cells = assetRow(entry, known.entry);
  return Object.fromEntries(tables.assets.map((column, index) => [column, cells[index]])) as unknown as AssetRow;
};

const viewsAt = async (rm: ReadModels, rows: readonly AssetRow[], until: number): Promise<Map<string, AssetView>> => {
  const views = new Map<string, AssetView>();
  const knownOf = await knowingAt(rm, until);
  for (const caseId of new Set(rows.map((row) => row.case_id))) {
    const known = await knownOf(caseId);
    for (const { asset_id: id } of rows.filter((row) => row.case_id === caseId)) {
      const row = known && rowAt(known, id);
      if (row) views.set(id, viewOf(row));
    }
  }
  return views;
};

/**
 * One asset with where its shares stand, what it was worth at each stage, and its orders; undefined when there is none, or none
 * for who asks.
 */
export const asset = async (
  rm: ReadModels,
  scope: Scope,
  assetId: string,
  asOf?: number,
): Promise<AssetFile | SealedAsset | undefined> => {
  const until = asOf ?? Number.MAX_SAFE_INTEGER;
  const values: SqlValue[] = [assetId, until];
  const [now] = await rm.db.query<SeenRow & { unattributed: unknown }>(
    `select ${COLUMNS}, ${assetSealed(rm.schema, scope, values, 'a')} as sealed,
       ${caseSealed(rm.schema, scope, values, OF_CASE)} as unattributed from ${rm.schema}.assets a
     where asset_id = $1 and first_position <= $2 and ${visibleOne(rm.schema, scope, 'assets', OF_CASE, values)}`,
    values,
  );
  if (!now) return undefined;
  const sealed = sealedOf(now);
  if (sealed) return sealed;
  const known = isPast(rm, asOf) ? await knownAt(rm, now.case_id, asOf) : undefined;
  return {
    ...viewOf((known && rowAt(known, assetId)) ?? now),
    holdings: await holdings(rm, assetId, until, isTrue(now.unattributed)),
    values: await stageValues(rm, assetId, until),
    orders: known ? ordersIn(known, assetId) : await ordersOf(rm, assetId),
  };
};

const ordersIn = ({ measures }: Known, assetId: string): string[] => {
  const under = measures.filter((measure) => measure.standing && measure.assetId === assetId);
  return [...new Set(under.map(({ orderId }) => orderId as string))].sort();
};

const ordersOf = async (rm: ReadModels, assetId: string): Promise<string[]> => {
  const text = `select distinct order_id from ${rm.schema}.measures where asset_id = $1 and standing order by 1`;
  return (await rm.db.query<{ order_id: string }>(text, [assetId])).map((row) => row.order_id);
};

/** Which of these assets stand in the book, and in which case. For importing, which acts for nobody: it is asked by no user. */
export const casesOfAssets = async (rm: ReadModels, assetIds: readonly string[]): Promise<Map<string, string>> => {
  const text = `select asset_id, case_id from ${rm.schema}.assets where asset_id = any($1::uuid[])`;
  const rows = await rm.db.query<{ asset_id: string; case_id: string }>(text, [assetIds]);
  return new Map(rows.map((row) => [row.asset_id, row.case_id]));
};

/** Which of these cases stand in the book. For importing, likewise: who may know of them is asked of the cases themselves. */
export const casesStanding = async (rm: ReadModels, caseIds: readonly string[]): Promise<Set<string>> => {
  const text = `select case_id from ${rm.schema}.cases where case_id = any($1::uuid[])`;
  const rows = await rm.db.query<{ case_id: string }>(text, [caseIds]);
  return new Set(rows.map((row) => row.case_id));
};
