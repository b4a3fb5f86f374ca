import { createHash } from 'node:crypto';

import { type CaseId, type CountryCode, type Instant, isId, type PersonId, Refused } from '#core';
import { canonical } from '#event-store';

/** What is done with personal data and must be logged (Directive (EU) 2016/680 Art. 25(1)). */
export const lookKinds = ['collection', 'alteration', 'consultation', 'disclosure', 'combination', 'erasure'] as const;
export type LookKind = (typeof lookKinds)[number];

/** Who did what with which cases, and why; also what was denied. */
export interface Look {
  readonly kind: LookKind;
  readonly outcome: 'given' | 'denied';
  readonly person: { readonly id: PersonId; readonly name: string };
  readonly authority: string;
  readonly jurisdiction: CountryCode;
  /** As it is written in the program: `GET /v1/cases/:caseId`. */
  readonly route: string;
  readonly caseIds: readonly CaseId[];
  /** Ids that were asked for, or the SHA-256 of a query. Never personal data: spaces are not taken. */
  readonly about?: string | undefined;
  readonly reason?: string | undefined;
  /** To whom it was disclosed. */
  readonly recipient?: string | undefined;
  readonly requestId: string;
  /** Somebody broke the glass to see it. */
  readonly behindGlass?: boolean | undefined;
}

/** A look as it was recorded, in its place in the chain. Numbers have no holes: 1 is the first. */
export interface LookRecord extends Look {
  readonly id: number;
  /** When it was asked to be recorded: before the answer was given. */
  readonly at: Instant;
  readonly previousHash: string;
  /** SHA-256, hexadecimal, over the canonical JSON of all the rest. */
  readonly hash: string;
}

const [MOST_CASES, LONGEST_WORD, LONGEST_TEXT] = [1_000, 500, 2_000] as const;

const malformed = (key: string, hint: string): Refused => new Refused('look-malformed', hint, {}, `/${key}`);

const assertText = (key: string, text: string | undefined, most: number): void => {
  if (text === undefined) return;
  if (text.trim() === '' || text.length > most || text.includes('\0') || /\p{Cs}/u.test(text))
    throw malformed(key, `Give a text of 1 to ${most} characters, not blank.`);
};

const NO_WORDS = /^[\w:.,/-]+$/;

/** @throws Refused `look-malformed`: what the database would not take, and with it nothing of what waits beside it. */
export const assertSound = (look: Look): void => {
  const words = { ...look, personId: look.person.id, personName: look.person.name };
  for (const key of ['personName', 'authority', 'jurisdiction', 'route', 'requestId', 'recipient'] as const)
    assertText(key, words[key], LONGEST_WORD);
  for (const key of ['about', 'reason'] as const) assertText(key, look[key], LONGEST_TEXT);
  if (!isId(words.personId)) throw malformed('personId', 'Give the id of a person.');
  if (look.about !== undefined && !NO_WORDS.test(look.about)) throw malformed('about', 'Give ids, or a SHA-256.');
  if (look.caseIds.length > MOST_CASES || !look.caseIds.every(isId))
    throw malformed('caseIds', `Give the ids of ${MOST_CASES} cases at most.`);
};

/** The hash a record ought to carry. */
export const hashOfLook = ({ hash: _, ...record }: Omit<LookRecord, 'hash'> & { readonly hash?: string }): string =>
  createHash('sha256').update(canonical(record)).digest('hex');

/** Gives a look its place behind the record with that hash. What a look does not have is not taken along. */
export const linked = (
  look: Look,
  { id, at, previousHash }: Pick<LookRecord, 'id' | 'at' | 'previousHash'>,
): LookRecord => {
  const { kind, outcome, person, authority, jurisdiction, route, caseIds, about, reason, recipient, requestId } = look;
  const who = { person: { id: person.id, name: person.name }, authority, jurisdiction };
  const why = { about, reason, recipient, ...(look.behindGlass && { behindGlass: true }) };
  const record = { id, at, kind, outcome, ...who, route, caseIds, ...why, requestId, previousHash };
  return { ...record, hash: hashOfLook(record) };
};
