import { open, rename, rm, stat, writeFile } from 'node:fs/promises';

import { stringify } from 'csv-stringify/sync';

import { Refused, shownOf } from '#core';

/** Why a row raises a question: which column, a stable code, what is asked. */
export class Question extends Error {
  override readonly name = 'Question';

  constructor(
    readonly column: string,
    readonly code: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** A question about one row, with what the register says there (dropped columns and private keys apart). */
export interface Raised {
  readonly row: number;
  readonly question: Question;
  readonly original: string;
}

/** A spreadsheet takes such a cell for a formula: an apostrophe makes it text. */
const safe = (text: string): string => (/^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

const HEADER = ['row', 'column', 'code', 'reason', 'original'];
const partOf = (path: string): string => `${path}.part`;

/** As a file of questions begins, written to its end or not. */
const BEGINNING = Buffer.from(HEADER.join(','));

/** Whether nothing is there but what questions begin with, if anything. */
const isOurs = async (path: string): Promise<boolean> => {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return found === undefined;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING.length));
    return buffer.subarray(0, bytesRead).equals(BEGINNING.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
};

/** Which file a path leads to, whatever it is called. */
const identityOf = async (path: string): Promise<string | undefined> => {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}/${found.ino}`;
};

const unwritable = (path: string, why: string, code?: string): Refused =>
  new Refused('questions-unwritable', `The questions cannot be written to ${path}${why}. Nothing was taken in.`, {
    code,
  });

/**
 * Sees that the questions can be written, before anything is recorded, and that they take the place of nothing but older ones: neither
 * they nor what they are written to first. `read`: what is taken in, under whatever name.
 * @throws Refused `questions-unwritable`.
 */
export const prepareQuestions = async (path: string, read: readonly string[]): Promise<void> => {
  const kept = await Promise.all(read.map(identityOf));
  try {
    for (const to of [path, partOf(path)]) {
      const found = await identityOf(to);
      if (found !== undefined && kept.includes(found)) throw unwritable(path, ': what is taken in would be lost');
      if (!(await isOurs(to))) throw unwritable(path, `: ${to} is there, and holds no questions`);
    }
    await writeFile(partOf(path), '');
    await rm(partOf(path));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw unwritable(path, '', (error as NodeJS.ErrnoException).code);
  }
};

/** The file of questions, in the order of the rows, whole or not at all. */
export const writeQuestions = async (path: string, raised: readonly Raised[]): Promise<void> => {
  const lines = raised.map(({ row, question, original }) =>
    [String(row), question.column, question.code, question.message, original].map((text) => safe(shownOf(text))),
  );
  await writeFile(partOf(path), stringify([HEADER, ...lines], { record_delimiter: '\r\n' }));
  await rename(partOf(path), path);
};

/** A row that raises a question is asked about when it is taken. */
export const orNone = <T>(work: () => T[]): T[] => {
  try {
    return work();
  } catch (error) {
    if (error instanceof Question) return [];
    throw error;
  }
};
