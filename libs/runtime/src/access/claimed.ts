import { decidePerson, type Grant, type GrantId, type Person, type PersonDecision } from '#access';
import type { CountryCode, Day, OperationId, PersonId } from '#core';
import { type Actor, idOfWords } from '#event-store';

import type { People } from './people.js';
import type { Claimed, ClaimedGrant } from './roles.js';

/** The id of somebody known to an issuer: what the issuer calls them for good. */
export const claimedId = (issuer: string, { subject }: Claimed): PersonId =>
  idOfWords('person', issuer, subject) as string as PersonId;

const wordsOf = ({ role, authority, jurisdiction, operationId = '' }: ClaimedGrant): string =>
  [role, authority, jurisdiction, operationId].join('\n');

const grantOf = (claimed: ClaimedGrant, personId: PersonId, { revoked }: Person, from: Day): Grant => {
  const { role, authority, jurisdiction, operationId } = claimed;
  return {
    // One that was revoked before comes back as another.
    grantId: idOfWords('grant', personId, wordsOf(claimed), revoked.size) as string as GrantId,
    role,
    authority,
    jurisdiction: jurisdiction as CountryCode,
    from,
    ...(operationId ? { operationId: operationId as OperationId } : {}),
  };
};

/** For the authority of their first grant. */
const admitting = (
  issuer: string,
  personId: PersonId,
  name: string,
  { authority, jurisdiction }: ClaimedGrant,
): PersonDecision => {
  const by = { authority, jurisdiction: jurisdiction as CountryCode, issuer };
  return decidePerson.PersonAdmitted({ personId, name, kind: 'person', ...by });
};

/** What must be recorded for somebody to stand as their issuer says. */
const decisionsFor = (
  issuer: string,
  personId: PersonId,
  { name, grants }: Claimed,
  person: Person,
  today: Day,
): PersonDecision[] => {
  const [first] = grants;
  // Whoever has no role here is not admitted; who had one loses it.
  if (!first && !person.admitted) return [];
  const wanted = new Set(grants.map(wordsOf));
  const held = new Set([...person.grants.values()].map(wordsOf));
  const gone = [...person.grants.values()].filter((grant) => !wanted.has(wordsOf(grant)));
  const fresh = grants.filter((grant) => !held.has(wordsOf(grant)));
  return [
    ...(first && !person.admitted ? [admitting(issuer, personId, name, first)] : []),
    ...gone.map(({ grantId }) =>
      decidePerson.RoleRevoked({ personId, grantId, reason: 'the issuer does not say so any more' }),
    ),
    ...fresh.map((grant) => decidePerson.RoleGranted({ personId, ...grantOf(grant, personId, person, today) })),
  ];
};

/** Records what an issuer says of somebody where it differs from what stands. @returns who it is. */
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
    await people.record(personId, decisions, { actor, commandId, commandHash: commandId, expected: 'any' });
  }
  return personId;
};
