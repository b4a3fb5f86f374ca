import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';

import { addDays, Refused, WHOLE } from '#core';

import { barGrounds } from './bar.js';
import { decide } from './decide.js';
import type { CaseDecision } from './decision.js';
import type { CaseEvent } from './events.js';
import type { RefusalCode } from './refusals.js';
import { appealed, asset, barred, closed, codeOf, confiscated, converted, country, day, decided, disposed, duplicate, ended, entry, euro, final, frozen, given, identified, issued, known, lifted, lost, network, opened, order, refolded, relocated, released, seized, shown, standings, Told, valued, voided } from './testing.js'; // prettier-ignore

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);

type Command = (on: string) => CaseDecision;
const things = fc.integer({ min: 1, max: 3 });
const orders = fc.integer({ min: 1, max: 4 });
const shares = fc.option(fc.oneof(fc.constant(5_000), fc.integer({ min: 1, max: 10_000 })), { nil: undefined });
const measured = (on: string, shareBp: number | undefined) => ({ on, ...(shareBp === undefined ? {} : { shareBp }) });
const entries = fc.integer({ min: 2, max: 40 });

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(things, orders, shares).chain(([n, by, shareBp]) =>
    fc.constantFrom<Command[]>(
      (on) => frozen(n, by, measured(on, shareBp)),
      (on) => seized(n, by, measured(on, shareBp)),
      (on) => seized(n, undefined, measured(on, shareBp)),
      (on) => confiscated(n, by, measured(on, shareBp)),
      (on) => released(n, measured(on, shareBp)),
      (on) => disposed(n, 'sold', measured(on, shareBp)),
      (on) => disposed(n, 'victims', measured(on, shareBp)),
      (on) => disposed(n, 'destroyed', measured(on, shareBp)),
      (on) => disposed(n, 'returned-to-owner', measured(on, shareBp)),
    ),
  ),
  fc.tuple(things, orders).chain(([n, by]) =>
    fc.constantFrom<Command[]>(
      (on) => appealed(by, on),
      (on) => decided(by, 'upheld', on),
      (on) => decided(by, 'quashed', on),
      (on) => final(by, on),
      (on) => ended(by, on),
      (on) => lost(n, on),
      (on) => relocated(n, 'PT', on),
      (on) => converted(n, n + 3, 'deposit', on),
      (on) => valued(n, String(n * 100), { valuedOn: day(on) }),
      () => duplicate(n, (n % 3) + 1),
    ),
  ),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom(...barGrounds)).chain(([n, ground]) =>
    fc.constantFrom<Command[]>(
      (on) => barred(n, ground, { on }),
      (on) => lifted(n, ground, { on }),
    ),
  ),
  entries.map((n): Command => () => voided(n)),
  fc.tuple(entries, shares).map(([n, shareBp]): Command => () => (file, rates) => {
    const found = file.entries.get(entry(n));
    const data = { ...(found?.corrected ?? found?.event)?.data, ...(shareBp === undefined ? {} : { shareBp }), note: 'n' };
    const input = { eventId: entry(n), data: data as never, reason: 'r', approvedBy: 'head', author: 'clerk' };
    return decide.EntryCorrected(input)(file, rates);
  }),
); // prettier-ignore

const over = { over: { amount: euro('250') } };
const start = [opened, identified(1), identified(2), identified(3), valued(1, '100'), valued(2, '200'), valued(3, '300'),
  issued(1, 'freezing', { over: { assets: [1, 2, 3].map(asset) } }), issued(2, 'confiscation', { over: { assets: [1, 2].map(asset) } }),
  issued(3, 'confiscation', over), issued(4, 'seizure', { over: { assets: [3].map(asset) } }), issued(5, 'restitution', { over: { assets: [1, 2].map(asset) } })]; // prettier-ignore

/** Of two appeals, the same words decide the other one. */
const decidesTheNext = ({ file }: Told): boolean => {
  const last = [...file.entries.values()].at(-1)?.event;
  return last?.type === 'AppealDecided' && file.order(last.data.orderId).openAppeals.length > 0;
};

