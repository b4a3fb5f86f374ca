import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide, publishRates, ratesDecider, streamOf } from '#casework';
import { type AssetId, type CaseId, type CountryCode, type CurrencyCode, type Day, type EventId, type OrderId, periodOf } from '#core'; // prettier-ignore
import { idOfWords } from '#event-store';
import { asset, assets, figures, order, unsealed } from '#read-models';

import { Book } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, FR, EUR] = ['ES' as CountryCode, 'FR' as CountryCode, 'EUR' as CurrencyCode];
const [caseId, boat, van, cash] = [id<CaseId>('case'), id<AssetId>('boat'), id<AssetId>('van'), id<AssetId>('cash')];
const confiscation = id<OrderId>('confiscation');

const usd = (amount: string) => ({ amount, currency: 'USD' as CurrencyCode });

const identified = (assetId: AssetId) =>
  decide.AssetIdentified({ assetId, category: 'vehicle', description: 'blue', identifiers: [], identifiedOn: day('2024-05-01'), jurisdiction: FR }); // prettier-ignore

const valuation = (assetId: AssetId, amount: string, on: string) => ({
  ...usd(amount),
  assetId,
  method: 'police-estimate' as const,
  valuedOn: day(on),
});

describe('a rate that is published late', () => {
  let book: Book;
  /** What was answered when the log stood at each position. */
  const lived = new Map<number, unknown>();

  const answers = async (asOf?: number): Promise<unknown> => {
    const rm = book.readModels;
    const asked = { period: periodOf('2024Q2'), by: ['category', 'stage'] as const, asOf };
    return {
      figures: { ...(await figures(rm, 'whole', asked)), asOf: 0 },
      assets: (await assets(rm, 'whole', {}, { limit: 9, asOf })).items,
      files: await Promise.all([boat, van, cash].map((one) => asset(rm, 'whole', one, asOf))),
      order: await order(rm, 'whole', confiscation, asOf),
    };
  };

  const stands = async (): Promise<void> => {
    await book.readModels.catchUp();
    lived.set(book.readModels.position(), await answers());
  };

  const record = async (...decisions: CaseDecision[]): Promise<readonly EventId[]> => {
    const { eventIds } = await book.record(caseId, ...decisions);
    await stands();
    return eventIds as readonly EventId[];
  };

  const publish = async (from: string, rate: string): Promise<void> => {
    const rates = publishRates({ source: 'ECB', base: EUR, from: day(from), to: day(from), rates: { USD: rate } });
    await book.recordIn(streamOf.rates('ECB'), ratesDecider, [rates]);
    await stands();
  };

  const euro = async (assetId: AssetId): Promise<string | undefined> => {
    const held = unsealed(await asset(book.readModels, 'whole', assetId));
    expect(held?.holdings).toMatchObject([held?.value?.eur === undefined ? {} : { eur: held.value.eur }]);
    return held?.value?.eur;
  };

  const corrected = (eventId: EventId | undefined, data: object) =>
    decide.EntryCorrected({
      eventId: eventId as EventId,
      data: data as never,
      reason: 'misread',
      approvedBy: 'head',
      author: 'clerk-1',
    });

  beforeAll(async () => {
    book = await Book.open();
    await record(
      decide.CaseOpened({ caseId, reference: '1/24', title: 'Boat', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
      identified(boat),
      identified(van),
    ); // prettier-ignore
  }, 120_000);
  afterAll(() => book.close());

  it('converts what waited, and nothing that was converted before it', async () => {
    await publish('2024-05-08', '1.0000');
    await record(decide.AssetValued(valuation(boat, '1000.00', '2024-05-09')));
    expect(await euro(boat)).toBeUndefined();
    await publish('2024-05-10', '1.2500');
    expect(await euro(boat)).toBe('1000.00');
    await publish('2024-05-09', '2.0000');
    expect(await euro(boat)).toBe('1000.00');
    await record(decide.AssetValued(valuation(van, '1000.00', '2024-05-09')));
    expect(await euro(van)).toBe('500.00');
  });

  it('leaves the rate of a valuation alone when something else of it is corrected', async () => {
    const [valued] = await record(decide.AssetValued(valuation(boat, '3000.00', '2024-05-12')));
    await publish('2024-05-13', '1.5000');
    expect(await euro(boat)).toBe('2400.00');
    await publish('2024-05-12', '3.0000');
    const told = valuation(boat, '3000.00', '2024-05-12');
    await record(corrected(valued, { ...told, valuer: 'Dr X' }));
    expect(await euro(boat)).toBe('2400.00');
    await record(corrected(valued, { ...told, amount: '3000.01' }));
    expect(await euro(boat)).toBe('2400.01');
    await record(corrected(valued, { ...told, valuedOn: day('2024-05-13') }));
    expect(await euro(boat)).toBe('2000.00');
    await record(corrected(valued, { ...told, currency: EUR }));
    expect(await euro(boat)).toBe('3000.00');
  });

  it('leaves that of what a sale brought alone, and what is shared of it', async () => {
    const sale = {
      assetId: van,
      newAssetId: cash,
      how: 'sale' as const,
      category: 'cash' as const,
      description: 'what the van brought',
      identifiers: [],
      proceeds: usd('30000.00'),
      effectiveOn: day('2024-05-21'),
    };
    await publish('2024-05-20', '1.0000');
    const ordered = {
      power: 'conviction-based',
      authority: 'Juzgado 1',
      jurisdiction: ES,
      issuedOn: day('2024-05-02'),
    } as const;
    const [, sold] = await record(
      decide.OrderIssued({ ...ordered, orderId: id('interim sale'), kind: 'interim-sale', reference: 'A 1', over: { assets: [van] } }),
      decide.AssetConverted(sale),
      decide.OrderIssued({ ...ordered, orderId: confiscation, kind: 'confiscation', reference: 'A 2', finalOn: day('2024-05-02'), over: { assets: [cash] } }),
      decide.AssetConfiscated({ assetId: cash, orderId: confiscation, effectiveOn: day('2024-05-21'), final: true, power: 'conviction-based', shareBp: 10_000 }),
    ); // prettier-ignore
    const obtained = async () =>
      (unsealed(await order(book.readModels, 'whole', confiscation))?.sharedProceeds ?? []).map((one) => one.obtained);
    expect(await obtained()).toEqual(['0.00']);
    await publish('2024-05-22', '1.2500');
    expect(await obtained()).toEqual(['30000.00']);
    await publish('2024-05-21', '3.0000');
    await record(corrected(sold, { ...sale, description: 'what the blue van brought' }));
    expect(await obtained()).toEqual(['30000.00']);
  });

  it('changes no answer as of any position, and a rebuild answers the same', async () => {
    const known = [...lived.keys()];
    expect(known.length).toBeGreaterThan(15);
    for (const position of known) expect([position, await answers(position)]).toEqual([position, lived.get(position)]);
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });
});
