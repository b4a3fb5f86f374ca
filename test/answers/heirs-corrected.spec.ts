import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type AssetIdentified, decide } from '#casework';
import { type AssetId, type CaseId, type CountryCode, type CurrencyCode, type Day, type EventId, periodOf } from '#core'; // prettier-ignore
import { idOfWords } from '#event-store';
import { asset, assets, figures } from '#read-models';

import { Book } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, EUR] = ['ES' as CountryCode, 'EUR' as CurrencyCode];
const [caseId, boat, money, gold] = [
  id<CaseId>('case'),
  id<AssetId>('boat'),
  id<AssetId>('money'),
  id<AssetId>('gold'),
];

const converted = (assetId: AssetId, newAssetId: AssetId, category: 'cash' | 'precious-metal', on: string) =>
  decide.AssetConverted({
    ...{ assetId, newAssetId, category, how: 'exchange', description: category, identifiers: [] },
    ...{ proceeds: { amount: '9000.00', currency: EUR }, effectiveOn: day(on) },
  });

describe('what took the place of an asset of which the first entry is corrected', () => {
  let book: Book;
  let entry: EventId;
  let before: number;
  const identified: AssetIdentified['data'] = {
    ...{
      assetId: boat,
      category: 'vessel',
      description: 'white boat',
      identifiers: [],
      identifiedOn: day('2024-04-01'),
    },
    ...{ jurisdiction: ES, locality: 'Vigo', opening: true },
  };

  const told = (assetId: AssetId, asOf?: number) => asset(book.readModels, 'whole', assetId, asOf);
  const correct = async ({ opening: _, ...data }: AssetIdentified['data']): Promise<void> => {
    const how = { reason: 'it was found in April', approvedBy: 'head', author: 'clerk-1' };
    await book.record(caseId, decide.EntryCorrected({ eventId: entry, data, ...how }));
    await book.readModels.catchUp();
  };

  beforeAll(async () => {
    book = await Book.open();
    const { eventIds } = await book.record(
      caseId,
      decide.CaseOpened({ caseId, reference: '1/24', title: 'Boat', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
      decide.AssetIdentified(identified),
      converted(boat, money, 'cash', '2024-05-01'),
      converted(money, gold, 'precious-metal', '2024-06-01'),
    ); // prettier-ignore
    entry = eventIds[1] as EventId;
    await book.readModels.catchUp();
    before = book.readModels.position();
    await correct({ ...identified, description: 'red boat', locality: 'Cangas', note: 'moored' });
  });
  afterAll(() => book.close());

  it('rests on no opening balance either, as the figures say', async () => {
    for (const one of [boat, money, gold]) expect(await told(one)).toMatchObject({ opening: false });
    const asked = { period: periodOf('2024Q2'), by: [], definitions: ['value-held'] };
    const { totals } = await figures(book.readModels, 'whole', asked);
    expect(totals).toMatchObject([{ assets: 1, opening: 0, eur: '9000.00' }]);
  });

  it('says what is corrected, and what its own conversion said of it', async () => {
    const corrected = { locality: 'Cangas', note: 'moored' };
    expect(await told(money)).toMatchObject({ ...corrected, category: 'cash', description: 'cash', identifiedOn: '2024-05-01' }); // prettier-ignore
    expect(await told(gold)).toMatchObject({ ...corrected, description: 'precious-metal', identifiedOn: '2024-06-01' });
  });

  it('said otherwise before, and is told so', async () => {
    for (const one of [boat, money, gold]) expect(await told(one, before)).toMatchObject({ opening: true, locality: 'Vigo' }); // prettier-ignore
    const { items } = await assets(book.readModels, 'whole', { caseId }, { limit: 9, asOf: before });
    expect(items).toMatchObject([{ opening: true }, { opening: true }, { opening: true }]);
  });

  it('says so too where the correction moves no value', async () => {
    const position = book.readModels.position();
    await correct({ ...identified, note: 'ashore' });
    for (const one of [boat, money, gold]) {
      expect(await told(one)).toMatchObject({ opening: false, note: 'ashore', locality: 'Vigo' });
      expect(await told(one, position)).toMatchObject({ opening: false, note: 'moored', locality: 'Cangas' });
    }
  });

  it('is the same in a rebuild', async () => {
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });
});
