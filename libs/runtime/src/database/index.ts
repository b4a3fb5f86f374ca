import { statSync } from 'node:fs';
import { join } from 'node:path';

import { Refused } from '#core';

import type { BookDatabase } from './book-database.js';
import { openEmbedded } from './embedded.js';
import { openServer } from './server.js';

export type { BookDatabase } from './book-database.js';
export { openEmbedded, SqlFailure } from './embedded.js';
export { type OpenedEventStore, openEventStore } from './event-store.js';
export { openServer } from './server.js';
export type { Parts } from './leading.js';

/** How long a statement may take a server: where somebody waits for it over HTTP, and where rows are written or read in bulk. */
export const REQUEST_ANSWER_MS = 5_000;
export const WORK_ANSWER_MS = 20_000;

export interface Place {
  readonly databaseUrl?: string;
  readonly data?: string;
  /** How long a server may take over a statement; for ever unless told. */
  readonly answerMs?: number;
}

/** The server when there is a URL, the embedded database in its folder otherwise. */
export const openDatabase = ({ databaseUrl, data = './data', answerMs }: Place): Promise<BookDatabase> =>
  databaseUrl ? openServer(databaseUrl, answerMs === undefined ? {} : { answerMs }) : openEmbedded(data);

const absent = (where: string): Refused =>
  new Refused('book-absent', `There is no book in ${where}: look at RASTRO_DATA and DATABASE_URL.`, { where });

/** @throws Refused `book-closed`: of a folder that may not be entered, nobody knows what is in it. */
const stands = (data: string): boolean => {
  try {
    return statSync(join(data, 'database'), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return false;
    if (code !== 'EACCES') throw error;
    const hint = `The folder ${data} may not be entered: run Rastro by the account that owns it, or mend RASTRO_DATA.`;
    throw new Refused('book-closed', hint, { where: data });
  }
};

/**
 * A book that stands, to look at: nothing is created, and the database refuses whatever would change it.
 * @throws Refused `book-absent`, `book-closed`, `book-in-use`.
 */
export const openToRead = async ({ databaseUrl, data = './data' }: Place): Promise<BookDatabase> => {
  if (databaseUrl) return openServer(databaseUrl, { readOnly: true });
  if (stands(data)) return openEmbedded(data, { readOnly: true });
  throw absent(data);
};

/** Before a book is opened by who only looks, and would make one. @throws Refused `book-absent`, `book-closed`. */
export const assertBook = async ({ databaseUrl, data = './data' }: Place): Promise<void> => {
  if (!databaseUrl) {
    if (!stands(data)) throw absent(data);
    return;
  }
  const db = await openServer(databaseUrl, { readOnly: true });
  try {
    const [log] = await db.query<{ there: boolean }>(`select to_regclass('log.events') is not null as there`);
    if (!log?.there) throw absent(db.name);
  } finally {
    await db.close();
  }
};
