import type { ApiDocument, Schema } from '../http/described/document.js';

import { nowhere, type Ids } from './relations.js';

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-03-01',
  country: 'IT',
  region: 'IT-82',
  currency: 'EUR',
};

/** Where neither the schema nor an example tells one. */
const WORDS: Readonly<Record<string, string>> = {
  secret: `rastro_u_${'a'.repeat(43)}`,
  file: '0'.repeat(64),
  mapping: '0'.repeat(64),
  hours: '9',
  days: '30',
  amount: '1.00',
  name: 'ana.perez',
  raw: '9074729',
};

const textOf = (name: string, { format = '', example, minLength = 1 }: Schema, ids: Ids): string => {
  if (format === 'uuid') return ids[name] ?? nowhere[name] ?? '00000000-0000-4000-8000-000000000000';
  return FORMATS[format] ?? WORDS[name] ?? (example === undefined ? 'x'.repeat(minLength) : String(example));
};

/** The least that is right by a schema: what must be there, and nothing else. */
export const leastOf = (document: ApiDocument, given: Schema, ids: Ids, name = ''): unknown => {
  const { type, enum: values, properties = {}, required = [], items = {}, ...rest } = document.resolved(given);
  if (values) return values[0];
  if (type === 'boolean') return true;
  if (type === 'integer') return rest.minimum ?? 1;
  if (type === 'array') return Array.from({ length: rest.minItems ?? 0 }, () => leastOf(document, items, ids, name));
  if (type !== 'object') return textOf(name, rest, ids);
  // One of several, where none must be there.
  const names = required.length > 0 || rest.maxProperties !== 1 ? required : Object.keys(properties).slice(0, 1);
  return Object.fromEntries(names.map((key) => [key, leastOf(document, properties[key] ?? {}, ids, key)]));
};
