import type { IncomingHttpHeaders } from 'node:http';

import { countryOf, Refused } from '#core';
import type { Actor } from '#event-store';

import { Invalid } from './invalid.js';

/** Who writes, under which key, and what they think the stream stands at. */
export interface Caller {
  readonly actor: Actor;
  readonly commandId: string;
  /** The revision named by `If-Match`; `any` for `*`; absent without the header. */
  readonly expected?: number | 'any';
  /** The id of the request, which is written to what is recorded because of it. */
  readonly correlationId?: string;
  /** The trace of the request, where traces are made. */
  readonly traceparent?: string;
}

const KEYS = ['person', 'authority', 'jurisdiction'] as const;
const HINT = 'Send Rastro-Actor: person=...; authority=...; jurisdiction=ES (values percent-encoded where not ASCII).';

const malformed = (why: string): Invalid => new Invalid('actor-malformed', `${why} ${HINT}`);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('A percent sign is not followed by two hex digits.');
  }
};

const partsOf = (header: string): Map<string, string> => {
  const parts = new Map<string, string>();
  for (const part of header.split(';')) {
    const [key = '', ...rest] = part.split('=');
    const [name, value] = [key.trim(), decoded(rest.join('=').trim()).trim()];
    if (!KEYS.some((known) => known === name)) throw malformed(`"${name}" is not known.`);
    if (parts.has(name)) throw malformed(`"${name}" stands twice.`);
    // eslint-disable-next-line no-control-regex
    if (value === '' || value.length > 200 || /[\0-\x1f]/.test(value))
      throw malformed(`"${name}" is blank or too long.`);
    parts.set(name, value);
  }
  return parts;
};

/**
 * The actor named by the header, until access control comes. Never blank and never invented.
 * @throws Invalid `actor-missing`, `actor-malformed`.
 */
export const actorOf = (header: string | string[] | undefined): Actor => {
  if (header === undefined || header === '') throw new Invalid('actor-missing', HINT);
  if (typeof header !== 'string') throw malformed('The header stands twice.');
  const parts = partsOf(header);
  const [person, authority, country] = KEYS.map((key) => parts.get(key));
  if (!person || !authority || !country) throw malformed('Person, authority and jurisdiction are all needed.');
  try {
    return { person, authority, jurisdiction: countryOf(country) };
  } catch (error) {
    if (error instanceof Refused) throw malformed('The jurisdiction is no ISO 3166-1 alpha-2 code.');
    throw error;
  }
};

const commandIdOf = (key: string | string[] | undefined): string => {
  const hint = 'Send Idempotency-Key: a text of your own for this write, the same when you repeat it.';
  if (key === undefined || key === '') throw new Invalid('idempotency-key-required', hint);
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Invalid('idempotency-key-malformed', `Give 1 to 200 visible ASCII characters. ${hint}`);
  }
  return key;
};

const expectedOf = (header: string | undefined): number | 'any' | undefined => {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const revision = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (revision === undefined) {
    throw new Invalid('if-match-malformed', 'Send If-Match: "12", the ETag you were given, or *.');
  }
  return Number(revision);
};

/** @throws Invalid `actor-*`, `idempotency-key-*`, `if-match-malformed`. */
export const callerOf = (headers: IncomingHttpHeaders): Caller => {
  const expected = expectedOf(headers['if-match']);
  return {
    actor: actorOf(headers['rastro-actor']),
    commandId: commandIdOf(headers['idempotency-key']),
    ...(expected === undefined ? {} : { expected }),
  };
};
