import { describe, expect, it } from '@jest/globals';

import { difference } from './difference.js';
import type { Fact, History } from './fact.js';
import { fold } from './fold.js';
import { type Place, type Posting, reverse } from './posting.js';
import { country, day, euros, eventId, networkId, orderId } from './testing.js';

let entries = 0;
const about = (on: string): Pick<Fact, 'eventId' | 'revision' | 'on'> => ({ eventId: eventId((entries += 1)), revision: entries, on: day(on) }); // prettier-ignore
const found = (on: string, opening = false): Fact => ({ kind: 'identified', ...about(on), jurisdiction: country('ES'), region: '', category: 'vessel', opening }); // prettier-ignore
const valued = (on: string, units: number): Fact => ({ kind: 'valued', ...about(on), value: euros(units, on) });
const held = (kind: 'frozen' | 'seized', on: string, more: { shareBp?: number; opening?: boolean } = {}): Fact => ({ kind, ...about(on), shareBp: 10_000, power: 'conviction-based', orderId: orderId(1), opening: false, ...more }); // prettier-ignore
const confiscated = (on: string, final: boolean, executing = 'ES'): Fact => ({ kind: 'confiscated', ...about(on), shareBp: 10_000, power: 'extended', orderId: orderId(2), executing: country(executing), final, opening: false }); // prettier-ignore
const released = (on: string, shareBp = 10_000): Fact => ({ kind: 'released', ...about(on), shareBp });
const moved = (on: string, code: string): Fact => ({ kind: 'relocated', ...about(on), jurisdiction: country(code), region: '' }); // prettier-ignore
const history = (...facts: Fact[]): History => ({ facts, weights: [] });

/** Postings as a reader tells them: from, to, euros, and + where it is counted for the first time. */
const told = (postings: readonly Posting[]): string[] =>
  postings.map(({ from, to, eur, counted }) => `${from} > ${to} ${eur / 100n}${counted ? ' +' : ''}`);
const at = (past: History, place: Place): bigint[] =>
  fold(past).lots.filter((lot) => lot.place === place).map(({ parts }) => parts.reduce((sum, { eur }) => sum + eur / 100n, 0n)); // prettier-ignore

describe('a yacht, its sale and its money', () => {
  const yacht = history(
    found('2024-04-10'),
    valued('2024-04-10', 300_000),
    held('frozen', '2024-04-10'),
    held('seized', '2024-04-20'),
    { kind: 'converted', ...about('2024-07-08'), proceeds: euros(225_000, '2024-07-08') },
  );

  it('is restrained once and leaves at what it brought', () => {
    expect(told(fold(yacht).postings)).toEqual([
      'outside > identified 300000 +',
      'identified > frozen 300000 +',
      'frozen > seized 300000',
      'revaluation > seized -75000',
      'seized > outside 225000',
    ]);
    expect(fold(yacht).lots).toEqual([]);
  });

  it('goes on as money under the same restraint, and only the money is confiscated', () => {
    const inheritance = fold(yacht).handedOver;
    if (!inheritance) throw new Error('nothing was handed over');
    const money: Fact = { kind: 'inherited', ...about('2024-07-08'), category: 'cash', value: euros(225_000, '2024-07-08'), inheritance }; // prettier-ignore
    expect(told(fold(history(money, confiscated('2026-11-30', true))).postings)).toEqual([
      'outside > seized 225000',
      'seized > confiscated-final 225000 +',
    ]);
  });

  it('hands over all it brought when half was released before, since the proceeds are of what was left', () => {
    const half = history(...yacht.facts.slice(0, 4), released('2024-05-01', 5_000), ...yacht.facts.slice(4));
    const { handedOver, lots, postings } = fold(half);
    expect(told(postings).slice(3)).toEqual([
      'seized > released 150000 +',
      'revaluation > seized 75000',
      'seized > outside 225000',
    ]);
    expect(handedOver?.lots.map(({ place, shareBp }) => [place, shareBp])).toEqual([['seized', 10_000]]);
    expect(lots.map(({ place }) => place)).toEqual(['released']);
  });
});