/** An order to sell the first asset before it is confiscated. */
const sale = issued(9, 'interim-sale', { over: { assets: [asset(1)] } });

describe('the law, over any sequence of commands', () => {
  it(`keeps every asset whole, is quiet when asked twice, and folds alike after corrections (seed ${seed})`, () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(commands, fc.integer({ min: 0, max: 3 })), { minLength: 15, maxLength: 40 }),
        (steps) => {
          const told = new Told();
          for (const earlier of start) told.record(earlier);
          let on = day('2024-02-01');
          for (const [command, pause] of steps) {
            on = addDays(on, pause);
            const decision = command(on);
            if (codeOf(() => told.record(decision).forEach(({ type }) => reached.add(type)))) continue;
            if (!decidesTheNext(told)) expect(decision(told.file, known)).toEqual([]);
            for (const { assetId } of told.file.assets.values()) {
              const sums = standings(told.file, assetId);
              expect(Object.values(sums).reduce((sum, share) => sum + share, 0)).toBe(WHOLE);
            }
          }
          expect({ ...shown(told.file), voided: [] }).toEqual({ ...shown(refolded(told.file)), voided: [] });
        },
      ),
      { seed, numRuns: 300 },
    );
    expect(reached).toEqual(
      new Set([...reached, 'EntryVoided', 'EntryCorrected', 'AssetDisposed', 'AssetConverted', 'DisposalBarLifted']),
    );
  });
});

const after = (...history: CaseDecision[]): Told => {
  const told = new Told();
  for (const decision of history) told.record(decision);
  return told;
};
const stands = (n: number, ...history: CaseDecision[]) => standings(after(...history).file, asset(n));
const court = [opened, identified(1), issued(1, 'freezing'), issued(2, 'confiscation')];

describe('an asset', () => {
  const traced = (on: string) => decide.AssetTraced({ assetId: asset(1), tracedOn: day(on), subject: 'P-1', role: 'owner', evidence: 'register' }); // prettier-ignore
  it('is traced from the day on which it was identified', () => {
    given(opened, identified(1)).when(traced('2024-01-09')).thenRefused('before-identification', { identifiedOn: '2024-01-10' }); // prettier-ignore
    expect(after(opened, identified(1)).record(traced('2024-01-10'))).toHaveLength(1);
  });
});

describe('shares of an asset', () => {
  it('are seized out of what is frozen first', () =>
    expect(stands(1, ...court, frozen(1, 1, { shareBp: 4_000 }), seized(1, 1, { shareBp: 5_000 }))).toEqual({ identified: 5_000, seized: 5_000 })); // prettier-ignore
  it('released, are left where they are while others can be taken', () =>
    expect(stands(1, ...court, frozen(1, 1), released(1, { on: '2024-02-02', shareBp: 3_000 }), seized(1, 1))).toEqual({ released: 3_000, seized: 7_000 })); // prettier-ignore
  it('are confiscated without having been frozen', () =>
    expect(stands(1, ...court, confiscated(1, 2))).toEqual({ confiscated: 10_000 }));
  it('are confiscated for good when the order is final, and may be sold then', () => {
    expect(stands(1, ...court, confiscated(1, 2), final(2))).toEqual({ 'confiscated-final': 10_000 });
    expect(stands(1, ...court, confiscated(1, 2), final(2), disposed(1, 'sold'))).toEqual({ gone: 10_000 });
  });
  it('go back to where they came from when the order is quashed', () =>
    expect(stands(1, ...court, frozen(1, 1, { shareBp: 6_000 }), confiscated(1, 2), appealed(2), decided(2, 'quashed'))).toEqual({ identified: 4_000, frozen: 6_000 })); // prettier-ignore
  it('lost and found again, stand as before', () => {
    expect(stands(1, ...court, frozen(1, 1), lost(1))).toEqual({ lost: 10_000 });
    expect(stands(1, ...court, frozen(1, 1), lost(1), relocated(1, 'ES'))).toEqual({ frozen: 10_000 });
  });
  it('become final also while they are lost', () =>
    expect(stands(1, ...court, confiscated(1, 2), lost(1), final(2), relocated(1, 'ES', '2024-05-02'))).toEqual({ 'confiscated-final': 10_000 })); // prettier-ignore
  it('pass to the substitute, of which they are the whole, under the same order', () => {
    const history = [...court, sale, frozen(1, 1, { shareBp: 5_000 }), released(1, { shareBp: 2_500 }), converted(1, 2, 'sale')]; // prettier-ignore
    expect(stands(1, ...history)).toEqual({ released: 2_500, gone: 7_500 });
    expect(stands(2, ...history)).toEqual({ identified: 6_667, frozen: 3_333 });
    expect(stands(2, ...history, confiscated(2, 2, { on: '2024-04-01' }))).toEqual({ confiscated: 10_000 });
  });
});

