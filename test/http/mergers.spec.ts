import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { network, opening, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

type Items = readonly Record<string, unknown>[];

const FIGURES = '/v1/figures?period=2026Q2&definition=value-identified';
const ENTRIES = '/v1/figures/entries?period=2026Q2&definition=value-identified';

describe('networks that were merged, over HTTP', () => {
  let service: Service;
  /** Of the first network, which is merged into the second, and that into the third. */
  let caseId: string;
  let networks: string[];
  let last = 0;
  let before: number;

  const ask = (path: string): Promise<Reply> => service.get(`${path}&minPosition=${last}`);
  const record = async (path: string, body: object): Promise<void> => {
    last = Number((await service.post(path, body)).body['position']);
  };
  const merge = (from = '', into = ''): Promise<void> =>
    record(`/v1/networks/${from}/mergers`, { into, mergedOn: '2026-09-01', reason: 'one' });

  beforeAll(async () => {
    service = await Service.start();
    networks = [];
    for (const name of ['First', 'Second', 'Third'])
      networks.push(await service.made('/v1/networks', { ...network, name }, 'networkId'));
    caseId = await service.made('/v1/cases', opening, 'caseId');
    const base = `/v1/cases/${caseId}`;
    const attributions = [{ networkId: networks[0], weightBp: 10_000, confidence: 'confirmed' }];
    await service.post(`${base}/attributions`, { attributions, effectiveOn: '2026-01-10' });
    const assetId = await service.made(`${base}/assets`, yacht, 'assetId');
    await record(`${base}/assets/${assetId}/valuations`, worth);
    before = last;
    await merge(networks[0], networks[1]);
    await merge(networks[1], networks[2]);
  });
  afterAll(() => service.stop());

  /** The case by the registers, and the value by the figures and by their entries, of each of the networks. */
  const found = async (more = ''): Promise<unknown[]> => {
    const told = networks.map(async (networkId) => {
      const asked = `network=${networkId}${more}`;
      const [cases, assets, figures, entries] = await Promise.all(
        [`/v1/cases?${asked}`, `/v1/assets?${asked}`, `${FIGURES}&${asked}`, `${ENTRIES}&${asked}`].map(ask),
      );
      const items = [cases, assets].map((reply) => (reply?.body['items'] as Items).map((item) => item['caseId']));
      const values = (entries?.body['items'] as Items).flatMap(({ eur }) => eur ?? []);
      return [...items, (figures?.body['totals'] as Items)[0]?.['eur'], values];
    });
    return Promise.all(told);
  };

  it('are told to who registers, renames or also names one as another is, or was, named', async () => {
    const register = (name: string): Promise<Reply> => service.post('/v1/networks', { ...network, name });
    const warned = ({ status, body }: Reply): unknown[] => [
      status,
      ...((body['warnings'] ?? []) as { pointer: string; code: string; message: string }[]).flatMap(
        ({ pointer, code, message }) => [pointer, code, message.match(/[0-9a-f-]{36}/g)],
      ),
    ];
    const first = await register('Costa del Oro');
    const { networkId } = first.body['ids'] as { networkId: string };
    const base = `/v1/networks/${networkId}`;
    await service.post(`${base}/names`, { name: 'Costa', reason: 'shorter' });
    last = Number((await service.post(`${base}/aliases`, { alias: 'Los Dorados' })).body['position']);
    await service.get(`/v1/networks?minPosition=${last}`);
    expect(warned(first)).toEqual([201]);
    for (const name of ['COSTA', 'costa del oro', 'Los dorados'])
      expect(warned(await register(name))).toEqual([201, '/name', 'network-name-taken', [networkId]]);
    const other = await service.made('/v1/networks', { ...network, name: 'Norte' }, 'networkId');
    const renamed = await service.post(`/v1/networks/${other}/names`, { name: 'Costa', reason: 'heard so' });
    expect(warned(renamed).slice(0, 3)).toEqual([201, '/name', 'network-name-taken']);
    const aliased = await service.post(`/v1/networks/${other}/aliases`, { alias: 'Los Dorados' });
    expect(warned(aliased).slice(0, 3)).toEqual([201, '/alias', 'network-name-taken']);
    expect(warned(await register('Costa Brava'))).toEqual([201]);
  });

  it('are one network to the registers and the figures, by whichever name it is asked for', async () => {
    const all = [[caseId], [caseId], '300000.00', ['300000.00']];
    expect(await found()).toEqual([all, all, all]);
    const { body } = await ask(`${FIGURES}&by=network&network=${networks[0]}`);
    expect(body['rows']).toMatchObject([{ group: { network: networks[2] }, eur: '300000.00' }]);
  });

  it('were each their own before', async () => {
    const none = [[], [], '0.00', []];
    const own = [[caseId], [caseId], '300000.00', ['300000.00']];
    expect(await found(`&asOf=${before}`)).toEqual([own, none, none]);
    expect(await found(`&asOf=${before + 1}`)).toEqual([own, own, none]);
  });

  const nobody = '00000000-0000-4000-8000-000000000000';

  it.each(['/v1/cases?', '/v1/assets?', `${FIGURES}&`, `${ENTRIES}&`])(
    'are asked for by GET %s under an id that was registered',
    async (path) => {
      const refused = { status: 400, code: 'invalid', at: { '/network': 'network-unknown' } };
      expect(problemOf(await ask(`${path}network=${nobody}`))).toEqual(refused);
    },
  );

  it('are not told apart from others to who may not look them up', async () => {
    const { personId } = service.ana;
    const asked = { kind: 'token', personId, name: 'figures', scopes: ['figures', 'count', 'count-few'], lifetimeMs: 3_600_000 } as const; // prettier-ignore
    const { secret } = await service.book.access.credentials.issue(asked);
    const headers = { authorization: `Bearer ${secret}` };
    expect((await service.send('GET', '/v1/networks', { headers })).status).toBe(403);
    const { status, body } = await service.send('GET', `${FIGURES}&network=${nobody}`, { headers });
    expect([status, body['totals']]).toMatchObject([200, [{ eur: '0.00' }]]);
  });
});
