import { type CaseEvent } from '#casework';
import { type AssetId, type CaseId, type Day, isDay, Refused } from '#core';
import { idOfWords } from '#event-store';

import type { Condition, Field, Mapping } from './mapping.js';

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

export type Row = Readonly<Record<string, string>>;

/** The case and the asset of a row, by the keys of its register. */
export interface Keys {
  readonly caseKey: string;
  readonly caseId: CaseId;
  readonly assetKey: string;
  readonly assetId: AssetId;
}

const holds = (condition: Condition, row: Row): boolean => {
  if ('any' in condition) return condition.any.some((one) => holds(one, row));
  if ('all' in condition) return condition.all.every((one) => holds(one, row));
  const value = (row[condition.column] ?? '').trim();
  if ('filled' in condition) return (value !== '') === condition.filled;
  if ('equals' in condition) return value === condition.equals;
  if ('in' in condition) return condition.in.includes(value);
  return value.toUpperCase().replace(/[^A-Z]/g, '') === condition.letters;
};

export const applies = (condition: Condition | undefined, row: Row): boolean => !condition || holds(condition, row);

const COLUMN = /\{([^{}]+)\}/g;

const filledIn = (template: string, mapping: Mapping, row: Row, keys: Partial<Keys>): string => {
  const simple = template.replace(COLUMN, (whole, name: string) => {
    if (name === 'case.key') return keys.caseKey ?? '';
    if (name === 'case.id') return keys.caseId ?? '';
    if (name === 'asset.key') return keys.assetKey ?? '';
    if (name === 'asset.id') return keys.assetId ?? '';
    return name.startsWith('id:') ? whole : (row[name] ?? '').trim();
  });
  return simple.replace(/\{id:([^{}]+)\}/g, (_, words: string) => idOfWords(mapping.name, words)).slice(0, 4_000);
};

const firstKey = (templates: readonly string[], mapping: Mapping, row: Row): string | undefined =>
  templates
    .filter((template) => [...template.matchAll(COLUMN)].every(([, name]) => (row[name ?? ''] ?? '').trim() !== ''))
    .map((template) => filledIn(template, mapping, row, {}))[0];

/** @throws Question `key-missing` when the row names no case or no asset. */
export const keysOf = (mapping: Mapping, row: Row): Keys => {
  const caseKey = firstKey(mapping.case.key, mapping, row);
  const assetKey = firstKey(mapping.asset.key, mapping, row);
  if (!caseKey) throw new Question(mapping.case.key.join(' '), 'key-missing', 'The row names no case.');
  if (!assetKey) throw new Question(mapping.asset.key.join(' '), 'key-missing', 'The row names no asset.');
  const caseId = idOfWords(mapping.name, 'case', caseKey) as unknown as CaseId;
  return { caseKey, caseId, assetKey, assetId: idOfWords(mapping.name, 'asset', assetKey) as unknown as AssetId };
};

const patterns: Readonly<Record<string, readonly [RegExp, string]>> = {
  'YYYY-MM-DD': [/^(\d{4})-(\d{2})-(\d{2})$/, '$1-$2-$3'],
  'DD/MM/YYYY': [/^(\d{2})\/(\d{2})\/(\d{4})$/, '$3-$2-$1'],
  'MM/DD/YYYY': [/^(\d{2})\/(\d{2})\/(\d{4})$/, '$3-$1-$2'],
  'DD.MM.YYYY': [/^(\d{2})\.(\d{2})\.(\d{4})$/, '$3-$2-$1'],
  YYYYMMDD: [/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'],
};

const dayIn = (
  mapping: Mapping,
  row: Row,
  { day, window, missing }: { day: string; window?: string; missing?: string },
): Day => {
  const given = (row[day] ?? '').trim();
  if (given === '') throw new Question(day, missing ?? 'day-missing', 'There is no day.');
  const read = mapping.days
    .map((format) => patterns[format])
    .flatMap((pattern) => (pattern?.[0].test(given) ? [given.replace(...pattern)] : []))[0];
  if (!isDay(read)) throw new Question(day, 'day-unreadable', `"${given}" is no day as ${mapping.days.join(' or ')}.`);
  const bounds = window ? mapping.windows?.[window] : undefined;
  if (bounds && (read < bounds.from || read > bounds.to)) {
    throw new Question(day, bounds.code, `${read} lies outside ${bounds.from} to ${bounds.to}.`);
  }
  return read;
};

const amountIn = (
  row: Row,
  spec: { amount: string; decimal?: string; thousands?: string; pattern?: string },
): string => {
  const given = (row[spec.amount] ?? '').trim().slice(0, 1_000);
  const cut = spec.pattern ? (new RegExp(spec.pattern).exec(given)?.groups?.['amount'] ?? '') : given;
  const plain = cut.replaceAll(spec.thousands ?? '\u0000', '').replace(spec.decimal ?? '.', '.');
  if (!/^\d+(\.\d+)?$/.test(plain)) throw new Question(spec.amount, 'amount-unreadable', `"${given}" is no amount.`);
  return plain.replace(/^0+(?=\d)/, '');
};

const valueOf = (field: Field, mapping: Mapping, row: Row, keys: Keys): unknown => {
  if (typeof field === 'string') return filledIn(field, mapping, row, keys);
  if (typeof field !== 'object') return field;
  if (Array.isArray(field)) return (field as readonly Field[]).map((one) => valueOf(one, mapping, row, keys));
  const spec = field as Record<string, Field>;
  if ('day' in spec) return dayIn(mapping, row, spec as { day: string });
  if (
    'amount' in spec &&
    'currency' in spec &&
    typeof spec['amount'] === 'string' &&
    mapping.columns.includes(spec['amount'])
  )
    return amountIn(row, spec as { amount: string });
  if ('map' in spec) return mapped(spec as unknown as Extract<Field, { map: string }>, mapping, row, keys);
  if ('choose' in spec) {
    const { choose, else: otherwise } = spec as unknown as { choose: { when: Condition; value: Field }[]; else: Field };
    return valueOf(choose.find(({ when }) => holds(when, row))?.value ?? otherwise, mapping, row, keys);
  }
  return Object.fromEntries(Object.entries(spec).map(([name, one]) => [name, valueOf(one, mapping, row, keys)]));
};

const mapped = (
  spec: { map: string; values: Readonly<Record<string, Field>>; questions?: Readonly<Record<string, string>> },
  mapping: Mapping,
  row: Row,
  keys: Keys,
): unknown => {
  const given = (row[spec.map] ?? '').trim();
  const reason = spec.questions?.[given];
  if (reason) throw new Question(spec.map, 'value-in-question', reason);
  const value = spec.values[given];
  if (value === undefined) throw new Question(spec.map, 'value-unmapped', `The mapping says nothing about "${given}".`);
  return valueOf(value, mapping, row, keys);
};

/** The fields of one event as the row gives them; texts that come out empty are left out. @throws Question. */
export const fieldsOf = (
  fields: Readonly<Record<string, Field>>,
  mapping: Mapping,
  row: Row,
  keys: Keys,
): CaseEvent['data'] => {
  const entries = Object.entries(fields).map(([name, field]) => [name, valueOf(field, mapping, row, keys)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== '')) as unknown as CaseEvent['data'];
};

/** Which column a refusal of the law is about, as far as it can be told. */
export const asQuestion = (error: unknown, column: string): Question => {
  if (error instanceof Question) return error;
  if (error instanceof Refused) return new Question(column, error.code, error.message);
  throw error;
};