describe('the stages of the law', () => {
  const start = [found('2024-01-02'), valued('2024-01-02', 100)];

  it('a second freezing after a release comes from what was released and is not the first', () => {
    const past = history(...start, held('frozen', '2024-02-01'), released('2024-03-01'), held('frozen', '2024-04-01'));
    expect(told(fold(past).postings).slice(2)).toEqual(['frozen > released 100 +', 'released > frozen 100']);
  });

  it('what is restrained again is restrained at what it is worth now', () => {
    const past = history(...start, held('frozen', '2024-02-01'), released('2024-03-01'), valued('2024-03-15', 70), held('seized', '2024-04-01')); // prettier-ignore
    expect(told(fold(past).postings).slice(3)).toEqual(['revaluation > released -30', 'released > seized 70']);
  });

  it('what was released here is restrained there under the jurisdiction it is in by then', () => {
    const past = history(...start, held('frozen', '2024-02-01'), released('2024-03-01'), moved('2024-03-15', 'BR'), held('seized', '2024-04-01')); // prettier-ignore
    const places = fold(past).postings.slice(3).map(({ from, to, jurisdiction }) => [from, to, jurisdiction]); // prettier-ignore
    expect(places).toEqual([
      ['released', 'outside', 'ES'],
      ['outside', 'released', 'BR'],
      ['released', 'seized', 'BR'],
    ]);
  });

  it('halves released in two countries stay where each was released', () => {
    const past = history(...start, held('frozen', '2024-02-01'), released('2024-03-01', 5_000), moved('2024-03-15', 'BR'), released('2024-04-01', 5_000)); // prettier-ignore
    expect(fold(past).lots.map(({ place, jurisdiction, shareBp }) => [place, jurisdiction, shareBp])).toEqual([
      ['released', 'ES', 5_000],
      ['released', 'BR', 5_000],
    ]);
  });

  it('can be confiscated without any freezing', () => {
    expect(told(fold(history(...start, confiscated('2024-02-01', true))).postings)).toEqual([
      'outside > identified 100 +',
      'identified > confiscated-final 100 +',
    ]);
  });

  it('returns to its restraint when the confiscation is quashed', () => {
    const quashed: Fact = { kind: 'undone', ...about('2024-05-01'), orderId: orderId(2) };
    const past = history(...start, held('seized', '2024-02-01'), confiscated('2024-03-01', false), quashed);
    expect(told(fold(past).postings).slice(2)).toEqual(['seized > confiscated 100 +', 'confiscated > seized 100']);
    const [lot] = fold(past).lots;
    expect([lot?.power, lot?.orderId, lot?.origin]).toEqual(['conviction-based', orderId(1), undefined]);
  });

  it('is confiscated no more under an order that was quashed before on that day', () => {
    const quashed: Fact = { kind: 'undone', ...about('2024-03-01'), orderId: orderId(2) };
    const past = history(...start, held('seized', '2024-02-01'), quashed, confiscated('2024-03-01', false));
    expect(told(fold(past).postings).slice(2)).toEqual(['seized > confiscated 100 +', 'confiscated > seized 100']);
  });

  it('each half returns to its own restraint when one confiscation of both is quashed', () => {
    const second: Fact = { ...held('seized', '2024-02-02', { shareBp: 4_000 }), orderId: orderId(7) } as Fact;
    const quashed: Fact = { kind: 'undone', ...about('2024-05-01'), orderId: orderId(2) };
    const past = history(
      ...start,
      held('seized', '2024-02-01', { shareBp: 6_000 }),
      second,
      confiscated('2024-03-01', false),
      quashed,
    );
    expect(fold(past).lots.map((lot) => [lot.place, lot.orderId, lot.shareBp])).toEqual([
      ['seized', orderId(1), 6_000],
      ['seized', orderId(7), 4_000],
    ]);
  });

  it('is lost, and found as it was held before; what became final meanwhile is final when it is found', () => {
    const past = [...start, held('seized', '2024-02-01'), confiscated('2024-03-01', false)];
    const lost: Fact = { kind: 'lost', ...about('2024-04-01') };
    const final: Fact = { kind: 'final', ...about('2024-04-15'), orderId: orderId(2) };
    const again = moved('2024-05-01', 'ES');
    expect(told(fold(history(...past, lost, again)).postings).slice(3)).toEqual(['confiscated > lost 100 +', 'lost > confiscated 100']); // prettier-ignore
    expect(told(fold(history(...past, lost, final, again)).postings).slice(4)).toEqual(['lost > confiscated 100', 'confiscated > confiscated-final 100 +']); // prettier-ignore
  });

  it('remembers who executed its confiscation, wherever it goes and whatever becomes of it', () => {
    const executing = (...facts: Fact[]): unknown[] =>
      fold(history(...start, held('seized', '2024-02-01'), ...facts)).lots.map((lot) => [lot.place, lot.jurisdiction, lot.executing]); // prettier-ignore
    const open = confiscated('2024-03-01', false);
    const lost: Fact = { kind: 'lost', ...about('2024-04-01') };
    const final: Fact = { kind: 'final', ...about('2024-04-15'), orderId: orderId(2) };
    const sold: Fact = { kind: 'disposed', ...about('2024-06-01'), shareBp: 10_000, outcome: 'sold' };
    const away = moved('2024-05-01', 'PT');
    expect(executing()).toEqual([['seized', 'ES', undefined]]);
    expect(executing(open, away)).toEqual([['confiscated', 'PT', 'ES']]);
    expect(executing(open, final, away, sold)).toEqual([['sold', 'PT', 'ES']]);
    expect(executing(open, lost, final, away)).toEqual([['confiscated-final', 'PT', 'ES']]);
    expect(executing(open, { kind: 'undone', ...about('2024-04-01'), orderId: orderId(2) })).toEqual([['seized', 'ES', undefined]]); // prettier-ignore
    expect(executing(moved('2024-02-15', 'PT'), confiscated('2024-03-01', true, 'PT'), moved('2024-05-01', 'ES'))).toEqual([['confiscated-final', 'ES', 'PT']]); // prettier-ignore
  });

  it('hands over who executed its confiscation to what takes its place', () => {
    const heir: Fact = { kind: 'converted', ...about('2024-07-08'), proceeds: euros(90, '2024-07-08') };
    const { handedOver } = fold(history(...start, confiscated('2024-03-01', true), moved('2024-05-01', 'PT'), heir));
    expect(handedOver?.lots).toMatchObject([{ executing: 'ES' }]);
    const inheritance = handedOver as NonNullable<typeof handedOver>;
    const inherited: Fact = { kind: 'inherited', ...about('2024-07-08'), category: 'cash', value: euros(90, '2024-07-08'), inheritance }; // prettier-ignore
    expect(fold(history(inherited)).lots).toMatchObject([{ jurisdiction: 'PT', executing: 'ES' }]);
  });

  it('is counted as found where it was, whatever happens to it with that', () => {
    const arrived = (...facts: Fact[]): string[] =>
      fold(history(...start, held('seized', '2024-02-01'), ...facts)).postings.slice(-3).map(({ from, to, arrived: count, departed }) => `${from} > ${to} ${count} ${departed}`); // prettier-ignore
    const lost: Fact = { kind: 'lost', ...about('2024-04-01') };
    const final: Fact = { kind: 'final', ...about('2024-04-15'), orderId: orderId(2) };
    expect(arrived(lost, moved('2024-05-01', 'PT'))).toEqual(['lost > seized 1 1', 'seized > outside 0 1', 'outside > seized 1 0']); // prettier-ignore
    expect(arrived(confiscated('2024-03-01', false), lost, final, moved('2024-05-01', 'ES'))).toEqual([
      'confiscated > lost 1 1',
      'lost > confiscated 1 1',
      'confiscated > confiscated-final 1 1',
    ]);
  });

  it('a loss that ends on its own day has ended', () => {
    const past = history(...start, { kind: 'lost', ...about('2024-04-01') }, moved('2024-04-01', 'BR'));
    expect(fold(past).lots.map(({ place, jurisdiction }) => [place, jurisdiction])).toEqual([['identified', 'BR']]);
  });

  it('is restrained where it was on the day, though it moved on the same day', () => {
    const [there, back] = [moved('2024-02-01', 'PT'), moved('2024-02-01', 'ES')];
    const where = (...facts: Fact[]): string[] =>
      fold(history(...start, ...facts)).postings.flatMap(({ from, to, jurisdiction }) => (from === 'identified' && to === 'seized' ? [jurisdiction] : [])); // prettier-ignore
    expect(where(held('seized', '2024-02-01'), there)).toEqual(['ES']);
    expect(where(there, held('seized', '2024-02-01'), back)).toEqual(['PT']);
  });

  it('was sold for what nobody told: that is unknown, and not what it had been worth', () => {
    const sold: Fact = { kind: 'disposed', ...about('2024-05-01'), shareBp: 10_000, outcome: 'sold' };
    const last = fold(history(...start, held('seized', '2024-02-01'), confiscated('2024-03-01', true), sold)).postings.at(-1); // prettier-ignore
    expect(last).toMatchObject({ from: 'confiscated-final', to: 'sold', eur: 0n, state: 'unvalued', counted: 1 });
  });

  it('is returned out of what was released, and not taken up again', () => {
    const returned: Fact = { kind: 'disposed', ...about('2024-03-02'), shareBp: 5_000, outcome: 'returned-to-owner' };
    const past = [...start, held('seized', '2024-02-01'), released('2024-03-01', 5_000), returned];
    expect([at(history(...past), 'seized'), at(history(...past), 'released')]).toEqual([[50n], [50n]]);
    expect(at(history(...past, held('seized', '2024-04-01', { shareBp: 5_000 })), 'released')).toEqual([50n]);
  });

  it('is final at once under an order that is, whatever the entry says', () => {
    const final: Fact = { kind: 'final', ...about('2024-02-15'), orderId: orderId(2) };
    expect(at(history(...start, final, confiscated('2024-03-01', false)), 'confiscated-final')).toEqual([100n]);
  });

  it('half of it can be released, to the cent', () => {
    const past = history(found('2024-01-02'), valued('2024-01-02', 101), held('frozen', '2024-02-01'), released('2024-03-01', 5_000)); // prettier-ignore
    const cents = fold(past).lots.map(({ place, parts }) => [place, parts[0]?.eur]);
    expect(cents).toEqual([['frozen', 5_050n], ['released', 5_050n]]); // prettier-ignore
  });
});

