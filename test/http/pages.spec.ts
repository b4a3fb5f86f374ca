import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CountryCode } from '#core';

import { admit } from '../support/people.js';
import { freezingOrder, network, opening, operation, yacht } from './samples.js';
import { ana, Service } from './service.js';

type Items = readonly Readonly<Record<string, unknown>>[];

describe('lists in pages', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  /** The pages of a list to its end, as it stands now or at a position. */
  const pagesOf = async (path: string, limit: number, asOf?: number): Promise<Items[]> => {
    const asked = `${path}?limit=${limit}&minPosition=${await service.book.store.head()}`;
    const pages: Items[] = [];
    let after: string | undefined;
    do {
      const { status, body } = await service.get(
        `${asked}${asOf === undefined ? '' : `&asOf=${asOf}`}${after ? `&after=${after}` : ''}`,
      );
      expect(status).toBe(200);
      pages.push(body['items'] as Items);
      after = body['next'] as string | undefined;
    } while (after);
    return pages;
  };
  const told = (pages: readonly Items[], field: string): unknown[] => pages.flat().map((item) => item[field]);

  // Names that are alike, of the greatest length too: none hides the other at the border of a page.
  const longest = '🚢'.repeat(200);
  const names = ['Ferry', 'Harbour', 'Harbour', 'Lock', longest, longest];

  it.each([
    ['/v1/networks', 'networkId', network],
    ['/v1/operations', 'operationId', operation],
  ])('%s tells each once, by name', async (path, id, body) => {
    const ids: string[] = [];
    for (const name of names.toReversed()) ids.push(await service.made(path, { ...body, name }, id));
    const pages = await pagesOf(path, 2);
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(told(pages, 'name')).toEqual(names);
    expect(told(pages, id).toSorted()).toEqual(ids.toSorted());
    expect((await pagesOf(path, 5)).flat()).toEqual(pages.flat());
    expect(await pagesOf(path, 6)).toEqual([pages.flat()]);
  });

  it('tell what was known at a position, page by page', async () => {
    const [first] = (await pagesOf('/v1/networks', 1)).flat();
    const before = await service.book.store.head();
    await service.post(`/v1/networks/${String(first?.['networkId'])}/names`, { name: 'Zattera', reason: 'known so' });
    await service.made('/v1/networks', { ...network, name: 'Quay' }, 'networkId');
    expect(told(await pagesOf('/v1/networks', 2, before), 'name').toSorted()).toEqual(names.toSorted());
    const now = [...names.slice(1, 4), 'Quay', 'Zattera', longest, longest];
    expect(told(await pagesOf('/v1/networks', 2), 'name')).toEqual(now);
  });

  it('tell the orders of one case and of no other, and those that were there at a position', async () => {
    const ordered = async (base: string, count: number): Promise<string[]> => {
      const assetId = await service.made(`${base}/assets`, yacht, 'assetId');
      const order = { ...freezingOrder, over: { assets: [assetId] } };
      return Promise.all(Array.from({ length: count }, () => service.made(`${base}/orders`, order, 'orderId')));
    };
    const opened = async (): Promise<string> => `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}`;
    const [base, other] = [await opened(), await opened()];
    const ids = await ordered(base, 3);
    await ordered(other, 3);
    const before = await service.book.store.head();
    ids.push(...(await ordered(base, 2)));
    const pages = await pagesOf(`${base}/orders`, 2);
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(told(pages, 'orderId')).toEqual(ids.toSorted());
    expect(told(await pagesOf(`${base}/orders`, 2, before), 'orderId')).toEqual(ids.slice(0, 3).toSorted());
  });

  it('tell nobody of the orders of a case that is not theirs, from whatever place on', async () => {
    const base = `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}/orders`;
    const grants = [{ role: 'investigator' as const, jurisdiction: 'IT' as CountryCode }];
    const { secret } = await admit(service.book.access, { ...ana, person: 'Ida F' }, grants);
    const after = Buffer.from('["00000000-0000-4000-8000-000000000000"]').toString('base64url');
    for (const asked of ['limit=1', `limit=1&after=${after}`]) {
      const headers = { authorization: `Bearer ${secret}` };
      expect((await service.send('GET', `${base}?${asked}`, { headers })).status).toBe(404);
    }
  });
});
