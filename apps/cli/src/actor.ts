import { countryOf, Refused } from '#core';
import type { Actor } from '#event-store';

const KEYS = ['person', 'authority', 'jurisdiction'] as const;
const FORM = 'Give "person=...; authority=...; jurisdiction=ES".';

const malformed = (why: string): Refused => new Refused('actor-malformed', `${why} ${FORM}`);

const partsOf = (text: string): Map<string, string> => {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [key = '', ...rest] = part.split('=');
    const [name, value] = [key.trim(), rest.join('=').trim()];
    if (!KEYS.some((known) => known === name)) throw malformed(`"${name}" is not known.`);
    if (parts.has(name)) throw malformed(`"${name}" stands twice.`);
    // eslint-disable-next-line no-control-regex
    if (value === '' || value.length > 200 || /[\0-\x1f]/.test(value))
      throw malformed(`"${name}" is blank or too long.`);
    parts.set(name, value);
  }
  return parts;
};

/** For whom somebody at the machine records. Never blank and never invented. @throws Refused `actor-malformed`, `country-unknown`. */
export const actorOf = (text: string): Actor => {
  const parts = partsOf(text);
  const [person, authority, country] = KEYS.map((key) => parts.get(key));
  if (!person || !authority || !country) throw malformed('Person, authority and jurisdiction are all needed.');
  return { person, authority, jurisdiction: countryOf(country) };
};
