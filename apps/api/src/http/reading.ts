import { faultIn } from '#core';

import { escapePointer, Invalid } from './invalid.js';
import { repeatedKey } from './repeated-key.js';

/** A body is at most 256 kB of JSON, 32 levels deep, and has no more keys than any body could use. */
export const MOST_BYTES = 256 * 1024;
export const MOST_DEPTH = 32;
const MOST_KEYS = 2_000;

/** The one route that takes other bytes than JSON, and how many: they go to the disk as they come. */
export const UPLOADS = '/v1/imports/files';
/** What it takes. */
export const OCTETS = 'application/octet-stream';
export const MOST_UPLOADED_BYTES = 64 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Counted on the text, so that no parser ever meets the depth. What stands within strings does not count. */
const measured = (text: string): { deepest: number; keys: number } => {
  let [depth, deepest, keys, quoted] = [0, 0, 0, false];
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charCodeAt(index);
    if (quoted) {
      if (sign === 0x5c) index += 1;
      else if (sign === 0x22) quoted = false;
    } else if (sign === 0x22) quoted = true;
    else if (sign === 0x7b || sign === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (sign === 0x7d || sign === 0x5d) depth -= 1;
    else if (sign === 0x3a) keys += 1;
  }
  return { deepest, keys };
};

/** @throws Invalid `text-ill-formed`, `private-key-told`; it tells the place, and never the text. */
const refuseText = (text: string, at: string): void => {
  const fault = faultIn(text);
  if (!fault) return;
  const { code, say: message } = fault;
  throw new Invalid(code, message, [{ pointer: at, code, message }]);
};

/** @returns how many keys there are in it. */
const walk = (value: unknown, at: string): number => {
  let keys = 0;
  if (typeof value === 'string') refuseText(value, at);
  else if (Array.isArray(value)) value.forEach((one, index) => (keys += walk(one, `${at}/${index}`)));
  else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      const pointer = `${at}/${escapePointer(key)}`;
      refuseText(key, at);
      if (FORBIDDEN.has(key)) {
        const message = 'Leave it out: no field has this name.';
        throw new Invalid('invalid', message, [{ pointer, code: 'field-unknown', message }]);
      }
      keys += 1 + walk(one, pointer);
    }
  }
  return keys;
};

const repeated = (pointer: string): Invalid => {
  const message = 'Give each key once.';
  return new Invalid('key-repeated', message, [{ pointer, code: 'key-repeated', message }]);
};

/** @throws Invalid `json-malformed`. */
const wellFormed = <Value>(read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    const why = error instanceof SyntaxError ? ` ${error.message}.` : '';
    throw new Invalid('json-malformed', `Give the body as JSON in UTF-8.${why}`);
  }
};

/**
 * JSON as it came in, or a refusal: `json-malformed`, `too-deep`, `too-many-keys`, `text-ill-formed`, `private-key-told`, `key-repeated`,
 * `invalid`.
 * Nothing is dropped on the way: a key that stands twice is refused, and one such as `__proto__`.
 */
export const readJson = (bytes: Uint8Array): unknown => {
  const text = wellFormed(() => utf8.decode(bytes));
  const { deepest, keys } = measured(text);
  if (deepest > MOST_DEPTH) throw new Invalid('too-deep', `Give JSON of at most ${MOST_DEPTH} levels.`);
  if (keys > MOST_KEYS) throw new Invalid('too-many-keys', `Give JSON of at most ${MOST_KEYS} keys.`);
  const value = wellFormed(() => JSON.parse(text) as unknown);
  if (walk(value, '') !== keys) throw repeated(repeatedKey(text) ?? '');
  return value;
};

/** A query: each key once, and no text that is not taken. @throws Invalid `key-repeated`, `text-ill-formed`, `private-key-told`. */
export const readQuery = (text: string): Record<string, string> => {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, value] of new URLSearchParams(text)) {
    const pointer = `/${escapePointer(key)}`;
    if (key in query) throw repeated(pointer);
    refuseText(key, '');
    refuseText(value, pointer);
    query[key] = value;
  }
  return query;
};
