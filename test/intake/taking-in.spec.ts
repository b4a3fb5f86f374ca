import { execFile } from 'node:child_process';
import { link, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';

import type { Day } from '#core';
import type { RecordedEvent } from '#event-store';

import { Book } from '../support/book.js';
import { type Cells, harbour, rowOf, take, textOf, write } from './register.js';

let folder: string;
let book: Book;
let docket = 0;
let own: { Docket: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rastro-intake-'));
  book = await Book.open();
});
beforeEach(() => {
  own = { Docket: `D${(docket += 1)}` };
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true, force: true });
});

/** The events that a file adds to the book, and what is asked about it. */
const taken = async (text: string, encoding = 'utf-8', mapping = harbour()) => {
  const before = await book.store.head();
  const questionsTo = join(folder, 'questions.csv');
  const outcome = await take(book, await write(folder, text, encoding), { questionsTo, mapping });
  const events = await book.store.readAll(before, 1_000);
  const questions: string[][] = parse(await readFile(questionsTo, 'utf8'), { from: 2 });
  return { outcome, events, questions };
};
const one = (cells: Cells) => taken(textOf([rowOf({ ...own, ...cells })]));
const mkfifo = async (path: string): Promise<string> => {
  await promisify(execFile)('mkfifo', [path]);
  return path;
};
const types = (events: readonly RecordedEvent[]): string[] => events.map(({ type }) => type);
const dataOf = (events: readonly RecordedEvent[], type: string) => events.find((event) => event.type === type)?.data;

