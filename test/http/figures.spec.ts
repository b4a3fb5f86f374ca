import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '#access';
import type { CountryCode } from '#core';

import { admit } from '../support/people.js';
import { freezingOrder, opening, worth, yacht } from './samples.js';
import { ana, problemOf, Service } from './service.js';

interface Told {
  readonly assets: number;
  readonly eur?: string;
}
type Linked = readonly { readonly id: string; readonly entries: string; readonly tells?: 'orders' }[];
type Entry = Told & { readonly assetId: string };

const SEIZED = '/v1/figures/entries?period=2026Q2&definition=value-seized';
const centsOf = ({ eur = '0.00' }: Told): bigint => BigInt(eur.replace('.', ''));
const summed = (entries: readonly Told[]): Told => {
  const cents = entries.reduce((sum, entry) => sum + centsOf(entry), 0n);
  const eur = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
  return { assets: entries.reduce((sum, { assets }) => sum + assets, 0), eur };
};

describe('the events behind a figure', () => {
  let service: Service;
  let [boat, launch, barge, tug] = ['', '', '', ''];
  let early: number;

  beforeAll(async () => {
    service = await Service.start();
    const base = `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}`;
    const frozen = async (...values: readonly object[]): Promise<string> => {
      const assetId = await service.made(`${base}/assets`, { ...yacht, identifiers: [] }, 'assetId');
      for (const value of values) await service.post(`${base}/assets/${assetId}/valuations`, value);
      const order = { ...freezingOrder, over: { assets: [assetId] } };
      const orderId = await service.made(`${base}/orders`, order, 'orderId');
      await service.post(`${base}/assets/${assetId}/freezings`, { orderId, effectiveOn: '2026-04-10' });
      return assetId;
    };
    boat = await frozen(worth);
    early = await service.book.store.head();
    launch = await frozen({ ...worth, currency: 'AED' });
    barge = await frozen();
    tug = await frozen();
    const last = await service.post(`${base}/assets/${tug}/valuations`, { ...worth, amount: '0.05' });
    await service.get(`/v1/cases?minPosition=${String(last.body['position'])}`);
  });
  afterAll(() => service.stop());

  /** All of them, page by page. */
  const entriesAt = async (path: string, headers = {}): Promise<Entry[]> => {
    const entries: Entry[] = [];
    let after: string | undefined;
    do {
      const { status, body } = await service.send('GET', `${path}&limit=2${after ? `&after=${after}` : ''}`, {
        headers,
      });
      expect(status).toBe(200);
      entries.push(...(body['items'] as Entry[]));
      after = body['next'] as string | undefined;
    } while (after);
    return entries;
  };

  const as = async (role: Role, jurisdiction: string): Promise<Record<string, string>> => {
    const grants = [{ role, jurisdiction: jurisdiction as CountryCode }];
    const { secret } = await admit(service.book.access, { ...ana, person: `${role} of ${jurisdiction}` }, grants);
    return { authorization: `Bearer ${secret}` };
  };

  it('are listed by what the figure counts them as', async () => {
    const { body } = await service.get('/v1/figures?period=2026Q2&definition=value-seized');
    expect(body['totals']).toMatchObject([{ assets: 4, valued: 2, unvalued: 1, unconverted: 1, eur: '300000.05' }]);
    const valued = await entriesAt(`${SEIZED}&coverage=valued`);
    expect([new Set(valued.map(({ assetId }) => assetId)), summed(valued)]).toEqual([
      new Set([boat, tug]),
      { assets: 2, eur: '300000.05' },
    ]);
    expect(await entriesAt(`${SEIZED}&coverage=unconverted`)).toMatchObject([
      { assetId: launch, assets: 1, amount: '300000.00', currency: 'AED' },
    ]);
    const unvalued = await entriesAt(`${SEIZED}&coverage=unvalued`);
    expect([new Set(unvalued.map(({ assetId }) => assetId)), summed(unvalued)]).toEqual([
      new Set([barge, tug]),
      { assets: 1, eur: '0.00' },
    ]);
    const held = SEIZED.replace('value-seized', 'value-held');
    expect(summed(await entriesAt(`${held}&coverage=unvalued`))).toEqual({ assets: 1, eur: '0.00' });
    expect(problemOf(await service.get(`${SEIZED}&coverage=known`))).toMatchObject({
      status: 400,
      at: { '/coverage': 'not-one-of' },
    });
  });

  it('are listed by it to who may see the case, and to nobody else', async () => {
    const told = async (jurisdiction: string): Promise<Entry[]> =>
      entriesAt(`${SEIZED}&coverage=unconverted`, await as('supervisor', jurisdiction));
    expect(await told('IT')).toEqual([]);
    expect(await told('ES')).toMatchObject([{ assetId: launch }]);
  });

  it('are where each answer says: for the same question, as it was answered', async () => {
    const questions = [
      'period=2026Q2',
      'period=2026&by=region&region=ES-GA&network=&quarter=2026Q2',
      'period=2026Q2..2026Q3&stage=frozen&category=vessel',
      `period=2026Q2&asOf=${early}`,
      'period=2026Q2&jurisdiction=IT',
    ];
    const answers = await Promise.all(questions.map((question) => service.get(`/v1/figures?${question}`)));
    const job = await as('reporting-job', 'ES');
    const { body: counted } = await service.send('GET', '/v1/figures?period=2026Q2', { headers: job });
    const [caseId] = (await service.get('/v1/cases')).body['items'] as { caseId: string }[];
    const path = `/v1/cases/${caseId?.caseId}/assets/${barge}/valuations`;
    const { body: later } = await service.post(path, { ...worth, amount: '7.00' });
    await service.get(`/v1/cases?minPosition=${String(later['position'])}`);
    // What stands at one moment is of no quarter.
    expect(answers.map(({ body }) => (body['definitions'] as Linked).length)).toEqual([21, 19, 21, 21, 21]);
    for (const { body } of answers) {
      const definitions = body['definitions'] as Linked;
      const sums = await Promise.all(
        definitions.map(async ({ entries, tells }) => {
          const told = await entriesAt(entries);
          return tells ? { orders: told.length } : summed(told);
        }),
      );
      expect(body['totals']).toMatchObject(sums.map((sum, index) => ({ definition: definitions[index]?.id, ...sum })));
    }
    for (const { entries } of counted['definitions'] as Linked) expect(await entriesAt(entries, job)).toEqual([]);
    expect(answers.map(({ body }) => (body['totals'] as Told[])[1])).toMatchObject(
      [4, 4, 4, 1, 0].map((assets) => ({ assets })),
    );
  });
});