describe('the end of an asset', () => {
  const held = [...court, confiscated(1, 2), final(2)];
  const half = { shareBp: 5_000 };
  const moved = relocated(1, 'PT', '2024-07-01');
  const worth = (on: string) => valued(1, '100', { valuedOn: day(on) });
  const destroyed = [...court, seized(1), disposed(1, 'destroyed')];

  it.each([
    ['destroyed in custody', destroyed],
    ['sold in two halves', [...held, disposed(1, 'sold', { ...half, on: '2024-05-20' }), disposed(1, 'sold')]],
    ['sold and put to use', [...held, disposed(1, 'sold', half), disposed(1, 'social-use')]],
    ['given to victims', [...held, disposed(1, 'victims')]],
    ['shared', [...held, disposed(1, 'shared')]],
    ['released and returned', [...court, seized(1), released(1), disposed(1, 'returned-to-owner')]],
  ])('is its last fact when it is %s', (_, history) => {
    const refusals: [CaseDecision, RefusalCode][] = [
      [moved, 'nothing-left'],
      [worth('2024-06-02'), 'nothing-left'],
      [lost(1, '2024-07-01'), 'asset-lost'],
    ];
    for (const [decision, code] of refusals) given(...history).when(decision).thenRefused(code); // prettier-ignore
    expect(after(...history).record(worth('2024-06-01'))).toHaveLength(1);
  });

  it('is not there while a share of it is held, lost, or released and not returned', () => {
    const open: CaseDecision[][] = [
      [...held, disposed(1, 'sold', half)],
      [...held, disposed(1, 'sold', half), lost(1, '2024-06-02')],
      [...court, seized(1), released(1, half), disposed(1, 'destroyed', half)],
    ];
    for (const history of open)
      for (const decision of [moved, worth('2024-07-01')]) expect(after(...history).record(decision)).toHaveLength(1);
  });

  it('is not corrected to lie before what happened since', () => {
    const data = { assetId: asset(1), effectiveOn: day('2024-06-01'), shareBp: 10_000, outcome: 'sold' };
    given(...held, disposed(1, 'sold', half), moved)
      .when(
        decide.EntryCorrected({
          eventId: entry(7),
          data: data as never,
          reason: 'r',
          approvedBy: 'head',
          author: 'clerk',
        }),
      ) // prettier-ignore
      .thenRefused('correction-breaks-history', { type: 'AssetRelocated', code: 'nothing-left' });
  });
});

