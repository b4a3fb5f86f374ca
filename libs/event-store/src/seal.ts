import { hash } from 'node:crypto';

import { type EventId, ILL_FORMED_TEXT, Refused } from '#core';

import type { Metadata, RecordedEvent, Revision, SealedEvent } from './store.js';

/** What the first event of a stream follows. */
export const GENESIS = '0'.repeat(64);

/**
 * JSON in one form: keys in the order of their code units, no spaces (RFC 8785 for the plain values we store: strings,
 * booleans, null, safe integers, lists and objects). What JSON cannot say is refused, never dropped.
 */
export const canonical = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new TypeError(`an event holds no number such as ${value}`);
    return String(value);
  }
  if (typeof value !== 'object') throw new TypeError(`an event holds no ${typeof value}`);
  return Array.isArray(value) ? canonicalList(value) : canonicalFields(value);
};

const PLAIN = /^[ !#-[\]-~]*$/;

/** Most words need no escape; looking is faster than escaping. */
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

const canonicalList = (list: readonly unknown[]): string => {
  let text = '';
  for (const value of list) text += `${text && ','}${canonical(value)}`;
  return `[${text}]`;
};

/** Keys in their order, by the keys as they come: the same few orders return for ever. */
const orders = new Map<string, readonly [key: string, prefix: string][]>();
const MOST_ORDERS = 2_000;

const orderOf = (keys: readonly string[]): readonly [key: string, prefix: string][] => {
  const name = keys.join('\n');
  const known = orders.get(name);
  // A key with a line break in it could pass for two: then the numbers differ.
  if (known?.length === keys.length) return known;
  const order = keys.toSorted().map((key): [string, string] => [key, `${quoted(key)}:`]);
  if (orders.size < MOST_ORDERS && keys.every((key) => /^\w+$/.test(key))) orders.set(name, order);
  return order;
};

const canonicalFields = (value: object): string => {
  // A date, a map or a Decimal would be hashed as one thing and stored as another.
  if ('toJSON' in value || Symbol.iterator in value) throw new TypeError('an event holds plain values only');
  const fields = value as Record<string, unknown>;
  let text = '';
  for (const [key, prefix] of orderOf(Object.keys(fields))) {
    const field = fields[key];
    if (field !== undefined) text += `${text && ','}${prefix}${canonical(field)}`;
  }
  return `{${text}}`;
};

type Unsealed = Pick<SealedEvent, 'id' | 'type' | 'version' | 'data'>;

type Place = Pick<RecordedEvent, 'stream' | 'revision'>;

const textOf = ({ stream, revision }: Place, { id, type, version, data }: Unsealed, metadata: object): string =>
  canonical({ stream, revision, id, type, version, data, metadata });

/** NUL and halves of letters, as JSON writes them: no database can tell such a text again. */
const UNTOLD = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** @throws Refused `text-ill-formed`: the last line of defence, for whoever writes. Looking for an escape first costs next to nothing. */
const refuseUntold = (text: string, type: string): void => {
  if (!text.includes('\\u') || !UNTOLD.test(text)) return;
  throw new Refused('text-ill-formed', `${ILL_FORMED_TEXT} Nothing was recorded.`, { type });
};

/** Gives an event its place in the chain of its stream. @throws Refused `text-ill-formed`. */
export const seal = (
  stream: string,
  revision: Revision,
  event: Unsealed,
  metadata: Omit<Metadata, 'previousHash' | 'hash'>,
  previousHash: string,
): SealedEvent => {
  const linked = { ...metadata, previousHash };
  const text = textOf({ stream, revision }, event, linked);
  refuseUntold(text, event.type);
  return { ...event, metadata: { ...linked, hash: hash('sha256', text, 'hex') } };
};

/** The hash an event ought to carry, from everything else in it. */
export const hashOf = (event: Omit<RecordedEvent, 'position'>): string => {
  const { hash: _, ...linked } = event.metadata;
  return hash('sha256', textOf(event, event, linked), 'hex');
};

/** A version-5-like UUID of some words: the same words, the same id. */
export const idOfWords = (...words: readonly (string | number)[]): EventId => {
  const hex = hash('sha256', canonical(words), 'hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}` as EventId;
};
