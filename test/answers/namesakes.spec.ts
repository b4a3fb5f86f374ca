import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, Day, EventId, OrderId, Quarter } from '#core';
import { idOfWords } from '#event-store';
import { asset, assetHistory, caseFile, figures, order, ReadModels, unsealed } from '#read-models';
import { type BookDatabase, openEmbedded, openServer } from '#runtime';

import { diagnose } from '../../apps/cli/src/doctor.js';
import { Book } from '../support/book.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, EUR] = ['ES' as CountryCode, 'EUR' as CurrencyCode];
const [first, second] = [id<CaseId>('first'), id<CaseId>('second')];
/** What both cases call so. */
const [car, price, ruling] = [id<AssetId>('car'), id<AssetId>('price'), id<OrderId>('ruling')];
const own = (kind: 'asset' | 'order', told: string): string => idOfWords('namesake', second, kind, told);
const mending = { reason: 'slip', approvedBy: 'head', author: 'clerk-1' };

const opening = (caseId: CaseId): CaseDecision =>
  decide.CaseOpened({ caseId, reference: caseId, title: 'Car', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }); // prettier-ignore

const found = (assetId: AssetId): CaseDecision =>
  decide.AssetIdentified({ assetId, category: 'vehicle', description: 'a car', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }); // prettier-ignore
const others = (count: number): CaseDecision[] => Array.from({ length: count }, () => found(crypto.randomUUID() as AssetId)); // prettier-ignore

const identified = (amount: string): CaseDecision[] => [
  found(car),
  decide.AssetValued({ assetId: car, amount, currency: EUR, method: 'expert-appraisal', valuedOn: day('2024-01-10') }),
]; // prettier-ignore

const issued = (assetId: AssetId): CaseDecision =>
  decide.OrderIssued({ orderId: ruling, kind: 'confiscation', power: 'unknown', reference: 'R', authority: 'Court', jurisdiction: ES, issuedOn: day('2024-02-01'), over: { assets: [assetId] } }); // prettier-ignore

const confiscated: CaseDecision[] = [
  issued(car),
  decide.AssetConfiscated({ assetId: car, orderId: ruling, effectiveOn: day('2024-02-02') }),
  decide.OrderBecameFinal({ orderId: ruling, finalOn: day('2024-02-20') }),
]; // prettier-ignore

const saleIssued = decide.OrderIssued({ orderId: id<OrderId>('sale'), kind: 'interim-sale', power: 'unknown', reference: 'S', authority: 'Court', jurisdiction: ES, issuedOn: day('2024-02-25'), over: { assets: [car] } }); // prettier-ignore
const sold = decide.AssetConverted({ assetId: car, newAssetId: price, how: 'sale', category: 'cash', description: 'price', identifiers: [], proceeds: { amount: '70', currency: EUR }, effectiveOn: day('2024-03-01') }); // prettier-ignore