describe('an order over an amount', () => {
  const capped = [opened, identified(1), identified(2), valued(1, '800'), valued(2, '400'), issued(2, 'confiscation', { over: { amount: euro('1000') } })]; // prettier-ignore
  const tooMuch = (...history: CaseDecision[]) =>
    codeOf(() => after(...capped, ...history, confiscated(2, 2, { on: '2024-06-01' })));
  it('is not recovered twice', () => expect(tooMuch(confiscated(1, 2))).toBe('order-exceeded'));
  it('is recovered to the cent', () => expect(tooMuch(confiscated(1, 2, { shareBp: 7_500 }))).toBeUndefined());
  it('counts no share that was released', () =>
    expect(tooMuch(confiscated(1, 2), released(1, { shareBp: 5_000 }))).toBeUndefined());
  it('counts what was confiscated at its worth of that day, whatever it is valued at later', () => {
    const revalued = (worth: string) => [
      confiscated(1, 2, { shareBp: 7_500 }),
      valued(1, worth, { valuedOn: '2024-04-01' as never }),
    ];
    expect(tooMuch(...revalued('1'), valued(2, '401'))).toBe('order-exceeded');
    expect(tooMuch(...revalued('900000'))).toBeUndefined();
  });
  it('counts what it brought, of the asset that took its place', () => {
    const sold = [sale, confiscated(1, 2, { shareBp: 7_500 }), converted(1, 3, 'sale')];
    expect(tooMuch(...sold, valued(2, '401'))).toBe('order-exceeded');
    expect(tooMuch(...sold)).toBeUndefined();
  });
  it('is not overtaken by a correction of what a share was worth', () => {
    const told = after(...capped, confiscated(1, 2));
    const data = { assetId: asset(1), amount: '1001', currency: 'EUR', method: 'expert-appraisal', valuedOn: day('2024-01-20') }; // prettier-ignore
    const correction = decide.EntryCorrected({ eventId: entry(4), data: data as never, reason: 'x', approvedBy: 'head', author: 'clerk' }); // prettier-ignore
    expect(codeOf(() => told.record(correction))).toBe('correction-breaks-history');
  });
  it('is over money that was in use on its day, and over more than nothing', () => {
    const refusal = (amount: object, issuedOn: string) => {
      try {
        after(opened).record(issued(1, 'confiscation', { over: { amount: amount as never }, issuedOn: day(issuedOn) }));
      } catch (error) {
        if (error instanceof Refused) return [error.code, error.at];
      }
      return undefined;
    };
    const kuna = { amount: '1000', currency: 'HRK' };
    expect(refusal(kuna, '2026-01-15')).toEqual(['currency-not-in-use', '/over/amount/currency']);
    expect(refusal(kuna, '2022-12-31')).toBeUndefined();
    expect(refusal(euro('0.00'), '2026-01-15')).toEqual(['amount-malformed', '/over/amount/amount']);
    expect(refusal(euro('0.01'), '2026-01-15')).toBeUndefined();
  });
  it('counts in its own money, at the rate of its day', () =>
    expect(tooMuch(valued(1, '1200', { currency: 'USD' as never }), confiscated(1, 2))).toBeUndefined());
});

describe('a case', () => {
  it('fills in what a measure leaves out', () =>
    expect(after(...court).record(confiscated(1, 2))).toEqual([
      { type: 'AssetConfiscated', data: { assetId: asset(1), orderId: order(2), effectiveOn: '2024-03-01', shareBp: 10_000, jurisdiction: country('ES'), power: 'conviction-based', final: false } },
    ])); // prettier-ignore
  it('is quiet about the share it took, whatever happened since', () =>
    expect(after(...court, frozen(1, 1), seized(1, 1), released(1)).record(frozen(1, 1))).toEqual([]));
  it('takes the rest when a share was named before, on the same day', () => {
    const part = frozen(1, 1, { shareBp: 3_000 });
    expect(after(...court, part).record(part)).toEqual([]);
    expect(after(...court, part).record(frozen(1, 1))).toMatchObject([{ data: { shareBp: 7_000 } }]);
  });
  it('takes up no id of what an asset was converted into, once that was voided', () => {
    const again = converted(1, 2, 'sale');
    const told = after(...court, sale, frozen(1, 1), again, voided(7));
    expect(codeOf(() => told.record(again))).toBe('asset-voided');
  });
  it('executes no order that was quashed', () => {
    const quashed = after(...court, appealed(2), decided(2, 'quashed'));
    expect(codeOf(() => quashed.record(confiscated(1, 2, { on: '2024-05-01' })))).toBe('order-ended');
  });
  it('takes an earlier attribution up again', () => {
    const to = (n: number) => decide.CaseAttributedToNetworks({ attributions: [{ networkId: network(n), weightBp: 1, confidence: 'probable' }], effectiveOn: day('2024-02-01') }); // prettier-ignore
    expect(after(opened, to(1), to(2)).record(to(1))).toHaveLength(1);
    expect(after(opened, to(1), to(2), to(1)).record(to(1))).toEqual([]);
  });
  it('is quiet when closed twice, and closes again after it was reopened', () => {
    const reopened = decide.CaseReopened({ reopenedOn: day('2024-12-01'), reason: 'new facts' });
    expect(after(opened, closed).record(closed)).toEqual([]);
    expect(after(opened, closed, reopened).record(reopened)).toEqual([]);
    expect(after(opened, closed, reopened).record(closed)).toHaveLength(1);
  });
  it('takes what a register found confiscated for good, without an order', () => {
    const opening = decide.AssetConfiscated({ assetId: asset(1), effectiveOn: day('2024-03-01'), opening: true, final: true }); // prettier-ignore
    const found = identified(1, { opening: true });
    expect(stands(1, opened, found, opening)).toEqual({ 'confiscated-final': 10_000 });
    given(opened, identified(1)).when(opening).thenRefused('not-an-opening');
    given(opened, found, seized(1)).when(opening).thenRefused('not-an-opening');
  });
});

