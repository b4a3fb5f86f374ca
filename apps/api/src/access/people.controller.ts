import { Controller, Inject } from '@nestjs/common';

import {
  decidePerson,
  type GrantId,
  type Person,
  type PersonDecision,
  type PersonEvent,
  type Role,
  type TokenId,
} from '#access';
import type { CountryCode, Day, Instant, OperationId, PersonId } from '#core';
import { idOfWords, type Receipt as Recorded } from '#event-store';
import { type Page, people, type PersonView as PersonListed } from '#read-models';
import { type Access, LONGEST_MS } from '#runtime';

import { type Answer, receiptWith } from '../answer.js';
import { Asking, foundOr404 } from '../asking.js';
import { type Caller, commandOf } from '../caller.js';
import { ACCESS } from '../given.js';
import { personIdOf } from './people.js';
import { AdmitPerson, GrantRole, IssueToken, WithReason } from './people.bodies.js';
import { PageQuestion } from '../queries.js';
import { Answering, Asks, Path, type PathIds, Records, TellsOf, type Told } from '../told.js';

const DAY_MS = 86_400_000;

interface PersonView {
  readonly personId: string;
  readonly name: string;
  readonly kind: string;
  readonly authority: string;
  readonly jurisdiction: string;
  readonly barred: boolean;
  readonly grants: readonly object[];
  readonly tokens: readonly object[];
}

const viewOf = ({ admitted, barred, grants, tokens }: Person): PersonView | undefined =>
  admitted && { ...admitted, barred, grants: [...grants.values()], tokens: [...tokens.values()] };

