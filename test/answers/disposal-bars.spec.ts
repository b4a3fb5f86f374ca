import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { decide } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, Day, EventId, OrderId } from '#core';
import { idOfWords } from '#event-store';
import { asset, timeline, unsealed } from '#read-models';

import { Book } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, EUR] = ['ES' as CountryCode, 'EUR' as CurrencyCode];
const [caseId, car, price, sale] = [id<CaseId>('case'), id<AssetId>('car'), id<AssetId>('price'), id<OrderId>('sale')];
const mending = { reason: 'slip', approvedBy: 'head', author: 'clerk-1' };

const claim = { assetId: car, ground: 'victim-claim', reference: 'RV-1', barredOn: day('2024-02-01') } as const;
const hold = { assetId: car, ground: 'evidence-hold', reference: 'DP-9', barredOn: day('2024-02-02') } as const;
const lifting = { assetId: car, ground: 'evidence-hold', reference: 'DP-9', liftedOn: day('2024-03-01') } as const;

describe('what bars the disposal of an asset', () => {
  let book: Book;
  let lifted: EventId;
  let held: number;

  const barsOf = async (assetId: AssetId, asOf?: number): Promise<unknown> => {
    await book.readModels.catchUp();
    return unsealed(await asset(book.readModels, 'whole', assetId, asOf))?.bars;
  };

  beforeAll(async () => {
    book = await Book.open();
    await book.record(
      caseId,
      decide.CaseOpened({ caseId, reference: '1/24', title: 'Car', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
      decide.AssetIdentified({ assetId: car, category: 'vehicle', description: 'car', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }),
      decide.OrderIssued({ orderId: sale, kind: 'interim-sale', power: 'unknown', reference: 'AUTO 9', authority: 'Juzgado 1', jurisdiction: ES, issuedOn: day('2024-01-15'), over: { assets: [car] } }),
    ); // prettier-ignore
    held = (await book.record(caseId, decide.DisposalBarred(claim), decide.DisposalBarred(hold))).position;
    lifted = (await book.record(caseId, decide.DisposalBarLifted({ ...lifting, outcome: 'copied' }))).eventIds[0] as EventId; // prettier-ignore
  });
  afterAll(() => book.close());

  const open = { ground: 'victim-claim', reference: 'RV-1', barredOn: '2024-02-01' };
  const past = { ground: 'evidence-hold', reference: 'DP-9', barredOn: '2024-02-02', liftedOn: '2024-03-01', outcome: 'copied' }; // prettier-ignore

  it('stands in the file of the asset, open and past, now and as it was known', async () => {
    expect(await barsOf(car)).toEqual([open, past]);
    expect(await barsOf(car, held)).toEqual([open, { ground: 'evidence-hold', reference: 'DP-9', barredOn: '2024-02-02' }]); // prettier-ignore
  });

  it('is told in the timeline', async () => {
    const { items } = await timeline(book.readModels, 'whole', caseId, { limit: 10 });
    expect(items.slice(3).map((one) => unsealed(one)?.type)).toEqual([
      'DisposalBarred',
      'DisposalBarred',
      'DisposalBarLifted',
    ]);
  });

  it('is inherited by what takes its place, as far as it is open', async () => {
    const proceeds = { amount: '9000', currency: EUR };
    await book.record(
      caseId,
      decide.AssetConverted({ assetId: car, newAssetId: price, how: 'sale', category: 'cash', description: 'price', identifiers: [], proceeds, effectiveOn: day('2024-03-02') }),
    ); // prettier-ignore
    expect(await barsOf(price)).toEqual([open]);
    expect(await barsOf(car)).toEqual([open, past]);
  });

  it('reads as its entry was corrected, wherever it was inherited', async () => {
    const { items } = await timeline(book.readModels, 'whole', caseId, { limit: 10 });
    const eventId = items[3]?.eventId as EventId;
    const data = { ...claim, reference: 'RV-2' };
    await book.record(caseId, decide.EntryCorrected({ eventId, data, ...mending }));
    expect([await barsOf(car), await barsOf(price)]).toEqual([
      [{ ...open, reference: 'RV-2' }, past],
      [{ ...open, reference: 'RV-2' }],
    ]);
    await book.record(caseId, decide.EntryCorrected({ eventId: lifted, data: lifting, ...mending }));
    expect(await barsOf(car)).toMatchObject([{}, { liftedOn: '2024-03-01' }]);
    await book.record(caseId, decide.EntryVoided({ eventId, ...mending }));
    expect(await barsOf(price)).toEqual([]);
  });

  it('agrees with a replay of the log', async () => {
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });
});