describe('what is told late', () => {
  const capped = issued(2, 'confiscation', { over: { amount: euro('1000') } });
  const taken = [...court, frozen(1, 1), confiscated(1, 2)];

  it('of a day before the order was final is final with it, and holds to the days in between', () => {
    const late = [...court, final(2, '2024-05-01'), confiscated(1, 2, { on: '2024-03-01' })];
    expect(stands(1, ...late)).toEqual({ 'confiscated-final': 10_000 });
    given(...late).when(disposed(1, 'sold', { on: '2024-04-01' })).thenRefused('before-previous-measure'); // prettier-ignore
    given(...court, final(2)).when(decide.AssetConfiscated({ assetId: asset(1), orderId: order(2), effectiveOn: day('2024-05-02'), final: false })).thenRefused('order-already-final'); // prettier-ignore
  });

  it('is final again when it was taken back and told of another day', () =>
    expect(stands(1, ...court, confiscated(1, 2), final(2), voided(5), confiscated(1, 2, { on: '2024-03-02' }))).toEqual({ 'confiscated-final': 10_000 })); // prettier-ignore

  it('of what it was worth counts for the amount of an order as if it had been told in time', () => {
    const past = [opened, identified(1), valued(1, '100'), capped, confiscated(1, 2)];
    const dear = (on: string) => valued(1, '5000', { valuedOn: day(on) });
    given(...past)
      .when(dear('2024-02-01'))
      .thenRefused('order-exceeded', { outstanding: '900.00', more: '4900.00' });
    expect(after(...past, dear('2024-04-01')).file.assets.size).toBe(1);
    given(opened, identified(1), valued(1, '5000'), capped, valued(1, '10', { valuedOn: day('2024-12-01') })).when(confiscated(1, 2)).thenRefused('order-exceeded', { asked: '5000.00' }); // prettier-ignore
    given(opened, identified(1), capped, valued(1, '10', { valuedOn: day('2024-12-01') }), valued(1, '5000', { valuedOn: day('2024-03-05') })).when(confiscated(1, 2)).thenRefused('order-exceeded', { asked: '5000.00' }); // prettier-ignore
    given(...past, valued(1, '900', { valuedOn: day('2024-02-01') }), identified(2), valued(2, '200')).when(confiscated(2, 2)).thenRefused('order-exceeded', { outstanding: '100.00' }); // prettier-ignore
  });

  it('leaves no end of an order before it was executed, and no finality while an appeal was open', () => {
    given(...court, frozen(1, 1))
      .when(ended(1, '2024-01-20'))
      .thenRefused('before-previous-measure');
    given(...court, frozen(1, 1)).when(decide.OrderExtended({ orderId: order(1), extendedOn: day('2024-01-20'), expiresOn: day('2024-01-31') })).thenRefused('before-previous-measure'); // prettier-ignore
    const upheld = [...taken, appealed(2, '2024-03-05'), decided(2, 'upheld', '2024-06-01')];
    given(...upheld)
      .when(final(2, '2024-03-10'))
      .thenRefused('order-under-appeal');
    expect(stands(1, ...upheld, final(2, '2024-06-01'))).toEqual({ 'confiscated-final': 10_000 });
  });

  it('of an order overtakes nothing that happened to what was confiscated under it', () => {
    const given_ = [...taken, issued(3, 'confiscation'), released(1, { on: '2024-03-10' }), appealed(2, '2024-03-05')];
    given(...given_)
      .when(decided(2, 'quashed', '2024-03-09'))
      .thenRefused('before-previous-measure');
    expect(stands(1, ...given_, decided(2, 'quashed', '2024-03-10'))).toEqual({ released: 10_000 });
  });

  it('returns nothing to its owner in the days of an appeal, nor lodges one before it was returned', () => {
    const upheld = [...taken, appealed(2, '2024-03-05'), decided(2, 'upheld', '2024-06-01')];
    given(...upheld)
      .when(disposed(1, 'returned-to-owner', { on: '2024-05-31' }))
      .thenRefused('order-under-appeal');
    const returned = [...taken, disposed(1, 'returned-to-owner', { on: '2024-04-01' })];
    given(...returned)
      .when(appealed(2, '2024-03-05'))
      .thenRefused('before-previous-measure');
    expect(after(...returned, appealed(2, '2024-04-02')).file.order(order(2)).openAppeals).toHaveLength(1);
  });
});

