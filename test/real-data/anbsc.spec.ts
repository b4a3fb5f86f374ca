import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { periodOf } from '#core';
import { importFile, type Outcome, readMapping } from '#intake';
import { casesOfAssets, countAssets, figures } from '#read-models';

import { Book, clerk } from '../support/book.js';
import { realFile } from './shared.js';

const registers = [
  {
    name: 'immobili',
    file: 'Immobili_in_gestione.csv',
    rows: 17_453,
    category: 'real-estate',
    final: 8_776,
    sicily: 5_761,
    naples: 1_223,
  },
  {
    name: 'aziende',
    file: 'Aziende_in_gestione.csv',
    rows: 3_022,
    category: 'company',
    final: 1_758,
    sicily: 951,
    naples: 324,
  },
].map((register) => ({ ...register, ...realFile('anbsc', register.file) }));

describe.each(registers)(
  'the ANBSC register of $name',
  ({ path, present, why, name, rows, category, final, sicily, naples }) => {
    let book: Book;
    let outcome: Outcome;
    const test = present ? it : it.skip;
    const named = (rule: string): string => (present ? rule : `${rule} ${why}`);

    beforeAll(async () => {
      if (!present) return;
      book = await Book.open();
      outcome = await importFile({
        file: path,
        mapping: await readMapping(`libs/intake/mappings/anbsc-${name}.yaml`),
        recorder: book.recorder,
        actor: clerk,
        known: book.known,
        lookup: (ids) => casesOfAssets(book.readModels, ids),
      });
      await book.readModels.catchUp();
    }, 180_000);

    afterAll(() => (present ? book.close() : undefined));

    test(named('accounts for every row'), () => {
      expect(outcome.rows).toBe(rows);
      expect(outcome.recorded + outcome.alreadyRecorded + outcome.questioned).toBe(rows);
      expect(outcome.assets).toBe(rows);
    });

    test(named('counts final confiscations, Sicily and Naples'), async () => {
      const count = (asked: object): Promise<number> => countAssets(book.readModels, 'whole', { category, ...asked });
      expect(await count({ stage: 'confiscated-final' })).toBe(final);
      expect(await count({ region: 'IT-82' })).toBe(sicily);
      expect(await count({ district: 'IT-NA' })).toBe(naples);
    });

    test(named('stands in stock, in no quarter, and says that nothing is valued'), async () => {
      const period = periodOf('2000Q1..2026Q4');
      const { totals } = await figures(book.readModels, 'whole', { period, by: [] });
      const of = (definition: string): object | undefined =>
        totals.find((total) => total.definition === `${definition}@1`);
      const nothing = { assets: 0, valued: 0, eur: '0.00' };
      for (const flow of ['value-identified', 'value-seized', 'value-confiscated'])
        expect(of(flow)).toMatchObject(nothing);
      expect(of('value-held')).toMatchObject({ assets: rows, valued: 0, unvalued: rows, opening: rows, eur: '0.00' });
    });
  },
);
