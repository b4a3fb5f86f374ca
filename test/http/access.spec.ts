import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '#access';
import type { CountryCode } from '#core';
import type { Actor } from '#event-store';

import { admit, type Somebody } from '../support/people.js';
import { sendRaw } from '../support/raw.js';
import { opening, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

const PASSWORD = 'nine tall herons over the estuary';
const HALF_AN_HOUR_MS = 30 * 60_000;
/** So many attempts of an address in a quarter of an hour: one is given back every nine seconds. */
const [MOST_OF_ADDRESS, GIVEN_BACK_S] = [100, 9];
const newcomer = (name: string, kind = 'person') => ({ name, kind, authority: 'PJ', jurisdiction: 'PT' });

const by = ({ secret }: { readonly secret: string }): Record<string, string> => ({ authorization: `Bearer ${secret}` });

describe('signing in', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  const nobody = { authorization: '' };
  const choose = (secret: string, password = PASSWORD): Promise<Reply> =>
    service.propose('/v1/passwords', { secret, password }, nobody);
  const signIn = (name: string, password = PASSWORD): Promise<Reply> =>
    service.propose('/v1/sessions', { name, password }, nobody);
  /** A person with an account here. */
  const enrol = async (name: string): Promise<string> => {
    const { body } = await service.post('/v1/people', newcomer(name));
    await choose(String((body['setUp'] as Record<string, unknown>)['secret']));
    return (body['ids'] as Record<string, string>)['personId'] ?? '';
  };
  const session = async (name: string): Promise<{ secret: string; cookie: string }> => {
    const { headers, body } = await signIn(name);
    return { secret: String(body['secret']), cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  const meAs = (headers: Record<string, string>): Promise<Reply> => service.send('GET', '/v1/me', { headers });

  it('begins with a link that is good for half an hour and once, and is not used up by a weak password', async () => {
    const { body } = await service.post('/v1/people', newcomer('maria'));
    const { secret, expiresAt } = body['setUp'] as { secret: string; expiresAt: string };
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - HALF_AN_HOUR_MS)).toBeLessThan(60_000);
    expect(problemOf(await choose(secret, 'short'))).toMatchObject({ status: 422, code: 'password-weak' });
    expect((await choose(secret)).status).toBe(201);
    expect(problemOf(await choose(secret))).toMatchObject({ status: 401, code: 'set-up-refused' });
  });

  it('keeps who gave a link to choose a password, and why, and nothing of the link', async () => {
    const personId = await enrol('teresa');
    const { body } = await service.post(`/v1/people/${personId}/set-up`, { reason: 'lost her password' });
    const { secret, expiresAt } = body['setUp'] as { secret: string; expiresAt: string };
    const events = await service.book.store.read(`access-${personId}`, 0, 10);
    expect(events.at(-1)).toMatchObject({
      type: 'SetUpLinkGiven',
      data: { personId, reason: 'lost her password', expiresAt },
      metadata: { actor: { person: 'Ana P' } },
    });
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it('gives a session by bearer and by cookie, which ends at once for both', async () => {
    await enrol('joana');
    const { secret, cookie } = await session('Joana');
    expect((await meAs({ authorization: '', cookie })).body['name']).toBe('joana');
    expect((await meAs(by({ secret }))).status).toBe(200);
    expect((await service.send('DELETE', '/v1/sessions/current', { headers: by({ secret }) })).status).toBe(200);
    expect([(await meAs(by({ secret }))).status, (await meAs({ authorization: '', cookie })).status]).toEqual([401, 401]); // prettier-ignore
  });

  it('takes with the cookie no write from another site', async () => {
    await enrol('ines');
    const { cookie } = await session('ines');
    const write = (headers: Record<string, string>): Promise<Reply> =>
      service.propose('/v1/cases', opening, { authorization: '', cookie, ...headers });
    const crossed = { status: 403, code: 'cross-site' };
    expect(problemOf(await write({ origin: 'https://evil.example' }))).toMatchObject(crossed);
    expect(problemOf(await write({ 'sec-fetch-site': 'cross-site' }))).toMatchObject(crossed);
    expect(problemOf(await write({}))).toMatchObject(crossed);
    expect(problemOf(await write({ origin: service.url }))).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('answers an unknown name as a wrong password, and 429 to too many of one account only', async () => {
    await enrol('carla');
    const unknown = await signIn('nobody at all', 'wrong but long enough');
    const wrong = await signIn('carla', 'wrong but long enough');
    expect([wrong.status, wrong.body]).toEqual([401, unknown.body]);
    let last = wrong;
    for (let tries = 0; tries < 10 && last.status !== 429; tries += 1) last = await signIn('carla', 'wrong again');
    expect(problemOf(last)).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('carla')).status).toBe(429);
    expect((await signIn('joana')).status).toBe(201);
  });

  it('gives a job a token of a scope, shown once, and revoked at once', async () => {
    const { body } = await service.post('/v1/people', newcomer('quarterly', 'job'));
    const path = `/v1/people/${(body['ids'] as Record<string, string>)['personId'] ?? ''}`;
    const grant = { role: 'reporting-job', authority: 'PJ', jurisdiction: 'PT', from: '2026-01-01' };
    await service.post(`${path}/grants`, grant);
    const asked = { name: 'figures', scopes: ['figures', 'count'], days: '30' };
    const key = { 'idempotency-key': 'token-once' };
    const { body: issued } = await service.post(`${path}/tokens`, asked, key);
    expect(issued['secret']).toMatch(/^rastro_/);
    expect((await service.post(`${path}/tokens`, asked, key)).body['secret']).toBeUndefined();
    const headers = by({ secret: String(issued['secret']) });
    expect((await service.send('GET', '/v1/figures?period=2026Q1', { headers })).status).toBe(200);
    expect((await service.send('GET', '/v1/networks', { headers })).status).toBe(403);
    const { tokenId = '' } = issued['ids'] as Record<string, string>;
    expect((await service.post(`${path}/tokens/${tokenId}/revocation`, { reason: 'lost' })).status).toBe(201);
    expect((await meAs(headers)).status).toBe(401);
  });
});

describe('attempts from one address', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  const signIn = (name: string): Promise<Reply> =>
    service.propose('/v1/sessions', { name, password: PASSWORD }, { authorization: '' });
  const ofToken = (): Promise<Reply> =>
    service.send('GET', '/v1/me', { headers: by({ secret: 'rastro_s_of-nobody' }) });

  it('are a hundred, whosever account they are for; then all are told how long to wait', async () => {
    const began = performance.now();
    const first = await Promise.all([1, 2, 3, 4, 5].map((n) => signIn(`guess-${n}`)));
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([401]));
    let tries = first.length;
    while ((await ofToken()).status === 401) tries += 1;
    // Where the machine is slow some come back meanwhile.
    let refused = await signIn(`guess-${tries}`);
    for (; refused.status === 401; refused = await signIn(`guess-${tries}`)) tries += 1;
    expect(problemOf(refused)).toMatchObject({ status: 429, code: 'too-many-attempts' });
    const waitS = Number(refused.headers.get('retry-after'));
    expect([waitS > 0, waitS <= GIVEN_BACK_S]).toEqual([true, true]);
    const back = (performance.now() - began) / 1_000 / GIVEN_BACK_S;
    expect([tries >= MOST_OF_ADDRESS, tries <= MOST_OF_ADDRESS + back]).toEqual([true, true]);
    expect((await service.get('/v1/me')).status).toBe(200);
  });
});