describe('what was recorded under other rules', () => {
  const told = (history: readonly CaseDecision[], ...events: CaseEvent[]): Told => {
    const file = after(...history);
    for (const event of events) file.record(() => [event]);
    return file;
  };
  const mended = (n: number, data: object) => decide.EntryCorrected({ eventId: entry(n), data: data as never, reason: 'r', approvedBy: 'head', author: 'clerk' }); // prettier-ignore

  it('stops no correction that makes it no worse', () => {
    const opening = { type: 'AssetSeized', data: { assetId: asset(1), effectiveOn: day('2024-02-10'), shareBp: 10_000, jurisdiction: country('ES'), power: 'unknown', opening: true } } as CaseEvent; // prettier-ignore
    const past = told([opened, identified(1)], opening);
    const car = { category: 'vehicle', identifiers: [], identifiedOn: day('2024-01-10'), jurisdiction: country('ES') };
    expect(past.record(mended(2, { ...car, assetId: asset(1), description: 'a red car' }))).toHaveLength(1);
    given(opened, identified(1), seized(1)).when(mended(2, { ...car, assetId: asset(1), description: 'a car', identifiedOn: day('2024-02-11') })).thenRefused('correction-breaks-history'); // prettier-ignore
  });

  it('of the end of an order undoes nothing', () => {
    const quashed = { type: 'OrderEnded', data: { orderId: order(2), endedOn: day('2024-04-01'), how: 'quashed' } } as CaseEvent; // prettier-ignore
    expect(standings(told([...court, confiscated(1, 2)], quashed).file, asset(1))).toEqual({ confiscated: 10_000 });
  });
});

