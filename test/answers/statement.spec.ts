import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type CaseDecision, decide, decideNetwork, networkDecider, streamOf } from '#casework';
import {
  type AssetId,
  type CaseId,
  type CountryCode,
  type CurrencyCode,
  type Day,
  type NetworkId,
  periodOf,
} from '#core';
import { idOfWords } from '#event-store';
import { definitions, figureEntries, type Figures, figures, type Grouping } from '#read-models';

import { Book } from '../support/book.js';

const id = <T>(...words: string[]): T => idOfWords('statement', ...words) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, PT] = ['ES', 'PT'] as CountryCode[] as [CountryCode, CountryCode];
const networkId = id<NetworkId>('network');
const caseId = id<CaseId>('case');
const assetOf = (name: string): AssetId => id<AssetId>('asset', name);

const identified = (name: string, on: string, more: object = {}): CaseDecision =>
  decide.AssetIdentified({ assetId: assetOf(name), category: 'vehicle', description: name, identifiers: [], identifiedOn: day(on), jurisdiction: ES, ...more }); // prettier-ignore
const worth = (name: string, amount: string, on: string, currency = 'EUR'): CaseDecision =>
  decide.AssetValued({ assetId: assetOf(name), amount, currency: currency as CurrencyCode, method: 'unknown', valuedOn: day(on) }); // prettier-ignore
const about = <M extends object>(name: string, on: string, more = {} as M) => ({ assetId: assetOf(name), effectiveOn: day(on), ...more }); // prettier-ignore

