import type { CaseId, CountryCode, Day, Id, Instant, PersonId } from '#core';

import type { Event } from './event.js';
import { refuse } from './refusals.js';
import { type Grant, type GrantId, holdsOn } from './role.js';

// Stored names and fields: add, never change. No secret and no hash of one stands in an event.

export type TokenId = Id<'token'>;

/**
 * Somebody was let in: a person, or a job, of an authority, for which all that they record is recorded. Known to an issuer of
 * identities, or here.
 */
export type PersonAdmitted = Event<
  'PersonAdmitted',
  {
    personId: PersonId;
    /** Unique here, or with the issuer: it stands as the author of what they record. */
    name: string;
    kind: 'person' | 'job';
    authority: string;
    jurisdiction: CountryCode;
    issuer?: string;
  }
>;
export type PersonBarred = Event<'PersonBarred', { personId: PersonId; reason: string }>;
export type PersonReadmitted = Event<'PersonReadmitted', { personId: PersonId; reason: string }>;
export type RoleGranted = Event<'RoleGranted', { personId: PersonId } & Grant>;
export type RoleRevoked = Event<'RoleRevoked', { personId: PersonId; grantId: GrantId; reason: string }>;
/** A secret of a job, by its name; what it is is told once and kept nowhere. `scopes`: the acts it is good for. */
export type TokenIssued = Event<
  'TokenIssued',
  { personId: PersonId; tokenId: TokenId; name: string; scopes: string[]; expiresAt: Instant }
>;
export type TokenRevoked = Event<'TokenRevoked', { personId: PersonId; tokenId: TokenId; reason?: string }>;
/** Somebody was given a link with which a password is chosen, once; whoever has it can be that person. The link stands nowhere. */
export type SetUpLinkGiven = Event<'SetUpLinkGiven', { personId: PersonId; reason: string; expiresAt: Instant }>;
/** They looked into a case that is not theirs, for a reason, until a moment. The auditor sees it. */
export type GlassBroken = Event<'GlassBroken', { personId: PersonId; caseId: CaseId; reason: string; until: Instant }>;

export type PersonEvent =
  | PersonAdmitted
  | PersonBarred
  | PersonReadmitted
  | RoleGranted
  | RoleRevoked
  | TokenIssued
  | TokenRevoked
  | SetUpLinkGiven
  | GlassBroken;

type Data<T extends PersonEvent['type']> = Extract<PersonEvent, { type: T }>['data'];

export const personStream = (id: PersonId): string => `access-${id}`;

/** What stands of one person. */
export interface Person {
  admitted: PersonAdmitted['data'] | undefined;
  barred: boolean;
  readonly grants: Map<GrantId, Grant>;
  readonly revoked: Set<GrantId>;
  readonly tokens: Map<TokenId, TokenIssued['data']>;
  readonly glass: GlassBroken['data'][];
}

export const personDecider = {
  initial: (): Person => ({
    admitted: undefined,
    barred: false,
    grants: new Map(),
    revoked: new Set(),
    tokens: new Map(),
    glass: [],
  }),
  evolve(person: Person, fact: { type: string; data: object }): Person {
    const event = fact as PersonEvent;
    switch (event.type) {
      case 'PersonAdmitted':
        person.admitted = event.data;
        return person;
      case 'PersonBarred':
      case 'PersonReadmitted':
        person.barred = event.type === 'PersonBarred';
        return person;
      case 'RoleGranted': {
        const { personId: _, ...grant } = event.data;
        person.grants.set(grant.grantId, grant);
        return person;
      }
      case 'RoleRevoked':
        person.grants.delete(event.data.grantId);
        person.revoked.add(event.data.grantId);
        return person;
      case 'TokenIssued':
        person.tokens.set(event.data.tokenId, event.data);
        return person;
      case 'TokenRevoked':
        person.tokens.delete(event.data.tokenId);
        return person;
      case 'SetUpLinkGiven':
        return person;
      case 'GlassBroken':
        person.glass.push(event.data);
        return person;
    }
    // Proposals have streams of the same names: in one of them stands nobody.
    if (!person.admitted) return person;
    throw new Error(`this release does not know ${(event as { type: string }).type}`);
  },
};

export type PersonDecision = (person: Person) => PersonEvent[];

/** How long a look behind the glass may last. */
export const LONGEST_LOOK_MS = 8 * 3_600_000;

