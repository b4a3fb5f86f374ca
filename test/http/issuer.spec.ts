import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { decidePerson, type GrantId } from '#access';
import type { CountryCode, Day, Refused } from '#core';
import { idOfWords } from '#event-store';
import { admitClaimed, claimedId, openIssuer, openServer, parseRoles } from '#runtime';

import { TestIssuer } from '../access/issuing.js';
import { Book } from '../support/book.js';
import { admit, type Somebody } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { opening, yacht } from './samples.js';
import { ana, problemOf, type Reply, Service } from './service.js';

const DAY_MS = 86_400_000;
const mapping = parseRoles(`person: sub
name: preferred_username
grants: [{ claim: groups, value: recovery-es, role: investigator, authority: Guardia Civil, jurisdiction: ES }, { claim: groups, value: recovery-pt, role: supervisor, authority: PJ, jurisdiction: PT }]
`);

describe('who comes with what an issuer signed', () => {
  const server = new TestIssuer();
  let service: Service;
  beforeAll(async () => {
    await server.start();
    await server.addKey('one');
    const issuer = openIssuer({ issuer: server.url, audience: 'rastro', mapping });
    service = await Service.start(
      'data/exports',
      await Book.open(undefined, { issuer: { ...issuer, address: server.url } }),
    );
  });
  afterAll(async () => {
    await service.stop();
    await server.stop();
  });

  const as = async ({
    sub = 'u-1',
    ...claims
  }: {
    sub?: string;
    [claim: string]: unknown;
  }): Promise<Record<string, string>> => {
    const name = sub === 'u-1' ? 'Berta' : `Berta ${sub}`;
    return { authorization: `Bearer ${await server.sign('one', { sub, preferred_username: name, ...claims })}` };
  };

  it('has the roles of their claims, until the claims say otherwise', async () => {
    const before = await as({ groups: ['recovery-es'] });
    expect((await service.propose('/v1/cases', opening, before)).status).toBe(201);
    const { body: me } = await service.send('GET', '/v1/me', { headers: before });
    expect(me).toMatchObject({ name: 'Berta', grants: [{ role: 'investigator', jurisdiction: 'ES' }] });
    const after = await as({ groups: [] });
    expect(problemOf(await service.propose('/v1/cases', opening, after))).toMatchObject({
      status: 403,
      code: 'forbidden',
    });
    expect((await service.send('GET', '/v1/me', { headers: after })).body['grants']).toEqual([]);
  });

  it('loses a role that came later, though they come with the claims they first had', async () => {
    const rolesBy = async (...groups: string[]): Promise<unknown[]> => {
      const { body } = await service.send('GET', '/v1/me', { headers: await as({ sub: 'u-2', groups }) });
      return (body['grants'] as { role: string }[]).map(({ role }) => role);
    };
    expect(await rolesBy('recovery-es')).toEqual(['investigator']);
    expect(await rolesBy('recovery-es', 'recovery-pt')).toEqual(['investigator', 'supervisor']);
    expect(await rolesBy('recovery-es')).toEqual(['investigator']);
    expect(await rolesBy('recovery-pt')).toEqual(['supervisor']);
  });

  it('keeps what an administrator granted, whatever the claims say, until it is revoked', async () => {
    const held = async (...groups: string[]): Promise<unknown[]> => {
      const { body } = await service.send('GET', '/v1/me', { headers: await as({ sub: 'u-3', groups }) });
      return (body['grants'] as { role: string; jurisdiction: string; issuer?: string }[]).map(
        ({ role, jurisdiction, issuer = 'by hand' }) => [role, jurisdiction, issuer],
      );
    };
    const claimed = ['investigator', 'ES', server.url];
    const [auditor, same] = [['auditor', 'ES', 'by hand'], ['investigator', 'ES', 'by hand']]; // prettier-ignore
    expect(await held('recovery-es')).toEqual([claimed]);
    const { body: me } = await service.send('GET', '/v1/me', { headers: await as({ sub: 'u-3', groups: ['recovery-es'] }) }); // prettier-ignore
    const path = `/v1/people/${String(me['personId'])}/grants`;
    const terms = { authority: 'Guardia Civil', jurisdiction: 'ES', from: '2026-01-01' };
    const grantId = await service.made(path, { role: 'auditor', ...terms }, 'grantId');
    await service.made(path, { role: 'investigator', ...terms }, 'grantId');
    expect(await held('recovery-es')).toEqual([claimed, auditor, same]);
    expect(await held()).toEqual([auditor, same]);
    expect(await held('recovery-es')).toEqual([auditor, same, claimed]);
    expect((await service.post(`${path}/${grantId}/revocation`, { reason: 'moved' })).status).toBe(201);
    expect(await held('recovery-es')).toEqual([same, claimed]);
  });

  it('loses what was claimed before grants named their issuer', async () => {
    const { people } = service.book.access;
    const claimed = { subject: 'u-4', name: 'Carla', grants: [{ role: 'investigator', authority: 'Guardia Civil', jurisdiction: 'ES' }] } as const; // prettier-ignore
    const personId = claimedId(server.url, claimed);
    const [from, jurisdiction] = ['2026-01-01' as Day, 'ES' as CountryCode];
    const words = ['investigator', 'Guardia Civil', 'ES', ''].join('\n');
    const grantId = idOfWords('grant', personId, words, 0) as string as GrantId;
    const by = { authority: 'Guardia Civil', jurisdiction };
    const decisions = [
      decidePerson.PersonAdmitted({ personId, name: 'Carla', kind: 'person', ...by, issuer: server.url }),
      decidePerson.RoleGranted({ personId, grantId, role: 'investigator', ...by, from }),
    ];
    await people.record(personId, decisions, { actor: ana, commandId: 'old', commandHash: 'old', expected: 'any' });
    await admitClaimed(people, server.url, { ...claimed, grants: [] });
    expect([...(await people.person(personId)).grants.values()]).toEqual([]);
  });

  const signingIn = async (sub: string, name: string, group: string): Promise<object> => {
    const headers = await as({ sub, preferred_username: name, groups: [group] });
    return problemOf(await service.send('GET', '/v1/me', { headers }));
  };
  const taken = { status: 409, code: 'name-taken', at: { '/name': 'name-taken' } };

  it('is not let in under the name of somebody else of their authority, wherever that one was admitted', async () => {
    const newcomer = (name: string): object => ({ name, kind: 'person', authority: 'PJ', jurisdiction: 'PT' });
    await service.made('/v1/people', newcomer('dora'), 'personId');
    expect(await signingIn('u-dora', 'Dora', 'recovery-pt')).toEqual(taken);
    expect(await signingIn('u-dora', 'Dora', 'recovery-es')).toMatchObject({ status: 200 });
    expect(await signingIn('u-emil', 'emil', 'recovery-pt')).toMatchObject({ status: 200 });
    expect(problemOf(await service.post('/v1/people', newcomer('emil')))).toEqual(taken);
    expect(await signingIn('u-emil', 'emil', 'recovery-pt')).toMatchObject({ status: 200 });
  });

  it('is one of those who come under one name at the same moment', async () => {
    const all = await Promise.all(['u-5', 'u-6', 'u-7'].map((sub) => signingIn(sub, 'Fred', 'recovery-pt')));
    expect(all.map((one) => (one as { status: number }).status).sort()).toEqual([200, 409, 409]);
  });

  it('is nobody with a token for somebody else', async () => {
    const headers = await as({ aud: 'another' });
    expect(problemOf(await service.send('GET', '/v1/me', { headers }))).toMatchObject({ status: 401, code: 'token-invalid' }); // prettier-ignore
  });
});

