import { decidePerson, type GrantId, type PersonAdmitted, type PersonDecision } from '#access';
import type { CountryCode, Day, Instant, PersonId } from '#core';
import { type Actor, idOfWords } from '#event-store';
import { type Access, type Holder, LONGEST_MS } from '#runtime';

import { personIdOf } from './people.js';

/** Who administers a book first. There is no password: they choose it, by a link that is printed once. */
export const FIRST = 'admin';
const personId = personIdOf(FIRST);
const HERE = { authority: 'this installation', jurisdiction: 'ZZ' as CountryCode } as const;
const machine: Actor = { person: 'rastro', ...HERE };

/** The link by which the first administrator chooses a password; without the secret when it was printed before. */
export interface SetUp {
  readonly secret?: string;
  readonly expiresAt: Instant;
}

const isAdministrator = async ({ people }: Access, id: string): Promise<boolean> =>
  (await people.principal(id as PersonId))?.grants.some(({ role }) => role === 'administrator') ?? false;

/** Who of those that can sign in, or choose a password, administers the book. */
const administrators = async (access: Access): Promise<Holder[]> => {
  const found: Holder[] = [];
  for (const holder of await access.credentials.holders())
    if (await isAdministrator(access, holder.personId)) found.push(holder);
  return found;
};

const first: PersonAdmitted['data'] = { personId, name: FIRST, kind: 'person', ...HERE };

const administering = (today: Day): PersonDecision =>
  decidePerson.RoleGranted({
    ...{ personId, role: 'administrator', ...HERE, from: today },
    grantId: idOfWords('grant', personId, 'first') as string as GrantId,
  });

/** Whether the first administrator may be given a link; one who was barred or lost the role is not let in by a start. */
const admitFirst = async (access: Access): Promise<boolean> => {
  const { people } = access;
  if ((await people.person(personId)).admitted) return isAdministrator(access, personId);
  const today = people.now().toISOString().slice(0, 10) as Day;
  const command = { actor: machine, commandId: 'first-administrator', commandHash: 'first-administrator' };
  // Nobody else is of this installation: nobody need be asked, who might not answer yet.
  await people.record(personId, [decidePerson.PersonAdmitted(first), administering(today)], { ...command, expected: 'any' }); // prettier-ignore
  return true;
};

/**
 * When nobody can administer the book and no issuer says who does, lets the first administrator choose a password. Of several
 * processes that start, one gets the secret.
 */
export const setUpFirst = async (access: Access): Promise<SetUp | undefined> => {
  if (access.issuer) return undefined;
  const found = await administrators(access);
  const link = found.find(({ personId: holder, linkUntil }) => linkUntil !== null && holder === personId);
  if (found.some(({ linkUntil }) => linkUntil === null)) return undefined;
  if (found.length > 0) return link?.linkUntil ? { expiresAt: link.linkUntil } : undefined;
  if (!(await admitFirst(access))) return undefined;
  const asked = { personId, name: 'first start', lifetimeMs: LONGEST_MS.setup };
  return access.credentials.issueOnlyLink(asked);
};

const post = (address: string, path: string, body: string): string =>
  `curl -s ${address}/v1/${path} -H 'Content-Type: application/json' -d '${body}'`;

/** How a password is chosen, and how one signs in with it: lines to be pasted. */
export const setUpLines = (address: string, { secret, expiresAt }: SetUp): string => {
  if (!secret)
    return `\nA link to choose the password of \`${FIRST}\` was printed before; it holds until ${expiresAt}. The next start after
that prints another one; so does \`rastro people set-up ${FIRST}\`.\n`;
  return `\nNobody can sign in yet. Choose a password for \`${FIRST}\` before ${expiresAt}: 12 characters or more.
This secret is printed once:

  password='...'
  ${post(address, 'passwords', `{"secret":"${secret}","password":"'"$password"'"}`)}

and sign in; the answer holds the secret of the session:

  ${post(address, 'sessions', `{"name":"${FIRST}","password":"'"$password"'"}`)}
`;
};
