import { randomUUID } from 'node:crypto';

import { type Command, Option } from 'commander';

import { bookActs, caseActs, decidePerson, type Person, type PersonDecision, type TokenId } from '#access';
import { type CountryCode, dayOf, type Instant, isId, type PersonId, Refused } from '#core';
import { type Actor, type Command as Recording, commandHashOf, type Receipt } from '#event-store';
import { people } from '#read-models';
import { type Access, LONGEST_MS } from '#runtime';

import { NAME, personIdOf } from '../../api/src/access/people.js';
import { grantsOf, type Held, heldIn, heldOption } from './grants.js';
import { actorOption, countryOption } from './options.js';
import { say, sayJson, takeInWhatCanBe, withBookAsItStands } from './with-book.js';

interface Acting {
  readonly actor: Actor;
}

const idOf = (name: string): PersonId => (isId(name) ? (name as string as PersonId) : personIdOf(name));

const today = ({ people: { now } }: Access) => dayOf(now().toISOString().slice(0, 10));

/** @throws Refused `person-unknown`. */
const found = async ({ people: all }: Access, name: string): Promise<{ personId: PersonId; person: Person }> => {
  const personId = idOf(name);
  const person = await all.person(personId);
  if (person.admitted) return { personId, person };
  throw new Refused('person-unknown', `Nobody was admitted as ${name}. \`rastro people list\` tells who was.`);
};

const commandOf = (personId: PersonId, { actor, ...asked }: Acting): Recording => ({
  actor,
  commandId: `people-${randomUUID()}`,
  commandHash: commandHashOf({ personId, ...asked }),
  expected: 'any',
});

const record = (
  { people: all }: Access,
  personId: PersonId,
  decisions: readonly PersonDecision[],
  acting: Acting,
): Promise<Receipt> => all.record(personId, decisions, commandOf(personId, acting));

/** A secret with which they choose a password, told this once; that it was given is recorded. */
const linkFor = async (
  access: Access,
  personId: PersonId,
  { actor }: Acting,
): Promise<{ secret: string; expiresAt: Instant }> => {
  const { credentials } = access;
  await credentials.revokeAll(personId, 'setup');
  const asked = { kind: 'setup', personId, name: 'set-up', lifetimeMs: LONGEST_MS.setup } as const;
  const { secret, expiresAt } = await credentials.issue(asked);
  const given = { personId, reason: 'asked for at the machine', expiresAt };
  await record(access, personId, [decidePerson.SetUpLinkGiven(given)], { actor });
  return { secret, expiresAt };
};

interface Admitting extends Acting {
  readonly authority: string;
  readonly jurisdiction: CountryCode;
  readonly kind: 'person' | 'job';
  readonly role?: Held[];
  readonly setUp?: boolean;
}

/** @throws Refused `name-malformed`, `set-up-of-job`. */
const assertSound = (name: string, { kind, setUp }: Admitting): void => {
  if (!NAME.test(name))
    throw new Refused('name-malformed', 'Give a name of 2 to 100 letters, digits, points, hyphens or @.');
  if (kind === 'job' && setUp) throw new Refused('set-up-of-job', 'A job has no password: give it a token.');
};

const admit = async (name: string, options: Admitting): Promise<void> => {
  assertSound(name, options);
  await withBookAsItStands(async (book) => {
    // Who has the name already is asked of the answers, and of what they lack.
    await takeInWhatCanBe(book);
    const { access } = book;
    const { authority, jurisdiction, kind, role = [], setUp = false } = options;
    const personId = personIdOf(name);
    const grants = grantsOf(role, personId, await access.people.person(personId), { authority, from: today(access) });
    const admitted = { personId, name, kind, authority, jurisdiction };
    const { eventIds } = await access.people.admit(admitted, grants, commandOf(personId, options));
    const link = setUp ? { setUp: await linkFor(access, personId, options) } : {};
    sayJson({ personId, name, recorded: eventIds.length, ...link });
  });
};

interface Granting extends Acting {
  readonly role: Held[];
  readonly authority?: string;
  readonly from?: string;
  readonly to?: string;
}

const grant = (name: string, options: Granting): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { personId, person } = await found(access, name);
    const authority = options.authority ?? person.admitted?.authority ?? '';
    const from = options.from === undefined ? today(access) : dayOf(options.from);
    const until = options.to === undefined ? {} : { to: dayOf(options.to) };
    const decisions = grantsOf(options.role, personId, person, { authority, from, ...until });
    const { eventIds } = await record(access, personId, decisions, options);
    sayJson({ personId, recorded: eventIds.length });
  });

interface Reasoned extends Acting {
  readonly reason: string;
}

const revoke = (name: string, options: Reasoned & { readonly role: Held[] }): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { personId, person } = await found(access, name);
    const { reason } = options;
    const held = heldIn(person, options.role);
    const decisions = held.map(({ grantId }) => decidePerson.RoleRevoked({ personId, grantId, reason }));
    const { eventIds } = await record(access, personId, decisions, options);
    sayJson({ personId, recorded: eventIds.length });
  });

const bar = (name: string, options: Reasoned): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { personId } = await found(access, name);
    const { eventIds } = await record(access, personId, [decidePerson.PersonBarred({ personId, reason: options.reason })], options); // prettier-ignore
    sayJson({ personId, recorded: eventIds.length, secretsRevoked: await access.credentials.revokeAll(personId) });
  });

const readmit = (name: string, options: Reasoned): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { personId } = await found(access, name);
    const { eventIds } = await record(access, personId, [decidePerson.PersonReadmitted({ personId, reason: options.reason })], options); // prettier-ignore
    sayJson({ personId, recorded: eventIds.length });
  });

