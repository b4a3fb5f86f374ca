import { randomUUID } from 'node:crypto';

import { Option } from 'commander';

import { decidePerson, type Grant, type GrantId, type Person, type PersonDecision, type Role, roles } from '#access';
import { type CountryCode, countryOf, type Day, isId, type OperationId, type PersonId, Refused } from '#core';

import { asArgument } from './options.js';

/** A role that somebody holds for a jurisdiction; of an action lead, for an operation. */
export type Held = Pick<Grant, 'role' | 'jurisdiction' | 'operationId'>;

const FORM = `Give role:JURISDICTION, or action-lead:JURISDICTION:OPERATION. Roles: ${roles.join(', ')}.`;
const malformed = (why: string): Refused => new Refused('role-malformed', `${why} ${FORM}`);

/** @throws Refused `role-malformed`, `country-unknown`. */
const heldOf = (text: string): Held => {
  const [role = '', country = '', operationId, ...more] = text.split(':');
  if (!(roles as readonly string[]).includes(role)) throw malformed(`"${role}" is no role.`);
  if (more.length > 0 || (operationId !== undefined && !isId(operationId)))
    throw malformed('An operation is named by its id.');
  const jurisdiction = countryOf(country);
  return {
    ...{ role: role as Role, jurisdiction },
    ...(operationId ? { operationId: operationId as string as OperationId } : {}),
  };
};

export const heldOption = (): Option =>
  new Option('--role <role>', 'such as supervisor:ES; may stand several times').argParser(
    (text, before: Held[] | undefined): Held[] => [...(before ?? []), asArgument(heldOf)(text)],
  );

const isSame = (a: Held, b: Held): boolean =>
  (['role', 'jurisdiction', 'operationId'] as const).every((key) => a[key] === b[key]);

interface Terms {
  readonly authority: string;
  readonly from: Day;
  readonly to?: Day;
}

/** What they hold already on these terms is not granted again, unless an issuer gave it and may take it. */
export const grantsOf = (
  held: readonly Held[],
  personId: PersonId,
  { grants }: Person,
  terms: Terms,
): PersonDecision[] => {
  const standing = [...grants.values()];
  return held
    .filter(
      (one) =>
        !standing.some(
          (grant) =>
            isSame(grant, one) && !grant.issuer && grant.authority === terms.authority && grant.to === terms.to,
        ),
    ) // prettier-ignore
    .map((one) => {
      const grantId = randomUUID() as string as GrantId;
      return decidePerson.RoleGranted({ personId, grantId, ...one, ...terms });
    });
};

/** The grants that somebody holds of these. @throws Refused `grant-unknown` when one is not held. */
export const heldIn = ({ grants }: Person, held: readonly Held[]): Grant[] =>
  held.flatMap((one) => {
    const standing = [...grants.values()].filter((grant) => isSame(grant, one));
    if (standing.length > 0) return standing;
    const { role, jurisdiction } = one;
    throw new Refused('grant-unknown', `They do not hold ${role}:${jurisdiction as CountryCode}.`);
  });
