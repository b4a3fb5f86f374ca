import type { Sql, SqlValue } from '#event-store';

import { tables, type TableName } from './schema.js';

type Cell = string | number | boolean | null;

const types: { readonly [column: string]: string } = {
  position: 'bigint', first_position: 'bigint', case_id: 'uuid', asset_id: 'uuid', order_id: 'uuid', event_id: 'uuid', network_id: 'uuid',
  operation_id: 'uuid', merged_into: 'uuid', opened_on: 'date', effective_on: 'date', from_on: 'date', to_on: 'date', valued_on: 'date',
  revision: 'int', cell_id: 'int', n: 'int', share_bp: 'int', amount: 'numeric', eur: 'numeric', counted: 'bigint', arrived: 'bigint',
  departed: 'bigint', postings: 'bigint', opening: 'boolean', from_opening: 'boolean', detail: 'json', history: 'json', rates: 'json',
}; // prettier-ignore

const BATCH = 2_000;

/** Writes rows of one table in bulk, column by column through `unnest`: one statement however many rows. */
export const writeRows = async (
  sql: Sql,
  schema: string,
  table: TableName,
  rows: readonly (readonly Cell[])[],
  onConflict = '',
): Promise<void> => {
  const columns: readonly string[] = tables[table];
  const parameters = columns.map((column, index) => `$${index + 1}::${types[column] ?? 'text'}[]`).join(', ');
  const text = `insert into ${schema}.${table} (${columns.join(', ')}) select * from unnest(${parameters}) ${onConflict}`;
  for (let from = 0; from < rows.length; from += BATCH) {
    const some = rows.slice(from, from + BATCH);
    const values: SqlValue[] = columns.map((_, column) => some.map((row) => row[column] ?? null));
    await sql.query(text, values);
  }
};

/** On a second row with the same key, the new one stands. */
export const replacing = (table: TableName, key: string): string => {
  const set = tables[table].filter((column) => column !== key).map((column) => `${column} = excluded.${column}`);
  return `on conflict (${key}) do update set ${set.join(', ')}`;
};
