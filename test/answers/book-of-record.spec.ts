import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { decide } from '#casework';
import {
  type AssetId,
  type CaseId,
  type CountryCode,
  type CurrencyCode,
  type Day,
  type NetworkId,
  type OrderId,
  periodOf,
} from '#core';
import { idOfWords } from '#event-store';
import { asset, assets, caseFile, figureEntries, figures, type Figure, timeline, unsealed } from '#read-models';
import { exportFigures } from '#reporting';

import { Book } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const [caseId, yacht, cash, proceeds] = [
  id<CaseId>('case'),
  id<AssetId>('yacht'),
  id<AssetId>('cash'),
  id<AssetId>('proceeds'),
];
const [freezing, sale, confiscation, network] = [
  id<OrderId>('freezing'),
  id<OrderId>('sale'),
  id<OrderId>('confiscation'),
  id<NetworkId>('network'),
];
const [ES, EUR, BRL] = ['ES' as CountryCode, 'EUR' as CurrencyCode, 'BRL' as CurrencyCode];
const day = (text: string): Day => text as Day;

const opened = decide.CaseOpened({
  caseId,
  reference: 'DP 1/2024',
  title: 'Yacht',
  authority: 'Fiscalía',
  jurisdiction: ES,
  openedOn: day('2024-03-01'),
});
const identified = (assetId: AssetId, category: 'vessel' | 'cash', on: string) =>
  decide.AssetIdentified({
    assetId,
    category,
    description: category,
    identifiers: [],
    identifiedOn: day(on),
    jurisdiction: ES,
  });
const valued = (assetId: AssetId, amount: string, currency: CurrencyCode, on: string) =>
  decide.AssetValued({ assetId, amount, currency, method: 'police-estimate', valuedOn: day(on) });
const issued = (orderId: OrderId, kind: 'freezing' | 'interim-sale' | 'confiscation', on: string, over: AssetId[], finalOn?: string) =>
  decide.OrderIssued({
    orderId, kind, power: 'conviction-based', reference: kind, authority: 'Juzgado 1', jurisdiction: ES, issuedOn: day(on), over: { assets: over },
    ...(finalOn ? { finalOn: day(finalOn) } : {}),
  }); // prettier-ignore

