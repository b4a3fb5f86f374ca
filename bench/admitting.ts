import { decidePerson, type GrantId, type Role } from '#access';
import type { CountryCode, Day, OperationId, PersonId } from '#core';
import { type Actor, idOfWords } from '#event-store';
import { type Access, LONGEST_MS } from '#runtime';

import { personIdOf } from '../apps/api/src/access/people.js';

export interface Granted {
  readonly role: Role;
  readonly jurisdiction: CountryCode;
  readonly operationId?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface Somebody {
  readonly personId: PersonId;
  readonly actor: Actor;
  /** What they come with. */
  readonly secret: string;
}

const machine: Actor = { person: 'set-up', authority: 'Test', jurisdiction: 'ZZ' as CountryCode };

/** Admits somebody, grants them these roles, and gives them a session. */
export const admit = async (
  { people, credentials }: Access,
  actor: Actor,
  grants: readonly Granted[],
): Promise<Somebody> => {
  const personId = personIdOf(actor.person);
  const { person: name, authority, jurisdiction } = actor;
  const decisions = [
    decidePerson.PersonAdmitted({ personId, name, kind: 'person', authority, jurisdiction }),
    ...grants.map(({ operationId, from = '2020-01-01', to, ...grant }, index) =>
      decidePerson.RoleGranted({
        personId,
        grantId: idOfWords('grant', personId, index) as string as GrantId,
        authority,
        ...grant,
        from: from as Day,
        ...(operationId ? { operationId: operationId as OperationId } : {}),
        ...(to ? { to: to as Day } : {}),
      }),
    ),
  ];
  const commandId = `admit ${name}`;
  await people.record(personId, decisions, { actor: machine, commandId, commandHash: commandId, expected: 'any' });
  const asked = { kind: 'session', personId, name: 'test', lifetimeMs: LONGEST_MS.session } as const;
  return { personId, actor, secret: (await credentials.issue(asked)).secret };
};
