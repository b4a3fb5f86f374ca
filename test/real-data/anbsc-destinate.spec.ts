import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { periodOf } from '#core';
import { importFile, type Outcome, readMapping } from '#intake';
import { casesOfAssets, countAssets, figures } from '#read-models';

import { Book, clerk } from '../support/book.js';
import { realFile } from './shared.js';

const { path, present, why } = realFile('anbsc', 'Aziende_destinate.csv');

(present ? describe : describe.skip)(`the ANBSC register of companies disposed of ${present ? '' : why}`, () => {
  let book: Book;
  let outcome: Outcome;

  beforeAll(async () => {
    book = await Book.open();
    outcome = await importFile({
      file: path,
      mapping: await readMapping('libs/intake/mappings/anbsc-aziende-destinate.yaml'),
      recorder: book.recorder,
      actor: clerk,
      known: book.known,
      lookup: (ids) => casesOfAssets(book.readModels, ids),
    });
    await book.readModels.catchUp();
  }, 180_000);
  afterAll(() => book.close());

  it('asks about six days that cannot be and three companies that were let', () => {
    expect(outcome).toMatchObject({
      rows: 952,
      recorded: 943,
      questioned: 9,
      assets: 946,
      questionsByCode: { 'decree-day-outside-window': 6, 'let-not-disposed': 3 },
    });
  });

  it('disposes of each on the day of its decree, day and month not swapped, at a price nobody tells', async () => {
    const sold = async (quarter: string): Promise<object | undefined> =>
      (await figures(book.readModels, 'whole', { period: periodOf(quarter), by: [], definitions: ['value-realised'] }))
        .totals[0];
    // The register has 2, 86, 16 and 77 decrees in 2015; two of the first quarter and one of the last let the company.
    for (const [quarter, assets] of Object.entries({ '2015Q1': 0, '2015Q2': 86, '2015Q3': 16, '2015Q4': 76 }))
      expect(await sold(quarter)).toMatchObject({ assets, valued: 0, unvalued: assets, eur: '0.00' });
  });

  it('confiscates none in any quarter, and still holds those that were let', async () => {
    const asked = { period: periodOf('1982Q3..2026Q4'), by: [], definitions: ['value-confiscated'] };
    expect((await figures(book.readModels, 'whole', asked)).totals).toMatchObject([{ assets: 0 }]);
    expect(await countAssets(book.readModels, 'whole', { stage: 'confiscated-final' })).toBe(3);
  });
});
