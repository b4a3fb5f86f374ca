import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';

import { parseMapping } from '#intake';

import { Book } from '../support/book.js';
import { type Cells, harbour, rowOf, take, textOf, write } from './register.js';

/** Published test vectors: the Bitcoin wiki, and BIP 32. */
const KEY = 'KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617';
const EXTENDED =
  'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi';

const wallets = parseMapping(`
name: wallets
version: 1
file: { encoding: utf-8, delimiter: ';' }
columns: [Docket, Item, Seen, Taken, What, Vin]
days: [DD/MM/YYYY]
case:
  key: ['{Docket}']
  fields: { reference: '{case.key}', title: Wallets, authority: Police, jurisdiction: PT, openedOn: { day: Seen } }
asset: { key: ['{case.key}/{Item}'] }
facts:
  - name: seen
    events:
      - type: AssetIdentified
        fields:
          assetId: '{asset.id}'
          category: { map: Taken, values: { '': crypto } }
          description: { join: ['found: {What}'] }
          identifiers: [{ identifier: bitcoin, from: Vin }]
          jurisdiction: PT
          identifiedOn: { day: Seen }
`);

describe('a private key in a register', () => {
  let folder: string;
  let book: Book;
  let docket = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-private-keys-'));
    book = await Book.open();
  });
  beforeEach(() => {
    docket += 1;
  });
  afterAll(async () => {
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What is asked of a row, beside one that is all right, and all that is kept of the two; a dry run comes to the same. */
  const taken = async (cells: Cells, mapping = harbour()) => {
    const rows = [rowOf({ Docket: `A${docket}`, ...cells }), rowOf({ Docket: `B${docket}` })];
    const file = await write(folder, textOf(rows));
    const questionsTo = join(folder, 'questions.csv');
    const asked = async (dryRun: boolean) => {
      const { questionsByCode } = await take(book, file, { mapping, questionsTo, dryRun });
      const text = await readFile(questionsTo, 'utf8');
      const told = (parse(text, { from: 2 }) as string[][]).map(([row, column, code]) => `${row} ${column} ${code}`);
      return { questionsByCode, told, text };
    };
    const rehearsed = await asked(true);
    expect(await asked(false)).toEqual(rehearsed);
    const kept = JSON.stringify([await book.store.readAll(0, 1_000), rehearsed]);
    return { ...rehearsed, kept };
  };

  it.each<[string, string, Cells]>([
    ['a note', 'Docket', { Report: `key ${KEY}` }],
    ['a key of a case', 'Docket Report', { Docket: KEY }],
    ['a key of an asset', 'Item', { Item: EXTENDED }],
    ['an identifier', 'Vin', { Vin: KEY }],
    ['a text that is cut', 'Docket', { Report: `${'x '.repeat(1_980)}${KEY}` }],
  ])('is asked about where it would be %s, and told nowhere', async (_, column, cells) => {
    const { told, text, kept } = await taken(cells);
    expect(told).toEqual([`2 ${column} private-key-told`]);
    expect(text).toContain('custody reference');
    expect(text).toContain('[private key]');
    expect(kept).not.toMatch(/KwdMAjGmer|xprv9s21/);
  });

  it.each<[string, Cells]>([
    ['Vin', { Vin: KEY }],
    ['Vin', { Vin: EXTENDED }],
    ['What', { What: `words, and ${EXTENDED}` }],
    ['Taken', { Taken: KEY }],
  ])('is asked about in %s, whatever is read out of it', async (column, cells) => {
    const address = { Vin: '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD', ...cells };
    const { told, kept } = await taken(address, wallets);
    expect(told).toEqual([`2 ${column} private-key-told`]);
    expect(kept).not.toMatch(/KwdMAjGmer|xprv9s21/);
  });

  it.each<[string, Cells]>([
    ['Worth', { Worth: KEY }],
    ['Worth', { Worth: `3 ${EXTENDED}` }],
    ['Seen', { Seen: `${'soon '.repeat(9)}${KEY}` }],
  ])('is asked about in %s, and no part of it is read or quoted', async (column, cells) => {
    const { told, kept } = await taken(cells);
    expect(told).toEqual([`2 ${column} private-key-told`]);
    expect(kept).not.toMatch(/KwdMAjGmer|xprv9s21/);
  });
});