describe('a row', () => {
  it('becomes its facts, in order, with the place it was read from', async () => {
    const { outcome, events, questions } = await one({
      Taken: '2014-05-06',
      Worth: 'about 1.250.000,50 EUR',
      Report: 'R9',
    });
    expect(outcome).toMatchObject({ rows: 1, recorded: 1, alreadyRecorded: 0, questioned: 0, assets: 1, events: 4 });
    expect(types(events)).toEqual(['CaseOpened', 'AssetIdentified', 'AssetValued', 'AssetSeized']);
    expect(dataOf(events, 'AssetIdentified')).toMatchObject({
      category: 'vessel',
      identifiedOn: '2014-04-03',
      identifiers: [],
      note: `docket ${own.Docket}; report R9`,
    });
    expect(dataOf(events, 'AssetValued')).toMatchObject({
      amount: '1250000.50',
      currency: 'EUR',
      valuedOn: '2014-04-03',
    });
    expect(dataOf(events, 'AssetSeized')).toMatchObject({ effectiveOn: '2014-05-06' });
    expect(events[0]?.metadata.source).toMatchObject({ row: 2, mapping: 'harbour@1' });
    expect(questions).toEqual([]);
  });

  it('without a docket goes by its report', async () => {
    const { events } = await one({ Docket: '', Report: `R-${own.Docket}` });
    expect(dataOf(events, 'CaseOpened')).toMatchObject({ reference: `R-${own.Docket}` });
  });

  it('keeps an identifier whose check digit is wrong, with a mark', async () => {
    const { events } = await one({ What: 'car', Vin: '1HGCM82633A004353' });
    expect(JSON.stringify(dataOf(events, 'AssetIdentified'))).toContain('1HGCM82633A004353');
  });

  it('that tells of a day that has not come is asked about, in the column of the day', async () => {
    book.known.today = () => '2014-05-01' as Day;
    const { events, questions } = await one({ Taken: '2014-05-03' });
    delete book.known.today;
    expect(types(events)).toEqual(['CaseOpened', 'AssetIdentified']);
    expect(questions.map(([row, at, why]) => [row, at, why])).toEqual([['2', 'Taken', 'day-to-come']]);
  });

  it.each<[string, string, string, Cells, string[]]>([
    ['key-missing', 'Docket Report', 'no docket and no report', { Docket: '' }, []],
    ['day-missing', 'Seen', 'no day', { Seen: '' }, []],
    ['day-unreadable', 'Seen', 'a day of no calendar', { Seen: '31/02/2014' }, []],
    ['day-unreadable', 'Seen', 'a day of another format', { Seen: '3.4.2014' }, []],
    ['outside-years', 'Seen', 'a day that cannot be', { Seen: '03/04/1914' }, []],
    ['value-unmapped', 'What', 'a word nobody mapped', { What: 'plane' }, []],
    ['value-unmapped', 'What', 'a word of the language itself', { What: 'constructor' }, []],
    ['value-in-question', 'What', 'a word the mapping asks about', { What: 'crew' }, []],
    ['amount-unreadable', 'Worth', 'points out of their place', { Worth: '1.25.000,50 EUR' }, []],
    ['amount-unreadable', 'Worth', 'no amount in the text', { Worth: 'a lot' }, []],
    ['amount-missing', 'Worth', 'no amount where there must be one', { What: 'gem' }, []],
    ['text-not-found', 'Worth', 'an amount of no currency', { Worth: '12' }, []],
    ['text-too-long', 'What', 'a text in which no pattern is looked for', { What: 'boat '.repeat(101).trim() }, []],
    ['text-too-long', 'Worth', 'an amount as deep', { Worth: `${'about '.repeat(90)}5 EUR` }, []],
    ['nothing-told', '', 'something of which no fact speaks', { What: 'fog' }, []],
    ['value-unmapped', 'Worth', 'a currency nobody mapped', { Worth: '12 ESP' }, []],
    ['too-many-decimals', 'Worth', 'cents of a currency without any', { Worth: '12,50 JPY' }, []],
    ['field-malformed', 'What', 'no description', { What: '' }, []],
    ['identifier-malformed', 'Vin', 'an identifier of a wrong form', { What: 'car', Vin: 'IOQ' }, []],
    [
      'outside-years',
      'Taken',
      'a second fact that cannot be',
      { Taken: '2021-01-01' },
      ['CaseOpened', 'AssetIdentified'],
    ],
    [
      'before-identification',
      'Taken',
      'a second fact that the law refuses',
      { Taken: '2014-01-01' },
      ['CaseOpened', 'AssetIdentified'],
    ],
    ['whose-is-it', 'What', 'something left open', { What: 'café' }, ['CaseOpened', 'AssetIdentified']],
  ])('raises %s at %s for %s', async (code, column, _, cells, standing) => {
    const { outcome, events, questions } = await one(cells);
    expect(outcome).toMatchObject({ rows: 1, recorded: 0, questioned: 1, questionsByCode: { [code]: 1 } });
    expect(types(events)).toEqual(standing);
    expect(questions.map(([row, at, why]) => [row, at, why])).toEqual([['2', column, code]]);
    expect(questions[0]?.[4]).not.toContain('a name');
  });

  it('in which a pattern is looked for too long is asked about', async () => {
    const mapping = { ...harbour(), patterns: { ...harbour().patterns, thing: '^.*.*.*.*.*!$' } };
    const { events, questions } = await taken(textOf([rowOf({ ...own, What: 'x'.repeat(500) })]), 'utf-8', mapping);
    expect(types(events)).toEqual([]);
    expect(questions.map(([row, at, why]) => [row, at, why])).toEqual([['2', 'What', 'pattern-too-slow']]);
  });

  it('about the same asset as another row is asked about, with what differs', async () => {
    const { outcome, questions } = await taken(
      textOf([rowOf({ ...own, Worth: '5 EUR' }), rowOf({ ...own, Worth: '6 EUR' })]),
    );
    expect(outcome).toMatchObject({ rows: 2, recorded: 1, questioned: 1, assets: 1 });
    expect(questions[0]?.slice(0, 4)).toEqual([
      '3',
      'Item',
      'asset-already-recorded',
      'Row 2 is about the same asset; they differ in Worth.',
    ]);
  });

  it('that says something else than before is asked about, and a dry run knows it too', async () => {
    await one({ Worth: '5 EUR' });
    const file = await write(folder, textOf([rowOf({ ...own, Worth: '6 EUR' })]));
    const expected = { recorded: 0, questioned: 1, questionsByCode: { 'asset-already-recorded': 1 }, events: 0 };
    expect(await take(book, file, { dryRun: true })).toMatchObject(expected);
    expect(await take(book, file)).toMatchObject(expected);
  });

  it('that would be a formula in a spreadsheet is made a text', async () => {
    const { questions } = await one({ Docket: `=${own.Docket}`, What: 'plane' });
    expect(questions[0]?.[4]).toMatch(/^'=/);
  });
});

describe('a file', () => {
  it.each(['utf-8', 'macroman', 'latin1', 'windows-1252', 'utf-16le'])(
    'in %s is read letter by letter',
    async (encoding) => {
      const file = `{ encoding: ${encoding}, delimiter: ';' }`;
      const { outcome } = await taken(textOf([rowOf({ ...own, What: 'café' })]), encoding, harbour(file));
      expect(outcome.questionsByCode).toEqual({ 'whose-is-it': 1 });
    },
  );

  it('with a mark of byte order, and lines that end as on an old Mac, is read', async () => {
    const text = `\ufeff${textOf([rowOf(own)]).replaceAll('\r\n', '\r')}`;
    expect((await taken(text)).outcome).toMatchObject({ rows: 1, recorded: 1 });
  });

  it('without a header is read by the names of the mapping; tabs, quotes and lines inside quotes too', async () => {
    const names = `[Item, Docket, Report, Seen, Taken, What, Worth, Vin]`;
    const mapping = harbour(`{ encoding: utf-8, delimiter: "\\t", quote: "'", names: ${names} }`);
    const { events } = await taken(`1\t'${own.Docket}\tA\nB'\tr\t2014-04-03\t\tboat\t\t\n`, 'utf-8', mapping);
    expect(dataOf(events, 'CaseOpened')).toMatchObject({ reference: `${own.Docket}\tA\nB` });
  });

  it('with empty lines keeps the numbers that a spreadsheet shows, and again without them adds nothing', async () => {
    const [head, first, second] = textOf([
      rowOf({ ...own, Report: '"two\r\n\r\nlines"' }),
      rowOf({ ...own, Item: '2', What: 'plane' }),
    ]).split(/\r\n(?=D|$)/);
    const { events, questions } = await taken(`\r\n${head}\r\n\r\n\r\n${first}\r\n\r\n${second}\r\n`);
    expect(events.map(({ metadata }) => metadata.source?.row)).toEqual([5, 5]);
    expect(questions.map(([row]) => row)).toEqual(['7']);
    const again = await taken(`${head}\r\n${first}\r\n${second}\r\n`);
    expect(again.outcome).toMatchObject({ alreadyRecorded: 1, questioned: 1, events: 0 });
  });

  const good = textOf([rowOf({ Docket: 'X1' })]);
  it.each<[string, string, string, string]>([
    ['nothing in it', '', 'utf-8', 'Line 1, column 1: there is no header'],
    ['nothing but empty lines', '\ufeff\r\n\r\n', 'utf-8', 'Line 1, column 1: there is no header'],
    ['a quote that never closes', `${good}"X2;;2;03/04/2014`, 'utf-8', 'Line 3'],
    ['a row that is too short', `${good}X2;;2;03/04/2014\r\n`, 'utf-8', 'Line 3'],
    ['a row that is too long', `${good}${rowOf({}).join(';')};more\r\n`, 'utf-8', 'Line 3'],
    ['a column that is missing', good.replace('Seen', 'Saw'), 'utf-8', 'Line 1, column Seen: the column is missing'],
    ['a column twice', good.replace('Owner', 'Seen'), 'utf-8', 'Line 1, column Seen: the column is there twice'],
    ['another delimiter', good.replaceAll(';', ','), 'utf-8', 'Line 1, column Docket: the column is missing'],
    [
      'letters of another encoding',
      `${good}${rowOf({ What: 'café' }).join(';')}`,
      'latin1',
      'Line 3, column 22: these bytes are no utf-8',
    ],
  ])('with %s is refused whole: nothing is written', async (_, text, encoding, said) => {
    const before = [await book.store.head(), await readdir(folder)];
    const path = await write(folder, text, encoding);
    const asked = take(book, path, { questionsTo: join(folder, 'none.csv') });
    await expect(asked).rejects.toMatchObject({
      code: 'file-malformed',
      message: expect.stringContaining(said) as unknown,
    });
    await rm(path);
    expect([await book.store.head(), await readdir(folder)]).toEqual(before);
  });

  it.each(['no/such/folder.csv', '.'])(
    'whose questions cannot go to %s is refused before anything is written',
    async (to) => {
      const before = await book.store.head();
      const asked = take(book, await write(folder, textOf([rowOf(own)])), { questionsTo: join(folder, to) });
      await expect(asked).rejects.toMatchObject({ code: 'questions-unwritable' });
      expect(await book.store.head()).toBe(before);
    },
  );

  it.each<[string, (file: string) => Promise<string>]>([
    ['it itself', (file) => Promise.resolve(file)],
    ['it under another name', (file) => symlink(file, `${file}.link`).then(() => `${file}.link`)],
    ['the mapping', (file) => link(join(folder, 'kept.yaml'), `${file}.csv`).then(() => `${file}.csv`)],
    ['what it is written to first', (file) => writeFile(`${file}.q.part`, 'notes').then(() => `${file}.q`)],
    ['notes that hold no questions', (file) => writeFile(`${file}.txt`, 'row 1: call Ana').then(() => `${file}.txt`)],
    ['what is no file', (file) => mkfifo(`${file}.pipe`)],
  ])('whose questions would take the place of %s is refused, and all stands', async (_, to) => {
    const mappingFile = join(folder, 'kept.yaml');
    await writeFile(mappingFile, '');
    const file = await write(folder, textOf([rowOf(own)]));
    const questionsTo = await to(file);
    const files = () => readdir(folder).then((names) => names.sort());
    const before = [await book.store.head(), await files(), await readFile(file, 'utf8')];
    await expect(take(book, file, { questionsTo, mappingFile })).rejects.toMatchObject({
      code: 'questions-unwritable',
    });
    expect([await book.store.head(), await files(), await readFile(file, 'utf8')]).toEqual(before);
  });

  it.each(['', 'row,col', 'row,column,code,reason,original\r\n2,Seen,day-missing,There is no day.,D1\r\n'])(
    'writes its questions in the place of older ones: %j',
    async (older) => {
      const questionsTo = join(folder, 'older.csv');
      await writeFile(questionsTo, older);
      await take(book, await write(folder, textOf([rowOf(own)])), { questionsTo });
      expect(await readFile(questionsTo, 'utf8')).toBe('row,column,code,reason,original\r\n');
    },
  );

  it('that is not there is refused', async () => {
    await expect(take(book, join(folder, 'nowhere.csv'))).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});
