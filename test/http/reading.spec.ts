import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freezingOrder, network, opening, operation, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

type Items = readonly Record<string, unknown>[];

describe('asking over HTTP', () => {
  let service: Service;
  let caseId: string;
  let assetId: string;
  let orderId: string;
  let networkId: string;
  let operationId: string;
  let beforeSeizure: number;
  let last: number;

  const ask = async (path: string): Promise<Reply> =>
    service.get(`${path}${path.includes('?') ? '&' : '?'}minPosition=${last}`);
  const itemsOf = ({ body }: Reply): Items => body['items'] as Items;

  beforeAll(async () => {
    service = await Service.start();
    networkId = await service.made('/v1/networks', network, 'networkId');
    operationId = await service.made('/v1/operations', operation, 'operationId');
    caseId = await service.made('/v1/cases', opening, 'caseId');
    const base = `/v1/cases/${caseId}`;
    const attributions = [{ networkId, weightBp: 10_000, confidence: 'confirmed' }];
    await service.post(`${base}/attributions`, { attributions, effectiveOn: '2026-01-10' });
    await service.post(`${base}/operations`, { operationId, effectiveOn: '2026-01-10' });
    assetId = await service.made(`${base}/assets`, yacht, 'assetId');
    await service.post(`${base}/assets/${assetId}/valuations`, worth);
    orderId = await service.made(`${base}/orders`, { ...freezingOrder, over: { assets: [assetId] } }, 'orderId');
    beforeSeizure = await service.book.store.head();
    const freezing = { orderId, effectiveOn: '2026-04-10' };
    const { body } = await service.post(`${base}/assets/${assetId}/freezings`, freezing);
    last = body['position'] as number;
  });
  afterAll(() => service.stop());

  it('shows a case with the ETag to write with', async () => {
    const reply = await ask(`/v1/cases/${caseId}`);
    expect([reply.status, reply.headers.get('etag')]).toEqual([200, '"6"']);
    expect(reply.body).toMatchObject({ ...opening, caseId, status: 'open', revision: 6 });
    expect((await service.post(`/v1/cases/${caseId}/assets`, yacht, { 'if-match': '"6"' })).status).toBe(201);
  });

  it('tells the entries of a case in pages', async () => {
    const types: unknown[] = [];
    let after = '';
    do {
      const reply = await ask(`/v1/cases/${caseId}/timeline?limit=3${after && `&after=${after}`}`);
      types.push(...itemsOf(reply).map(({ type }) => type));
      after = (reply.body['next'] as string | undefined) ?? '';
    } while (after);
    expect(types.slice(0, 7)).toEqual([
      'CaseOpened',
      'CaseAttributedToNetworks',
      'CaseTaggedToOperation',
      'AssetIdentified',
      'AssetValued',
      'OrderIssued',
      'AssetFrozen',
    ]);
  });

  it('finds cases, assets, orders, networks and operations', async () => {
    const found = async (path: string, id: string): Promise<unknown[]> =>
      itemsOf(await ask(path)).map((item) => item[id]);
    expect(await found(`/v1/cases?network=${networkId}&jurisdiction=ES&status=open`, 'caseId')).toEqual([caseId]);
    expect(await found(`/v1/cases?operation=${operationId}`, 'caseId')).toEqual([caseId]);
    expect(await found('/v1/cases?status=closed', 'caseId')).toEqual([]);
    expect(await found(`/v1/assets?stage=frozen&category=vessel&region=ES-GA&caseId=${caseId}`, 'assetId')).toEqual([
      assetId,
    ]);
    expect(await found(`/v1/cases/${caseId}/orders`, 'orderId')).toEqual([orderId]);
    expect(await found('/v1/networks', 'networkId')).toEqual([networkId]);
    expect(await found('/v1/operations', 'operationId')).toEqual([operationId]);
  });

  it('shows one of each', async () => {
    expect((await ask(`/v1/assets/${assetId}`)).body).toMatchObject({
      assetId,
      caseId,
      stage: 'frozen',
      orders: [orderId],
    });
    expect((await ask(`/v1/orders/${orderId}`)).body).toMatchObject({ orderId, caseId, kind: 'freezing' });
    expect((await ask(`/v1/networks/${networkId}`)).body).toMatchObject({ networkId, name: 'Northern Pier' });
    expect((await ask(`/v1/operations/${operationId}`)).body).toMatchObject({ operationId, frame: 'EMPACT' });
    const history = await ask(`/v1/assets/${assetId}/history`);
    expect(itemsOf(history).map(({ type }) => type)).toEqual([
      'AssetIdentified',
      'AssetValued',
      'OrderIssued',
      'AssetFrozen',
    ]);
  });

  it('shows how many, where money is not the measure, and not of what it was converted into', async () => {
    const base = `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}`;
    const quantity = { units: '0.000000000000000001', unit: 'ETH' };
    const coins = { ...yacht, category: 'crypto', identifiers: [], quantity };
    const coin = await service.made(`${base}/assets`, coins, 'assetId');
    const sale = { how: 'exchange', category: 'bank-account', description: 'Account', identifiers: [], proceeds: { amount: '5.00', currency: 'EUR' }, effectiveOn: '2026-04-12' }; // prettier-ignore
    await service.post(`${base}/assets/${coin}/valuations`, worth);
    const { status, body } = await service.post(`${base}/assets/${coin}/conversions`, sale);
    expect(status).toBe(201);
    const { newAssetId = '' } = body['ids'] as Record<string, string>;
    const shown = async (id: string): Promise<unknown> =>
      (await service.get(`/v1/assets/${id}?minPosition=${String(body['position'])}`)).body['quantity'];
    expect([await shown(coin), await shown(newAssetId)]).toEqual([quantity, undefined]);
    for (const units of ['abc -1e5', '-1', '1e5', '1.', '', '01']) {
      const asked = await service.post(`${base}/assets`, { ...coins, quantity: { ...quantity, units } });
      expect(problemOf(asked)).toMatchObject({ status: 400, at: { '/quantity/units': 'units-malformed' } });
    }
  });

  it('sums a quarter, and gives the events behind the sum', async () => {
    const { body } = await ask('/v1/figures?period=2026Q2&by=network,jurisdiction&definition=value-seized@1');
    expect(body['rows']).toEqual([
      expect.objectContaining({
        definition: 'value-seized@1',
        group: { network: networkId, jurisdiction: 'ES' },
        assets: 1,
        valued: 1,
        eur: '300000.00',
      }),
    ]);
    const entries = itemsOf(
      await ask(`/v1/figures/entries?period=2026Q2&definition=value-seized&network=${networkId}`),
    );
    expect(entries.map(({ assetId: id, eur, position }) => [id, eur, position])).toEqual([
      [assetId, '300000.00', last],
    ]);
  });

  it('looks back to a position or a moment', async () => {
    const path = '/v1/figures?period=2026Q2&definition=value-seized&asOf=';
    expect((await ask(`${path}${beforeSeizure}`)).body['rows']).toEqual([]);
    expect((await ask(`${path}2001-01-01T00:00:00Z`)).body).toMatchObject({ asOf: 0, rows: [] });
    expect((await ask(`/v1/cases/${caseId}?asOf=${beforeSeizure}`)).body).toMatchObject({ revision: 5 });
    const list = await ask(`/v1/cases?status=open&asOf=${beforeSeizure}`);
    expect(itemsOf(list)).toMatchObject([{ caseId, revision: 5, status: 'open' }]);
    expect(itemsOf(await ask('/v1/cases?asOf=2001-01-01T00:00:00Z'))).toEqual([]);
    expect(problemOf(await ask(`/v1/assets/${assetId}?asOf=1`))).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('goes on from no page that it did not tell', async () => {
    const refused = { status: 400, code: 'cursor-malformed', at: { '/after': 'cursor-malformed' } };
    const lists = {
      '/v1/cases?': [['a'], [-1], [1, 2], {}],
      [`/v1/cases/${caseId}/timeline?`]: [['a'], [-1], [1.5]],
      [`/v1/cases/${caseId}/orders?`]: [['a'], [1], [orderId, orderId]],
      [`/v1/assets/${assetId}/history?`]: [['a'], [-2], []],
      '/v1/assets?': [['a', assetId], [1, 'a'], [1]],
      '/v1/figures/entries?period=2026Q2&definition=value-seized&': [
        ['x', 'y', 'z'],
        [1, -1, 0],
        [1, 9_999_999_999, 0],
      ],
      '/v1/orders/falling-due?before=2026-12-31&': [
        ['x', orderId],
        ['2026-01-01', 'x'],
        [1, 2],
      ],
      '/v1/networks?': [['a'], ['a', 'b'], [1, networkId], ['\0', networkId]],
      '/v1/operations?': [['a'], ['a', 'b'], [null, operationId], ['\0', operationId]],
      '/v1/proposals?': [['a'], [null]],
      '/v1/people?': [['a'], [true]],
    };
    for (const [path, forged] of Object.entries(lists)) {
      for (const parts of forged) {
        const after = Buffer.from(JSON.stringify(parts)).toString('base64url');
        expect([path, parts, problemOf(await ask(`${path}after=${after}`))]).toEqual([path, parts, refused]);
      }
      expect(problemOf(await ask(`${path}after=eyJ9`))).toEqual(refused);
    }
  });

  it('does not answer as of what has not come', async () => {
    const head = await service.book.store.head();
    const refused = { status: 400, code: 'invalid', at: { '/asOf': 'position-unknown' } };
    for (const path of ['/v1/figures?period=2026Q2', `/v1/cases/${caseId}?`, '/v1/networks?', '/v1/assets?']) {
      for (const asOf of [head + 1, '999999999999999', '9999-12-31T23:59:59Z'])
        expect(problemOf(await ask(`${path}&asOf=${asOf}`))).toEqual(refused);
      for (const asOf of [head, new Date().toISOString()]) expect((await ask(`${path}&asOf=${asOf}`)).status).toBe(200);
    }
  });

  it('waits for a position, and says when it is not there yet', async () => {
    const behind = await Service.start(undefined, undefined, { follows: false });
    const { body } = await behind.post('/v1/cases', opening);
    const replies = await Promise.all(
      ['minPosition', 'asOf'].map((name) => behind.get(`/v1/cases?${name}=${Number(body['position'])}`)),
    );
    await behind.stop();
    for (const reply of replies) {
      expect(problemOf(reply)).toMatchObject({ status: 503, code: 'not-yet-visible' });
      expect(reply.headers.get('retry-after')).toBe('1');
    }
  });

  it('is alive and ready', async () => {
    expect((await service.get('/health/live')).body).toEqual({ status: 'live' });
    expect(await service.get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready' } });
  });
});

describe('the description of the API', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  interface Described {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
    components: { schemas: Record<string, unknown> };
  }

  it('is OpenAPI 3.1, every operation named once, every schema there', async () => {
    const described = (await service.get('/openapi.json')).body as unknown as Described;
    const operations = Object.values(described.paths).flatMap((methods) => Object.values(methods));
    expect(described.openapi).toBe('3.1.0');
    expect(operations).toHaveLength(100);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(100);
    const refs = [...JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(refs.filter((name) => !(name in described.components.schemas))).toEqual([]);
    expect(described.paths['/v1/cases/{caseId}/closing']?.['post']?.responses).toHaveProperty('428');
    expect(described.paths['/v1/cases/{caseId}']?.['get']?.responses).toHaveProperty('200.headers.ETag');
    expect(described.paths['/v1/cases/{caseId}/closing']?.['post']?.responses).toHaveProperty('412.headers.ETag');
  });

  it('is shown by a page that loads nothing from elsewhere', async () => {
    const page = await fetch(`${service.url}/docs`);
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const sources = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '');
    expect(sources.every((source) => source.startsWith('/docs/'))).toBe(true);
    for (const source of sources) expect((await fetch(`${service.url}${source}`)).status).toBe(200);
  });
});