/** What happened, a quarter each: the first leaves a stock, the second moves all that can move. */
const first: CaseDecision[] = [
  decide.CaseOpened({ caseId, reference: '1/24', title: 'Statement', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
  ...['car', 'boat', 'van', 'bike'].flatMap((name) => [identified(name, '2024-01-10'), worth(name, '1000.00', '2024-01-10')]),
  decide.AssetSeized(about('car', '2024-02-01')),
  decide.AssetSeized(about('boat', '2024-02-01')),
  decide.AssetReleased(about('boat', '2024-02-10', { shareBp: 4_000, reason: 'lifted' })),
  decide.AssetLost(about('bike', '2024-02-20', { reason: 'stolen' })),
]; // prettier-ignore
const second: CaseDecision[] = [
  identified('cash', '2024-04-02', { category: 'cash' }),
  worth('cash', '50.00', '2024-04-02'),
  identified('old', '2024-04-03', { opening: true }),
  worth('old', '700.00', '2024-04-03'),
  decide.AssetSeized(about('boat', '2024-04-04', { shareBp: 4_000 })),
  decide.AssetRelocated(about('bike', '2024-04-05', { jurisdiction: ES })),
  worth('car', '1200.00', '2024-04-06'),
  decide.AssetRelocated(about('car', '2024-04-07', { jurisdiction: PT })),
  decide.AssetSeized(about('cash', '2024-04-10')),
  decide.AssetDisposed(about('cash', '2024-04-20', { outcome: 'returned-to-owner' })),
  decide.AssetLost(about('van', '2024-04-21', { reason: 'stolen' })),
  decide.CaseAttributedToNetworks({ attributions: [{ networkId, weightBp: 2_500, confidence: 'confirmed' }], effectiveOn: day('2024-05-01') }),
]; // prettier-ignore

const STATEMENT = definitions.filter(({ sign }) => sign).map(({ name }) => name);
const columns = { before: 'value-held-before', opened: 'value-opened', identified: 'value-identified', returned: 'value-returned', transferred: 'value-transferred', revalued: 'value-revalued', left: 'value-left', held: 'value-held' }; // prettier-ignore

describe('a statement of a period', () => {
  let book: Book;
  beforeAll(async () => {
    book = await Book.open();
    const network = decideNetwork.NetworkRegistered({ networkId, name: 'Network', registeredOn: day('2024-01-01') });
    await book.recordIn(streamOf.network(networkId), networkDecider, [(state) => network(state, {})]);
    await book.record(caseId, ...first);
    await book.record(caseId, ...second);
    await book.readModels.catchUp();
  });
  afterAll(() => book.close());

  const ask = (period: string, by: readonly Grouping[] = [], names?: readonly string[]): Promise<Figures> =>
    figures(book.readModels, 'whole', { period: periodOf(period), by, ...(names ? { definitions: names } : {}) });

  /** The euro of each figure of the statement, where there is any. */
  const told = (all: Figures, group: object): Record<string, string> =>
    Object.fromEntries(
      Object.entries(columns).flatMap(([column, name]) => {
        const lines = all.by.length > 0 ? all.rows : all.totals;
        const line = lines.find((one) => one.definition === `${name}@1` && JSON.stringify(one.group) === JSON.stringify(group)); // prettier-ignore
        return line?.eur === undefined || line.eur === '0.00' ? [] : [[column, line.eur]];
      }),
    );

  it('says what stood, what came, what went, what was revalued and what stands', async () => {
    expect(told(await ask('2024Q1'), {})).toEqual({ identified: '4000.00', left: '1400.00', held: '2600.00' });
    expect(told(await ask('2024Q2'), {})).toEqual({
      before: '2600.00', opened: '700.00', identified: '50.00', returned: '1400.00', revalued: '200.00', left: '1050.00', held: '3900.00',
    }); // prettier-ignore
  });

  it('says of each place and network what came from the others', async () => {
    const byJurisdiction = await ask('2024Q2', ['jurisdiction']);
    expect(told(byJurisdiction, { jurisdiction: PT })).toEqual({ transferred: '1200.00', held: '1200.00' });
    expect(told(byJurisdiction, { jurisdiction: ES })).toEqual({
      before: '2600.00', opened: '700.00', identified: '50.00', returned: '1400.00', transferred: '-1200.00', revalued: '200.00', left: '1050.00', held: '2700.00',
    }); // prettier-ignore
    const byNetwork = await ask('2024Q2', ['network']);
    expect(told(byNetwork, { network: networkId })).toEqual({ transferred: '975.00', held: '975.00' });
    expect(told(byNetwork, { network: '' })).toMatchObject({ transferred: '-975.00', held: '2925.00' });
  });

  it('counts an asset that comes back unless a part of it stood there all the time, and what rests on an opening balance apart', async () => {
    const { totals } = await ask('2024Q2');
    const of = (name: string) => totals.find(({ definition }) => definition === `${name}@1`);
    expect(of('value-returned')).toMatchObject({ assets: 1, opening: 0 });
    expect(of('value-opened')).toMatchObject({ assets: 1, opening: 1 });
    expect(of('value-left')).toMatchObject({ assets: 2 });
    expect(of('value-transferred')).toMatchObject({ assets: 0, eur: '0.00' });
  });

  it('says that what was unvalued, or had no rate, is valued now, and closes in each currency', async () => {
    await book.record(caseId, identified('dollars', '2023-02-01'), worth('dollars', '300.00', '2023-02-02', 'USD'), decide.AssetSeized(about('dollars', '2023-05-03'))); // prettier-ignore
    await book.readModels.catchUp();
    expect((await ask('2023Q1')).totals.find(({ definition }) => definition === 'value-held@1')).toMatchObject({ unconverted: 1, amounts: [{ currency: 'USD', amount: '300.00' }] }); // prettier-ignore
    await book.record(caseId, worth('dollars', '290.00', '2023-05-10'));
    await book.readModels.catchUp();
    const { totals } = await ask('2023Q2', [], ['value-revalued']);
    expect(totals).toMatchObject([{ assets: 0, valued: 1, unconverted: -1, eur: '290.00', amounts: [{ currency: 'EUR', amount: '290.00' }, { currency: 'USD', amount: '-300.00' }] }]); // prettier-ignore
  });

  it('says of what was taken in as an opening balance and is found again that it is held again, and that it rests on one', async () => {
    await book.record(
      caseId,
      identified('icon', '2025-01-10', { opening: true }),
      worth('icon', '90.00', '2025-01-10'),
      decide.AssetSeized(about('icon', '2025-01-10', { opening: true })),
      decide.AssetLost(about('icon', '2025-04-10', { reason: 'stolen' })),
      decide.AssetRelocated(about('icon', '2025-07-10', { jurisdiction: ES })),
      decide.AssetReleased(about('icon', '2025-07-20', { reason: 'lifted' })),
    );
    await book.readModels.catchUp();
    const of = async (period: string) => (await ask(period, [], ['value-opened', 'value-returned', 'value-left'])).totals.map(({ assets, opening, eur }) => [assets, opening, eur]); // prettier-ignore
    const none = [0, 0, '0.00'];
    expect(await of('2025Q1')).toEqual([[1, 1, '90.00'], none, none]);
    expect(await of('2025Q2')).toEqual([none, none, [1, 1, '90.00']]);
    expect(await of('2025Q3')).toEqual([none, [1, 1, '90.00'], [1, 1, '90.00']]);
  });

  it('says that what came less what went is not all known, though as much is unknown of the one as of the other', async () => {
    const attributed = (to: NetworkId, on: string): CaseDecision =>
      decide.CaseAttributedToNetworks({ attributions: [{ networkId: to, weightBp: 10_000, confidence: 'confirmed' }], effectiveOn: day(on) }); // prettier-ignore
    const other = id<CaseId>('other case');
    const opened = decide.CaseOpened({ caseId: other, reference: '2/24', title: 'Other', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2020-01-01') }); // prettier-ignore
    await book.record(other, opened, identified('vase', '2020-01-10'), attributed(networkId, '2020-02-01'), identified('lamp', '2020-04-10', { jurisdiction: PT })); // prettier-ignore
    await book.record(other, decide.AssetRelocated(about('vase', '2020-05-01', { jurisdiction: PT })));
    await book.record(other, decide.AssetRelocated(about('lamp', '2020-05-01', { jurisdiction: ES })));
    await book.readModels.catchUp();
    const { rows, totals } = await ask('2020Q2', ['jurisdiction'], ['value-transferred']);
    expect(rows.map(({ group, assets, eur, incomplete }) => [group.jurisdiction, assets, eur, incomplete])).toEqual([[ES, 0, '0.00', true], [PT, 0, '0.00', true]]); // prettier-ignore
    expect(totals).toMatchObject([{ assets: 0, eur: '0.00', incomplete: true }]);
    expect((await ask('2020Q3', ['jurisdiction'], ['value-transferred'])).rows).toEqual([]);
  });

  it('is told once, and closes, by whichever names and however often its figures are asked for', async () => {
    const twice = [...STATEMENT, ...STATEMENT.map((name) => `${name}@1`)];
    expect((await ask('2024Q2', [], twice)).totals).toEqual((await ask('2024Q2', [], STATEMENT)).totals);
  });

  it('says by which sign each is taken where all of it is told, and nothing of some of it', async () => {
    const signs = async (names: readonly string[]) => (await ask('2024Q2', [], names)).definitions.map(({ sign }) => sign); // prettier-ignore
    expect(await signs(['value-held-before', ...STATEMENT, 'value-seized'])).toEqual([1, 1, -1, 1, 1, -1, 1, 1, undefined]); // prettier-ignore
    expect(await signs(['value-identified', 'value-held'])).toEqual([undefined, undefined]);
  });

  it('is explained by the entries behind each of its figures', async () => {
    for (const definition of STATEMENT) {
      const { items } = await figureEntries(book.readModels, 'whole', { period: periodOf('2024Q2'), definition }, { limit: 500 }); // prettier-ignore
      const cents = items.reduce((sum, { eur }) => sum + BigInt((eur ?? '0.00').replace('.', '')), 0n);
      const { totals } = await ask('2024Q2', [], [definition]);
      expect([definition, cents]).toEqual([definition, BigInt((totals[0]?.eur ?? '').replace('.', ''))]);
    }
  });

  it('is refused where it does not close, group by group and in total', async () => {
    const { db, schema } = book.readModels;
    const untold = async (reason: string, by: readonly Grouping[]): Promise<void> => {
      await db.query(`update ${schema}.cells set reason = 'untold' where reason = '${reason}'`);
      await expect(ask('2024Q2', by)).rejects.toMatchObject({ code: 'sums-do-not-close' });
      await db.query(`update ${schema}.cells set reason = '${reason}' where reason = 'untold'`);
    };
    await untold('attribution', ['network']);
    await untold('valuation', []);
    await untold('valuation', ['stage', 'power']);
    await expect(ask('2024Q2', ['network', 'jurisdiction', 'category'])).resolves.toBeDefined();
  });
});