const setUp = (name: string, options: Acting): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { personId, person } = await found(access, name);
    if (person.admitted?.kind === 'job') throw new Refused('set-up-of-job', 'A job has no password: give it a token.');
    sayJson({ personId, setUp: await linkFor(access, personId, options) });
  });

const ACTS: readonly string[] = [...bookActs, ...caseActs];
const DAY_MS = 86_400_000;

const scopesOf = (text: string): string[] => {
  const scopes = [...new Set(text.split(',').map((word) => word.trim()))];
  const wrong = scopes.find((scope) => !ACTS.includes(scope));
  if (wrong !== undefined) throw new Refused('scope-unknown', `"${wrong}" is none. Give some of ${ACTS.join(', ')}.`);
  return scopes;
};

interface Issuing extends Acting {
  readonly name: string;
  readonly scopes: string;
  readonly days: string;
}

const issueToken = async (who: string, options: Issuing): Promise<void> => {
  const scopes = scopesOf(options.scopes);
  const days = /^[1-9]\d{0,2}$/.test(options.days) ? Number(options.days) : 0;
  if (days < 1 || days > 365) throw new Refused('days-malformed', 'Give 1 to 365 days.');
  await withBookAsItStands(async ({ access }) => {
    const { personId, person } = await found(access, who);
    if (person.barred) throw new Refused('person-barred', 'The person is barred. Readmit them first.');
    const { name } = options;
    const issued = await access.credentials.issue({ kind: 'token', personId, name, scopes, lifetimeMs: days * DAY_MS });
    const { secretId, secret, expiresAt } = issued;
    const told = { personId, tokenId: secretId as string as TokenId, name, scopes, expiresAt };
    await record(access, personId, [decidePerson.TokenIssued(told)], options);
    sayJson({ personId, tokenId: secretId, secret, expiresAt });
  });
};

const revokeToken = (who: string, tokenId: string, options: Reasoned): Promise<void> =>
  withBookAsItStands(async ({ access }) => {
    const { personId, person } = await found(access, who);
    if (!person.tokens.has(tokenId as TokenId)) throw new Refused('token-unknown', 'They have no such token.');
    const { reason } = options;
    await access.credentials.revoke(tokenId);
    const told = { personId, tokenId: tokenId as TokenId, reason };
    await record(access, personId, [decidePerson.TokenRevoked(told)], options);
    sayJson({ personId, tokenId, revoked: true });
  });

const MOST = 500;

const list = (): Promise<void> =>
  withBookAsItStands(async (book) => {
    await takeInWhatCanBe(book);
    const { readModels } = book;
    let after: string | undefined;
    do {
      const page = await people(readModels, { limit: MOST, ...(after === undefined ? {} : { after }) });
      page.items.forEach((one) => say(JSON.stringify(one)));
      after = page.next;
    } while (after !== undefined);
  });

const reasonOption = (): Option => new Option('--reason <text>', 'why; it is recorded').makeOptionMandatory();

const help = `
Whoever sits at this machine may do all of it: it is recorded with the account as the author. Secrets are printed once.
Over HTTP an administrator does the same under /v1/people.`;

export const addPeople = (program: Command): void => {
  const all = program.command('people').description('who may sign in, and what they were granted').addHelpText('after', help); // prettier-ignore
  all
    .command('admit')
    .description('admit a person, or a job, with the roles they have')
    .argument('<name>', 'unique here; the author of what they record')
    .requiredOption('--authority <text>', 'of which they are')
    .addOption(countryOption().makeOptionMandatory())
    .addOption(
      new Option('--kind <kind>', 'a job has tokens and no password').choices(['person', 'job']).default('person'),
    ) // prettier-ignore
    .addOption(heldOption())
    .option('--set-up', 'print a secret with which they choose a password, within half an hour')
    .addOption(actorOption())
    .action(admit);
  all
    .command('grant')
    .description('grant roles')
    .argument('<name>')
    .addOption(heldOption().makeOptionMandatory())
    .option('--authority <text>', 'for which authority; their own unless told')
    .option('--from <day>', 'the first day; today unless told')
    .option('--to <day>', 'the last day')
    .addOption(actorOption())
    .action(grant);
  all
    .command('revoke')
    .description('revoke roles')
    .argument('<name>')
    .addOption(heldOption().makeOptionMandatory())
    .addOption(reasonOption())
    .addOption(actorOption())
    .action(revoke);
  for (const [name, action, about] of [
    ['bar', bar, 'let somebody in no more; their sessions and tokens end'],
    ['readmit', readmit, 'let somebody in again who was barred'],
  ] as const) {
    const one = all.command(name).description(about).argument('<name>');
    one.addOption(reasonOption()).addOption(actorOption()).action(action);
  }
  all
    .command('set-up')
    .description('print a secret with which somebody chooses a new password, within half an hour')
    .argument('<name>')
    .addOption(actorOption())
    .action(setUp);
  all
    .command('token')
    .description('issue a token, and print it')
    .argument('<name>', 'whose')
    .requiredOption('--name <text>', 'what it is for')
    .requiredOption('--scopes <acts>', `comma-separated: ${ACTS.join(', ')}`)
    .option('--days <number>', 'for so many days, 365 at most', '90')
    .addOption(actorOption())
    .action(issueToken);
  all
    .command('revoke-token')
    .description('revoke a token, at once')
    .argument('<name>', 'whose')
    .argument('<token>', 'its id, as `people list` tells it')
    .addOption(reasonOption())
    .addOption(actorOption())
    .action(revokeToken);
  all.command('list').description('who was admitted, a line of JSON each').action(list);
  program
    .command('rules')
    .description('what each role may do, and what needs a second person, as it stands')
    .action(() => withBookAsItStands(async ({ access }) => sayJson(await access.people.rules())));
};
