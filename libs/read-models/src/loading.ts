import type { AssetId, CaseId, OrderId } from '#core';
import type { Sql } from '#event-store';
import { RateTable, readFacts } from '#ledger';
import type { CaseOpened, RatesPublished } from '#casework';

import type { AssetEntry, CaseEntry, OrderEntry } from './entries.js';

interface CaseRow {
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

export const loadCases = async (sql: Sql, schema: string, ids: readonly CaseId[]): Promise<CaseEntry[]> => {
  const rows = await sql.query<CaseRow>(`select * from ${schema}.cases where case_id = any($1::uuid[])`, [ids]);
  return rows.map((row) => ({
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
  }));
};

interface AssetRow {
  asset_id: AssetId;
  case_id: CaseId;
  first_position: string;
  position: string;
  detail: string;
  history: string;
}

const assetEntry = (row: AssetRow): AssetEntry => ({
  assetId: row.asset_id,
  caseId: row.case_id,
  firstPosition: Number(row.first_position),
  position: Number(row.position),
  facts: readFacts(row.history),
  account: undefined,
  detail: JSON.parse(row.detail) as AssetEntry['detail'],
});

const ASSET = 'select asset_id, case_id, first_position, position, detail, history from';

export const loadAssets = async (sql: Sql, schema: string, ids: readonly AssetId[]): Promise<AssetEntry[]> =>
  (await sql.query<AssetRow>(`${ASSET} ${schema}.assets where asset_id = any($1::uuid[])`, [ids])).map(assetEntry);

export const loadAssetsOfCase = async (sql: Sql, schema: string, caseId: CaseId): Promise<AssetEntry[]> =>
  (await sql.query<AssetRow>(`${ASSET} ${schema}.assets where case_id = $1 order by asset_id`, [caseId])).map(
    assetEntry,
  );

export const assetsUnderOrder = async (sql: Sql, schema: string, orderId: OrderId): Promise<AssetId[]> => {
  const text = `select distinct asset_id from ${schema}.measures where order_id = $1 order by asset_id`;
  return (await sql.query<{ asset_id: AssetId }>(text, [orderId])).map((row) => row.asset_id);
};

export const loadOrders = async (sql: Sql, schema: string, ids: readonly string[]): Promise<OrderEntry[]> => {
  const text = `select order_id, case_id, position, detail from ${schema}.orders where order_id = any($1::uuid[])`;
  const rows = await sql.query<{ order_id: string; case_id: CaseId; position: string; detail: string }>(text, [ids]);
  return rows.map((row) => ({
    orderId: row.order_id,
    caseId: row.case_id,
    position: Number(row.position),
    entries: JSON.parse(row.detail) as OrderEntry['entries'],
  }));
};

/** The rates known up to a position: the table that every conversion reads. */
export const loadRates = async (sql: Sql, schema: string, until = Number.MAX_SAFE_INTEGER): Promise<RateTable> => {
  const table = new RateTable();
  const text = `select source, from_on, to_on, base, rates from ${schema}.rates where position <= $1 order by from_on`;
  for (const row of await sql.query<{ source: string; from_on: string; to_on: string; base: string; rates: string }>(
    text,
    [until],
  )) {
    const data = {
      source: row.source,
      base: row.base,
      from: row.from_on,
      to: row.to_on,
      rates: JSON.parse(row.rates) as unknown,
    };
    table.publish(data as RatesPublished['data']);
  }
  return table;
};

const CELL =
  'quarter, network, jurisdiction, region, category, from_power, power, currency, state, opening, from_opening, from_place, to_place';

/** Which cell has which number, by its whole key. */
export const loadCells = async (sql: Sql, schema: string): Promise<Map<string, number>> => {
  const rows = await sql.query<Record<string, unknown> & { cell_id: number }>(
    `select cell_id, ${CELL} from ${schema}.cells`,
  );
  return new Map(
    rows.map((row) => [
      CELL.split(', ')
        .map((column) => String(row[column]))
        .join('|'),
      Number(row.cell_id),
    ]),
  );
};

export const loadWaiting = async (
  sql: Sql,
  schema: string,
): Promise<{ asset_id: AssetId; currency: string; valued_on: string }[]> =>
  sql.query(`select asset_id, currency, valued_on from ${schema}.waiting`);
