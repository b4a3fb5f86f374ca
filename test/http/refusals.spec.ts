import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Day } from '#core';

import { freezingOrder, network, opening, operation, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

describe('bad input over HTTP', () => {
  let service: Service;
  let caseId: string;
  let assetId: string;

  beforeAll(async () => {
    service = await Service.start();
    caseId = await service.made('/v1/cases', opening, 'caseId');
    assetId = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
  });
  afterAll(() => service.stop());

  const valuing = (body: unknown, headers = {}): Promise<object> =>
    service.post(`/v1/cases/${caseId}/assets/${assetId}/valuations`, body, headers).then(problemOf);

  /** Nothing of what a test refuses may be left behind. */
  const unchanged = async (work: () => Promise<object>): Promise<object> => {
    const before = await service.book.store.head();
    const told = await work();
    expect(await service.book.store.head()).toBe(before);
    return told;
  };

  it('names every wrong field by its pointer', async () => {
    const body = {
      amount: '1e9',
      currency: 'EURO',
      method: 'guess',
      valuedOn: '2026-02-30',
      colour: 'red',
      valuer: null,
    };
    expect(await unchanged(() => valuing(body))).toEqual({
      status: 400,
      code: 'invalid',
      at: {
        '/amount': 'amount-malformed',
        '/currency': 'currency-unknown',
        '/method': 'not-one-of',
        '/valuedOn': 'day-malformed',
        '/colour': 'field-unknown',
        '/valuer': 'text-malformed',
      },
    });
  });

  it.each([
    ['a number that no fact could hold', { ...worth, weight: 1e300 }, '/data/weight'],
    ['a part of one', { ...worth, weight: { most: [0.5] } }, '/data/weight'],
  ])('names a wrong field of what should have been said by its pointer: %s', async (_, data, at) => {
    const path = `/v1/cases/${caseId}/entries/${crypto.randomUUID()}/corrections`;
    const correcting = () => service.post(path, { type: 'AssetValued', data, reason: 'a slip' }).then(problemOf);
    expect(await unchanged(correcting)).toEqual({ status: 400, code: 'invalid', at: { [at]: 'field-unknown' } });
  });

  const figures = { period: '2026Q2', format: 'csv' };
  it.each([
    ['a number for a text', 'valuations', { ...worth, valuer: 5 }, '/valuer', 'Write it in quotes.'],
    [
      'a text for a number',
      'seizures',
      { effectiveOn: '2026-05-01', shareBp: '5000' },
      '/shareBp',
      'Write it without quotes.',
    ],
    ['null for nothing', 'valuations', { ...worth, valuer: null }, '/valuer', 'Leave it out where there is none.'],
    [
      'a list for a text',
      'exports/figures',
      { ...figures, by: ['network'] },
      '/by',
      'Write it as one text, with commas between.',
    ],
    ['the position of a receipt', 'exports/figures', { ...figures, asOf: 120 }, '/asOf', 'Write it in quotes.'],
    ['nothing', 'exports/figures', { period: '2026Q2' }, '/format', 'It is missing. Give one of csv, json.'],
  ])('says of %s how it is right', async (_, place, asked, pointer, words) => {
    const path = place === 'exports/figures' ? place : `cases/${caseId}/assets/${assetId}/${place}`;
    const { status, body } = await service.post(`/v1/${path}`, asked);
    expect({ status, errors: body['errors'] }).toMatchObject({
      status: 400,
      errors: [{ pointer, message: expect.stringContaining(words) as unknown }],
    });
  });

  it('adds nothing to what is wrong in itself', async () => {
    const { body } = await service.post(`/v1/cases/${caseId}/assets/${assetId}/seizures`, {
      effectiveOn: 5,
      shareBp: '0',
    });
    expect(body['errors']).toEqual([
      { pointer: '/effectiveOn', code: 'day-malformed', message: 'Give a calendar day as YYYY-MM-DD.' },
      { pointer: '/shareBp', code: 'share-malformed', message: 'Give a whole number of basis points from 1 to 10000.' },
    ]);
  });

  it('names wrong places within lists and parts', async () => {
    const order = { ...freezingOrder, over: { amount: { amount: 5, currency: 'EUR' }, 'a/b': 1 } };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/orders`, order))).toEqual({
      status: 400,
      code: 'invalid',
      at: { '/over/amount/amount': 'amount-malformed', '/over/a~1b': 'field-unknown' },
    });
    const shares = {
      attributions: [{ networkId: caseId, weightBp: 0.5, confidence: 'sure' }],
      effectiveOn: '2026-01-01',
    };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/attributions`, shares))).toEqual({
      status: 400,
      code: 'invalid',
      at: { '/attributions/0/weightBp': 'share-malformed', '/attributions/0/confidence': 'not-one-of' },
    });
  });

  it('asks for exactly one of two', async () => {
    const over = { assets: [assetId], amount: { amount: '5.00', currency: 'EUR' } };
    for (const given of [over, {}]) {
      expect(problemOf(await service.post(`/v1/cases/${caseId}/orders`, { ...freezingOrder, over: given }))).toEqual({
        status: 400,
        code: 'invalid',
        at: { '/over': 'exactly-one' },
      });
    }
  });

  it('asks for each asset of an order once', async () => {
    const order = { ...freezingOrder, over: { assets: [assetId, assetId] } };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/orders`, order))).toEqual({
      status: 400,
      code: 'invalid',
      at: { '/over/assets': 'ids-malformed' },
    });
  });

  it('names the place of a key that stands twice', async () => {
    const body = '{"over":{"assets":[{"a":":,{"},{"b":1,"c":2,"b":3}]},"kind":"freezing"}';
    expect(problemOf(await service.post(`/v1/cases/${caseId}/orders`, body))).toEqual({
      status: 400,
      code: 'key-repeated',
      at: { '/over/assets/1/b': 'key-repeated' },
    });
  });

  it('takes an evaluation as A, B, C or X and 1 to 4, and as nothing else', async () => {
    const tracing = { tracedOn: '2026-04-10', subject: 'P-17', role: 'holder', evidence: 'company register' };
    const { body: traced } = await service.post(`/v1/cases/${caseId}/assets/${assetId}/tracings`, tracing);
    const [eventId = ''] = traced['eventIds'] as string[];
    const correcting = (evaluation: string): Promise<Reply> => {
      const body = { type: 'AssetTraced', data: { ...tracing, evaluation }, reason: 'evaluated since' };
      return service.post(`/v1/cases/${caseId}/entries/${eventId}/corrections`, body);
    };
    for (const evaluation of ['zz', 'D1', 'A5', 'B', '2B', 'b2', 'B2 '])
      expect(problemOf(await correcting(evaluation))).toEqual({
        status: 400,
        code: 'invalid',
        at: { '/data/evaluation': 'evaluation-malformed' },
      });
    expect((await correcting('B2')).status).toBe(201);
  });

  it('reads a correction as the type that it names', async () => {
    const body = { type: 'AssetValued', data: { ...worth, amount: '-1' }, reason: 'x' };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/entries/${assetId}/corrections`, body))).toEqual({
      status: 400,
      code: 'invalid',
      at: { '/data/amount': 'amount-malformed' },
    });
  });

  const nested = (levels: number): string => `{"title":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

  it.each([
    ['is no JSON', '{"a":', 400, 'json-malformed'],
    ['is no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 400, 'json-malformed'],
    ['is no object', '[1]', 400, 'invalid'],
    ['is empty', '', 400, 'body-missing'],
    ['is null', 'null', 400, 'body-missing'],
    ['says a thing twice', '{"title":"a","\\u0074itle":"b"}', 400, 'key-repeated'],
    ['is too deep', nested(33), 400, 'too-deep'],
    ['is 20,000 deep', nested(20_000), 400, 'too-deep'],
    ['hides a prototype', '{"__proto__":{"a":1}}', 400, 'invalid'],
    ['hides a constructor', '{"constructor":{"prototype":{}}}', 400, 'invalid'],
    ['holds a NUL', '{"title":"a\\u0000b"}', 400, 'text-ill-formed'],
    ['holds half a character', '{"title":"\\ud800"}', 400, 'text-ill-formed'],
    ['is too large', `{"title":"${'x'.repeat(256 * 1024)}"}`, 413, 'body-too-large'],
  ])('refuses a body that %s', async (_, body, status, code) => {
    expect(await unchanged(() => service.post('/v1/cases', body).then(problemOf))).toMatchObject({ status, code });
  });

  it('takes a body of 32 levels as far as its fields', async () => {
    expect(problemOf(await service.post('/v1/cases', nested(32)))).toMatchObject({ status: 400, code: 'invalid' });
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 415, 'media-type-unsupported'],
    [{ 'content-type': '' }, 415, 'media-type-unsupported'],
    [{ authorization: '' }, 401, 'sign-in-needed'],
    [{ authorization: 'Basic YTpi' }, 401, 'sign-in-needed'],
    [{ authorization: 'Bearer rastro_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, 401, 'sign-in-needed'],
    [{ authorization: '', cookie: 'rastro-session=rastro_s_x' }, 403, 'cross-site'],
    [{ 'idempotency-key': '' }, 400, 'idempotency-key-required'],
    [{ 'idempotency-key': 'a b' }, 400, 'idempotency-key-malformed'],
    [{ 'if-match': '' }, 428, 'if-match-required'],
    [{ 'if-match': 'W/"1"' }, 400, 'if-match-malformed'],
    [{ 'if-match': '12' }, 400, 'if-match-malformed'],
  ])('refuses a write with %j', async (headers, status, code) => {
    expect(await unchanged(() => valuing(worth, headers))).toMatchObject({ status, code });
  });

  it.each([
    ['/v1/nowhere', 404, 'route-unknown'],
    ['/v1/cases?limit=501', 400, 'invalid'],
    ['/v1/cases?limit=0', 400, 'invalid'],
    ['/v1/cases?colour=red', 400, 'invalid'],
    ['/v1/cases?limit=1&limit=2', 400, 'key-repeated'],
    ['/v1/assets?identifier=%00', 400, 'text-ill-formed'],
    ['/v1/assets?__proto__=1', 400, 'invalid'],
    ['/v1/assets?asOf=2026-02-30T00:00:00Z', 400, 'invalid'],
    ['/v1/cases/not-an-id', 400, 'id-malformed'],
    ['/v1/cases/%E0%A4%A', 400, 'address-malformed'],
    ['/v1/cases/00000000-0000-0000-0000-000000000000', 404, 'not-found'],
    ['/v1/figures', 400, 'invalid'],
    ['/v1/figures?period=2026Q2&minPosition=999999999', 400, 'invalid'],
    ['/v1/figures?period=2026Q5', 400, 'invalid'],
    ['/v1/figures?period=2026Q2..2026Q1', 400, 'period-malformed'],
    ['/v1/figures?period=2026Q2&by=colour', 400, 'invalid'],
    [`/v1/figures?period=2026Q2&network=${'-'.repeat(36)}`, 400, 'invalid'],
    ['/v1/figures?period=2026Q2&network=', 200, undefined],
    ['/v1/figures?period=2026Q2&definition=beauty', 400, 'definition-unknown'],
    ['/v1/figures?period=2026Q2&asOf=999999999999999', 400, 'invalid'],
    ['/v1/rates?currency=USD&day=2026-01-02', 404, 'not-found'],
  ])('answers GET %s with %i %s', async (path, status, code) => {
    expect(problemOf(await service.get(path))).toMatchObject({ status, code });
  });

  it('tells a problem as Problem Details', async () => {
    const { headers, body } = await service.post('/v1/cases', { ...opening, openedOn: '10.1.2026' });
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(body).toEqual({
      type: 'urn:rastro:problem:invalid',
      title: 'Bad Request',
      status: 400,
      code: 'invalid',
      detail: '1 wrong, first /openedOn: Give a calendar day as YYYY-MM-DD.',
      errors: [{ pointer: '/openedOn', code: 'day-malformed', message: 'Give a calendar day as YYYY-MM-DD.' }],
    });
  });

  it('tells what the law refuses, and why', async () => {
    const seizure = { effectiveOn: '2026-04-09' };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/assets/${assetId}/seizures`, seizure))).toMatchObject({
      status: 422,
      code: 'before-identification',
    });
    expect(problemOf(await service.post(`/v1/cases/${assetId}/assets`, yacht))).toMatchObject({
      status: 404,
      code: 'case-unknown',
    });
    const tag = { operationId: caseId, effectiveOn: '2026-01-01' };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/operations`, tag))).toEqual({
      status: 404,
      code: 'operation-unknown',
      at: { '/operationId': 'operation-unknown' },
    });
  });

  it('refuses a day that has not come, and names its field', async () => {
    const { known } = service.book;
    known.today = () => '2026-05-01' as Day;
    const early = (valuedOn: string): Promise<object> => valuing({ ...worth, valuedOn });
    expect(await unchanged(() => early('2026-05-03'))).toEqual({
      status: 422,
      code: 'day-to-come',
      at: { '/valuedOn': 'day-to-come' },
    });
    expect(await early('2026-05-02')).toMatchObject({ status: 201 });
    const network = async (registeredOn: string): Promise<object> =>
      problemOf(await service.post('/v1/networks', { name: 'Early', registeredOn }));
    expect(await unchanged(() => network('2026-05-03'))).toMatchObject({ at: { '/registeredOn': 'day-to-come' } });
    expect(await network('2026-05-02')).toMatchObject({ status: 201 });
    const operationId = await service.made('/v1/operations', operation, 'operationId');
    const joining = { participant: 'PT', joinedOn: '2026-05-03' };
    const joined = problemOf(await service.post(`/v1/operations/${operationId}/participants`, joining));
    expect(joined).toMatchObject({ status: 422, at: { '/joinedOn': 'day-to-come' } });
    delete known.today;
  });

  it('refuses to merge a network into one that was merged into it', async () => {
    const [one, two, three] = await Promise.all(
      ['One', 'Two', 'Three'].map((name) => service.made('/v1/networks', { ...network, name }, 'networkId')),
    );
    const merge = async (from = '', into = ''): Promise<object> => {
      const body = { into, mergedOn: '2026-03-01', reason: 'the same' };
      return problemOf(await service.post(`/v1/networks/${from}/mergers`, body));
    };
    expect([await merge(one, two), await merge(two, three)]).toMatchObject([{ status: 201 }, { status: 201 }]);
    const refused = { status: 422, at: { '/into': 'merged-into-itself' } };
    expect(await unchanged(() => merge(three, one))).toMatchObject(refused);
    const itself = { into: one, mergedOn: '2026-03-01', reason: 'the same' };
    const detail = 'A network is not merged into itself.';
    expect((await service.post(`/v1/networks/${one}/mergers`, itself)).body).toMatchObject({ status: 422, detail });
  });

  it('refuses an asset or an order under an id that another case has, known to the answers or not yet', async () => {
    const other = await service.made('/v1/cases', { ...opening, reference: 'another' }, 'caseId');
    const taken = async (path: string, body: object): Promise<object> =>
      problemOf(await service.post(`/v1/cases/${other}/${path}`, body));
    const [asset, order] = [crypto.randomUUID(), crypto.randomUUID()];
    await service.made(`/v1/cases/${caseId}/assets`, { ...yacht, assetId: asset }, 'assetId');
    const exists = { status: 409, at: { '/assetId': 'asset-exists' } };
    expect(await unchanged(() => taken('assets', { ...yacht, assetId: asset }))).toMatchObject(exists);
    const derived = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
    expect(await unchanged(() => taken('assets', { ...yacht, assetId: derived }))).toMatchObject(exists);
    await service.made(
      `/v1/cases/${caseId}/orders`,
      { ...freezingOrder, over: { assets: [asset] }, orderId: order },
      'orderId',
    );
    await service.book.readModels.catchUp();
    const again = { ...freezingOrder, over: { amount: { amount: '5', currency: 'EUR' } }, orderId: order };
    expect(await taken('orders', again)).toMatchObject({ status: 409, at: { '/orderId': 'order-exists' } });
    const own = crypto.randomUUID();
    expect(await taken('assets', { ...yacht, assetId })).toMatchObject(exists);
    expect(await taken('assets', { ...yacht, assetId: own })).toMatchObject({ status: 201 });
    expect(await service.book.readModels.catchUp()).toBe(await service.book.store.head());
  });

  it('lets nobody ask by another name than that of this machine', async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${service.url}/v1/cases`, { headers: { host: 'evil.example' } }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(421);
  });

  it.each([
    ['PUT', '/v1/cases?limit=1', 'GET, HEAD, POST'],
    ['GET', '/v1/sessions', 'POST'],
    ['POST', '/v1/figures', 'GET, HEAD'],
    ['PATCH', '/v1/cases/00000000-0000-0000-0000-000000000000', 'GET, HEAD'],
  ])('tells who comes by %s to %s which methods there are', async (method, path, allowed) => {
    const reply = await service.send(method, path, {});
    expect(problemOf(reply)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect([reply.headers.get('allow'), reply.body['detail']]).toEqual([allowed, `No ${method} here, but ${allowed}.`]);
  });

  it('refuses to repeat a key with another body, and a network named twice', async () => {
    const headers = { 'idempotency-key': 'once', 'if-match': '' };
    const first = await service.post('/v1/networks', network, headers);
    const again = await service.post('/v1/networks', network, headers);
    const other = await service.post('/v1/networks', { ...network, name: 'Other' }, headers);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(problemOf(other)).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
  });
});
