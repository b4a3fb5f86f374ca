import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { periodOf } from '#core';
import { importFile, type Outcome, readMapping } from '#intake';
import { casesOfAssets, figures, type Figure } from '#read-models';

import { Book, clerk } from '../support/book.js';
import { quarters } from './cook-county.quarters.js';
import { realFile } from './shared.js';

const { path, present, why } = realFile('cook-county', 'cook_forfeitures.csv');
const everything = '2012Q1..2017Q4';

(present ? describe : describe.skip)(`the Cook County register ${present ? '' : why}`, () => {
  let book: Book;
  let outcome: Outcome;

  const importIt = async (): Promise<Outcome> =>
    importFile({
      file: path,
      mapping: await readMapping('libs/intake/mappings/cook-county.yaml'),
      recorder: book.recorder,
      actor: clerk,
      known: book.known,
      lookup: (ids) => casesOfAssets(book.readModels, ids),
    });

  const total = async (definition: string, period: string): Promise<Figure | undefined> =>
    (await figures(book.readModels, 'whole', { period: periodOf(period), by: [], definitions: [definition] }))
      .totals[0];

  const short = async (definition: string, period: string): Promise<object> => {
    const figure = await total(definition, period);
    return { assets: figure?.assets, unvalued: figure?.unvalued, usd: figure?.amounts?.[0]?.amount, eur: figure?.eur };
  };

  beforeAll(async () => {
    book = await Book.open();
    await book.loadEcbRates('2011-12-01');
    outcome = await importIt();
    await book.readModels.catchUp();
  }, 600_000);

  afterAll(() => book.close());

  it('accounts for every row: recorded or a question', () => {
    expect(outcome).toMatchObject({
      rows: 23_106,
      recorded: 23_001,
      alreadyRecorded: 0,
      questioned: 105,
      assets: 23_080,
    });
    expect(Object.values(outcome.questionsByCode).sort((a, b) => a - b)).toEqual([1, 1, 4, 7, 19, 22, 51]);
  });

  it.each([
    ['value-seized', everything, { assets: 23_080, unvalued: 41, usd: '105006827.24', eur: '85888448.37' }],
    ['value-seized', '2014Q3', { assets: 1_158, unvalued: 1, usd: '4168423.79', eur: '3148431.66' }],
    ['value-seized', '2015Q4', { assets: 926, unvalued: 0, usd: '5584178.72', eur: '5134362.43' }],
    ['value-confiscated', everything, { assets: 17_460, unvalued: 1, usd: '66648853.80', eur: '54365871.08' }],
    ['value-confiscated', '2014Q3', { assets: 930, unvalued: 0, usd: '2786927.00', eur: '2074218.78' }],
  ])('%s in %s', async (definition, period, required) => {
    expect(await short(definition, period)).toEqual(required);
  });

  it.each(Object.entries(quarters))('%s quarter by quarter, as counted apart', async (definition, required) => {
    const counted = required.map(async (line) => {
      const [quarter = ''] = line.split(' ');
      const { assets, unvalued, amounts, eur } = (await total(definition, quarter)) ?? {};
      return `${quarter} ${assets} ${unvalued} ${amounts?.[0]?.amount} ${eur}`;
    });
    expect(await Promise.all(counted)).toEqual(required);
  });

  it('still holds what was seized and not confiscated, after gains and losses', async () => {
    const asked = { period: periodOf(everything), by: ['stage'] as const, definitions: ['value-held'] };
    const { rows } = await figures(book.readModels, 'whole', asked);
    expect(rows.find(({ group }) => group.stage === 'seized')?.eur).toBe('30211888.26');
    const [revaluation] = await book.db.query<{ eur: string }>(
      `select sum(eur) as eur from ${book.readModels.schema}.cells where from_place = 'revaluation'`,
    );
    const [undone] = await book.db.query<{ eur: string }>(
      `select sum(eur) as eur from ${book.readModels.schema}.cells where to_place = 'revaluation'`,
    );
    expect(Number(revaluation?.eur) - Number(undone?.eur)).toBe(-131_068_903);
  });

  it('tells cash from vehicles', async () => {
    const asked = { period: periodOf(everything), by: ['category'] as const, definitions: ['value-seized'] };
    const { rows } = await figures(book.readModels, 'whole', asked);
    expect(rows.map(({ group, assets, amounts }) => [group.category, assets, amounts?.[0]?.amount])).toEqual([
      ['cash', 16_099, '64964267.60'],
      ['goods', 1_046, '6358499.64'],
      ['vehicle', 5_935, '33684060.00'],
    ]);
  });

  it('adds nothing when it is imported again', async () => {
    const before = await book.store.head();
    const again = await importIt();
    expect(again).toMatchObject({ rows: 23_106, recorded: 0, alreadyRecorded: 23_001, questioned: 105, events: 0 });
    expect(await book.store.head()).toBe(before);
  }, 180_000);

  it('is the same when it is replayed from zero', async () => {
    expect((await book.readModels.verify()).differences).toEqual([]);
  }, 180_000);
});
