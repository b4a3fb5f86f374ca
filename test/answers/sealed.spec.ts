import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Scope } from '#access';
import { type CaseDecision, decide } from '#casework';
import type { EventId, NetworkId } from '#core';
import { asset, assetHistory, assets, caseFile, cases, countAssets, order, orders, ordersFallingDue, timeline, unsealed } from '#read-models'; // prettier-ignore

import { Book } from '../support/book.js';
import { assetOf, caseOf, country, day, grant, id, limits, network, opening, orderOf, plateOf, sharing } from './circles.js'; // prettier-ignore

const [ES, PT, FR] = [country('ES'), country('PT'), country('FR')];
const H2 = { handling: { codes: ['H2'], provider: 'Europol' }, evaluation: { source: 'A', information: '1' } };
const page = { limit: 100 };
const mending = { reason: 'misread', approvedBy: 'head', author: 'clerk-1' };

/** The case is of Spain; Portugal and France read it as it was shared, a Spanish supervisor by rule. */
const [home, abroad, further] = [grant('supervisor', ES), grant('investigator', PT), grant('investigator', FR)].map(
  (one) => limits(one),
) as [Scope, Scope, Scope];

describe('what may not be passed on', () => {
  let book: Book;

  const opened = async (name: string): Promise<EventId[]> => {
    const { eventIds } = await book.record(caseOf(name), ...opening(name, ES));
    await book.record(caseOf(name), sharing(name, PT, 'whole'), sharing(name, FR, 'whole'));
    return [...eventIds];
  };
  const marked = async (name: string, ...decisions: CaseDecision[]): Promise<EventId> => {
    const { eventIds } = await book.recordMarked(caseOf(name), H2, ...decisions);
    await book.readModels.catchUp();
    return eventIds[0] as EventId;
  };
  /** Which entries of the timeline are sealed, by their places. */
  const sealedIn = async (scope: Scope, name: string, asOf?: number): Promise<number[]> => {
    const { items } = await timeline(book.readModels, scope, caseOf(name), { ...page, asOf });
    return items.filter((entry) => !unsealed(entry)).map(({ revision }) => revision);
  };
  const valuation = (name: string, amount: string): CaseDecision =>
    decide.AssetValued({ assetId: assetOf(name), amount, currency: 'EUR' as never, method: 'police-estimate', valuedOn: day('2024-03-01') }); // prettier-ignore

  beforeAll(async () => {
    book = await Book.open();
  });
  afterAll(() => book.close());

  it('an entry is there and says nothing, to those abroad only', async () => {
    await opened('valued');
    const eventId = await marked('valued', valuation('valued', '7000'));
    expect(await sealedIn('whole', 'valued')).toEqual([]);
    expect(await sealedIn(home, 'valued')).toEqual([]);
    expect(await sealedIn(abroad, 'valued')).toEqual([7]);
    const { items } = await timeline(book.readModels, abroad, caseOf('valued'), page);
    const [entry] = (await book.store.read(`case-${caseOf('valued')}`, 7, 1)).map(
      ({ position, metadata: { recordedAt } }) => ({ position, recordedAt }),
    );
    expect(items[7]).toEqual({ eventId, revision: 7, ...entry, sealed: true });
    const history = await assetHistory(book.readModels, abroad, caseOf('valued'), assetOf('valued'), page);
    expect(history.items.at(-1)).toEqual(items[7]);
    expect((await timeline(book.readModels, home, caseOf('valued'), page)).items[7]).toMatchObject({ marks: H2 });
  });

  it('the asset that it is about is there and says nothing, and nothing finds it', async () => {
    const view = { assetId: assetOf('valued'), caseId: caseOf('valued'), sealed: true };
    expect(await asset(book.readModels, abroad, assetOf('valued'))).toEqual(view);
    expect(await asset(book.readModels, abroad, assetOf('valued'), book.readModels.position() - 1)).toEqual(view);
    expect(await asset(book.readModels, home, assetOf('valued'))).toEqual(
      await asset(book.readModels, 'whole', assetOf('valued')),
    );
    expect((await assets(book.readModels, abroad, {}, page)).items).toEqual([view]);
    expect((await assets(book.readModels, abroad, { caseId: caseOf('valued') }, page)).items).toEqual([view]);
    for (const asked of [{ identifier: plateOf('valued') }, { stage: 'frozen' }, { category: 'vehicle' }, { jurisdiction: ES }, { network }]) {
      expect(await assets(book.readModels, abroad, asked, page)).toEqual({ items: [] });
      expect(await countAssets(book.readModels, abroad, asked)).toBe(0);
      expect((await assets(book.readModels, home, asked, page)).items).toHaveLength(1);
    } // prettier-ignore
  });

  it('reads again once its provider agreed, for whom they agreed to', async () => {
    const { items } = await timeline(book.readModels, home, caseOf('valued'), page);
    const eventId = items[7]?.eventId as EventId;
    const consent = { eventId, provider: 'Europol', consentedOn: day('2024-04-01') };
    await book.record(caseOf('valued'), decide.ProviderConsented({ ...consent, purpose: 'proceedings' }));
    await book.readModels.catchUp();
    expect(await sealedIn(abroad, 'valued')).toEqual([7, 8]);
    const others = { ...consent, provider: 'Someone else', purpose: 'passing-on', jurisdiction: PT } as const;
    await book.record(caseOf('valued'), () => [{ type: 'ProviderConsented', data: others }]);
    await book.readModels.catchUp();
    expect(await sealedIn(abroad, 'valued')).toEqual([7, 8, 9]);
    await book.record(caseOf('valued'), decide.ProviderConsented({ ...consent, purpose: 'passing-on', jurisdiction: PT })); // prettier-ignore
    await book.readModels.catchUp();
    expect(await sealedIn(abroad, 'valued')).toEqual([]);
    expect(await asset(book.readModels, abroad, assetOf('valued'))).toMatchObject({ value: { amount: '7000.00' } });
    expect(unsealed(await caseFile(book.readModels, abroad, caseOf('valued')))?.consents).toHaveLength(3);
    expect(await sealedIn(further, 'valued')).toEqual([7, 8, 9, 10]);
    expect(unsealed(await caseFile(book.readModels, further, caseOf('valued')))?.consents).toEqual([]);
  });

  it('what corrects an entry, and what is corrected, are as strict as each other, then as now', async () => {
    const [, identified] = await opened('corrected');
    const before = await book.store.head();
    const data = { assetId: assetOf('corrected'), category: 'vessel' as const, description: 'a yacht', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: ES }; // prettier-ignore
    await marked('corrected', decide.EntryCorrected({ eventId: identified as EventId, data, ...mending }));
    expect(await sealedIn(abroad, 'corrected')).toEqual([1, 7]);
    expect(await sealedIn(abroad, 'corrected', before)).toEqual([1]);
    await opened('mended');
    const eventId = await marked('mended', valuation('mended', '5'));
    await book.record(caseOf('mended'), decide.EntryVoided({ eventId, ...mending }));
    await book.readModels.catchUp();
    expect(await sealedIn(abroad, 'mended')).toEqual([7, 8]);
  });

  it('an order is sealed by what is said of it, and with it the assets that were under it', async () => {
    await opened('final');
    await marked('final', decide.OrderExtended({ orderId: orderOf('final'), extendedOn: day('2024-02-01'), expiresOn: day('2026-12-20') })); // prettier-ignore
    const view = { orderId: orderOf('final'), caseId: caseOf('final'), sealed: true };
    expect(await order(book.readModels, abroad, orderOf('final'))).toEqual(view);
    expect(await orders(book.readModels, abroad, caseOf('final'), page)).toEqual({ items: [view] });
    const due = await ordersFallingDue(book.readModels, abroad, day('2027-01-01'), page);
    expect(due.items.map(({ orderId }) => orderId)).not.toContain(orderOf('final'));
    expect(await asset(book.readModels, abroad, assetOf('final'))).toMatchObject({ sealed: true });
    expect(await order(book.readModels, home, orderOf('final'))).toMatchObject({ status: 'in-force' });
  });

  it('what took the place of a sealed asset is sealed too', async () => {
    await opened('sold');
    await marked('sold', valuation('sold', '9000'));
    const into = (from: string, to: string, on: string): CaseDecision =>
      decide.AssetConverted({ assetId: assetOf(from), newAssetId: assetOf(to), how: 'exchange', category: 'cash', description: 'price', identifiers: [], proceeds: { amount: '9000', currency: 'EUR' as never }, effectiveOn: day(on) }); // prettier-ignore
    const sale = decide.OrderIssued({ orderId: orderOf('sale'), kind: 'interim-sale', power: 'unknown', reference: 'sale', authority: 'Court', jurisdiction: ES, issuedOn: day('2024-03-01'), over: { assets: [assetOf('sold')] } }); // prettier-ignore
    await book.record(caseOf('sold'), sale, into('sold', 'price', '2024-04-01'), into('price', 'bond', '2024-05-01'));
    await book.readModels.catchUp();
    for (const name of ['sold', 'price', 'bond']) {
      expect(await asset(book.readModels, abroad, assetOf(name))).toMatchObject({ sealed: true });
      expect(await asset(book.readModels, home, assetOf(name))).toMatchObject({ jurisdiction: ES });
    }
  });

  it('a case says nothing of itself where an attribution is sealed, nor do its assets say to whom they belong', async () => {
    await opened('secret');
    await book.record(caseOf('secret'), valuation('secret', '100'));
    const secret = id<NetworkId>('secret network');
    await marked('secret', decide.CaseAttributedToNetworks({ attributions: [{ networkId: secret, weightBp: 10_000, confidence: 'confirmed' }], effectiveOn: day('2024-03-01') })); // prettier-ignore
    expect(await caseFile(book.readModels, abroad, caseOf('secret'))).toEqual({ caseId: caseOf('secret'), revision: 8, position: book.readModels.position(), sealed: true }); // prettier-ignore
    expect(await cases(book.readModels, abroad, { network: secret }, page)).toEqual({ items: [] });
    expect(await assets(book.readModels, abroad, { network: secret }, page)).toEqual({ items: [] });
    expect((await cases(book.readModels, home, { network: secret }, page)).items).toHaveLength(1);
    expect(JSON.stringify(await asset(book.readModels, abroad, assetOf('secret')))).not.toContain(secret);
    expect(JSON.stringify(await asset(book.readModels, home, assetOf('secret')))).toContain(secret);
  });

  it('is the same when it is worked out again', async () => {
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });
});
