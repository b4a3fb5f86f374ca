import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Grant, limitsOf, type Principal, shippedRules } from '#access';
import { type CaseDecision, decide } from '#casework';
import { type AssetId, type CaseId, type CountryCode, type Day, type EventId, type NetworkId, type OrderId, type PersonId, periodOf } from '#core'; // prettier-ignore
import { idOfWords } from '#event-store';
import { bridge, figureEntries, type FiguresAsked, figures } from '#read-models';
import { exportFigures } from '#reporting';

import { Book } from '../support/book.js';

const id = <T>(...words: string[]): T => idOfWords('orders executed', ...words) as unknown as T;
const day = (text: string): Day => text as Day;
const [ES, PT] = ['ES', 'PT'] as CountryCode[] as [CountryCode, CountryCode];
const by = { approvedBy: 'head', author: 'clerk', reason: 'misread' };
const FREEZING = 'freezing-orders-executed';
const CONFISCATION = 'confiscation-orders-executed';

/** A case of its own, with assets and orders called by a word. */
class Told {
  constructor(readonly name: string) {}

  get caseId(): CaseId {
    return id(this.name);
  }

  asset(name: string): AssetId {
    return id(this.name, 'asset', name);
  }

  order(name: string): OrderId {
    return id(this.name, 'order', name);
  }

  opened(...assets: string[]): CaseDecision[] {
    const openedOn = day('2023-01-01');
    return [
      decide.CaseOpened({ caseId: this.caseId, reference: this.name, title: this.name, authority: 'Fiscalía', jurisdiction: ES, openedOn }),
      ...assets.map((name) => decide.AssetIdentified({ assetId: this.asset(name), category: 'vehicle', description: name, identifiers: [], identifiedOn: openedOn, jurisdiction: ES })),
    ]; // prettier-ignore
  }

  issued(name: string, kind: 'freezing' | 'confiscation', assets: string[]): CaseDecision {
    return decide.OrderIssued({ orderId: this.order(name), kind, power: 'conviction-based', reference: name, authority: 'Court', jurisdiction: ES, issuedOn: day('2023-01-02'), over: { assets: assets.map((one) => this.asset(one)) } }); // prettier-ignore
  }

  on(asset: string, effectiveOn: string) {
    return { assetId: this.asset(asset), effectiveOn: day(effectiveOn) };
  }

  under(order: string, asset: string, effectiveOn: string) {
    return { ...this.on(asset, effectiveOn), orderId: this.order(order) };
  }
}

