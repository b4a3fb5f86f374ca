import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type CountryCode, Refused } from '#core';
import { type Admission } from '#intake';

import { Book } from '../support/book.js';
import { until } from '../support/until.js';
import { harbour, rowOf, take, textOf, write } from './register.js';

const theirs = (at: string): Refused => new Refused('forbidden', 'Not for you.', {}, at);

/** Somebody who may open cases and record in none; the answers know of no case yet. */
const unaware: Admission = {
  team: [],
  standing: async () => new Set(),
  renew: async () => undefined,
  admit: (file) => {
    if (file.caseId) throw theirs('/caseId');
  },
  sees: () => false,
};

describe('a register of which not all is for who has it taken in', () => {
  let folder: string;
  let book: Book;
  let docket = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-admission-'));
    book = await Book.open();
  });
  beforeEach(() => {
    docket += 1;
  });
  afterAll(async () => {
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });

  const rows = (...dockets: string[]) => textOf(dockets.map((Docket) => rowOf({ Docket: `${Docket}${docket}` })));
  const taken = async (text: string, more: object) =>
    take(book, await write(folder, text), { mapping: harbour(), ...more });
  const streams = async (): Promise<number> => new Set((await book.store.readAll(0, 5_000)).map(({ stream }) => stream)).size; // prettier-ignore

  it('records nothing in a case that came to stand after the rows were looked at', async () => {
    await taken(rows('A'), {});
    const before = await book.store.readAll(0, 5_000);
    const refused = { code: 'forbidden', detail: { line: 2, column: 'Docket Report' } };
    for (const dryRun of [true, false])
      await expect(taken(rows('A'), { admission: unaware, dryRun })).rejects.toMatchObject(refused);
    expect(await book.store.readAll(0, 5_000)).toEqual(before);
  });

  it('is refused as a whole before anything is recorded, in a dry run too', async () => {
    const none: Admission = {
      ...unaware,
      admit: (_, jurisdiction) => {
        if (jurisdiction() === ('PT' as CountryCode)) throw theirs('/jurisdiction');
      },
    };
    const before = await streams();
    for (const dryRun of [false, true]) {
      const refused = { code: 'forbidden', detail: { line: 2, column: 'jurisdiction' } };
      await expect(taken(rows('A', 'B'), { admission: none, dryRun })).rejects.toMatchObject(refused);
    }
    expect(await streams()).toBe(before);
  });

  it('is not refused for a row of which it cannot be known what it tells: that is asked about', async () => {
    const none: Admission = {
      ...unaware,
      admit: () => {
        throw theirs('/jurisdiction');
      },
    };
    const text = textOf([rowOf({ Docket: `A${docket}`, What: 'boat '.repeat(101).trim() })]);
    const asked = { rows: 1, questioned: 1, questionsByCode: { 'text-too-long': 1 } };
    for (const dryRun of [true, false]) expect(await taken(text, { admission: none, dryRun })).toMatchObject(asked);
  });

  it('ends where who asked may no more, and what stood before stands', async () => {
    const before = await streams();
    let [asked, gone] = [0, false];
    const leaving: Admission = {
      ...unaware,
      // Four rows are looked at, two are taken; they are gone when one of these stands.
      renew: async () => {
        asked += 1;
        if (asked <= 6) return;
        await until(streams, (count) => count > before);
        gone = true;
      },
      admit: () => {
        if (gone) throw theirs('/caseId');
      },
    };
    const text = rows('A', 'B', 'C', 'D');
    await expect(taken(text, { admission: leaving })).rejects.toMatchObject({ code: 'forbidden' });
    const stand = (await streams()) - before;
    expect(stand).toBeGreaterThan(0);
    expect(stand).toBeLessThan(4);
  });
});
