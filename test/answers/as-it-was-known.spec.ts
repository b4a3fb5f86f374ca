import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { decide, decideNetwork, networkDecider, streamOf } from '#casework';
import { type AssetId, type CaseId, type CountryCode, type CurrencyCode, type Day, type NetworkId, type OrderId, periodOf } from '#core'; // prettier-ignore
import { idOfWords } from '#event-store';
import {
  asset,
  assets,
  type Figure,
  figures,
  network,
  networks,
  order,
  orders,
  ReadModels,
  unsealed,
} from '#read-models';

import { Book, clerk } from '../support/book.js';

const id = <T>(word: string): T => idOfWords(word) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, EUR] = ['ES' as CountryCode, 'EUR' as CurrencyCode];
const [caseId, boat, freezing] = [id<CaseId>('case'), id<AssetId>('boat'), id<OrderId>('freezing')];
const [small, large, largest] = [id<NetworkId>('small'), id<NetworkId>('large'), id<NetworkId>('largest')];

describe('what was known at an earlier position', () => {
  let book: Book;

  const ofQuarter = async (definition: string, quarter: string, asOf?: number): Promise<readonly Figure[]> => {
    await book.readModels.catchUp();
    const asked = { period: periodOf(quarter), by: ['network'] as const, definitions: [definition], asOf };
    return (await figures(book.readModels, 'whole', asked)).rows;
  };

  const register = async (networkId: NetworkId, name: string): Promise<void> => {
    const decision = decideNetwork.NetworkRegistered({ networkId, name, registeredOn: day('2024-01-01') });
    const command = { actor: clerk, commandId: name, commandHash: name, expected: 'any' as const };
    await book.recorder.record(streamOf.network(networkId), networkDecider, [(state) => decision(state, {})], command);
  };

  const merge = async (networkId: NetworkId, into: NetworkId): Promise<void> => {
    const decision = decideNetwork.NetworkMerged({ networkId, into, mergedOn: day('2024-08-01'), reason: 'the same' });
    const command = { actor: clerk, commandId: `${networkId}-merge`, commandHash: into, expected: 'any' as const };
    await book.recorder.record(streamOf.network(networkId), networkDecider, [(state) => decision(state, {})], command);
    await book.readModels.catchUp();
  };

  const valued = (amount: string, on: string) =>
    decide.AssetValued({ assetId: boat, amount, currency: EUR, method: 'police-estimate', valuedOn: day(on) });

  const attribute = (networkId: NetworkId, on: string) =>
    decide.CaseAttributedToNetworks({
      attributions: [{ networkId, weightBp: 10_000, confidence: 'confirmed' as const }],
      effectiveOn: day(on),
    });

  beforeAll(async () => {
    book = await Book.open();
    await register(small, 'Small');
    await register(large, 'Large');
    await register(largest, 'Largest');
    await book.record(
      caseId,
      decide.CaseOpened({ caseId, reference: '1/24', title: 'Boat', authority: 'Fiscalía', jurisdiction: ES, openedOn: day('2024-01-01') }),
      decide.AssetIdentified({ assetId: boat, category: 'vessel', description: 'white boat', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }),
      valued('50000', '2024-01-10'),
    ); // prettier-ignore
  });

  afterAll(() => book.close());

  it('an attribution of what is only identified is no second identification', async () => {
    await book.record(caseId, attribute(small, '2024-04-05'));
    expect(await ofQuarter('value-identified', '2024Q2')).toEqual([]);
    expect(await ofQuarter('value-identified', '2024Q1')).toMatchObject([{ assets: 1, eur: '50000.00' }]);
    expect(await ofQuarter('value-held', '2024Q2')).toMatchObject([
      { group: { network: small }, assets: 1, eur: '50000.00' },
    ]);
  });

  it('a merger shows from its position on, through every network between, and never before', async () => {
    const before = await ofQuarter('value-held', '2024Q2');
    const position = book.readModels.position();
    await merge(small, large);
    const between = book.readModels.position();
    await merge(large, largest);
    const held = async (asOf?: number): Promise<unknown[]> =>
      (await ofQuarter('value-held', '2024Q2', asOf)).map(({ group }) => group.network);
    expect(await held()).toEqual([largest]);
    expect(await held(between)).toEqual([large]);
    expect(await ofQuarter('value-held', '2024Q2', position)).toEqual(before);
    expect(await network(book.readModels, small, position)).not.toHaveProperty('mergedInto');
    const named = async (asOf: number): Promise<string[]> =>
      (await networks(book.readModels, { limit: 100, asOf })).items.map(({ name }) => name);
    expect(await named(1)).toEqual(['Small']);
    expect(await named(position)).toEqual(['Large', 'Largest', 'Small']);
  });

  it('a voided freezing stands under its order no longer, and did then', async () => {
    const { eventIds } = await book.record(
      caseId,
      decide.OrderIssued({ orderId: freezing, kind: 'freezing', power: 'conviction-based', reference: 'A 1', authority: 'Juzgado 1', jurisdiction: ES, issuedOn: day('2024-05-01'), over: { assets: [boat] } }),
      decide.AssetFrozen({ assetId: boat, orderId: freezing, effectiveOn: day('2024-05-02') }),
    ); // prettier-ignore
    await book.readModels.catchUp();
    const position = book.readModels.position();
    const frozen = eventIds[1];
    expect(unsealed(await order(book.readModels, 'whole', freezing))?.measures).toMatchObject([
      { assetId: boat, eventId: frozen },
    ]);
    await book.record(
      caseId,
      decide.EntryVoided({
        eventId: frozen as never,
        reason: 'never carried out',
        approvedBy: 'head',
        author: 'clerk-1',
      }),
    );
    await book.readModels.catchUp();
    expect(unsealed(await order(book.readModels, 'whole', freezing))?.measures).toEqual([]);
    expect(await asset(book.readModels, 'whole', boat)).toMatchObject({ stage: 'identified', orders: [] });
    expect(await asset(book.readModels, 'whole', boat, position)).toMatchObject({
      stage: 'frozen',
      orders: [freezing],
    });
    const { items } = await orders(book.readModels, 'whole', caseId, { limit: 100, asOf: position });
    expect(items).toMatchObject([{ measures: [{ eventId: frozen }] }]);
    expect(await ofQuarter('value-seized', '2024Q2')).toEqual([]);
    expect(await ofQuarter('value-seized', '2024Q2', position)).toMatchObject([{ assets: 1, eur: '50000.00' }]);
  });

  it('an asset is described as it was before it was corrected', async () => {
    const position = book.readModels.position();
    const data = { assetId: boat, category: 'vehicle' as const, description: 'white van', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }; // prettier-ignore
    const identified = (await book.store.read(streamOf.case(caseId), 1, 1))[0];
    await book.record(
      caseId,
      decide.EntryCorrected({
        eventId: identified?.id as never,
        data,
        reason: 'misread',
        approvedBy: 'head',
        author: 'clerk-1',
      }),
    );
    await book.readModels.catchUp();
    expect(await asset(book.readModels, 'whole', boat)).toMatchObject({
      description: 'white van',
      category: 'vehicle',
    });
    expect(await asset(book.readModels, 'whole', boat, position)).toMatchObject({
      description: 'white boat',
      category: 'vessel',
    });
    const { items } = await assets(book.readModels, 'whole', { caseId }, { limit: 5, asOf: position });
    expect(items).toMatchObject([{ description: 'white boat', category: 'vessel' }]);
  });

  it('is what is told though another process has written more since this one looked', async () => {
    await book.readModels.catchUp();
    const behind = await new ReadModels(book.db, book.store).attach();
    const position = behind.position();
    const asked = { period: periodOf('2024Q1'), by: ['category'] as const };
    const known = async () => [
      await figures(book.readModels, 'whole', { ...asked, asOf: position }),
      await asset(book.readModels, 'whole', boat, position),
    ];
    const before = await known();
    const another = id<AssetId>('another boat');
    await book.record(
      caseId,
      decide.AssetIdentified({ assetId: another, category: 'vessel', description: 'another', identifiers: [], identifiedOn: day('2024-02-10'), jurisdiction: ES }),
      valued('45000', '2024-02-11'),
    ); // prettier-ignore
    await book.readModels.catchUp();
    expect(behind.position()).toBe(position);
    for (const asOf of [undefined, position])
      expect(await figures(behind, 'whole', { ...asked, asOf })).toEqual(before[0]);
    expect(await asset(behind, 'whole', boat, position)).toEqual(before[1]);
    expect(await known()).toEqual(before);
    expect(await figures(book.readModels, 'whole', asked)).not.toEqual(before[0]);
  });

  it('a long history of one asset is taken up again where a restart left it', async () => {
    const days = Array.from({ length: 70 }, (_, n) => new Date(Date.UTC(2025, 0, 1 + n)).toISOString().slice(0, 10));
    for (const on of days.slice(0, 65)) {
      await book.record(caseId, valued(String(40_000 + Number(on.slice(-2))), on));
      await book.readModels.catchUp();
    }
    const restarted = await new ReadModels(book.db, book.store).open();
    for (const on of days.slice(65)) await book.record(caseId, valued(String(60_000 + Number(on.slice(-2))), on));
    await restarted.catchUp();
    expect(await asset(restarted, 'whole', boat)).toMatchObject({ value: { amount: '60011.00', currency: 'EUR' } });
    expect(await restarted.verify()).toMatchObject({ differences: [] });
  });
});
