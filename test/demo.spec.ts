import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createApi } from '../apps/api/src/app.js';
import { personIdOf } from '../apps/api/src/access/people.js';
import { admitCast, type Key, newKeys } from '../apps/standalone/src/cast.js';
import { seedDemo, storyClock } from '../apps/standalone/src/demo.js';
import { welcome } from '../apps/standalone/src/welcome.js';
import { periodOf } from '#core';
import { Recorder } from '#event-store';
import { verifyChains } from '#evidence';
import { cases, figures, networks, unsealed } from '#read-models';
import { asInvented, exportFigures } from '#reporting';

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
    expect((await networks(book.readModels, { limit: 100 })).items).toHaveLength(4);
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

describe('who plays in it', () => {
  let book: Book;
  let keys: Key[];
  let url: string;
  let close: () => Promise<void>;
  beforeAll(async () => {
    book = await told();
    await admitCast(book.access);
    keys = await newKeys(book.access);
    const app = await createApi({ ...bookOf(book), recorder: book.recorder, invented: true });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
    await book.readModels.catchUp();
    close = () => app.close();
  });
  afterAll(async () => {
    await close();
    await book.close();
  });

  const seenBy = async (name: string): Promise<string[]> => {
    const secret = keys.find((key) => key.name === name)?.secret ?? '';
    const response = await fetch(`${url}/v1/cases`, { headers: { authorization: `Bearer ${secret}` } });
    const { items = [] } = (await response.json()) as { items?: { title: string }[] };
    return items.map(({ title }) => title).sort();
  };

  it('sees what their role allows: the team all, the supervisor Spain, the job nothing', async () => {
    expect(await seenBy('ines')).toHaveLength(6);
    expect(await seenBy('sofia')).toEqual(['Azabache', 'Breakwater']);
    expect(await seenBy('quarterly-report')).toEqual([]);
  });

  it('gets other secrets at each start, and those of before open nothing', async () => {
    const before = keys;
    keys = await newKeys(book.access);
    expect(new Set([...before, ...keys].flatMap(({ secret, password }) => [secret, password])).size).toBe(11);
    expect(await seenBy('ines')).toHaveLength(6);
    for (const { secret } of before) expect(await book.access.credentials.find(secret)).toBeUndefined();
    const { tokens } = await book.access.people.person(personIdOf('quarterly-report'));
    expect(tokens.size).toBe(1);
  });

  it('is told three things to try, which work as they stand, and every answer says that all is invented', async () => {
    const printed = welcome({ address: url, where: 'memory', keys });
    const lines = [...printed.matchAll(/^ {5}(curl -s(?:.*\\\n)*.*)$/gm)].map(([, line = '']) => line);
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const { stdout } = await promisify(execFile)('bash', ['-euc', line.replace('curl -s', 'curl -si')]);
      expect(stdout).toMatch(/^HTTP\/1.1 20[01]/);
      expect(stdout).toContain('rastro-data: invented');
    }
    expect((await fetch(`${url}/v1/nowhere`)).headers.get('rastro-data')).toBe('invented');
  });

  it('says so in every file, and changes nothing else of it', async () => {
    const asked = { period: periodOf('2023Q1'), by: ['jurisdiction' as const] };
    const [csv, json] = [await exportFigures(book.readModels, 'whole', asked, 'csv'), await exportFigures(book.readModels, 'whole', asked, 'json')]; // prettier-ignore
    expect(asInvented(csv, 'csv')).toBe(`# All data in this file is invented.\r\n${csv}`);
    const { data, ...rest } = JSON.parse(asInvented(json, 'json')) as Record<string, unknown>;
    expect([data, rest]).toEqual(['invented', JSON.parse(json)]);
  });
});
