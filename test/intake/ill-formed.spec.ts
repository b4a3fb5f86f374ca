import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';

import { Book } from '../support/book.js';
import { type Cells, harbour, rowOf, take, textOf, write } from './register.js';

const wide = harbour("{ encoding: utf-16le, delimiter: ';' }");

describe('a text that may not be recorded', () => {
  let folder: string;
  let book: Book;
  let docket = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-ill-formed-'));
    book = await Book.open();
  });
  beforeEach(() => {
    docket += 1;
  });
  afterAll(async () => {
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What is recorded and asked of a row, beside one that is all right; a dry run comes to the same. */
  const taken = async (cells: Cells) => {
    const rows = [rowOf({ Docket: `A${docket}`, ...cells }), rowOf({ Docket: `B${docket}` })];
    const file = await write(folder, textOf(rows), 'utf-16le');
    const questionsTo = join(folder, 'questions.csv');
    const asked = async (dryRun: boolean) => {
      const before = await book.store.head();
      const { recorded } = await take(book, file, { mapping: wide, questionsTo, dryRun });
      const questions: string[][] = parse(await readFile(questionsTo, 'utf8'), { from: 2 });
      const told = questions.map(([row, column, code]) => `${row} ${column} ${code}`);
      return { recorded, told, original: questions[0]?.[4], events: await book.store.readAll(before, 100) };
    };
    const rehearsed = await asked(true);
    const recorded = await asked(false);
    expect(rehearsed).toEqual({ ...recorded, events: [] });
    await book.readModels.catchUp();
    expect((await book.readModels.verify()).differences).toEqual([]);
    return recorded;
  };

  it.each<[string, string, Cells]>([
    ['NUL in a key', 'Docket Report', { Docket: 'A\u0000' }],
    ['a line end of another kind in a key', 'Docket Report', { Docket: 'A\u0085B' }],
    ['NUL in the key of the asset', 'Item', { Item: '1\u0000' }],
    ['a bell in a note', 'Docket', { Report: 'R\u0007' }],
    ['a text that is turned', 'Docket', { Report: 'R\u202etxt' }],
    ['a sign without width', 'Docket', { Report: 'R\u200b9' }],
  ])('such as %s is asked about, and the next row is taken', async (_, column, cells) => {
    const { recorded, told, original, events } = await taken(cells);
    expect({ recorded, told }).toEqual({ recorded: 1, told: [`2 ${column} text-ill-formed`] });
    expect(original).toContain('\ufffd');
    expect(events.map(({ metadata }) => metadata.source?.row)).toEqual([3, 3]);
  });

  it('is none because it is long: it is cut between two letters', async () => {
    const long = 'x'.repeat(3_999 - `docket A${docket}; report `.length);
    const { told, events } = await taken({ Report: `${long}🚢` });
    expect(told).toEqual([]);
    expect(events[1]?.data['note']).toBe(`docket A${docket}; report ${long}`);
  });

  it('is none that the encoding knows: half a letter stops it at its place, and nothing is written', async () => {
    const file = await write(folder, textOf([rowOf({ Docket: 'A\ud83d' })]), 'utf-16le');
    const said = { code: 'file-malformed', detail: { line: 2, column: 2 } };
    await expect(take(book, file, { mapping: wide })).rejects.toMatchObject(said);
  });

  it('is no key that would have to be cut', async () => {
    const { recorded, told } = await taken({ Docket: 'x'.repeat(4_001) });
    expect({ recorded, told }).toEqual({ recorded: 1, told: ['2 Docket Report text-too-long'] });
  });
});
