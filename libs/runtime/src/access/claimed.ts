import { decidePerson, type Grant, type GrantId, type Person, type PersonAdmitted, type PersonDecision } from '#access';
import type { CountryCode, Day, OperationId, PersonId } from '#core';
import { type Actor, idOfWords } from '#event-store';

import type { People } from './people.js';
import type { Claimed, ClaimedGrant } from './roles.js';

/** The id of somebody known to an issuer: what the issuer calls them for good. */
export const claimedId = (issuer: string, { subject }: Claimed): PersonId =>
  idOfWords('person', issuer, subject) as string as PersonId;

const wordsOf = ({ role, authority, jurisdiction, operationId = '' }: ClaimedGrant): string =>
  [role, authority, jurisdiction, operationId].join('\n');

/** One that was revoked before comes back as another. */
const grantIdOf = (personId: PersonId, grant: ClaimedGrant, revoked: number): GrantId =>
  idOfWords('grant', personId, wordsOf(grant), revoked) as string as GrantId;

const grantOf = (issuer: string, claimed: ClaimedGrant, personId: PersonId, { revoked }: Person, from: Day): Grant => {
  const { role, authority, jurisdiction, operationId } = claimed;
  return {
    grantId: grantIdOf(personId, claimed, revoked.size),
    role,
    authority,
    jurisdiction: jurisdiction as CountryCode,
    from,
    ...(operationId ? { operationId: operationId as OperationId } : {}),
    issuer,
  };
};

/**
 * The grants of an issuer: only these come and go with what it says; what an administrator granted stands until it is revoked.
 * Those of 0.3.0 do not name it, but their ids do.
 */
const ofIssuer = (issuer: string, personId: PersonId, { grants, revoked }: Person): Grant[] => {
  const counts = Array.from({ length: revoked.size + 1 }, (_, count) => count);
  const named = (grant: Grant): boolean => counts.some((count) => grant.grantId === grantIdOf(personId, grant, count));
  return [...grants.values()].filter((grant) => (grant.issuer ? grant.issuer === issuer : named(grant)));
};

/** For the authority of their first grant. */
const admittedBy = (
  issuer: string,
  personId: PersonId,
  name: string,
  { authority, jurisdiction }: ClaimedGrant,
): PersonAdmitted['data'] => {
  const by = { authority, jurisdiction: jurisdiction as CountryCode, issuer };
  return { personId, name, kind: 'person', ...by };
};

/** What must be recorded of somebody who was let in to stand as their issuer says. */
const decisionsFor = (
  issuer: string,
  personId: PersonId,
  { grants }: Claimed,
  person: Person,
  today: Day,
): PersonDecision[] => {
  const wanted = new Set(grants.map(wordsOf));
  const standing = ofIssuer(issuer, personId, person);
  const held = new Set(standing.map(wordsOf));
  const gone = standing.filter((grant) => !wanted.has(wordsOf(grant)));
  const fresh = grants.filter((grant) => !held.has(wordsOf(grant)));
  return [
    ...gone.map(({ grantId }) =>
      decidePerson.RoleRevoked({ personId, grantId, reason: 'the issuer does not say so any more' }),
    ),
    ...fresh.map((grant) => decidePerson.RoleGranted({ personId, ...grantOf(issuer, grant, personId, person, today) })),
  ];
};

/**
 * Records what an issuer says of somebody where it differs from what stands. @returns who it is.
 * @throws Refused `name-taken` where somebody else has their name already.
 */
export const admitClaimed = async (people: People, issuer: string, claimed: Claimed): Promise<PersonId> => {
  const personId = claimedId(issuer, claimed);
  const person = await people.person(personId);
  const today = people.now().toISOString().slice(0, 10) as Day;
  const decisions = decisionsFor(issuer, personId, claimed, person, today);
  if (decisions.length > 0 && !person.barred) {
    const actor: Actor = { person: 'issuer', authority: issuer, jurisdiction: 'ZZ' as CountryCode };
    // What stood before is part of it: the same claims may come again after others.
    const stood = [person.revoked.size, person.grants.size];
    const commandId = idOfWords('claimed', personId, ...stood, ...claimed.grants.map(wordsOf));
    const command = { actor, commandId, commandHash: commandId, expected: 'any' as const };
    const [first] = claimed.grants;
    // Whoever has no role here is not let in; who had one loses it.
    if (person.admitted) await people.record(personId, decisions, command);
    else if (first) await people.admit(admittedBy(issuer, personId, claimed.name, first), decisions, command);
  }
  return personId;
};
