import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide, decideNetwork, networkDecider, streamOf } from '#casework';
import { type AssetId, type CaseId, type CountryCode, type CurrencyCode, type Day, type NetworkId, type OrderId, periodOf } from '#core'; // prettier-ignore
import { idOfWords } from '#event-store';
import { asset, type Figure, figures, unsealed } from '#read-models';

import { Book } from '../support/book.js';

const id = <T>(...words: string[]): T => idOfWords(...words) as unknown as T;
const day = (text: string): Day => text as Day;
const ES = 'ES' as CountryCode;
const [larger, smaller] = [id<NetworkId>('larger'), id<NetworkId>('smaller')];

describe('what has no euro value', () => {
  let book: Book;
  beforeAll(async () => {
    book = await Book.open();
    for (const [networkId, name] of [[larger, 'Larger'], [smaller, 'Smaller']] as const) {
      const decision = decideNetwork.NetworkRegistered({ networkId, name, registeredOn: day('2024-01-01') });
      await book.recordIn(streamOf.network(networkId), networkDecider, [(state) => decision(state, {})]);
    } // prettier-ignore
  });
  afterAll(() => book.close());

  /** A case of its own, with one asset in it. */
  const begun = async (name: string, ...more: ((assetId: AssetId) => CaseDecision)[]): Promise<AssetId> => {
    const [caseId, assetId] = [id<CaseId>(name, 'case'), id<AssetId>(name, 'asset')];
    await book.record(
      caseId,
      decide.CaseOpened({ caseId, reference: name, title: name, authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
      decide.AssetIdentified({ assetId, category: 'vessel', description: 'boat', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }),
      ...more.map((decision) => decision(assetId)),
    ); // prettier-ignore
    await book.readModels.catchUp();
    return assetId;
  };
  const worth = (amount: string, currency: string, on: string) => (assetId: AssetId) =>
    decide.AssetValued({ assetId, amount, currency: currency as CurrencyCode, method: 'unknown', valuedOn: day(on) });
  const seized = (shareBp: number, on: string) => (assetId: AssetId) =>
    decide.AssetSeized({ assetId, shareBp, effectiveOn: day(on) });

  const figure = async (quarter: string, definition: string, by: readonly ('network' | 'jurisdiction')[] = []) => {
    const { rows, totals } = await figures(book.readModels, 'whole', { period: periodOf(quarter), by, definitions: [definition] }); // prettier-ignore
    return { rows, total: totals[0] as Figure };
  };

  it('is not hidden by a first share that has one', async () => {
    await begun('rate', worth('1000.00', 'EUR', '2024-01-11'), seized(1_000, '2024-01-12'), worth('1000000.00', 'USD', '2024-01-13'), seized(9_000, '2024-01-14')); // prettier-ignore
    const { total } = await figure('2024Q1', 'value-seized');
    expect(total).toMatchObject({ assets: 1, valued: 1, unconverted: 0, eur: '100.00', incomplete: true });
  });

  it('is told until the rate comes, and no longer', async () => {
    await book.loadEcbRates('2024-01-01');
    const { total } = await figure('2024Q1', 'value-seized');
    expect(total).toMatchObject({ assets: 1, valued: 1, incomplete: false });
  });

  it('is told of each network that has a part in it, in flow and in stock, and of no other', async () => {
    const attributions = [
      { networkId: larger, weightBp: 5_001, confidence: 'confirmed' as const },
      { networkId: smaller, weightBp: 4_999, confidence: 'confirmed' as const },
    ];
    const assetId = await begun(
      'split',
      () => decide.CaseAttributedToNetworks({ attributions, effectiveOn: day('2024-01-02') }),
      seized(10_000, '2024-04-02'),
    );
    const expected = [
      { group: { network: larger }, assets: 1, unvalued: 1, incomplete: true },
      { group: { network: smaller }, assets: 0, unvalued: 0, incomplete: true },
    ].sort((a, b) => (a.group.network < b.group.network ? -1 : 1));
    const held = async (quarter: string) =>
      (await figure(quarter, 'value-held', ['network'])).rows.filter(({ group }) => group.network !== '');
    expect((await figure('2024Q2', 'value-seized', ['network'])).rows).toMatchObject(expected);
    expect(await held('2024Q2')).toMatchObject(expected);
    expect(unsealed(await asset(book.readModels, 'whole', assetId))?.holdings).toHaveLength(2);

    const caseId = id<CaseId>('split', 'case');
    await book.record(caseId, worth('10000.00', 'EUR', '2024-07-01')(assetId));
    await book.readModels.catchUp();
    expect((await held('2024Q3')).map(({ eur, incomplete }) => [eur, incomplete]).sort()).toEqual([['4999.00', false], ['5001.00', false]]); // prettier-ignore
    expect(await held('2024Q2')).toMatchObject(expected);
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });

  it('is what was sold without a price, beside a share that had one', async () => {
    const orderId = id<OrderId>('order');
    await begun(
      'sale',
      worth('1000.00', 'EUR', '2024-10-02'),
      (assetId) => decide.OrderIssued({ orderId, kind: 'confiscation', power: 'conviction-based', reference: '1', authority: 'Court', jurisdiction: ES, issuedOn: day('2024-10-02'), finalOn: day('2024-10-02'), over: { assets: [assetId] } }),
      (assetId) => decide.AssetConfiscated({ assetId, orderId, effectiveOn: day('2024-10-03') }),
      (assetId) => decide.AssetDisposed({ assetId, shareBp: 1_000, outcome: 'sold', effectiveOn: day('2024-10-04'), proceeds: { amount: '90.00', currency: 'EUR' as CurrencyCode } }),
      (assetId) => decide.AssetDisposed({ assetId, shareBp: 9_000, outcome: 'sold', effectiveOn: day('2024-10-05') }),
    ); // prettier-ignore
    const { total } = await figure('2024Q4', 'value-realised');
    expect(total).toMatchObject({ assets: 1, valued: 1, unvalued: 0, eur: '90.00', incomplete: true });
  });
});
