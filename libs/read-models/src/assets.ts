import type { Scope } from '#access';
import type { Bar, Quantity } from '#casework';
import { type CurrencyCode, decimalString, isId } from '#core';
import type { SqlValue } from '#event-store';
import type { Place } from '#ledger';

import { type AssetsAsked, meets, OF_CASE, type Wanted, wantedIn, wantedOf } from './assets-asked.js';
import { assetRow } from './changes.js';
import { type AssetDetail, barsOf } from './entries.js';
import { type Holding, holdings, type StageValue, stageValues } from './asset-values.js';
import { decodeCursor, encodeCursor, isPlace, type Page, type PageAsked, pageOf } from './pages.js';
import { isPast, type Known, knowingAt, knownAt, type Pinned } from './past.js';
import type { ReadModels } from './read-models.js';
import { tables } from './schema.js';
import { visibleOne } from './scope.js';
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

type AssetsPage = PageAsked & { readonly asOf?: number | undefined };
type After = readonly [position: number, assetId: string];

const afterOf = (row: AssetRow): After => [Number(row.first_position), row.asset_id];

/** The rows that may be asked for, after a place of the register: with `past`, also those of which only a look back tells. */
const rowsOf = (
  rm: ReadModels,
  scope: Scope,
  asked: Wanted,
  [position, id]: After,
  { limit, asOf, past }: { limit: number; asOf?: number | undefined; past: boolean },
): Promise<SeenRow[]> => {
  const values: SqlValue[] = [position, id, limit, asOf ?? Number.MAX_SAFE_INTEGER];
  return rm.db.query<SeenRow>(
    `select ${COLUMNS}, ${assetSealed(rm.schema, scope, values, 'a')} as sealed from ${rm.schema}.assets a
     where (first_position, asset_id::text) > ($1::bigint, $2) and first_position <= $4
       and ${wantedOf(rm.schema, scope, asked, values, past ? '$4' : undefined)} order by first_position, asset_id::text limit $3`,
    values,
  );
};

/**
 * The register of assets in the order in which they were recorded. With `asOf`, those known then, as they were known, and found by
 * what they were then; an identifier is asked as of now, and so is who may see them, and what is sealed. What has not changed since
 * costs its row; what has is looked back on, case by case, where the postings do not tell already that it was at another stage. A
 * page is full while another follows, unless a thousand were looked back on in vain: then it ends there, and the next goes on.
 */
export const assets = async (
  rm: ReadModels,
  scope: Scope,
  asked: AssetsAsked,
  page: AssetsPage,
): Promise<Page<AssetView | SealedAsset>> => {
  const after: After = page.after ? decodeCursor<[number, string]>(page.after, isPlace, isId) : [-1, ''];
  const wanted = await wantedIn(rm, asked, page.asOf);
  if (isPast(rm, page.asOf)) return assetsAt(rm, scope, wanted, { ...page, asOf: page.asOf }, after);
  const rows = await rowsOf(rm, scope, wanted, after, { limit: page.limit + 1, asOf: page.asOf, past: false });
  return pageOf(rows, page.limit, afterOf, (row) => sealedOf(row) ?? viewOf(row));
};

/** After the first rows, which are as many as the page holds, so many are tried at a time; and so many in vain, for one page. */
const [TRIED, IN_VAIN] = [100, 1_000];

const assetsAt = async (
  rm: ReadModels,
  scope: Scope,
  wanted: Wanted,
  page: Pinned<PageAsked>,
  first: After,
): Promise<Page<AssetView | SealedAsset>> => {
  const { asOf } = page;
  const knownOf = knowingAt(rm, asOf);
  const found: Found[] = [];
  const viewIn = ({ view }: Found): Found['view'] => view;
  for (let [after, tried, limit] = [first, 0, page.limit + 1]; ; limit = Math.max(limit, TRIED)) {
    const rows = await rowsOf(rm, scope, wanted, after, { limit, asOf, past: true });
    found.push(...(await foundIn(rows, wanted, asOf, knownOf)));
    const last = rows.at(-1);
    if (!last || rows.length < limit || found.length > page.limit)
      return pageOf(found, page.limit, ({ row }) => afterOf(row), viewIn);
    [after, tried] = [afterOf(last), tried + rows.length];
    if (tried - found.length >= IN_VAIN) return { items: found.map(viewIn), next: encodeCursor(after) };
  }
};

export const countAssets = async (rm: ReadModels, scope: Scope, asked: AssetsAsked): Promise<number> => {
  const values: SqlValue[] = [];
  const text = `select count(*) as count from ${rm.schema}.assets a where ${wantedOf(rm.schema, scope, await wantedIn(rm, asked), values)}`;
  const [row] = await rm.db.query<{ count: string }>(text, values);
  return Number(row?.count ?? 0);
};

/** The row of an asset as it was known then, made by the rules that make the rows of today. */
const rowAt = (known: Known, assetId: string): AssetRow | undefined => {
  const entry = known.asset(assetId);
  if (!entry) return undefined;
  const cells = assetRow(entry, known.entry);
  return Object.fromEntries(tables.assets.map((column, index) => [column, cells[index]])) as unknown as AssetRow;
};

interface Found {
  readonly row: AssetRow;
  readonly view: AssetView | SealedAsset;
}

/** Which of the rows were what is asked for, each as it was: those that have not changed since are. */
const foundIn = async (
  rows: readonly SeenRow[],
  wanted: Wanted,
  until: number,
  knownOf: (caseId: string) => Promise<Known | undefined>,
): Promise<Found[]> => {
  const changed = rows.filter((row) => Number(row.position) > until && !isTrue(row.sealed));
  const then = new Map<string, AssetRow | undefined>();
  for (const caseId of new Set(changed.map((row) => row.case_id))) {
    const known = await knownOf(caseId);
    for (const { asset_id: id } of changed.filter((row) => row.case_id === caseId)) {
      const row = known && rowAt(known, id);
      then.set(id, row && meets(row, known.entry.detail, wanted) ? row : undefined);
    }
  }
  return rows.flatMap((row) => {
    const was = then.has(row.asset_id) ? then.get(row.asset_id) : row;
    return was ? [{ row, view: sealedOf(row) ?? viewOf(was) }] : [];
  });
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
