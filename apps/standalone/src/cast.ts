import { randomBytes } from 'node:crypto';

import { type CaseAct, type BookAct, decidePerson, type GrantId, type Role, type TokenId } from '#access';
import type { CountryCode, Day, Instant, PersonId } from '#core';
import { type Actor, type Command, idOfWords } from '#event-store';
import { type Access, hashPassword, LONGEST_MS } from '#runtime';

import { personIdOf } from '../../api/src/access/people.js';

// Invented like the facts of the book.

interface Player {
  readonly name: string;
  readonly kind: 'person' | 'job';
  readonly role: Role;
  readonly jurisdictions: readonly string[];
  /** What the welcome says of them. */
  readonly about: string;
}

/** Who works on every case of the story. */
export const INVESTIGATOR = 'ines';
const SUPERVISOR = 'sofia';
export const JOB = 'quarterly-report';
const players: readonly Player[] = [
  {
    ...{ name: INVESTIGATOR, kind: 'person', role: 'investigator', jurisdictions: ['ES'] },
    about: 'investigator, on the team of every case',
  },
  {
    ...{ name: SUPERVISOR, kind: 'person', role: 'supervisor', jurisdictions: ['ES'] },
    about: 'supervisor of the two cases in Spain; approves what Ines proposes there',
  },
  {
    ...{ name: JOB, kind: 'job', role: 'reporting-job', jurisdictions: ['BR', 'CO', 'ES', 'NL', 'PT'] },
    about: 'reporting job: counts in five states, sees no case, and no cell of few',
  },
];

const authority = 'Invented authority';
const clerk: Actor = { person: 'demo-clerk', authority, jurisdiction: 'ES' as CountryCode };
const command = (commandId: string): Command => ({ actor: clerk, commandId, commandHash: commandId, expected: 'any' });

/** Admits the three, with their roles. Told again, it adds nothing. */
export const admitCast = async ({ people }: Access): Promise<void> => {
  for (const { name, kind, role, jurisdictions } of players) {
    const personId = personIdOf(name);
    const from = '2023-01-01' as Day;
    const grants = jurisdictions.map((text) => {
      const grantId = idOfWords('grant', personId, text) as string as GrantId;
      const jurisdiction = text as CountryCode;
      return decidePerson.RoleGranted({ personId, grantId, role, authority, jurisdiction, from });
    });
    const admitted = { personId, name, kind, authority, jurisdiction: 'ES' as CountryCode };
    await people.admit(admitted, grants, command(`story-admits-${name}`));
  }
};

/** What somebody of the cast signs in with. */
export interface Key {
  readonly name: string;
  readonly about: string;
  /** Of a person; a job has a token. */
  readonly password?: string;
  /** A session, or the token. */
  readonly secret: string;
}

const SESSION_MS = 12 * 3_600_000;
const TOKEN_MS = 30 * 86_400_000;
const SCOPES: readonly (BookAct | CaseAct)[] = ['consult-registers', 'figures', 'export', 'close-quarter', 'count'];

const passwordFor = async ({ credentials }: Access, { name, about }: Player, personId: PersonId): Promise<Key> => {
  const password = randomBytes(15).toString('base64url').replace(/[-_]/g, 'x');
  await credentials.setPassword(personId, await hashPassword(password));
  const asked = { kind: 'session', personId, name: 'demo', lifetimeMs: SESSION_MS } as const;
  return { name, about, password, secret: (await credentials.issue(asked)).secret };
};

const tokenFor = async (access: Access, { name, about }: Player, personId: PersonId): Promise<Key> => {
  const { credentials, people } = access;
  await credentials.revokeAll(personId, 'token');
  const scopes = [...SCOPES];
  const asked = { kind: 'token', personId, name: 'demo', scopes, lifetimeMs: Math.min(TOKEN_MS, LONGEST_MS.token) };
  const { secretId, secret, expiresAt } = await credentials.issue({ ...asked, kind: 'token' });
  const told = { personId, tokenId: secretId as TokenId, name: 'demo', scopes, expiresAt: expiresAt satisfies Instant };
  const { tokens } = await people.person(personId);
  const gone = [...tokens.keys()].map((tokenId) => decidePerson.TokenRevoked({ personId, tokenId }));
  await people.record(personId, [...gone, decidePerson.TokenIssued(told)], command(`demo-token-${secretId}`));
  return { name, about, secret };
};

/** Gives each of them a new random password, or token; what was printed before opens nothing any more. */
export const newKeys = (access: Access): Promise<Key[]> =>
  Promise.all(
    players.map((player) => (player.kind === 'job' ? tokenFor : passwordFor)(access, player, personIdOf(player.name))),
  );
