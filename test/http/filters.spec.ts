import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freezingOrder, opening, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

type Items = readonly Record<string, unknown>[];

describe('figures over HTTP', () => {
  let service: Service;
  let base: string;
  let assetId: string;
  let last = 0;

  const ask = (path: string): Promise<Reply> => service.get(`${path}&minPosition=${last}`);
  const record = async (path: string, body: object): Promise<void> => {
    last = Number((await service.post(path, body)).body['position']);
  };

  beforeAll(async () => {
    service = await Service.start();
    base = `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}`;
    const { region: _, ...somewhere } = yacht;
    assetId = await service.made(`${base}/assets`, somewhere, 'assetId');
    await record(`${base}/assets/${assetId}/valuations`, worth);
    const order = { ...freezingOrder, over: { assets: [assetId] } };
    const orderId = await service.made(`${base}/orders`, order, 'orderId');
    await record(`${base}/assets/${assetId}/freezings`, { orderId, effectiveOn: '2026-04-10' });
  });
  afterAll(() => service.stop());

  it.each([
    ['region', 'value-identified', 'ES-GA'],
    ['power', 'value-identified', 'extended'],
    ['region', 'value-seized', 'ES-GA'],
  ])('explains a row of no %s of %s by its entries', async (by, definition, other) => {
    const figures = `/v1/figures?period=2026Q2&definition=${definition}`;
    expect((await ask(`${figures}&by=${by}`)).body['rows']).toMatchObject([{ group: { [by]: '' }, eur: '300000.00' }]);
    for (const [given, eur] of [
      ['', '300000.00'],
      [other, '0.00'],
    ] as const)
      // prettier-ignore
      expect((await ask(`${figures}&${by}=${given}`)).body['totals']).toMatchObject([{ eur }]);
    const { body } = await ask(`/v1/figures/entries?period=2026Q2&definition=${definition}&${by}=`);
    const told = (body['items'] as Items).map(({ assetId: id, eur }) => [id, eur]);
    expect(told.filter(([, eur]) => eur !== undefined)).toEqual([[assetId, '300000.00']]);
  });

  it('asks of no region or power that cannot be', async () => {
    const asked = await ask('/v1/figures?period=2026Q2&region=QQ-1&power=beauty');
    expect(problemOf(asked)).toMatchObject({
      status: 400,
      at: { '/region': 'region-malformed', '/power': 'not-one-of' },
    });
  });

  const refused = { status: 400, code: 'stock-by-quarter' };

  it.each([
    '/v1/figures?period=2026&definition=value-held&by=quarter',
    '/v1/figures?period=2026&definition=value-seized,value-held@1&quarter=2026Q4',
    '/v1/figures/entries?period=2026&definition=value-held&quarter=2026Q2',
  ])('tell what stands by no quarter: GET %s', async (path) => {
    expect(problemOf(await ask(path))).toEqual({ ...refused, at: { '/definition': 'stock-by-quarter' } });
  });

  it('are no file of what stands by quarter', async () => {
    const asked = { period: '2026', format: 'csv', by: 'quarter', definitions: 'value-held' };
    const reply = await service.post('/v1/exports/figures', asked, { 'if-match': '' });
    expect(problemOf(reply)).toEqual({ ...refused, at: { '/definitions': 'stock-by-quarter' } });
  });

  it('leave what stands out of all that are asked for by quarter, and tell it of each quarter as the period', async () => {
    for (const more of ['by=quarter', 'quarter=2026Q2']) {
      const { status, body } = await ask(`/v1/figures?period=2026&${more}`);
      const named = (list: unknown, key: string): unknown[] => (list as Items).map((item) => item[key]);
      expect([status, named(body['totals'], 'definition')]).toEqual([200, named(body['definitions'], 'id')]);
      expect(named(body['totals'], 'definition')).not.toContain('value-held@1');
      expect(named(body['totals'], 'definition')).toContain('value-seized@1');
    }
    for (const [quarter, eur] of [
      ['2026Q1', '0.00'],
      ['2026Q2', '300000.00'],
      ['2026Q4', '300000.00'],
    ] as const)
      // prettier-ignore
      expect((await ask(`/v1/figures?period=${quarter}&definition=value-held`)).body['totals']).toMatchObject([{ eur }]);
  });
});
