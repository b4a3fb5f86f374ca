import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide } from '#casework';
import type { CaseId, CountryCode, Day } from '#core';
import { ReadModels } from '#read-models';

import { Book } from '../support/book.js';

const opening = (caseId: CaseId): CaseDecision =>
  decide.CaseOpened({
    ...{ caseId, reference: '1/2026', title: 'A case', authority: 'Court' },
    ...{ jurisdiction: 'ES' as CountryCode, openedOn: '2026-01-10' as Day },
  });

describe('rows that were filled and never answered', () => {
  let book: Book;
  const schemas = async (): Promise<string[]> => {
    const rows = await book.db.query<{ name: string }>(
      `select nspname as name from pg_namespace where nspname like 'read\\_%' order by 1`,
    );
    return rows.map(({ name }) => name);
  };
  const leave = (name: string): Promise<void> =>
    book.db.execute(`create schema ${name}; create table ${name}.cases (case_id uuid)`);

  beforeEach(async () => {
    book = await Book.open();
    const caseId = crypto.randomUUID() as CaseId;
    await book.record(caseId, opening(caseId));
    await book.readModels.catchUp();
  });
  afterEach(() => book.close());

  it.each<[string, () => Promise<unknown>]>([
    ['a rebuild', () => book.readModels.rebuild()],
    ['a verification', () => book.readModels.verify()],
    ['whoever sets the database up', () => book.readModels.dropLeftovers()],
  ])('of a process that was killed are taken away by %s', async (_, work) => {
    await leave('read_7');
    await leave('read_things');
    await work();
    expect(await schemas()).toEqual([book.readModels.schema, 'read_things']);
  });

  it('are taken away by a verification that cannot compare', async () => {
    await book.db.execute(`alter table ${book.readModels.schema}.glass rename to broken`);
    await expect(book.readModels.verify()).rejects.toThrow('glass');
    expect(await schemas()).toEqual([book.readModels.schema]);
  });

  it('are taken away where an index of them cannot be made, once the others are', async () => {
    const said: string[] = [];
    const execute = async (script: string): Promise<void> => {
      if (script.includes('add primary key')) throw new Error('no room');
      if (script.includes('create index')) await new Promise((resolve) => setTimeout(resolve, 50));
      await book.db.execute(script);
      said.push(script.trim().split(' ', 2).join(' '));
    };
    const failing = new Proxy(book.db, {
      get: (_, name: keyof typeof book.db) => {
        const found: unknown = name === 'execute' ? execute : book.db[name];
        return typeof found === 'function' ? (found.bind(book.db) as unknown) : found;
      },
    });
    const models = await new ReadModels(failing, book.store).open();
    said.length = 0;
    await expect(models.rebuild()).rejects.toThrow('no room');
    expect([...new Set(said)].slice(-2)).toEqual(['create index', 'drop schema']);
    expect(await schemas()).toEqual([book.readModels.schema]);
    expect(await book.readModels.rebuild()).toMatchObject({ differences: [], switched: true });
  });

  it('are nobody’s leftovers while they are filled', async () => {
    const another = new ReadModels(book.db, book.store);
    let seen: string[] = [];
    const taking = async (_: unknown, take: () => Promise<void>): Promise<void> => {
      await another.dropLeftovers();
      seen = await schemas();
      await take();
    };
    const models = await new ReadModels(book.db, book.store, taking).open();
    expect(await models.rebuild()).toMatchObject({ differences: [], switched: true });
    expect(seen).toHaveLength(2);
    expect(await schemas()).toEqual([models.schema]);
  });

  it('stand while questions are under way in what answered before', async () => {
    const end = new AbortController();
    const { schema: before } = book.readModels;
    const following = book.readModels.start(end.signal);
    await book.readModels.rebuild();
    await new ReadModels(book.db, book.store).dropLeftovers();
    expect(await schemas()).toEqual([before, book.readModels.schema]);
    end.abort();
    await following;
    expect(await schemas()).toEqual([book.readModels.schema]);
  });
});