const namings = (openDatabase: () => Promise<BookDatabase>): void => {
  let book: Book;
  let db: BookDatabase;

  beforeEach(async () => {
    db = await openDatabase();
    book = await Book.open(db);
  });
  afterEach(() => db.close());

  const confiscatedInAll = async (answers: ReadModels, asOf?: number): Promise<unknown> => {
    const quarter = '2024Q1' as Quarter;
    const asked = { period: { first: quarter, last: quarter }, by: [], definitions: ['value-confiscated'], ...(asOf ? { asOf } : {}) }; // prettier-ignore
    const [total] = (await figures(answers, 'whole', asked)).totals;
    return total && [total.assets, total.eur];
  };

  /** Both have a car worth something, which is confiscated for good. */
  const assertBothCounted = async (): Promise<void> => {
    const { readModels } = book;
    expect(await confiscatedInAll(readModels)).toEqual([2, '1100.00']);
    expect(await asset(readModels, 'whole', car)).toMatchObject({ caseId: first, stage: 'confiscated-final', value: { amount: '1000.00' }, orders: [ruling] }); // prettier-ignore
    expect(await asset(readModels, 'whole', own('asset', car))).toMatchObject({ caseId: second, stage: 'confiscated-final', value: { amount: '100.00' }, orders: [own('order', ruling)] }); // prettier-ignore
    expect(await order(readModels, 'whole', ruling)).toMatchObject({ caseId: first, status: 'final' });
    expect(await order(readModels, 'whole', own('order', ruling))).toMatchObject({
      caseId: second,
      status: 'final',
      issued: { over: { assets: [own('asset', car)] } },
    });
    expect(unsealed(await caseFile(readModels, 'whole', second))?.namesakes).toEqual([
      { kind: 'asset', told: car, id: own('asset', car), eventId: expect.any(String) },
      { kind: 'order', told: ruling, id: own('order', ruling), eventId: expect.any(String) },
    ]);
    expect(unsealed(await caseFile(readModels, 'whole', first))).not.toHaveProperty('namesakes');
    expect((await readModels.verify()).differences).toEqual([]);
  };

  it('counts both where they come together', async () => {
    await book.record(first, opening(first), ...identified('1000'), ...confiscated);
    await book.record(second, opening(second), ...identified('100'), ...confiscated);
    await book.readModels.catchUp();
    await assertBothCounted();
  });

  it('counts both where the first is known to the rows alone', async () => {
    await book.record(first, opening(first), ...identified('1000'));
    await book.record(first, ...confiscated);
    await book.readModels.catchUp();
    await book.record(second, opening(second), ...identified('100'));
    await book.record(second, ...confiscated);
    book = { ...book, readModels: await new ReadModels(db, book.store).open() } as unknown as Book;
    await book.readModels.catchUp();
    await assertBothCounted();
  });

  it('does not take the order of one for that of the other', async () => {
    await book.record(first, opening(first), ...identified('1000'), ...confiscated);
    await book.readModels.catchUp();
    await book.record(
      second,
      opening(second),
      found(price),
      issued(price),
      decide.AssetConfiscated({ assetId: price, orderId: ruling, effectiveOn: day('2024-02-02') }),
      decide.OrderBecameFinal({ orderId: ruling, finalOn: day('2024-02-21') }),
    );
    const readModels = await new ReadModels(db, book.store).open();
    await readModels.catchUp();
    expect(await order(readModels, 'whole', ruling)).toMatchObject({ caseId: first, measures: [{ assetId: car }] });
    expect(await order(readModels, 'whole', own('order', ruling))).toMatchObject({ caseId: second, measures: [{ assetId: price }] }); // prettier-ignore
  });

  it('goes on with one while a third case gives the id again', async () => {
    await book.record(first, opening(first), found(car));
    await book.record(second, opening(second), found(car));
    await book.readModels.catchUp();
    await book.record(id<CaseId>('third'), opening(id<CaseId>('third')), found(car));
    await book.record(second, ...identified('7').slice(1));
    const readModels = await new ReadModels(db, book.store).open();
    await readModels.catchUp();
    expect(await asset(readModels, 'whole', own('asset', car))).toMatchObject({ caseId: second, value: { amount: '7.00' } }); // prettier-ignore
    expect(await asset(readModels, 'whole', car)).not.toHaveProperty('value');
  });

  it('has one name for an order that is issued again under the same id', async () => {
    await book.record(first, opening(first), found(car), issued(car));
    const { eventIds } = await book.record(second, opening(second), found(price), issued(price));
    await book.readModels.catchUp();
    await book.record(second, decide.EntryVoided({ eventId: eventIds[2] as EventId, ...mending }));
    await book.readModels.catchUp();
    await book.record(second, issued(price));
    for (const readModels of [await new ReadModels(db, book.store).open(), book.readModels]) {
      await readModels.catchUp();
      expect(unsealed(await caseFile(readModels, 'whole', second))?.namesakes).toHaveLength(1);
      expect((await readModels.verify()).differences).toEqual([]);
    }
  });

  it('makes the answers anew though the rows alone know the first', async () => {
    await book.record(first, opening(first), ...identified('1000'), ...others(4_200));
    await book.record(second, opening(second), found(car));
    await book.record(first, ...others(2_200));
    await book.record(first, ...confiscated);
    await book.readModels.catchUp();
    expect(await book.readModels.rebuild()).toMatchObject({ differences: [], switched: true });
    expect(await confiscatedInAll(book.readModels)).toEqual([1, '1000.00']);
  });

  it('keeps them apart in what follows: corrections, what takes their place, and what was known before', async () => {
    await book.record(first, opening(first), ...identified('1000'), ...confiscated);
    await book.readModels.catchUp();
    const valued = (await book.record(second, opening(second), ...identified('100'))).eventIds[2] as EventId;
    const before = (await book.record(second, ...confiscated)).position;
    const readModels = await new ReadModels(db, book.store).open();
    await readModels.catchUp();
    const data = {
      assetId: car,
      amount: '300',
      currency: EUR,
      method: 'expert-appraisal',
      valuedOn: day('2024-01-10'),
    } as const;
    await book.record(second, decide.EntryCorrected({ eventId: valued, data, ...mending }));
    await book.record(first, saleIssued, sold);
    await book.record(second, saleIssued, sold);
    await readModels.catchUp();
    expect(await confiscatedInAll(readModels)).toEqual([2, '1300.00']);
    expect(await confiscatedInAll(readModels, before)).toEqual([2, '1100.00']);
    const heirs = [await asset(readModels, 'whole', price), await asset(readModels, 'whole', own('asset', price))];
    expect(heirs).toMatchObject([
      { caseId: first, convertedFrom: car, stage: 'confiscated-final' },
      { caseId: second, convertedFrom: own('asset', car), stage: 'confiscated-final' },
    ]);
    const openedAt = before - 5;
    expect(unsealed(await caseFile(readModels, 'whole', second, openedAt))).not.toHaveProperty('namesakes');
    expect(await asset(readModels, 'whole', own('asset', car), before)).toMatchObject({ value: { amount: '100.00' }, caseId: second }); // prettier-ignore
    const told = await assetHistory(readModels, 'whole', second, own('asset', car), { limit: 10 });
    expect(told.items.map((entry) => unsealed(entry)?.type)).toEqual([
      'AssetIdentified', 'AssetValued', 'OrderIssued', 'AssetConfiscated', 'EntryCorrected', 'OrderIssued', 'AssetConverted',
    ]); // prettier-ignore
    expect((await readModels.rebuild()).differences).toEqual([]);
  });
};