describe('counts and columns', () => {
  it('lots under two orders that leave in one act are one asset that leaves', () => {
    const other: Fact = { ...held('frozen', '2024-02-02', { shareBp: 4_000 }), orderId: orderId(7), power: 'preventive' } as Fact; // prettier-ignore
    const past = history(found('2024-01-02'), held('frozen', '2024-02-01', { shareBp: 6_000 }), other, released('2024-03-01')); // prettier-ignore
    const counts = fold(past).postings.filter(({ from }) => from === 'frozen').map(({ arrived, departed }) => [arrived, departed]); // prettier-ignore
    expect(counts).toEqual([[1, 1], [0, 0]]); // prettier-ignore
  });

  it('an opening balance is in stock and in no flow', () => {
    const past = history(found('2024-01-02', true), valued('2024-01-02', 100), held('seized', '2024-01-02', { opening: true })); // prettier-ignore
    const { postings } = fold(past);
    expect(told(postings)).toEqual(['outside > identified 100 +', 'identified > seized 100 +']);
    expect(postings.filter(({ opening }) => !opening)).toEqual([]);
    expect(at(past, 'seized')).toEqual([100n]);
  });

  it('what really happens to an opening balance later is a flow, and says what it rests on', () => {
    const stock = history(found('2024-01-02', true), valued('2024-01-02', 100), held('seized', '2024-01-02', { opening: true }), released('2024-03-01')); // prettier-ignore
    const last = fold(stock).postings.at(-1);
    expect(last).toMatchObject({ from: 'seized', to: 'released', opening: false, fromOpening: true, counted: 1 });
  });

  it('an attribution moves what stands from its day on, through outside, and what had left stays', () => {
    const past: History = {
      facts: [found('2024-01-02'), valued('2024-01-02', 100), held('frozen', '2024-02-01'), released('2024-03-01', 5_000)],
      weights: [{ eventId: eventId(900), on: day('2024-04-01'), networks: [{ networkId: networkId(1), weightBp: 6_000 }] }],
    }; // prettier-ignore
    const lines = fold(past).postings.slice(3).map(({ from, to, network, eur, arrived, departed }) => [from, to, network, eur, arrived, departed]); // prettier-ignore
    expect(lines).toEqual([
      ['frozen', 'outside', '', 5_000n, 0, 1],
      ['outside', 'frozen', networkId(1), 3_000n, 1, 0],
      ['outside', 'frozen', '', 2_000n, 0, 0],
    ]);
  });

  it('a duplicate is taken back posting by posting', () => {
    const past = history(found('2024-01-02'), valued('2024-01-02', 100), held('frozen', '2024-02-01'));
    const before = fold(past).postings;
    const duplicate: Fact = { kind: 'duplicate', ...about('0001-01-01') };
    expect(difference(before, fold(history(...past.facts, duplicate)).postings)).toEqual(before.map(reverse));
  });
});
