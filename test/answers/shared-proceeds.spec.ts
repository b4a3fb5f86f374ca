import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, Day, EventId, OrderId } from '#core';
import { idOfWords } from '#event-store';
import { order, unsealed } from '#read-models';

import { Book } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, FR, PT] = ['ES', 'FR', 'PT'] as [CountryCode, CountryCode, CountryCode];
const EUR = 'EUR' as CurrencyCode;
const caseId = id<CaseId>('case');
const [yacht, price, car, flat] = ['yacht', 'price', 'car', 'flat'].map((word) => id<AssetId>(word)) as [
  AssetId,
  AssetId,
  AssetId,
  AssetId,
];
const [french, spanish, sale] = ['french', 'spanish', 'sale'].map((word) => id<OrderId>(word)) as [OrderId, OrderId, OrderId]; // prettier-ignore
const euro = (amount: string) => ({ amount, currency: EUR });

const identified = (assetId: AssetId, category: 'vessel' | 'vehicle' | 'real-estate'): CaseDecision =>
  decide.AssetIdentified({ assetId, category, description: category, identifiers: [], identifiedOn: day('2024-01-02'), jurisdiction: ES }); // prettier-ignore
const confiscating = (orderId: OrderId, jurisdiction: CountryCode, assets: AssetId[]): CaseDecision =>
  decide.OrderIssued({ orderId, kind: 'confiscation', power: 'conviction-based', reference: '1', authority: 'Court', jurisdiction, issuedOn: day('2024-02-01'), finalOn: day('2024-02-01'), over: { assets } }); // prettier-ignore
const confiscated = (assetId: AssetId, orderId: OrderId): CaseDecision =>
  decide.AssetConfiscated({ assetId, orderId, effectiveOn: day('2024-03-01'), jurisdiction: ES, power: 'conviction-based', shareBp: 10_000, final: true }); // prettier-ignore
const sold = (assetId: AssetId, proceeds?: string): CaseDecision =>
  decide.AssetDisposed({ assetId, effectiveOn: day('2024-05-01'), shareBp: 10_000, outcome: 'sold', ...(proceeds ? { proceeds: euro(proceeds) } : {}) }); // prettier-ignore

describe('what States share of what a confiscation order brought', () => {
  let book: Book;

  const shared = async (orderId: OrderId, asOf?: number): Promise<unknown> => {
    await book.readModels.catchUp();
    const found = unsealed(await order(book.readModels, 'whole', orderId, asOf));
    return found && 'sharedProceeds' in found ? found.sharedProceeds : undefined;
  };
  const ofSpain = (obtained: string, more: object): object[] => [
    { executing: 'ES', obtained, unvalued: 0, sealed: 0, ...more },
  ];

  beforeAll(async () => {
    book = await Book.open();
    await book.record(
      caseId,
      decide.CaseOpened({ caseId, reference: '1/24', title: 'Yacht', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
      identified(yacht, 'vessel'), identified(car, 'vehicle'), identified(flat, 'real-estate'),
      decide.AssetValued({ assetId: yacht, ...euro('300000'), method: 'expert-appraisal', valuedOn: day('2024-01-10') }),
      decide.AssetValued({ assetId: car, ...euro('7000'), method: 'guide-price', valuedOn: day('2024-01-10') }),
      decide.OrderIssued({ orderId: sale, kind: 'interim-sale', power: 'unknown', reference: '2', authority: 'Court', jurisdiction: ES, issuedOn: day('2024-01-11'), over: { assets: [yacht] } }),
      decide.AssetConverted({ assetId: yacht, newAssetId: price, how: 'sale', category: 'cash', description: 'price', identifiers: [], proceeds: euro('225000'), effectiveOn: day('2024-01-12') }),
      confiscating(french, FR, [price, car]), confiscating(spanish, ES, [flat]),
    ); // prettier-ignore
  });
  afterAll(() => book.close());

  it('is nothing before anything is confiscated for good', async () => {
    expect(await shared(french)).toEqual([]);
  });

  it('is half of the money that stands in the place of the yacht', async () => {
    const { position } = await book.record(caseId, confiscated(price, french));
    const halves = ofSpain('225000.00', { transferred: '112500.00', kept: '112500.00' });
    expect(await shared(french)).toEqual(halves);
    expect(await shared(french, position - 1)).toEqual([]);
    expect(await shared(french, position)).toEqual(halves);
  });

  it('is shared by the State that executed the order, though the money went elsewhere since, to the issuing State too', async () => {
    const halves = ofSpain('225000.00', { transferred: '112500.00', kept: '112500.00' });
    for (const [on, jurisdiction] of [
      ['2024-03-05', PT],
      ['2024-03-06', FR],
    ] as const) {
      const moved = decide.AssetRelocated({ assetId: price, effectiveOn: day(on), jurisdiction });
      const { position } = await book.record(caseId, moved);
      expect(await shared(french)).toEqual(halves);
      expect(await shared(french, position)).toEqual(halves);
    }
  });

  it('counts what is no money when it is sold, for what it brought; not told, nothing is split', async () => {
    await book.record(caseId, confiscated(car, french));
    const { eventIds, position } = await book.record(caseId, sold(car));
    expect(await shared(french)).toEqual(ofSpain('225000.00', { unvalued: 1 }));
    const data = { assetId: car, effectiveOn: day('2024-05-01'), shareBp: 10_000, outcome: 'sold', proceeds: euro('4000.01') } as const; // prettier-ignore
    await book.record(
      caseId,
      decide.EntryCorrected({ eventId: eventIds[0] as EventId, data, reason: 'slip', approvedBy: 'head', author: 'clerk-1' }), // prettier-ignore
    );
    expect(await shared(french)).toEqual(ofSpain('229000.01', { transferred: '114500.01', kept: '114500.00' }));
    expect(await shared(french, position)).toEqual(ofSpain('225000.00', { unvalued: 1 }));
  });

  it('leaves to the victims what was given to them, and shares nothing of an order of its own', async () => {
    await book.record(caseId, confiscated(flat, spanish), sold(flat, '50000'));
    expect(await shared(spanish)).toEqual([]);
    const given = { assetId: price, effectiveOn: day('2024-06-01'), shareBp: 10_000, outcome: 'victims' } as const;
    await book.record(caseId, decide.AssetDisposed(given));
    expect(await shared(french)).toEqual(ofSpain('4000.01', { transferred: '0.00', kept: '4000.01' }));
  });
});
