import { identifierOf } from '#casework';
import { Refused } from '#core';

import type { IdentifierField } from './mapping.js';
import { Question } from './question.js';
import { readableCell, type Row } from './values.js';

/**
 * An identifier of the casework, checked by its kind; an empty text, to be left out, when the cell is empty.
 * A wrong check digit is kept and marked; @throws Question with the code of the law when the form is wrong; as `readableCell`: a key may
 * stand where its address should.
 */
export const identified = (row: Row, { identifier: kind, from, country }: IdentifierField): object | '' => {
  const raw = readableCell(row, from);
  if (raw === '') return '';
  try {
    return identifierOf({ kind, raw, ...(country ? { country } : {}) });
  } catch (error) {
    if (error instanceof Refused) throw new Question(from, error.code, error.message);
    throw error;
  }
};
