import { readFile } from 'node:fs/promises';

import { CsvError, parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';

import { Refused } from '#core';

import type { Mapping } from './mapping.js';
import type { Row } from './row.js';

const refuse = (line: number, column: number | string, message: string): never => {
  throw new Refused('file-malformed', `Line ${line}, column ${column}: ${message}. Nothing was taken in.`, {
    line,
    column,
  });
};

const decoded = (bytes: Buffer, encoding: string): string => {
  const text = iconv.decode(bytes, encoding);
  const bad = text.indexOf('\ufffd');
  if (bad >= 0) {
    const before = text.slice(0, bad).split('\n');
    refuse(before.length, (before.at(-1)?.length ?? 0) + 1, `these bytes are no ${encoding}`);
  }
  return text;
};

/**
 * Reads a delimited file whole, before anything of it is recorded.
 * @throws Refused `file-malformed` with line and column: an open quote, a row of another length, a column that is missing.
 */
export const readRows = async (path: string, mapping: Mapping): Promise<Row[]> => {
  const text = decoded(await readFile(path), mapping.file.encoding);
  try {
    const rows: Row[] = parse(text, {
      delimiter: mapping.file.delimiter,
      bom: true,
      skip_empty_lines: true,
      columns: (header: string[]) => {
        const missing = mapping.columns.find((name) => !header.includes(name));
        if (missing) refuse(1, missing, 'the column is missing');
        return header;
      },
    });
    return rows;
  } catch (error) {
    if (error instanceof CsvError)
      return refuse(Number(error['lines'] ?? 0), Number(error['column'] ?? 0) || 1, error.message);
    throw error;
  }
};
