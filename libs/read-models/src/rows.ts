import { type Cell, copyLines, type Sql } from '#event-store';

import { tables, type TableName } from './schema.js';

export type Row = Cell[];

const BATCH = 2_000;

/** Adds rows of one table in bulk. */
export const addRows = async (sql: Sql, schema: string, table: TableName, rows: readonly Row[]): Promise<void> => {
  for (let from = 0; from < rows.length; from += BATCH)
    await sql.copy(`${schema}.${table}`, tables[table], copyLines(rows.slice(from, from + BATCH)));
};

/** Removes the rows in which a column holds one of these ids. */
export const removeRows = async (
  sql: Sql,
  schema: string,
  table: TableName,
  column: string,
  ids: readonly string[],
): Promise<void> => {
  if (ids.length > 0) await sql.query(`delete from ${schema}.${table} where ${column} = any($1::uuid[])`, [ids]);
};