describe('who sees a case', () => {
  let service: Service;
  const people = new Map<string, Somebody>();
  beforeAll(async () => {
    service = await Service.start();
    const all: [string, Role, string][] = [['Eva', 'supervisor', 'ES'], ['Pia', 'investigator', 'PT'], ['Otto', 'auditor', 'PT'], ['Tom', 'investigator', 'ES'], ['Uwe', 'supervisor', 'ES']]; // prettier-ignore
    for (const [person, role, jurisdiction] of all) {
      const actor = { person, authority: 'Authority', jurisdiction } as Actor;
      people.set(
        person,
        await admit(service.book.access, actor, [{ role, jurisdiction: jurisdiction as CountryCode }]),
      );
    }
  });
  afterAll(() => service.stop());

  const as = (name: string): Record<string, string> => by(people.get(name) ?? { secret: '' });
  const get = (name: string, path: string, headers: Record<string, string> = {}): Promise<Reply> =>
    service.send('GET', path, { headers: { ...as(name), ...headers } });
  const post = (name: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
    service.propose(path, body, { ...as(name), ...headers });
  const ids = ({ body }: Reply): Record<string, string> => body['ids'] as Record<string, string>;
  const openedBy = async (name: string): Promise<{ caseId: string; assetId: string; position: number }> => {
    const { caseId = '' } = ids(await post(name, '/v1/cases', opening));
    const reply = await post(name, `/v1/cases/${caseId}/assets`, yacht);
    return { caseId, assetId: ids(reply)['assetId'] ?? '', position: Number(reply.body['position']) };
  };
  const share = (caseId: string, more: object = {}): Promise<Reply> =>
    post('Eva', `/v1/cases/${caseId}/shares`, { jurisdiction: 'PT', extent: 'whole', sharedOn: '2026-02-01', ...more });

  it('changes with a share, whole or of assets only, to a day, and is over from the next request on', async () => {
    const { caseId, assetId } = await openedBy('Eva');
    const seen = async (): Promise<number[]> =>
      (await Promise.all([get('Pia', `/v1/cases/${caseId}`), get('Pia', `/v1/assets/${assetId}`)])).map(({ status }) => status); // prettier-ignore
    expect(await seen()).toEqual([404, 404]);
    await share(caseId, { extent: 'assets' });
    expect(await seen()).toEqual([404, 200]);
    const { shareId = '' } = ids(await share(caseId));
    expect(await seen()).toEqual([200, 200]);
    await post('Eva', `/v1/cases/${caseId}/shares/${shareId}/withdrawal`, {
      withdrawnOn: '2026-03-01',
      reason: 'over',
    });
    expect(await seen()).toEqual([404, 200]);
  });

  it('says nothing of a case that has the id which somebody chose', async () => {
    const { caseId } = await openedBy('Eva');
    const taken = await post('Pia', '/v1/cases', { ...opening, jurisdiction: 'PT', caseId }, { 'if-match': '"999"' });
    expect([problemOf(taken), taken.headers.get('etag'), taken.body['context']]).toEqual([
      { status: 409, code: 'case-exists', at: { '/caseId': 'case-exists' } },
      null,
      undefined,
    ]);
  });

  it('lists, counts and combines nothing of cases that are not theirs', async () => {
    const { caseId, assetId, position } = await openedBy('Eva');
    const lists = [`cases?minPosition=${position}`, `assets?caseId=${caseId}`, 'assets?identifier=9074729', `orders/falling-due?before=2027-01-01`, `proposals?caseId=${caseId}`]; // prettier-ignore
    for (const list of lists) {
      const { status, body } = await get('Pia', `/v1/${list}`);
      expect([list, status, JSON.stringify(body).includes(caseId), JSON.stringify(body).includes(assetId)]).toEqual([list, 200, false, false]); // prettier-ignore
    }
    const { body: hers } = await get('Eva', '/v1/cases?limit=1');
    const { body: others } = await get('Pia', `/v1/cases?after=${String(hers['next'])}`);
    expect(others['items']).toEqual([]);
  });

  it('refuses to name a case of others as the survivor of a duplicate, as one that is not there', async () => {
    const mine = await openedBy('Tom');
    const theirs = ids(await service.post('/v1/cases', { ...opening, jurisdiction: 'IT' }))['caseId'] ?? '';
    const declare = async (survivorCaseId: string): Promise<unknown> => {
      const body = { survivorCaseId, survivorId: crypto.randomUUID(), reason: 'the same yacht' };
      const reply = await post('Tom', `/v1/cases/${mine.caseId}/assets/${mine.assetId}/duplicates`, body);
      return [reply.status, JSON.stringify(reply.body).replaceAll(survivorCaseId, '<case>')];
    };
    const none = await declare(crypto.randomUUID());
    expect(none).toMatchObject([404, expect.stringContaining('case-unknown')]);
    expect(await declare(theirs)).toEqual(none);
  });

  it('corrects what is said of a survivor in a case of others, and asks nothing about that case by it', async () => {
    const [mine, hidden] = [await openedBy('Tom'), await openedBy('Eva')];
    const other = await post('Eva', `/v1/cases/${hidden.caseId}/assets`, yacht);
    const said = { survivorCaseId: hidden.caseId, survivorId: hidden.assetId, reason: 'the same yacht' };
    const declared = await post('Eva', `/v1/cases/${mine.caseId}/assets/${mine.assetId}/duplicates`, said);
    const [eventId = ''] = (await settle('Tom', declared, 'approval')).body['eventIds'] as string[];
    const correct = (data: object): Promise<Reply> =>
      post('Tom', `/v1/cases/${mine.caseId}/entries/${eventId}/corrections`, { type: 'DuplicateDeclared', data: { ...said, ...data }, reason: 'misread' }); // prettier-ignore
    const unknown = { status: 404, code: 'case-unknown', at: { '/data/survivorCaseId': 'case-unknown' } };
    for (const survivorId of [ids(other)['assetId'], crypto.randomUUID()])
      expect(problemOf(await correct({ survivorId }))).toEqual(unknown);
    expect((await correct({ reason: 'the same hull' })).status).toBe(202);
  });

  it('leaves an entry marked H2 sealed to the other jurisdiction until its provider agrees', async () => {
    const { caseId } = await openedBy('Eva');
    const marked = { ...yacht, description: 'from a friend', handling: { codes: ['H2'], provider: 'PJ' } };
    const told = await post('Eva', `/v1/cases/${caseId}/assets`, marked);
    const [eventId = ''] = told.body['eventIds'] as string[];
    const { body: shared } = await share(caseId);
    const seen = async (position: unknown): Promise<string> =>
      JSON.stringify((await get('Pia', `/v1/cases/${caseId}/timeline?minPosition=${String(position)}`)).body);
    const before = await seen(shared['position']);
    expect([before.includes('from a friend'), before.includes('"sealed":true')]).toEqual([false, true]);
    const consent = { provider: 'PJ', purpose: 'passing-on', jurisdiction: 'PT', consentedOn: '2026-03-01' };
    const agree = (provider: string): Promise<Reply> =>
      post('Eva', `/v1/cases/${caseId}/entries/${eventId}/consents`, { ...consent, provider });
    expect(problemOf(await agree('Someone else'))).toEqual({
      status: 422,
      code: 'provider-differs',
      at: { '/provider': 'provider-differs' },
    });
    const { body } = await agree('PJ');
    expect(await seen(body['position'])).toContain('from a friend');
  });

  const valued = (name: string, { caseId, assetId }: { caseId: string; assetId: string }): Promise<Reply> => {
    const dear = { amount: '2000000.00', currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-05-01' };
    return post(name, `/v1/cases/${caseId}/assets/${assetId}/valuations`, dear);
  };
  const settle = (name: string, { body }: Reply, how: string, more: object = {}): Promise<Reply> =>
    post(name, `/v1/proposals/${String(body['proposalId'])}/${how}`, more);

  it('has an act in force when a second person of another role approves it', async () => {
    const one = await openedBy('Tom');
    const proposed = await valued('Tom', one);
    expect([proposed.status, proposed.body['state']]).toEqual([202, 'waiting']);
    const at = String(proposed.body['position']);
    const waiting = async (name: string): Promise<number> =>
      ((await get(name, `/v1/proposals?for=me&caseId=${one.caseId}&minPosition=${at}`)).body['items'] as object[])
        .length;
    expect([await waiting('Eva'), await waiting('Tom'), await waiting('Pia')]).toEqual([1, 0, 0]);
    expect(problemOf(await settle('Tom', proposed, 'approval'))).toMatchObject({ status: 403, code: 'approver-is-proposer' }); // prettier-ignore
    expect((await settle('Pia', proposed, 'approval')).status).toBe(404);
    const done = await settle('Eva', proposed, 'approval', { reason: 'seen the appraisal' });
    expect([done.status, (done.body['eventIds'] as string[]).length]).toEqual([201, 1]);
    expect(problemOf(await settle('Uwe', proposed, 'approval'))).toMatchObject({
      status: 409,
      code: 'proposal-settled',
    });
  });

  it('answers about a person as a proposal, and about a proposal as a person, what it answers about nothing', async () => {
    const waits = await valued('Tom', await openedBy('Tom'));
    const [nothing, proposalId] = ['11111111-1111-4111-8111-111111111111', String(waits.body['proposalId'])];
    const reason = { reason: 'seen' };
    const grant = { role: 'investigator', authority: 'PJ', jurisdiction: 'PT', from: '2026-01-01' };
    const token = { name: 'n', scopes: ['figures'], days: '1' };
    const asOf = async (ask: (id: string) => Promise<Reply>, id: string): Promise<void> => {
      const { status, body } = await ask(id);
      expect({ status, body }).toEqual({ status: 404, body: (await ask(nothing)).body });
    };
    for (const [how, more] of Object.entries({ approval: {}, rejection: reason, withdrawal: {} }))
      await asOf((id) => post('Tom', `/v1/proposals/${id}/${how}`, more), people.get('Otto')?.personId ?? '');
    for (const [how, more] of Object.entries({
      grants: grant,
      barring: reason,
      readmission: reason,
      tokens: token,
      'set-up': reason,
    }))
      // prettier-ignore
      await asOf((id) => service.post(`/v1/people/${id}/${how}`, more), proposalId);
    await asOf((id) => service.get(`/v1/people/${id}`), proposalId);
    expect((await settle('Eva', waits, 'approval')).status).toBe(201);
  });

  it('shows nobody a proposal, nor lets it be settled, where only the assets are shared', async () => {
    const one = await openedBy('Tom');
    await share(one.caseId, { extent: 'assets' });
    const proposed = await valued('Tom', one);
    expect((await get('Pia', `/v1/assets/${one.assetId}?minPosition=${String(proposed.body['position'])}`)).status).toBe(200); // prettier-ignore
    const path = `/v1/proposals/${String(proposed.body['proposalId'])}`;
    expect((await get('Pia', path)).status).toBe(404);
    for (const [how, more] of [['approval', {}], ['rejection', { reason: 'none' }], ['withdrawal', {}]] as const)
      expect((await settle('Pia', proposed, how, more)).status).toBe(404); // prettier-ignore
    await share(one.caseId);
    expect((await settle('Pia', proposed, 'approval')).status).toBe(403);
  });

  it('refuses a second person of the same role', async () => {
    const one = await openedBy('Eva');
    const same = { status: 403, code: 'approver-of-same-role' };
    expect(problemOf(await settle('Uwe', await valued('Eva', one), 'approval'))).toMatchObject(same);
  });

  it('can be rejected by another, withdrawn by who proposed it, and is refused when the law does not admit it any more', async () => {
    const one = await openedBy('Tom');
    const rejected = await settle('Eva', await valued('Tom', one), 'rejection', { reason: 'too much' });
    expect([rejected.status, rejected.body['state']]).toEqual([200, 'rejected']);
    const withdrawn = await settle('Tom', await valued('Tom', one), 'withdrawal');
    expect([withdrawn.status, withdrawn.body['state']]).toEqual([200, 'withdrawn']);
    const late = await valued('Tom', one);
    await post('Tom', `/v1/cases/${one.caseId}/closing`, { closedOn: '2026-06-01', reason: 'done' });
    expect(problemOf(await settle('Eva', late, 'approval'))).toMatchObject({ status: 409, code: 'case-closed' });
    expect(await service.book.readModels.waitFor(await service.book.store.head(), 5_000)).toBe(true);
    const { body: after } = await get('Eva', `/v1/proposals/${String(late.body['proposalId'])}`);
    expect([after['caseId'], after['state'], after['code']]).toEqual([one.caseId, 'refused', 'case-closed']);
  });

  it('asks for the reason of a look once per case and day, and records each look before it answers', async () => {
    const { caseId, position } = await openedBy('Eva');
    const path = `/v1/cases/${caseId}?minPosition=${position}`;
    expect(problemOf(await get('Eva', path, { 'rastro-reason': '' }))).toMatchObject({ status: 428, code: 'reason-required' }); // prettier-ignore
    expect((await get('Eva', path, { 'rastro-reason': 'enquiry 12' })).status).toBe(200);
    expect((await get('Eva', path, { 'rastro-reason': '' })).status).toBe(200);
    await get('Eva', '/v1/assets?identifier=9074729');
    const kinds = async (query: string): Promise<string[]> =>
      ((await get('Otto', `/v1/access-log?limit=500&${query}`)).body['items'] as { kind: string }[]).map(({ kind }) => kind); // prettier-ignore
    expect(await kinds(`caseId=${caseId}&kind=consultation`)).toHaveLength(2);
    expect((await kinds('kind=combination')).length).toBeGreaterThan(0);
    expect((await kinds('outcome=denied')).length).toBeGreaterThan(0);
    expect((await get('Eva', '/v1/access-log')).status).toBe(403);
    expect((await get('Otto', '/v1/access-log/verification')).body['broken']).toBeUndefined();
  });

  it('takes a reason of one line, as it is shown, and once', async () => {
    const { caseId, position } = await openedBy('Eva');
    const path = `/v1/cases/${caseId}?minPosition=${position}`;
    const malformed = { status: 400, code: 'reason-malformed' };
    for (const reason of [
      'a%00',
      'a%0Ab',
      'a%0D%0Ab',
      'a%E2%80%A8b',
      '%E2%80%AEtac',
      'a%E2%80%8Bb',
      'a%',
      '%20',
      'a'.repeat(501),
    ])
      expect([reason, problemOf(await get('Eva', path, { 'rastro-reason': reason }))]).toMatchObject([
        reason,
        malformed,
      ]);
    const head = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: ${as('Eva')['authorization'] ?? ''}\r\n`;
    const reason = 'Rastro-Reason: enquiry 12\r\n';
    expect(await sendRaw(service.url, `${head}${reason}${reason}\r\n`)).toContain('reason-malformed');
    expect(await sendRaw(service.url, `${head}${reason}\r\n`)).toContain('HTTP/1.1 200');
    expect((await get('Eva', path, { 'rastro-reason': 'averigua%C3%A7%C3%A3o 12' })).status).toBe(200);
  });

  it('records who was refused, also the head of an answer', async () => {
    const { caseId, position } = await openedBy('Eva');
    const denied = async (): Promise<number> =>
      ((await get('Otto', '/v1/access-log?limit=500&outcome=denied')).body['items'] as object[]).length;
    const before = await denied();
    const path = `/v1/cases/${caseId}?minPosition=${position}`;
    const statuses = await Promise.all(
      ['HEAD', 'GET'].map((method) => service.send(method, path, { headers: as('Pia') })),
    );
    expect(statuses.map(({ status }) => status)).toEqual([404, 404]);
    expect(await denied()).toBe(before + 2);
  });

  it('opens behind the glass for some hours, marked and listed for the auditor', async () => {
    const { caseId, position } = await openedBy('Eva');
    const path = `/v1/cases/${caseId}?minPosition=${position}`;
    expect((await get('Pia', path)).status).toBe(404);
    const broken = await post('Pia', `/v1/cases/${caseId}/glass`, { reason: 'a life is at stake', hours: '1' });
    expect(broken.status).toBe(201);
    await service.book.readModels.waitFor(Number(broken.body['position']), 5_000);
    expect((await get('Pia', path)).status).toBe(200);
    const { body: log } = await get('Otto', '/v1/access-log?behindGlass=true');
    expect((log['items'] as { caseIds: string[] }[]).map(({ caseIds }) => caseIds)).toEqual([[caseId]]);
    const { body: list } = await get('Otto', '/v1/glass');
    expect(list['items']).toMatchObject([{ caseId, person: 'Pia', reason: 'a life is at stake' }]);
  });

  it('could be seen by whom it could be seen then', async () => {
    const { caseId, position } = await openedBy('Eva');
    const { body } = await share(caseId);
    const readers = async (asOf: unknown): Promise<string[]> =>
      ((await get('Otto', `/v1/cases/${caseId}/readers?asOf=${String(asOf)}`)).body['items'] as { name: string }[]).map(({ name }) => name); // prettier-ignore
    const [before, after] = [await readers(position), await readers(body['position'])];
    expect([before.includes('Eva'), before.includes('Pia')]).toEqual([true, false]);
    expect([after.includes('Eva'), after.includes('Pia')]).toEqual([true, true]);
    expect((await get('Eva', `/v1/cases/${caseId}/readers`)).status).toBe(403);
  });
});