describe('a proposal that nobody approves in time', () => {
  let ahead_ms = 0;
  let service: Service;
  let people: Readonly<Record<'investigator' | 'supervisor', Somebody>>;
  beforeAll(async () => {
    const now = (): Date => new Date(Date.now() + ahead_ms);
    service = await Service.start('data/exports', await Book.open(undefined, { now }));
    const [jurisdiction, authority] = ['ES' as CountryCode, 'Guardia Civil'];
    const one = (person: string, role: 'investigator' | 'supervisor'): Promise<Somebody> =>
      admit(service.book.access, { person, authority, jurisdiction }, [{ role, jurisdiction }]);
    people = { investigator: await one('Tom', 'investigator'), supervisor: await one('Eva', 'supervisor') };
  });
  afterAll(() => service.stop());

  const by = async ({ personId }: Somebody): Promise<Record<string, string>> => {
    const asked = { kind: 'session', personId, name: 'then', lifetimeMs: 3_600_000 } as const;
    return { authorization: `Bearer ${(await service.book.access.credentials.issue(asked)).secret}` };
  };

  it('has run out after two weeks, whoever comes', async () => {
    const tom = await by(people.investigator);
    const idsOf = ({ body }: Reply): Record<string, string> => body['ids'] as Record<string, string>;
    const { caseId = '' } = idsOf(await service.propose('/v1/cases', opening, tom));
    const { assetId = '' } = idsOf(await service.propose(`/v1/cases/${caseId}/assets`, yacht, tom));
    const dear = { amount: '2000000.00', currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-05-01' };
    const { status, body } = await service.propose(`/v1/cases/${caseId}/assets/${assetId}/valuations`, dear, tom);
    expect([status, body['state']]).toEqual([202, 'waiting']);
    ahead_ms = 15 * DAY_MS;
    const path = `/v1/proposals/${String(body['proposalId'])}/approval`;
    const late = await service.propose(path, {}, await by(people.supervisor));
    expect([late.status, late.body['code'], late.body['context']]).toEqual([
      409,
      'proposal-settled',
      { state: 'expired' },
    ]);
    const again = await service.propose(path, {}, await by(people.supervisor));
    expect(problemOf(again)).toMatchObject({ status: 409, code: 'proposal-settled' });
  });
});

if (noServer) describe.skip(`two who come to two processes: ${noServer}`, () => it('are one', () => undefined));
else
  describe('two who come to two processes under one name at the same moment', () => {
    const issuer = 'https://login.example';
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    it('are let in one of them, though the answers know neither', async () => {
      const books = [await Book.open(await openServer(server.url)), await Book.open(await openServer(server.url))];
      for (let round = 0; round < 5; round += 1) {
        const letIn = books.map(({ access }, n) =>
          admitClaimed(access.people, issuer, { subject: `u-${round}-${n}`, name: `Gil ${round}`, grants: [{ role: 'investigator', authority: 'PJ', jurisdiction: 'PT' }] }).then(
            () => 'let in',
            (error: unknown) => (error as Refused).code,
          ),
        ); // prettier-ignore
        expect((await Promise.all(letIn)).sort()).toEqual(['let in', 'name-taken']);
      }
      await Promise.all(books.map((book) => book.close()));
    });
  });
