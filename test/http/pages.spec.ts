import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { network, operation } from './samples.js';
import { Service } from './service.js';

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
});
