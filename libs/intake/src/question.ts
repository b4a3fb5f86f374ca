import { rename, writeFile } from 'node:fs/promises';

import { stringify } from 'csv-stringify/sync';

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
const safe = (text: string): string => (/^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** The file of questions, in the order of the rows, whole or not at all. */
export const writeQuestions = async (path: string, raised: readonly Raised[]): Promise<void> => {
  const lines = raised.map(({ row, question, original }) =>
    [String(row), question.column, question.code, question.message, original].map(safe),
  );
  const header = ['row', 'column', 'code', 'reason', 'original'];
  await writeFile(`${path}.part`, stringify([header, ...lines], { record_delimiter: '\r\n' }));
  await rename(`${path}.part`, path);
};
