import { type Cell, type Change, copyLines } from '#event-store';

import { tables, type TableName } from './schema.js';

export type Row = Cell[];

const BATCH = 2_000;

const JSONS = new Set<string>(['detail', 'facts', 'rates']);
/** In JSON, what a database cannot make text of: NUL and halves of letters. What other sign is escaped is passed over. */
const UNTOLD = /\\(?:(u0000|ud[89a-f][0-9a-f]{2})|.)/g;

/** A log may hold NUL from before that was refused, and no row can: there it stands as the sign for what cannot be shown. */
const tellable = (cell: Cell, column: string): Cell => {
  if (typeof cell !== 'string') return cell;
  if (JSONS.has(column)) return cell.replace(UNTOLD, (sign, untold) => (untold ? '\ufffd' : sign));
  return cell.replaceAll('\0', '\ufffd');
};

/** Lines of COPY. NUL is looked for in all of them at once, in JSON by its escape: that costs next to nothing. */
const linesOf = (rows: readonly Row[], columns: readonly string[]): string => {
  const lines = copyLines(rows);
  if (!lines.includes('\0') && !lines.includes('\\\\u')) return lines;
  return copyLines(rows.map((row) => row.map((cell, index) => tellable(cell, columns[index] ?? ''))));
};

const adding = <T>(
  schema: string,
  table: TableName,
  all: readonly T[],
  textOf: (some: readonly T[]) => string,
): Change[] => {
  const changes: Change[] = [];
  for (let from = 0; from < all.length; from += BATCH)
    changes.push({ table: `${schema}.${table}`, columns: tables[table], lines: textOf(all.slice(from, from + BATCH)) });
  return changes;
};

/** Adds rows of one table in bulk. */
export const addingRows = (schema: string, table: TableName, rows: readonly Row[]): Change[] =>
  adding(schema, table, rows, (some) => linesOf(some, tables[table]));

/** The same of a table without JSON, of which the lines were made row by row: they outlive a batch at half of what rows would take. */
export const addingLines = (schema: string, table: TableName, lines: readonly string[]): Change[] =>
  adding(schema, table, lines, (some) => some.join('').replaceAll('\0', '\ufffd'));

/** Removes the rows in which a column holds one of these ids. */
export const removingRows = (schema: string, table: TableName, column: string, ids: readonly string[]): Change[] =>
  ids.length > 0 ? [{ text: `delete from ${schema}.${table} where ${column} = any($1::uuid[])`, values: [ids] }] : [];
