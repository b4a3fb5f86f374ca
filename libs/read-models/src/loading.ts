import type { AssetId, CaseId, OrderId } from '#core';
import type { Queries, SqlValue } from '#event-store';
import { type Fact, RateTable, readFacts } from '#ledger';
import type { CaseOpened, RatesPublished } from '#casework';

import type { AssetEntry, CaseEntry, OrderEntry } from './entries.js';
import { CELL_KEY, type KeptCell, type KeptCells } from './kept-cells.js';
import { type Namesake, namesakesIn } from './namesakes.js';
import { keys } from './schema.js';

export interface CaseRow {
  case_id: CaseId;
  reference: string;
  title: string;
  authority: string;
  jurisdiction: CaseOpened['data']['jurisdiction'];
  status: 'open' | 'closed';
  opened_on: CaseOpened['data']['openedOn'];
  revision: number;
  first_position: string;
  position: string;
  detail: string;
}

export const caseEntry = (row: CaseRow): CaseEntry => ({
  caseId: row.case_id,
  firstPosition: Number(row.first_position),
  position: Number(row.position),
  revision: Number(row.revision),
  status: row.status,
  opened: {
    caseId: row.case_id,
    reference: row.reference,
    title: row.title,
    authority: row.authority,
    jurisdiction: row.jurisdiction,
    openedOn: row.opened_on,
  },
  detail: JSON.parse(row.detail) as CaseEntry['detail'],
});

export const loadCases = async (sql: Queries, schema: string, ids: readonly CaseId[]): Promise<CaseEntry[]> =>
  (await sql.query<CaseRow>(`select * from ${schema}.cases where case_id = any($1::uuid[])`, [ids])).map(caseEntry);

/** What the ids of a case came to be in the answers, where another case had them first. */
export const loadNamesakes = async (
  sql: Queries,
  schema: string,
  caseId: string,
): Promise<readonly Namesake[] | undefined> => {
  const text = `select detail -> 'namesakes' as namesakes from ${schema}.cases where case_id = $1`;
  const [row] = await sql.query<{ namesakes: string | null }>(text, [caseId]);
  return namesakesIn(row?.namesakes);
};

interface AssetRow {
  asset_id: AssetId;
  case_id: CaseId;
  first_position: string;
  position: string;
  detail: string;
}

/** Assets with their facts: of the chosen rows `a`. */
const assetsWith = async (sql: Queries, schema: string, chosen: string, value: SqlValue): Promise<AssetEntry[]> => {
  const rows = await sql.query<AssetRow>(
    `select asset_id, case_id, first_position, position, detail from ${schema}.assets a where ${chosen} order by asset_id`,
    [value],
  );
  // By the ids: where a database keeps no statistics, as the embedded one, a join would read the facts of all assets.
  const facts = await sql.query<{ asset_id: AssetId; facts: string }>(
    `select asset_id, facts from ${schema}.facts where asset_id = any($1::uuid[]) order by asset_id, part`,
    [rows.map((row) => row.asset_id)],
  );
  const told = new Map<AssetId, Fact[]>(rows.map((row) => [row.asset_id, []]));
  for (const part of facts) told.get(part.asset_id)?.push(...readFacts(part.facts));
  return rows.map((row) => assetEntry(row, told.get(row.asset_id) ?? []));
};

const assetEntry = (row: AssetRow, facts: Fact[]): AssetEntry => ({
  assetId: row.asset_id,
  caseId: row.case_id,
  firstPosition: Number(row.first_position),
  position: Number(row.position),
  stored: facts.length,
  facts,
  account: undefined,
  detail: JSON.parse(row.detail) as AssetEntry['detail'],
});

export const loadAssets = (sql: Queries, schema: string, ids: readonly AssetId[]): Promise<AssetEntry[]> =>
  assetsWith(sql, schema, 'a.asset_id = any($1::uuid[])', ids);

export const loadAssetsOfCase = (sql: Queries, schema: string, caseId: CaseId): Promise<AssetEntry[]> =>
  assetsWith(sql, schema, 'a.case_id = $1', caseId);