describe('an order', () => {
  const taken = [...court, frozen(1, 1), confiscated(1, 2)];
  const appeal = (reference: string, on: string) =>
    decide.OrderAppealed({ orderId: order(2), appealedOn: day(on), reference });
  const decision = (more: object, on = '2024-04-01') =>
    decide.AppealDecided({ orderId: order(2), decidedOn: day(on), outcome: 'upheld', ...more });
  const isOpen = (told: Told): (string | undefined)[] => told.file.order(order(2)).openAppeals.map(({ reference }) => reference); // prettier-ignore

  it('under two appeals is free when both are decided, in the same words on the same day too', () => {
    const both = after(...taken, appeal('B', '2024-03-06'), appeal('A', '2024-03-05'), decision({}));
    expect(isOpen(both)).toEqual(['B']);
    both.record(decision({}));
    expect(isOpen(both)).toEqual([]);
    expect(both.record(decision({}))).toEqual([]);
  });

  it('is decided on in the appeal that is named', () => {
    const both = [...taken, appeal('A', '2024-03-10'), appeal('B', '2024-03-05')];
    expect(isOpen(after(...both, decision({ reference: 'A' })))).toEqual(['B']);
    expect(isOpen(after(...both, decision({}, '2024-03-07')))).toEqual(['A']);
    given(...both)
      .when(decision({ reference: 'C' }))
      .thenRefused('order-not-under-appeal');
  });

  const end = (how: 'quashed' | 'withdrawn' | 'lapsed') => decide.OrderEnded({ orderId: order(2), endedOn: day('2024-04-01'), how }); // prettier-ignore

  it('that is quashed or withdrawn before it is final leaves the restraint only, and is not final any more', () => {
    for (const how of ['quashed', 'withdrawn'] as const) {
      expect(stands(1, ...taken, end(how))).toEqual({ frozen: 10_000 });
      given(...taken, end(how))
        .when(final(2, '2024-04-01'))
        .thenRefused('order-ended');
      expect(stands(1, ...court, frozen(1, 1), end(how), confiscated(1, 2))).toEqual({ frozen: 10_000 });
    }
    expect(stands(1, ...taken, end('lapsed'))).toEqual({ confiscated: 10_000 });
    given(...taken, final(2, '2024-05-01'))
      .when(end('quashed'))
      .thenRefused('order-already-final');
  });

  it('that was withdrawn could be executed until then, which may be told later', () => {
    const withdrawn = decide.OrderEnded({ orderId: order(1), endedOn: day('2024-03-01'), how: 'withdrawn' });
    expect(stands(1, ...court, withdrawn, frozen(1, 1))).toEqual({ frozen: 10_000 });
    given(...court, withdrawn)
      .when(frozen(1, 1, { on: '2024-03-02' }))
      .thenRefused('order-ended');
  });

  it('counts what was confiscated under it at its worth while it is lost too', () => {
    const past = [opened, identified(1), valued(1, '100'), issued(2, 'confiscation', { over: { amount: euro('1000') } }), confiscated(1, 2), lost(1)]; // prettier-ignore
    given(...past)
      .when(valued(1, '5000', { valuedOn: day('2024-02-01') }))
      .thenRefused('order-exceeded');
  });

  it('over an amount is not satisfied by what turned out to be a duplicate', () => {
    const cars = [1, 2, 3].flatMap((n) => [identified(n), valued(n, '600')]);
    const twice = [opened, ...cars, issued(2, 'confiscation', { over: { amount: euro('1200') } }), confiscated(1, 2), confiscated(2, 2)]; // prettier-ignore
    given(...twice)
      .when(confiscated(3, 2))
      .thenRefused('order-exceeded');
    expect(stands(3, ...twice, duplicate(1, 2), confiscated(3, 2))).toEqual({ confiscated: 10_000 });
  });

  it('of interim sale is asked for whatever the sale is called, and names what is sold', () => {
    const sale = (n: number, over: object) => issued(n, 'interim-sale', over);
    const past = [...court, frozen(1, 1)];
    given(...past)
      .when(converted(1, 2, 'exchange'))
      .thenRefused('order-needed');
    given(...past, sale(3, { over: { amount: euro('1') } }))
      .when(converted(1, 2, 'sale'))
      .thenRefused('order-needed');
    expect(stands(2, ...past, sale(3, {}), converted(1, 2, 'exchange'))).toEqual({ frozen: 10_000 });
    expect(stands(2, opened, identified(1, { category: 'cash' }), issued(1, 'freezing'), frozen(1, 1), converted(1, 2, 'exchange'))).toEqual({ frozen: 10_000 }); // prettier-ignore
  });
});
