import { beginningOf, type Day, holdsPrivateKey, isDay, PRIVATE_KEY_TOLD } from '#core';

import type { CutField, DayField, Mapping, NumberField } from './mapping.js';
import { groupsIn } from './pattern.js';
import { Question } from './question.js';
import type { DayFormat } from './schema.js';

export type Row = Readonly<Record<string, string>>;

export const cellOf = (row: Row, column: string): string => (row[column] ?? '').trim();

/**
 * A cell out of which something is read, and which a question may quote: no part of a private key is either.
 * @throws Question `private-key-told`.
 */
export const readableCell = (row: Row, column: string): string => {
  const given = cellOf(row, column);
  if (holdsPrivateKey(given)) throw new Question(column, 'private-key-told', PRIVATE_KEY_TOLD);
  return given;
};

/** A cell as a question quotes it. */
const quoted = (given: string): string => `"${given.length > 60 ? `${beginningOf(given, 60)}…` : given}"`;

const readings: { readonly [F in DayFormat]: readonly [RegExp, string] } = {
  'YYYY-MM-DD': [/^(\d{4})-(\d{2})-(\d{2})$/, '$1-$2-$3'],
  'DD/MM/YYYY': [/^(\d{2})\/(\d{2})\/(\d{4})$/, '$3-$2-$1'],
  'MM/DD/YYYY': [/^(\d{2})\/(\d{2})\/(\d{4})$/, '$3-$1-$2'],
  'DD-MM-YYYY': [/^(\d{2})-(\d{2})-(\d{4})$/, '$3-$2-$1'],
  'DD.MM.YYYY': [/^(\d{2})\.(\d{2})\.(\d{4})$/, '$3-$2-$1'],
  YYYYMMDD: [/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'],
};

/** @throws Question `day-missing` (or as the mapping says), `day-unreadable`, or the code of the window it lies outside; as `readableCell`. */
export const dayIn = (mapping: Mapping, row: Row, { day, formats, window, missing }: DayField): Day => {
  const given = readableCell(row, day);
  const allowed = formats ?? mapping.days;
  if (given === '') throw new Question(day, missing ?? 'day-missing', 'There is no day.');
  const format = allowed.find((one) => readings[one][0].test(given));
  const read = format ? given.replace(...readings[format]) : '';
  if (!isDay(read)) throw new Question(day, 'day-unreadable', `${quoted(given)} is no day as ${allowed.join(' or ')}.`);
  const bounds = window ? mapping.windows?.[window] : undefined;
  if (bounds && (read < bounds.from || read > bounds.to))
    throw new Question(day, bounds.code, `${read} lies outside ${bounds.from} to ${bounds.to}.`);
  return read;
};

const literal = (sign: string): string => `\\u{${sign.codePointAt(0)?.toString(16)}}`;

/** Digits as the mapping writes them: thousands, if any, in threes and never elsewhere, so that no sign is misread. */
const shapeOf = ({ decimal = '.', thousands }: NumberField): RegExp => {
  const grouped = thousands ? `|\\d{1,3}(?:${literal(thousands)}\\d{3})+` : '';
  return new RegExp(`^(\\d+${grouped})(?:${literal(decimal)}(\\d+))?$`, 'u');
};

/** A decimal string. @throws Question `amount-missing`, `amount-unreadable`; as `groupsIn` and `readableCell`. */
export const numberIn = (mapping: Mapping, row: Row, spec: NumberField): string => {
  const given = readableCell(row, spec.number);
  if (given === '') throw new Question(spec.number, 'amount-missing', 'There is no amount.');
  const source = spec.pattern ? mapping.patterns?.[spec.pattern] : undefined;
  const cut = source ? (groupsIn(source, given, spec.number)?.['amount'] ?? '') : given;
  const match = shapeOf(spec).exec(cut);
  if (!match)
    throw new Question(spec.number, 'amount-unreadable', `${quoted(given)} is no amount as the mapping says.`);
  const whole = (match[1] ?? '').replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  return match[2] ? `${whole}.${match[2]}` : whole;
};

/** The text of a group, as `values` rename it. @throws Question `text-not-found`, `value-unmapped`; as `groupsIn` and `readableCell`. */
export const cutFrom = (mapping: Mapping, row: Row, { cut, pattern, group, values }: CutField): string => {
  const given = readableCell(row, cut);
  const found = groupsIn(mapping.patterns?.[pattern] ?? '', given, cut)?.[group];
  if (!found) throw new Question(cut, 'text-not-found', `There is no ${group} in ${quoted(given)}.`);
  if (!values) return found;
  const value = Object.hasOwn(values, found) ? values[found] : undefined;
  if (value === undefined)
    throw new Question(cut, 'value-unmapped', `The mapping says nothing about ${quoted(found)}.`);
  return value;
};