/** Tables of which what stands is folded row by row. */
export type Folded = 'networks' | 'operations' | 'proposals' | 'people';

/** What stands of a network, an operation, a proposal or a person, as JSON. */
export const loadRegister = async (
  sql: Queries,
  schema: string,
  table: Folded,
  id: string,
): Promise<string | undefined> => {
  const text = `select detail from ${schema}.${table} where ${keys[table].join()} = $1`;
  const [row] = await sql.query<{ detail: string }>(text, [id]);
  return row?.detail;
};

export const assetsUnderOrder = async (sql: Queries, schema: string, orderId: OrderId): Promise<AssetId[]> => {
  const text = `select distinct asset_id from ${schema}.measures where order_id = $1 order by asset_id`;
  return (await sql.query<{ asset_id: AssetId }>(text, [orderId])).map((row) => row.asset_id);
};

export const loadOrders = async (sql: Queries, schema: string, ids: readonly string[]): Promise<OrderEntry[]> => {
  const text = `select order_id, case_id, position, executed, detail from ${schema}.orders where order_id = any($1::uuid[])`;
  return (await sql.query<OrderRow>(text, [ids])).map(orderEntry);
};

export interface OrderRow {
  order_id: string;
  case_id: CaseId;
  position: string;
  executed: string;
  detail: string;
}

export const orderEntry = (row: OrderRow): OrderEntry => ({
  orderId: row.order_id,
  caseId: row.case_id,
  position: Number(row.position),
  executed: JSON.parse(row.executed) as OrderEntry['executed'],
  entries: JSON.parse(row.detail) as OrderEntry['entries'],
});

/** Rates that were published, and where that stands in the log. */
export interface Publication {
  readonly position: number;
  readonly data: RatesPublished['data'];
}

interface RatesRow {
  position: string; source: string; from_on: string; to_on: string; base: string; rates: string;
} // prettier-ignore

/** The rates that were published up to a position, in the order of the log. */
export const loadPublications = async (
  sql: Queries,
  schema: string,
  until = Number.MAX_SAFE_INTEGER,
): Promise<Publication[]> => {
  const text = `select position, source, from_on, to_on, base, rates from ${schema}.rates where position <= $1 order by position`;
  return (await sql.query<RatesRow>(text, [until])).map(({ position, from_on: from, to_on: to, rates, ...others }) => ({
    position: Number(position),
    data: { ...others, from, to, rates: JSON.parse(rates) as unknown } as Publication['data'],
  }));
};

/** The table that every conversion reads. */
export const loadRates = async (sql: Queries, schema: string): Promise<RateTable> => {
  const table = new RateTable();
  for (const { data, position } of await loadPublications(sql, schema)) table.publish(data, position);
  return table;
};

interface CellRow {
  cell_id: number; key: string; amount: string; eur: string; counted: string; arrived: string; departed: string; share: string; postings: string;
} // prettier-ignore

const CELL_TEXT = CELL_KEY.split(', ')
  .map((column) => `${column}::text`)
  .join(", '|', ");

/** Every cell with what it holds, by its whole key. */
export const loadCells = async (sql: Queries, schema: string): Promise<KeptCells> => {
  const rows = await sql.query<CellRow>(
    `select cell_id, concat(${CELL_TEXT}) as key, amount, eur, counted, arrived, departed, share, postings from ${schema}.cells`,
  );
  return new Map(rows.map((row) => [row.key, cellOf(row)]));
};

const cellOf = ({ cell_id: id, amount, eur, counted, arrived, departed, share, postings }: CellRow): KeptCell => ({
  id: Number(id),
  amount: BigInt(amount),
  eur: BigInt(eur),
  counted: Number(counted),
  arrived: Number(arrived),
  departed: Number(departed),
  share: Number(share),
  postings: Number(postings),
});

export const loadWaiting = async (
  sql: Queries,
  schema: string,
): Promise<{ asset_id: AssetId; currency: string; valued_on: string }[]> =>
  sql.query(`select asset_id, currency, valued_on from ${schema}.waiting`);