describe('orders that were executed', () => {
  let book: Book;
  beforeAll(async () => void (book = await Book.open()));
  afterAll(() => book.close());

  /** @returns the entries that were made, in their order. */
  const record = async ({ caseId }: Told, ...decisions: CaseDecision[]): Promise<EventId[]> => {
    const { eventIds } = await book.record(caseId, ...decisions);
    await book.readModels.catchUp();
    return [...eventIds];
  };

  /** How many were executed first in each quarter, in one case: its network stands for it. */
  const counted = async (
    told: Told,
    definition: string,
    more: Partial<FiguresAsked> = {},
  ): Promise<Record<string, number>> => {
    const asked = { period: periodOf('2023..2025'), by: ['quarter' as const], definitions: [definition], ...more };
    const { rows } = await figures(book.readModels, 'whole', { ...asked, filter: { network: id<NetworkId>(told.name, 'network'), ...more.filter } }); // prettier-ignore
    return Object.fromEntries(rows.map(({ group, orders }) => [group.quarter, orders ?? Number.NaN]));
  };
  const attributed = (told: Told, on = '2023-01-01'): CaseDecision =>
    decide.CaseAttributedToNetworks({ attributions: [{ networkId: id<NetworkId>(told.name, 'network'), weightBp: 10_000, confidence: 'confirmed' }], effectiveOn: day(on) }); // prettier-ignore

  it('count once, over however many assets, in the quarter in which the first was taken', async () => {
    const told = new Told('three cars');
    await record(told, ...told.opened('a', 'b', 'c'), attributed(told), told.issued('court', 'freezing', ['a', 'b', 'c']));
    await record(told, decide.AssetFrozen(told.under('court', 'b', '2024-02-10')));
    await record(told, decide.AssetSeized(told.under('court', 'a', '2024-05-01')), decide.AssetFrozen(told.under('court', 'c', '2024-05-02'))); // prettier-ignore
    await record(told, decide.AssetSeized(told.under('court', 'b', '2024-07-01')));
    expect(await counted(told, FREEZING)).toEqual({ '2024Q1': 1 });
    expect(await counted(told, CONFISCATION)).toEqual({});
    const [total] = (await figures(book.readModels, 'whole', { period: periodOf('2024'), by: [], definitions: [FREEZING] })).totals;
    expect(total).toEqual({ definition: `${FREEZING}@1`, group: {}, orders: 1 });
  }); // prettier-ignore

  it('do not count what was taken under none, nor an order under which nothing was taken yet', async () => {
    const told = new Told('on the spot');
    await record(told, ...told.opened('a'), attributed(told), told.issued('court', 'freezing', ['a']), decide.AssetSeized(told.on('a', '2024-02-10'))); // prettier-ignore
    expect(await counted(told, FREEZING)).toEqual({});
  });

  it('count in an earlier quarter once it is told, late, that something was taken then; as known before, they do not', async () => {
    const told = new Told('late');
    await record(told, ...told.opened('a', 'b'), attributed(told), told.issued('court', 'freezing', ['a', 'b']), decide.AssetFrozen(told.under('court', 'a', '2024-05-01'))); // prettier-ignore
    const before = book.readModels.position();
    await record(told, decide.AssetFrozen(told.under('court', 'b', '2024-02-01')));
    expect(await counted(told, FREEZING)).toEqual({ '2024Q1': 1 });
    expect(await counted(told, FREEZING, { asOf: before })).toEqual({ '2024Q2': 1 });
  });

  it('count by what stands: an entry that is taken back, or corrected to another day, is none', async () => {
    const told = new Told('corrected');
    await record(told, ...told.opened('a', 'b'), attributed(told), told.issued('court', 'freezing', ['a', 'b'])); // prettier-ignore
    const [first] = await record(told, decide.AssetFrozen(told.under('court', 'a', '2024-02-01')));
    const [second] = await record(told, decide.AssetFrozen(told.under('court', 'b', '2024-05-01')));
    const later = { ...told.under('court', 'a', '2024-08-01'), shareBp: 10_000, jurisdiction: ES, power: 'conviction-based' as const }; // prettier-ignore
    await record(told, decide.EntryCorrected({ eventId: first as EventId, data: later, ...by }));
    expect(await counted(told, FREEZING)).toEqual({ '2024Q2': 1 });
    await record(told, decide.EntryVoided({ eventId: second as EventId, ...by }));
    expect(await counted(told, FREEZING)).toEqual({ '2024Q3': 1 });
    await record(told, decide.EntryVoided({ eventId: first as EventId, ...by }));
    expect(await counted(told, FREEZING)).toEqual({});
  });

  it('pass on to the next asset when the one they are counted by is a duplicate', async () => {
    const told = new Told('twice');
    await record(told, ...told.opened('a', 'b'), attributed(told), told.issued('court', 'freezing', ['a', 'b']));
    await record(told, decide.AssetFrozen(told.under('court', 'a', '2024-02-01')), decide.AssetFrozen(told.under('court', 'b', '2024-05-01'))); // prettier-ignore
    await record(told, decide.DuplicateDeclared({ assetId: told.asset('a'), survivorId: told.asset('b'), survivorCaseId: told.caseId, reason: 'same plate', approvedBy: 'head' })); // prettier-ignore
    expect(await counted(told, FREEZING)).toEqual({ '2024Q2': 1 });
  });

  it('stand under the network of the day, and move when it was another one all along', async () => {
    const told = new Told('networks');
    await record(told, ...told.opened('a'), told.issued('court', 'freezing', ['a']), decide.AssetFrozen(told.under('court', 'a', '2024-02-01'))); // prettier-ignore
    await record(told, attributed(told, '2024-03-01'));
    expect(await counted(told, FREEZING)).toEqual({});
    await record(told, attributed(told, '2024-01-01'));
    expect(await counted(told, FREEZING)).toEqual({ '2024Q1': 1 });
  });

  it('stand where the asset was, by power, category and stage', async () => {
    const told = new Told('abroad');
    await record(told, ...told.opened('a'), attributed(told), told.issued('court', 'freezing', ['a']));
    await record(told, decide.AssetFrozen({ ...told.under('court', 'a', '2024-02-01') }), decide.AssetRelocated({ assetId: told.asset('a'), jurisdiction: PT, effectiveOn: day('2024-06-01') })); // prettier-ignore
    const { rows } = await figures(book.readModels, 'whole', { period: periodOf('2024'), by: ['jurisdiction', 'category', 'power', 'stage'], definitions: [FREEZING], filter: { network: id<NetworkId>('abroad', 'network') } }); // prettier-ignore
    expect(rows).toEqual([
      { definition: `${FREEZING}@1`, group: { jurisdiction: 'ES', category: 'vehicle', power: 'conviction-based', stage: 'frozen' }, orders: 1 },
    ]); // prettier-ignore
  });

  it('of confiscation count when something is confiscated for good, and no more when it turns out not to be', async () => {
    const told = new Told('confiscated');
    await record(told, ...told.opened('a', 'b'), attributed(told), told.issued('court', 'confiscation', ['a', 'b']));
    await record(told, decide.AssetConfiscated(told.under('court', 'a', '2024-02-01')), decide.AssetConfiscated(told.under('court', 'b', '2024-02-02'))); // prettier-ignore
    expect(await counted(told, CONFISCATION)).toEqual({});
    const [final] = await record(told, decide.OrderBecameFinal({ orderId: told.order('court'), finalOn: day('2024-11-30') })); // prettier-ignore
    expect(await counted(told, CONFISCATION)).toEqual({ '2024Q4': 1 });
    await record(told, decide.EntryVoided({ eventId: final as EventId, ...by }));
    expect(await counted(told, CONFISCATION)).toEqual({});
    expect(await counted(told, FREEZING)).toEqual({});
  });

  it('of before the book began count in no period, whatever is taken under them since', async () => {
    const told = new Told('opening');
    await record(told, ...told.opened('b'), decide.AssetIdentified({ assetId: told.asset('a'), category: 'vehicle', description: 'a', identifiers: [], identifiedOn: day('2023-01-01'), jurisdiction: ES, opening: true })); // prettier-ignore
    await record(told, attributed(told), told.issued('court', 'freezing', ['a', 'b']), decide.AssetFrozen({ ...told.under('court', 'a', '2023-02-01'), opening: true })); // prettier-ignore
    await record(told, decide.AssetFrozen(told.under('court', 'b', '2024-02-01')));
    expect(await counted(told, FREEZING)).toEqual({});
  });

  it('are explained by the entry, told in a file in a column of their own, and bridged', async () => {
    const told = new Told('explained');
    const from = book.readModels.position();
    await record(told, ...told.opened('a'), attributed(told), told.issued('court', 'freezing', ['a']));
    const [frozen] = await record(told, decide.AssetFrozen(told.under('court', 'a', '2025-02-01')));
    const asked = { period: periodOf('2025Q1'), definition: FREEZING };
    const { items } = await figureEntries(book.readModels, 'whole', asked, { limit: 10 });
    expect(items).toEqual([
      { position: book.readModels.position(), eventId: frozen, assetId: told.asset('a'), caseId: told.caseId, effectiveOn: '2025-02-01', from: 'outside', to: 'frozen', network: id('explained', 'network'), jurisdiction: 'ES', shareBp: 0, orders: 1, reason: 'order' },
    ]); // prettier-ignore
    const csv = await exportFigures(book.readModels, 'whole', { period: periodOf('2025Q1'), by: [], definitions: ['value-seized', FREEZING] }, 'csv'); // prettier-ignore
    const position = book.readModels.position();
    expect(csv.trim().split('\r\n')).toEqual([
      'period,as_of,definition,assets,valued,unvalued,unconverted,incomplete,opening,eur,currency,amount,orders',
      `2025Q1,${position},value-seized@1,1,0,1,0,yes,0,0.00,,,`,
      `2025Q1,${position},${FREEZING}@1,,,,,,,,,,1`,
    ]);
    const told2 = await bridge(book.readModels, 'whole', { quarter: periodOf('2025Q1').first, definition: FREEZING, from, to: position }, { limit: 10 }); // prettier-ignore
    expect([told2.from.orders, told2.to.orders, told2.difference]).toEqual([0, 1, { orders: 1 }]);
  });

  it('are told within limits where they rest on three cases', async () => {
    const grant = { grantId: id<Grant['grantId']>('grant'), role: 'reporting-job', authority: 'Authority', jurisdiction: PT, from: day('2024-01-01') } as const; // prettier-ignore
    const principal: Principal = { personId: id<PersonId>('job'), name: 'job', kind: 'job', authority: 'Authority', jurisdiction: PT, grants: [grant], glass: [] } as never; // prettier-ignore
    const job = limitsOf(principal, shippedRules, day('2026-11-24'));
    const total = async () => (await figures(book.readModels, job, { period: periodOf('2024'), by: [], definitions: [FREEZING] })).totals[0]; // prettier-ignore
    for (const [n, expected] of [[1, undefined], [2, undefined], [3, 3]] as const) {
      const told = new Told(`port ${n}`);
      const [open, ...assets] = told.opened('a');
      void open;
      await record(told, decide.CaseOpened({ caseId: told.caseId, reference: told.name, title: told.name, authority: 'Authority', jurisdiction: PT, openedOn: day('2023-01-01') }), ...assets);
      await record(told, told.issued('court', 'freezing', ['a']), decide.AssetFrozen(told.under('court', 'a', '2024-02-01')));
      const figure = await total();
      expect([figure?.orders, figure?.withheld]).toEqual([expected, expected ? undefined : true]);
    } // prettier-ignore
  });
});
