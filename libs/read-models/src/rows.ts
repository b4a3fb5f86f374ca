import { type Cell, type Change, copyLines } from '#event-store';

import { tables, type TableName } from './schema.js';

export type Row = Cell[];

const BATCH = 2_000;

/** Adds rows of one table in bulk. */
export const addingRows = (schema: string, table: TableName, rows: readonly Row[]): Change[] => {
  const changes: Change[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const lines = copyLines(rows.slice(from, from + BATCH));
    changes.push({ table: `${schema}.${table}`, columns: tables[table], lines });
  }
  return changes;
};

/** Removes the rows in which a column holds one of these ids. */
export const removingRows = (schema: string, table: TableName, column: string, ids: readonly string[]): Change[] =>
  ids.length > 0 ? [{ text: `delete from ${schema}.${table} where ${column} = any($1::uuid[])`, values: [ids] }] : [];
