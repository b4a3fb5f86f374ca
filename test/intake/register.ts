import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import iconv from 'iconv-lite';

import { type Admission, importFile, type Mapping, type Outcome, parseMapping } from '#intake';
import { casesOfAssets } from '#read-models';

import { type Book, clerk } from '../support/book.js';

/** An invented register that uses every word of the language of mappings. */
export const harbour = (file = "{ encoding: utf-8, delimiter: ';' }"): Mapping =>
  parseMapping(`
name: harbour
version: 1
file: ${file}
columns: [Docket, Report, Item, Seen, Taken, What, Worth, Vin]
drop: [Owner]
days: [DD/MM/YYYY, YYYY-MM-DD]
windows:
  years: { from: '2010-01-01', to: '2020-12-31', code: outside-years }
patterns:
  price: '(?<amount>[0-9.,]+) *(?<currency>[A-Z€]+)?'
  thing: '^(boat|car|café|gem|crew|plane|constructor)$'
case:
  key: ['{Docket}', '{Report}']
  fields:
    reference: '{case.key}'
    title: Harbour {case.key}
    authority: Harbour police
    jurisdiction: PT
    openedOn: { day: Seen, window: years }
asset:
  key: ['{case.key}/{Item}']
facts:
  - name: seen
    when: { any: [{ column: What, empty: true }, { column: What, matches: thing }] }
    events:
      - type: AssetIdentified
        fields:
          assetId: '{asset.id}'
          category: { map: What, values: { boat: vessel, car: vehicle, café: company, gem: goods, '': goods }, questions: { crew: 'People are no assets.' } }
          description: '{What}'
          identifiers: [{ choose: [{ when: { column: Vin, filled: true }, value: { identifier: vin, from: Vin } }] }]
          jurisdiction: PT
          identifiedOn: { day: Seen, window: years }
          note: { join: ['docket {Docket}', 'report {Report}'] }
      - type: AssetValued
        when: { any: [{ column: Worth, filled: true }, { column: What, equals: gem }] }
        fields:
          assetId: '{asset.id}'
          amount: { number: Worth, pattern: price, decimal: ',', thousands: '.' }
          currency: { cut: Worth, pattern: price, group: currency, values: { EUR: EUR, €: EUR, JPY: JPY } }
          method: declared-price
          valuedOn: { day: Seen }
  - name: taken
    when: { column: Taken, filled: true }
    events:
      - type: AssetSeized
        fields: { assetId: '{asset.id}', effectiveOn: { day: Taken, window: years }, power: conviction-based }
questions:
  - { when: { column: What, equals: café }, column: What, code: whose-is-it, reason: Nobody wrote whose it is. }
`);

export const header = ['Docket', 'Report', 'Item', 'Seen', 'Taken', 'What', 'Worth', 'Vin', 'Owner'] as const;
export type Cells = Partial<Record<(typeof header)[number], string>>;

/** A row that is all right, but for what is said otherwise. */
export const rowOf = (cells: Cells): string[] => {
  const whole: Cells = { Docket: 'D1', Item: '1', Seen: '03/04/2014', What: 'boat', Owner: 'a name', ...cells };
  return header.map((name) => whole[name] ?? '');
};

export const textOf = (rows: readonly (readonly string[])[]): string =>
  [header, ...rows].map((cells) => `${cells.join(';')}\r\n`).join('');

let files = 0;
export const write = async (folder: string, text: string, encoding = 'utf-8'): Promise<string> => {
  const path = join(folder, `register-${(files += 1)}.csv`);
  await writeFile(path, iconv.encode(text, encoding));
  return path;
};

interface How {
  readonly admission?: Admission;
  readonly mapping?: Mapping;
  readonly dryRun?: boolean;
  readonly questionsTo?: string;
  readonly mappingFile?: string;
}

export const take = async (book: Book, file: string, { mapping = harbour(), ...how }: How = {}): Promise<Outcome> => {
  await book.readModels.catchUp();
  return importFile({
    file,
    mapping,
    recorder: book.recorder,
    actor: clerk,
    known: book.known,
    lookup: (ids) => casesOfAssets(book.readModels, ids),
    ...how,
  });
};