describe('two cases that give an asset and an order the same id', () => {
  describe('in an embedded database', () => namings(() => openEmbedded('memory', { durable: false })));

  if (noServer) describe.skip(`on a PostgreSQL server: ${noServer}`, () => it('are kept apart', () => undefined));
  else
    describe('on a PostgreSQL server', () => {
      let server: PostgresServer;
      let count = 0;
      beforeAll(async () => {
        server = await startPostgres();
      });
      afterAll(() => server.stop());
      const newDatabase = async (): Promise<string> => {
        const url = new URL(server.url);
        const admin = await openServer(server.url);
        await admin.execute(`create database names_${++count}`);
        await admin.close();
        url.pathname = `/names_${count}`;
        return url.href;
      };
      namings(async () => openServer(await newDatabase()));

      it('is told by the doctor', async () => {
        const url = await newDatabase();
        const book = await Book.open(await openServer(url));
        const said = async (): Promise<unknown> => {
          await book.readModels.catchUp();
          const found = await diagnose({ DATABASE_URL: url });
          return found.find(({ name }) => name === 'ids given twice');
        };
        await book.record(first, opening(first), ...identified('1000'));
        expect(await said()).toMatchObject({ state: 'ok' });
        await book.record(second, opening(second), ...identified('100'));
        expect(await said()).toMatchObject({ state: 'warning', says: expect.stringMatching(`^1 case.* ${second}$`) });
        await book.record(second, decide.DuplicateDeclared({ assetId: car, survivorId: car, survivorCaseId: first, reason: 'one car', approvedBy: 'head' })); // prettier-ignore
        expect(await said()).toMatchObject({ state: 'ok' });
        expect(await asset(book.readModels, 'whole', own('asset', car))).toMatchObject({ duplicateOf: car });
        await book.close();
      });
    });
});
