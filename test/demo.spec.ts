import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { seedDemo, storyClock } from '../apps/standalone/src/demo.js';
import { periodOf } from '#core';
import { Recorder } from '#event-store';
import { verifyChains } from '#evidence';
import { cases, figures, networks, unsealed } from '#read-models';

import { Book } from './support/book.js';

const told = async (): Promise<Book> => {
  const book = await Book.open();
  await book.loadEcbRates('2023-01-01');
  const recorder = new Recorder(book.store, { now: storyClock() });
  await seedDemo({ ...bookOf(book), recorder });
  return book;
};
const bookOf = ({ db, store, readModels, known, access }: Book) => ({
  db,
  store,
  readModels,
  known,
  access,
  close: () => db.close(),
});

describe('the invented book', () => {
  let book: Book;
  beforeAll(async () => {
    book = await told();
  });
  afterAll(() => book.close());

  const seized = async (period: string): Promise<string[]> => {
    const asked = { period: periodOf(period), by: ['jurisdiction' as const], definitions: ['value-seized'] };
    const { rows } = await figures(book.readModels, 'whole', asked);
    return rows.map(({ group, assets, unvalued, eur }) => `${group.jurisdiction} ${assets} ${unvalued} ${eur}`);
  };

  it('has six cases in five jurisdictions and four networks, one of them merged', async () => {
    const { items } = await cases(book.readModels, 'whole', {}, { limit: 100 });
    expect(items.map((one) => unsealed(one)?.jurisdiction).sort()).toEqual(['BR', 'CO', 'ES', 'ES', 'NL', 'PT']);
    expect(await networks(book.readModels)).toHaveLength(4);
  });

  it('counts the worked example once: the local day decides, the yacht is one restraint, the re-count restates', async () => {
    expect(await seized('2023Q1')).toEqual(['BR 1 0 162170.49', 'CO 1 0 196811.95']);
    expect(await seized('2023Q2')).toEqual(['ES 1 0 300000.00']);
    expect(await seized('2023Q3')).toEqual([]);
  });

  it('counts what nobody valued as an asset, not as zero, and a duplicate nowhere', async () => {
    expect(await seized('2024Q3')).toEqual(['PT 2 1 62000.00']);
  });

  it('confiscates the price of the yacht two years later', async () => {
    const asked = { period: periodOf('2025Q4'), by: ['jurisdiction' as const], definitions: ['value-confiscated'] };
    const { rows } = await figures(book.readModels, 'whole', asked);
    expect(rows.map(({ group, eur }) => [group.jurisdiction, eur])).toContainEqual(['ES', '225000.00']);
  });

  it('is the same each time it is told, and told again adds nothing', async () => {
    const head = await book.store.head();
    await seedDemo({ ...bookOf(book), recorder: book.recorder });
    expect(await book.store.head()).toBe(head);
    const other = await told();
    const hashes = async ({ store }: Book): Promise<string[]> =>
      (await store.readAll(0, 10_000))
        .filter(({ stream }) => stream !== 'rates-ecb')
        .map(({ metadata }) => metadata.hash);
    expect(await hashes(other)).toEqual(await hashes(book));
    await other.close();
  });

  it('is whole', async () => {
    expect((await verifyChains(book.store, { seen: book.readModels.position() })).flaws).toEqual([]);
  });
});