/** Who was admitted, and what they were granted. Secrets are told once, and kept nowhere. */
@Controller('v1/people')
export class PeopleController {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    @Inject(Asking) private readonly asking: Asking,
  ) {}

  @Records('', AdmitPerson, { name: 'admitPerson', act: 'administer', title: 'Admit a person or a job', opens: true })
  async admit(@TellsOf(AdmitPerson) { caller, body }: Told<AdmitPerson>): Promise<Answer> {
    const personId = personIdOf(body.name);
    const { kind, authority, name } = body;
    const data = { personId, name, kind: kind as 'person', authority, jurisdiction: body.jurisdiction as CountryCode };
    const command = commandOf(caller, { type: 'PersonAdmitted', ...body });
    const receipt = await this.access.people.admit(data, [], command);
    const setUp = kind === 'person' && !(await this.access.credentials.passwordOf(personId));
    return receiptWith(receipt, { personId }, setUp ? { setUp: await this.#setUp(personId) } : {});
  }

  /** A link with which they choose a password, once, within half an hour. Whoever had one before has none any more. */
  @Records(':personId/set-up', WithReason, {
    name: 'setUpPerson',
    act: 'administer',
    title: 'Give a person a link to choose a password',
    opens: true,
  })
  async setUp(@TellsOf(WithReason) { caller, path, body }: Told<WithReason>): Promise<object> {
    const personId = path['personId'] as PersonId;
    const { admitted } = await this.access.people.person(personId);
    foundOr404(admitted, 'person');
    await this.access.credentials.revokeAll(personId, 'setup');
    const setUp = await this.#setUp(personId);
    // Told again it gives another link, and that is on record too.
    const giving = { ...caller, commandId: idOfWords('set-up', caller.commandId, setUp.expiresAt) };
    const data = { personId, reason: body.reason, expiresAt: setUp.expiresAt };
    await this.#record(giving, personId, 'SetUpLinkGiven', data, data);
    return { setUp };
  }

  @Records(':personId/grants', GrantRole, { name: 'grantRole', act: 'administer', title: 'Grant a role', opens: true })
  async grant(@TellsOf(GrantRole) { caller, path, body }: Told<GrantRole>): Promise<Answer> {
    const personId = path['personId'] as PersonId;
    const { actor, commandId } = caller;
    const grantId = (body.grantId ?? idOfWords('grant', actor.authority, actor.person, commandId)) as string as GrantId;
    const { operationId, to } = body;
    const data = {
      personId,
      grantId,
      role: body.role as Role,
      authority: body.authority,
      jurisdiction: body.jurisdiction as CountryCode,
      from: body.from as Day,
      ...(operationId ? { operationId: operationId as OperationId } : {}),
      ...(to ? { to: to as Day } : {}),
    };
    return receiptWith(await this.#record(caller, personId, 'RoleGranted', data, { personId, ...body }), {
      personId,
      grantId,
    });
  }

  @Records(':personId/grants/:grantId/revocation', WithReason, {
    name: 'revokeRole',
    act: 'administer',
    title: 'Revoke a role',
    opens: true,
  })
  async revoke(@TellsOf(WithReason) { caller, path, body }: Told<WithReason>): Promise<Answer> {
    const [personId, grantId] = [path['personId'] as PersonId, path['grantId'] as string as GrantId];
    const data = { personId, grantId, reason: body.reason };
    return receiptWith(await this.#record(caller, personId, 'RoleRevoked', data, data), { personId, grantId });
  }

  @Records(':personId/barring', WithReason, {
    name: 'barPerson',
    act: 'administer',
    title: 'Bar a person',
    opens: true,
  })
  async bar(@TellsOf(WithReason) { caller, path, body }: Told<WithReason>): Promise<Answer> {
    const personId = path['personId'] as PersonId;
    const data = { personId, reason: body.reason };
    const receipt = await this.#record(caller, personId, 'PersonBarred', data, { barred: data });
    await this.access.credentials.revokeAll(personId);
    return receiptWith(receipt, { personId });
  }

  @Records(':personId/readmission', WithReason, {
    name: 'readmitPerson',
    act: 'administer',
    title: 'Readmit a person',
    opens: true,
  })
  async readmit(@TellsOf(WithReason) { caller, path, body }: Told<WithReason>): Promise<Answer> {
    const personId = path['personId'] as PersonId;
    const data = { personId, reason: body.reason };
    return receiptWith(await this.#record(caller, personId, 'PersonReadmitted', data, { readmitted: data }), {
      personId,
    });
  }

  /** The secret is in the answer, this once. Asked for again with the same key, the token is told without it. */
  @Records(':personId/tokens', IssueToken, {
    name: 'issueToken',
    act: 'administer',
    title: 'Issue a token',
    opens: true,
  })
  async issue(@TellsOf(IssueToken) { caller, path, body }: Told<IssueToken>): Promise<Answer> {
    const personId = path['personId'] as PersonId;
    const { name, scopes } = body;
    const days = Number(body.days);
    const lifetimeMs = Math.min(days * DAY_MS, LONGEST_MS.token);
    const before = await this.access.people.person(personId);
    foundOr404(before.admitted, 'person');
    const issued = await this.access.credentials.issue({ kind: 'token', personId, name, scopes, lifetimeMs });
    const tokenId = issued.secretId as TokenId;
    const expiresAt = issued.expiresAt as Instant;
    const data = { personId, tokenId, name, scopes, expiresAt };
    const revoke = (): Promise<boolean> => this.access.credentials.revoke(tokenId);
    const recording = this.#record(caller, personId, 'TokenIssued', data, { personId, ...body });
    // A secret of which the log does not tell opens nothing.
    const receipt = await recording.catch(async (error: unknown) => {
      await revoke();
      throw error;
    });
    if (!receipt.repeated) return receiptWith(receipt, { personId, tokenId }, { secret: issued.secret, expiresAt });
    await revoke();
    return receiptWith(receipt, { personId });
  }

  @Records(':personId/tokens/:tokenId/revocation', WithReason, {
    name: 'revokeToken',
    act: 'administer',
    title: 'Revoke a token, at once',
    opens: true,
  })
  async revokeToken(@TellsOf(WithReason) { caller, path, body }: Told<WithReason>): Promise<Answer> {
    const [personId, tokenId] = [path['personId'] as PersonId, path['tokenId'] as string as TokenId];
    const { tokens } = await this.access.people.person(personId);
    foundOr404(tokens.get(tokenId), 'token');
    await this.access.credentials.revoke(tokenId);
    const data = { personId, tokenId, reason: body.reason };
    return receiptWith(await this.#record(caller, personId, 'TokenRevoked', data, data), { personId, tokenId });
  }

  @Answering('', 'listPeople', 'administer', 'Who was admitted, in that order', PageQuestion)
  async list(@Asks(PageQuestion) query: PageQuestion): Promise<Page<PersonListed>> {
    return people(await this.asking.ready(query), this.asking.page(query));
  }

  @Answering(':personId', 'getPerson', 'administer', 'A person, with their grants and tokens')
  async get(@Path() { personId = '' }: PathIds): Promise<object> {
    return foundOr404(viewOf(await this.access.people.person(personId as PersonId)), 'person');
  }

  async #setUp(personId: PersonId): Promise<{ secret: string; expiresAt: Instant }> {
    const asked = { kind: 'setup', personId, name: 'set-up', lifetimeMs: LONGEST_MS.setup } as const;
    const { secret, expiresAt } = await this.access.credentials.issue(asked);
    return { secret, expiresAt };
  }

  #record<T extends PersonEvent['type']>(
    caller: Caller,
    personId: PersonId,
    type: T,
    data: Extract<PersonEvent, { type: T }>['data'],
    asked: object,
  ): Promise<Recorded> {
    const decide = decidePerson[type] as unknown as (data: object) => PersonDecision;
    return this.access.people.record(personId, [decide(data)], commandOf(caller, { type, ...asked }));
  }
}