describe('the book of record, from a recorded fact to the quarterly figure', () => {
  let book: Book;

  const total = async (definition: string, period: string, asOf?: number): Promise<Figure | undefined> => {
    await book.readModels.catchUp();
    return (
      await figures(book.readModels, 'whole', { period: periodOf(period), by: [], definitions: [definition], asOf })
    ).totals[0];
  };

  beforeAll(async () => {
    book = await Book.open();
    await book.loadEcbRates('2024-01-01');
    await book.record(
      caseId,
      opened,
      identified(yacht, 'vessel', '2024-04-10'),
      valued(yacht, '300000', EUR, '2024-04-10'),
    );
    await book.record(
      caseId,
      issued(freezing, 'freezing', '2024-04-10', [yacht]),
      decide.AssetFrozen({ assetId: yacht, orderId: freezing, effectiveOn: day('2024-04-10') }),
    );
    await book.record(
      caseId,
      decide.AssetSeized({ assetId: yacht, orderId: freezing, effectiveOn: day('2024-04-20') }),
    );
  });

  afterAll(() => book.close());

  it('counts frozen and then taken into custody as one restraint', async () => {
    expect(await total('value-seized', '2024Q2')).toMatchObject({ assets: 1, valued: 1, eur: '300000.00' });
  });

  it('keeps what was seized when it is sold early, and counts the proceeds once', async () => {
    const money = { amount: '225000', currency: EUR };
    await book.record(
      caseId,
      issued(sale, 'interim-sale', '2024-07-01', [yacht]),
      decide.AssetConverted({
        assetId: yacht,
        newAssetId: proceeds,
        how: 'sale',
        category: 'cash',
        description: 'proceeds',
        identifiers: [],
        proceeds: money,
        effectiveOn: day('2024-07-08'),
      }),
    );
    await book.record(
      caseId,
      issued(confiscation, 'confiscation', '2024-11-30', [proceeds], '2024-11-30'),
      decide.AssetConfiscated({ assetId: proceeds, orderId: confiscation, effectiveOn: day('2024-11-30') }),
    );
    expect(await total('value-seized', '2024')).toMatchObject({ assets: 1, eur: '300000.00' });
    expect(await total('value-confiscated', '2024Q4')).toMatchObject({ assets: 1, eur: '225000.00' });
    expect(unsealed(await asset(book.readModels, 'whole', proceeds))?.stage).toBe('confiscated-final');
  });

  it('restates a quarter after a recount, and still tells what was known before', async () => {
    await book.record(caseId, identified(cash, 'cash', '2024-03-29'), valued(cash, '900000', BRL, '2024-03-31'));
    const { eventIds } = await book.record(
      caseId,
      decide.AssetSeized({ assetId: cash, effectiveOn: day('2024-03-31'), power: 'conviction-based' }),
    );
    expect(eventIds).toHaveLength(1);
    const before = await total('value-seized', '2024Q1');
    const position = book.readModels.position();
    const { items } = await timeline(book.readModels, 'whole', caseId, { limit: 100 });
    const [entry] = items
      .flatMap((one) => unsealed(one) ?? [])
      .filter(({ type, data }) => type === 'AssetValued' && 'currency' in data && data.currency === BRL);
    const data = {
      ...(entry?.data as { assetId: AssetId; valuedOn: Day; method: 'police-estimate'; currency: CurrencyCode }),
      amount: '894500.00',
    };
    await book.record(
      caseId,
      decide.EntryCorrected({
        eventId: entry?.eventId as never,
        data,
        reason: 'bank count',
        approvedBy: 'head',
        author: 'clerk-1',
      }),
    );
    const after = await total('value-seized', '2024Q1');
    expect(before?.amounts).toEqual([{ currency: 'BRL', amount: '900000.00' }]);
    expect(after?.amounts).toEqual([{ currency: 'BRL', amount: '894500.00' }]);
    expect(await total('value-seized', '2024Q1', position)).toEqual(before);
  });

  it('explains a figure by the entries behind it, to the cent', async () => {
    const whole = await total('value-seized', '2024');
    const { items } = await figureEntries(
      book.readModels,
      'whole',
      { period: periodOf('2024'), definition: 'value-seized' },
      { limit: 500 },
    );
    const cents = items.reduce((sum, { eur }) => sum + BigInt((eur ?? '0.00').replace('.', '')), 0n);
    expect(cents).toBe(BigInt((whole?.eur ?? '').replace('.', '')));
  });

  it('moves stock to a network from the day of its attribution, and leaves the flows of earlier quarters', async () => {
    const attributions = [{ networkId: network, weightBp: 6_000, confidence: 'confirmed' as const }];
    await book.record(caseId, decide.CaseAttributedToNetworks({ attributions, effectiveOn: day('2024-12-01') }));
    await book.readModels.catchUp();
    const { rows } = await figures(book.readModels, 'whole', {
      period: periodOf('2024'),
      by: ['network'],
      definitions: ['value-seized', 'value-held'],
    });
    const of = (definition: string): string[] =>
      rows.filter((row) => row.definition === definition).map(({ group }) => group.network ?? '?');
    expect(of('value-seized@1')).toEqual(['']);
    expect(of('value-held@1').sort()).toEqual(['', network]);
  });

  it('gives the entries behind a stock page by page, none lost and none twice', async () => {
    const asked = { period: periodOf('2024'), definition: 'value-held' };
    const whole = await figureEntries(book.readModels, 'whole', asked, { limit: 500 });
    const paged: unknown[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await figureEntries(book.readModels, 'whole', asked, { limit: 1, after });
      paged.push(...page.items);
      after = page.next;
      more = after !== undefined;
    }
    expect(paged).toEqual(whole.items);
    expect(new Set(whole.items.map((item) => item.position)).size).toBeLessThan(whole.items.length);
  });

  it('keeps with each posting what its cell then holds', async () => {
    const { db, schema } = book.readModels;
    const wrong = await db.query(
      `select 1 from (select *, sum(amount) over sofar as a, sum(eur) over sofar as e, sum(counted) over sofar as c, sum(arrived) over sofar as i,
         sum(departed) over sofar as o from ${schema}.postings window sofar as (partition by cell_id order by position, n)) p
       where (cell_amount, cell_eur, cell_counted, cell_arrived, cell_departed) is distinct from (a, e, c, i, o)`,
    );
    expect(wrong).toEqual([]);
    expect(await db.query(`select 1 from ${schema}.postings limit 1`)).toHaveLength(1);
  });

  it('finds assets and tells a case as it was', async () => {
    expect(
      (await assets(book.readModels, 'whole', { stage: 'seized' }, { limit: 10 })).items.map(({ assetId }) => assetId),
    ).toEqual([cash]);
    const early = (await timeline(book.readModels, 'whole', caseId, { limit: 1 })).items[0];
    expect(await caseFile(book.readModels, 'whole', caseId, early?.position)).toMatchObject({
      status: 'open',
      assets: 0,
      revision: 0,
    });
    expect(await caseFile(book.readModels, 'whole', caseId)).toMatchObject({ assets: 3 });
  });

  it('exports the same bytes each time', async () => {
    const asked = { period: periodOf('2024'), by: ['network', 'jurisdiction'] as const };
    const first = await exportFigures(book.readModels, 'whole', asked, 'csv');
    expect(await exportFigures(book.readModels, 'whole', asked, 'csv')).toBe(first);
    expect(first.split('\r\n')[0]).toBe(
      'period,as_of,definition,network,jurisdiction,assets,valued,unvalued,unconverted,incomplete,opening,eur,currency,amount,orders',
    );
  });

  it('is the same when it is replayed from zero', async () => {
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });
});
