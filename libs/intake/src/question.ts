import { rename, rm, stat, writeFile } from 'node:fs/promises';

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

/** A question about one row, with what the register says there (dropped columns apart). */
export interface Raised {
  readonly row: number;
  readonly question: Question;
  readonly original: string;
}

/** A spreadsheet takes such a cell for a formula: an apostrophe makes it text. */
const safe = (text: string): string => (/^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

const HEADER = ['row', 'column', 'code', 'reason', 'original'];
const partOf = (path: string): string => `${path}.part`;

/** Sees that the questions can be written, before anything is recorded. @throws Refused `questions-unwritable`. */
export const prepareQuestions = async (path: string): Promise<void> => {
  try {
    await writeFile(partOf(path), '');
    await rm(partOf(path));
    if ((await stat(path).catch(() => undefined))?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refused('questions-unwritable', `The questions cannot be written to ${path}. Nothing was taken in.`, {
      code,
    });
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