/** @throws Refused `person-unknown`. */
export const assertAdmitted = (person: Person): void => {
  if (!person.admitted) refuse('person-unknown', 'There is no such person. Admit them first.');
};

const standing = (person: Person): void => {
  assertAdmitted(person);
  if (person.barred) refuse('person-barred', 'The person is barred. Readmit them first.');
};

const sameGrant = (a: Grant, b: Grant): boolean =>
  (['role', 'authority', 'jurisdiction', 'operationId', 'from', 'to', 'issuer'] as const).every(
    (key) => a[key] === b[key],
  );

/** A decision for each fact about a person. Asking twice is quiet. */
export const decidePerson: { readonly [T in PersonEvent['type']]: (data: Data<T>) => PersonDecision } = {
  PersonAdmitted:
    (data) =>
    ({ admitted: known }) => {
      if (!known) return [{ type: 'PersonAdmitted', data }];
      if ((['name', 'kind', 'authority', 'jurisdiction', 'issuer'] as const).some((key) => known[key] !== data[key]))
        refuse('person-exists', 'Somebody else was admitted under this id.', {}, '/name');
      return [];
    },
  PersonBarred: (data) => (person) => {
    assertAdmitted(person);
    return person.barred ? [] : [{ type: 'PersonBarred', data }];
  },
  PersonReadmitted: (data) => (person) => {
    assertAdmitted(person);
    return person.barred ? [{ type: 'PersonReadmitted', data }] : [];
  },
  RoleGranted: (data) => (person) => {
    standing(person);
    const { personId: _, ...grant } = data;
    if (grant.to !== undefined && grant.to < grant.from)
      refuse('ends-before-it-begins', 'Its last day lies before its first.', {}, '/to');
    if (grant.role === 'action-lead' && grant.operationId === undefined)
      refuse('operation-needed', 'Name the operation they lead.', {}, '/operationId');
    const known = person.grants.get(grant.grantId);
    if (known && sameGrant(known, grant)) return [];
    if (known ?? person.revoked.has(grant.grantId))
      refuse('grant-exists', 'Another grant has this id.', {}, '/grantId');
    return [{ type: 'RoleGranted', data }];
  },
  RoleRevoked: (data) => (person) => {
    assertAdmitted(person);
    if (person.revoked.has(data.grantId)) return [];
    if (!person.grants.has(data.grantId)) refuse('grant-unknown', 'No such grant stands.', {}, '/grantId');
    return [{ type: 'RoleRevoked', data }];
  },
  TokenIssued: (data) => (person) => {
    standing(person);
    return person.tokens.has(data.tokenId) ? [] : [{ type: 'TokenIssued', data }];
  },
  TokenRevoked: (data) => (person) => {
    assertAdmitted(person);
    return person.tokens.has(data.tokenId) ? [{ type: 'TokenRevoked', data }] : [];
  },
  SetUpLinkGiven: (data) => (person) => {
    standing(person);
    return [{ type: 'SetUpLinkGiven', data }];
  },
  GlassBroken: (data) => (person) => {
    standing(person);
    if (data.reason.trim() === '') refuse('reason-needed', 'Say why, in writing.', {}, '/reason');
    return [{ type: 'GlassBroken', data }];
  },
};

/** Somebody who asks, as they stand at a moment. */
export interface Principal {
  readonly personId: PersonId;
  readonly name: string;
  readonly kind: 'person' | 'job';
  readonly authority: string;
  readonly jurisdiction: CountryCode;
  /** Those that hold on the day. */
  readonly grants: readonly Grant[];
  /** Cases into which they look behind the glass just now. */
  readonly glass: readonly CaseId[];
  /** Of a token: the acts it is good for. Without, all that the grants allow. */
  readonly scopes?: readonly string[];
}

/** @returns nobody when they were never admitted, or are barred. */
export const principalOf = (person: Person, now: Instant, scopes?: readonly string[]): Principal | undefined => {
  const { admitted: known, barred, grants, glass } = person;
  if (!known || barred) return undefined;
  const today = now.slice(0, 10) as Day;
  return {
    personId: known.personId,
    name: known.name,
    kind: known.kind,
    authority: known.authority,
    jurisdiction: known.jurisdiction,
    grants: [...grants.values()].filter((grant) => holdsOn(grant, today)),
    glass: glass.filter(({ until }) => now < until).map(({ caseId }) => caseId),
    ...(scopes ? { scopes } : {}),
  };
};
