import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type BarGround, barGrounds } from './bar.js';
import { decide } from './decide.js';
import type { CaseDecision } from './decision.js';
import type { Disposal } from './measure.js';
import type { RefusalCode } from './refusals.js';
import { appealed, asset, barred, codeOf, confiscated, decided, disposed, entry, euro, final, frozen, identified, issued, lifted, lost, opened, order, released, relocated, seized, standings, Told, valued } from './testing.js'; // prettier-ignore

// A second, simpler telling of domain.md 6: an asset is four quarters, each somewhere. The deciders must agree with it.

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);
const QUARTER = 2_500;
const CAP = 1_250;
const WORTH = 1_000;
const [FREEZING, CONFISCATION, CAPPED, RESTITUTION] = [1, 2, 3, 4] as const;
/** What may go to victims before it is confiscated for good. */
const RESTITUTED = 1;

type At = 'identified' | 'frozen' | 'seized' | 'confiscated' | 'confiscated-final' | 'released' | 'gone' | 'lost';
interface Quarter {
  at: At;
  /** The confiscation order under which it is held, or left. */
  by?: number | undefined;
  /** How it was held before it was confiscated or lost. */
  before?: Quarter | undefined;
}

const DISPOSABLE: { readonly [D in Disposal]?: readonly At[] } = {
  'returned-to-owner': ['released', 'frozen', 'seized', 'confiscated'],
  victims: ['confiscated-final', 'seized', 'frozen', 'confiscated'],
  destroyed: ['confiscated-final', 'seized'],
};
const HELD: readonly At[] = ['identified', 'frozen', 'seized', 'confiscated', 'confiscated-final'];

interface Court {
  final: boolean;
  quashed: boolean;
  appeals: number;
}

/** What the law would have done: a refusal, or nothing to say against it. */
class Model {
  readonly assets = [1, 2].map((): Quarter[] => Array.from({ length: 4 }, () => ({ at: 'identified' })));
  readonly courts = new Map<number, Court>([CONFISCATION, CAPPED].map((n) => [n, { final: false, quashed: false, appeals: 0 }])); // prettier-ignore
  /** What the whole asset is worth, as it was valued last. */
  readonly worth = [WORTH, WORTH];
  /** What each quarter confiscated under the capped order was worth then, by asset; given back last first. */
  readonly recovered: number[][] = [[], []];

  /** The claims and holds that are open on each asset. */
  readonly bars = [new Set<BarGround>(), new Set<BarGround>()] as const;

  get recoveredSum(): number {
    return this.recovered.flat().reduce((sum, worth) => sum + worth, 0);
  }

  revalue(n: number, worth: number): RefusalCode | undefined {
    if (this.#ended(n)) return 'nothing-left';
    this.worth[n - 1] = worth;
    return undefined;
  }

  #ended(n: number): boolean {
    return this.in(n, ['gone']).length === 4;
  }

  quarters(n: number): Quarter[] {
    return this.assets[n - 1] ?? [];
  }

  in(n: number, places: readonly At[]): Quarter[] {
    return places.flatMap((place) => this.quarters(n).filter(({ at }) => at === place));
  }

  take(n: number, places: readonly At[], count: number, change: (quarter: Quarter) => Quarter): void {
    for (const quarter of this.in(n, places).slice(0, count)) {
      const now = change({ ...quarter });
      Object.assign(quarter, { by: undefined, before: undefined }, now);
    }
  }

  restrain(n: number, to: 'frozen' | 'seized', count: number): RefusalCode | undefined {
    const from: At[] = to === 'frozen' ? ['identified', 'released'] : ['frozen', 'identified', 'released'];
    if (this.in(n, ['lost']).length > 0) return 'asset-lost';
    if (this.in(n, from).length < count) return 'more-than-the-whole';
    this.take(n, from, count, ({ by }) => ({ at: to, by }));
    return undefined;
  }

  confiscate(n: number, by: number, count: number): RefusalCode | undefined {
    const court = this.courts.get(by);
    if (!court) throw new Error('no such court');
    const from: At[] = [...(court.final ? (['confiscated'] as const) : []), 'seized', 'frozen', 'identified', 'released']; // prettier-ignore
    if (this.in(n, [...from, 'lost']).length === 0) return 'nothing-to-confiscate';
    if (this.in(n, ['lost']).length > 0) return 'asset-lost';
    const taken = this.in(n, from).slice(0, count);
    if (taken.length < count) return 'more-than-the-whole';
    if (court.quashed) return 'order-ended';
    const fresh = taken.filter((quarter) => !(quarter.at === 'confiscated' && quarter.by === by));
    const [worth, recovered] = [(this.worth[n - 1] ?? 0) / 4, this.recovered[n - 1] ?? []];
    if (by === CAPPED && this.recoveredSum + fresh.length * worth > CAP) return 'order-exceeded';
    for (const quarter of fresh) {
      if (quarter.at === 'confiscated' && quarter.by === CAPPED) recovered.pop();
      if (by === CAPPED) recovered.push(worth);
    }
    this.take(n, from, count, (quarter) => court.final ? { at: 'confiscated-final', by } : { at: 'confiscated', by, before: quarter }); // prettier-ignore
    return undefined;
  }

  release(n: number, count: number): RefusalCode | undefined {
    const from: At[] = ['seized', 'frozen', 'confiscated'];
    const held = this.in(n, from);
    if (held.length === 0) return 'nothing-to-release';
    if (held.length < count) return 'more-than-the-whole';
    for (const quarter of held.slice(0, count))
      if (quarter.at === 'confiscated' && quarter.by === CAPPED) this.recovered[n - 1]?.pop();
    this.take(n, from, count, () => ({ at: 'released' }));
    return undefined;
  }

  dispose(n: number, count: number, outcome: Disposal): RefusalCode | undefined {
    const orders = this.quarters(n).flatMap(({ by, before }) => [by, before?.by]);
    const open = orders.some((by) => by !== undefined && (this.courts.get(by)?.appeals ?? 0) > 0);
    if (open) return 'order-under-appeal';
    if (this.barsOf(n).has('evidence-hold') || (this.barsOf(n).has('victim-claim') && outcome !== 'victims')) return 'disposal-barred'; // prettier-ignore
    const from = DISPOSABLE[outcome] ?? ['confiscated-final'];
    const held = this.in(n, from);
    if (held.length === 0) return 'nothing-to-dispose-of';
    if (held.length < count) return 'more-than-the-whole';
    if (outcome === 'victims' && n !== RESTITUTED && this.in(n, ['confiscated-final']).length < count) return 'order-needed'; // prettier-ignore
    for (const quarter of held.slice(0, count))
      if (quarter.at === 'confiscated' && quarter.by === CAPPED) this.recovered[n - 1]?.pop();
    this.take(n, from, count, ({ by }) => ({ at: 'gone', by }));
    return undefined;
  }

  barsOf(n: number): Set<BarGround> {
    return this.bars[n - 1] ?? new Set();
  }

  bar(n: number, ground: BarGround): RefusalCode | undefined {
    if (this.barsOf(n).has(ground)) return 'bar-exists';
    this.barsOf(n).add(ground);
    return undefined;
  }

  lift(n: number, ground: BarGround): RefusalCode | undefined {
    return this.barsOf(n).delete(ground) ? undefined : 'bar-not-open';
  }

  appeal(by: number): RefusalCode | undefined {
    const court = this.courts.get(by) as Court;
    if (court.quashed) return 'order-ended';
    if (court.final) return 'order-already-final';
    court.appeals += 1;
    return undefined;
  }

  becomeFinal(by: number): RefusalCode | undefined {
    const court = this.courts.get(by) as Court;
    if (court.quashed) return 'order-ended';
    if (court.final) return 'order-already-final';
    if (court.appeals > 0) return 'order-under-appeal';
    court.final = true;
    this.#settle(by, (quarter) => ({ at: 'confiscated-final', by: quarter.by }));
    return undefined;
  }

  decide(by: number, outcome: 'upheld' | 'quashed'): RefusalCode | undefined {
    const court = this.courts.get(by) as Court;
    if (court.appeals === 0) return 'order-not-under-appeal';
    court.appeals -= 1;
    if (outcome === 'upheld') return undefined;
    court.quashed = true;
    if (by === CAPPED) for (const recovered of this.recovered) recovered.length = 0;
    this.#settle(by, (quarter) => quarter.before ?? { at: 'identified' });
    return undefined;
  }

  #settle(by: number, change: (quarter: Quarter) => Quarter): void {
    const settled = (quarter: Quarter): Quarter => {
      if (quarter.at === 'confiscated' && quarter.by === by) return change(quarter);
      return quarter.at === 'lost' && quarter.before ? { ...quarter, before: settled(quarter.before) } : quarter;
    };
    for (const quarters of this.assets) quarters.splice(0, 4, ...quarters.map(settled));
  }

  lose(n: number): RefusalCode | undefined {
    if (this.in(n, HELD).length === 0) return 'asset-lost';
    const lose = (quarter: Quarter): Quarter => (HELD.includes(quarter.at) ? { at: 'lost', before: quarter } : quarter);
    this.quarters(n).splice(0, 4, ...this.quarters(n).map(lose));
    return undefined;
  }

  find(n: number): RefusalCode | undefined {
    if (this.#ended(n)) return 'nothing-left';
    const find = (quarter: Quarter): Quarter => (quarter.at === 'lost' && quarter.before ? quarter.before : quarter);
    this.quarters(n).splice(0, 4, ...this.quarters(n).map(find));
    return undefined;
  }

  standings(n: number): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { at } of this.quarters(n)) sums[at] = (sums[at] ?? 0) + QUARTER;
    return sums;
  }
}

interface Act {
  readonly what: string;
  readonly told: (on: string) => CaseDecision;
  readonly model: (model: Model) => RefusalCode | undefined;
}

const acts = ((): fc.Arbitrary<Act> => {
  const [n, count] = [fc.constantFrom(1, 2), fc.integer({ min: 1, max: 4 })];
  const court = fc.constantFrom(CONFISCATION, CAPPED);
  const of = (shareBp: number, on: string): { shareBp: number; on: string } => ({ shareBp: shareBp * QUARTER, on });
  return fc.oneof(
    fc.tuple(n, count).map(([a, c]): Act => ({ what: `freeze ${c}/4 of ${a}`, told: (on) => frozen(a, FREEZING, of(c, on)), model: (m) => m.restrain(a, 'frozen', c) })),
    fc.tuple(n, count).map(([a, c]): Act => ({ what: `seize ${c}/4 of ${a}`, told: (on) => seized(a, undefined, of(c, on)), model: (m) => m.restrain(a, 'seized', c) })),
    fc.tuple(n, court, count).map(([a, by, c]): Act => ({ what: `confiscate ${c}/4 of ${a} under ${by}`, told: (on) => confiscated(a, by, of(c, on)), model: (m) => m.confiscate(a, by, c) })),
    fc.tuple(n, count).map(([a, c]): Act => ({ what: `release ${c}/4 of ${a}`, told: (on) => released(a, of(c, on)), model: (m) => m.release(a, c) })),
    fc.tuple(n, count, fc.constantFrom('sold' as const, 'victims' as const, 'destroyed' as const, 'returned-to-owner' as const)).map(([a, c, outcome]): Act => ({ what: `${outcome} ${c}/4 of ${a}`, told: (on) => disposed(a, outcome, of(c, on)), model: (m) => m.dispose(a, c, outcome) })),
    fc.tuple(n, fc.constantFrom(...barGrounds)).map(([a, g]): Act => ({ what: `bar ${a} for ${g}`, told: (on) => barred(a, g, { on }), model: (m) => m.bar(a, g) })),
    fc.tuple(n, fc.constantFrom(...barGrounds)).map(([a, g]): Act => ({ what: `lift ${g} of ${a}`, told: (on) => lifted(a, g, { on }), model: (m) => m.lift(a, g) })),
    court.map((by): Act => ({ what: `appeal ${by}`, told: (on) => appealed(by, on), model: (m) => m.appeal(by) })),
    fc.tuple(court, fc.constantFrom('upheld' as const, 'quashed' as const)).map(([by, outcome]): Act => ({ what: `${outcome} ${by}`, told: (on) => decided(by, outcome, on), model: (m) => m.decide(by, outcome) })),
    court.map((by): Act => ({ what: `${by} becomes final`, told: (on) => final(by, on), model: (m) => m.becomeFinal(by) })),
    fc.tuple(n, fc.constantFrom(600, WORTH, 1_400)).map(([a, w]): Act => ({ what: `revalue ${a} at ${w}`, told: (on) => valued(a, String(w), { valuedOn: on as never }), model: (m) => m.revalue(a, w) })),
    n.map((a): Act => ({ what: `lose ${a}`, told: (on) => lost(a, on), model: (m) => m.lose(a) })),
    n.map((a): Act => ({ what: `find ${a}`, told: (on) => relocated(a, 'ES', on), model: (m) => m.find(a) })),
  ); // prettier-ignore
})();

const begin = (): Told => {
  const told = new Told();
  const history = [
    opened, identified(1), identified(2), valued(1, String(WORTH)), valued(2, String(WORTH)),
    issued(FREEZING, 'freezing', { over: { assets: [asset(1), asset(2)] } }),
    issued(CONFISCATION, 'confiscation', { over: { assets: [asset(1), asset(2)] } }),
    issued(CAPPED, 'confiscation', { over: { amount: euro(String(CAP)) } }), issued(RESTITUTION, 'restitution'),
  ]; // prettier-ignore
  for (const decision of history) told.record(decision);
  return told;
};
const BEGUN = 9;
const dayOf = (n: number): string => new Date(Date.UTC(2024, 1, 1 + n)).toISOString().slice(0, 10);

const recoveredUnderCap = (told: Told): number =>
  [...told.file.order(order(CAPPED)).recovered.values()].reduce(
    (sum, recovery) =>
      sum +
      Number(
        recovery.worth((value, ofBp) =>
          BigInt(
            ofBp
              .times(value?.amount ?? 0)
              .div(100)
              .toFixed(),
          ),
        ),
      ) /
        100,
    0,
  );

describe(`the law of a case, beside a model of it (seed ${seed})`, () => {
  it('accepts and refuses the same, and leaves each quarter at the same place', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(fc.array(acts, { minLength: 1, maxLength: 40 }), (chosen) => {
        const [told, model] = [begin(), new Model()];
        chosen.forEach((act, n) => {
          const code = codeOf(() => told.record(act.told(dayOf(n))));
          const expected = act.model(model);
          expect({ act: act.what, code }).toEqual({ act: act.what, code: expected });
          reached.add(expected ?? `done ${act.what.split(' ')[0]}`);
          expect([1, 2].map((one) => standings(told.file, asset(one)))).toEqual([1, 2].map((one) => model.standings(one))); // prettier-ignore
        });
        // Regulation (EU) 2018/1805 Art. 16(2): never more than the amount of the order.
        expect(recoveredUnderCap(told)).toBe(model.recoveredSum);
        expect(model.recoveredSum).toBeLessThanOrEqual(CAP);
      }),
      { seed, numRuns: 400 },
    );
    expect([...reached].filter((what) => !what.startsWith('done')).length).toBeGreaterThan(8);
  });

  it('stands after a void as if the entry had never been recorded', () => {
    fc.assert(
      fc.property(fc.array(acts, { minLength: 2, maxLength: 20 }), (chosen) => {
        const [told, never] = [begin(), begin()];
        const accepted: [Act, string][] = [];
        chosen.forEach((act, n) => {
          if (codeOf(() => told.record(act.told(dayOf(n)))) === undefined) accepted.push([act, dayOf(n)]);
        });
        fc.pre(accepted.length > 0);
        for (const [act, on] of accepted.slice(0, -1)) never.record(act.told(on));
        const last = entry(BEGUN + accepted.length);
        told.record(decide.EntryVoided({ eventId: last, reason: 'mistaken', approvedBy: 'head', author: 'clerk' }));
        const all = (one: Told): unknown => [1, 2].map((n) => standings(one.file, asset(n)));
        expect(all(told)).toEqual(all(never));
        expect(recoveredUnderCap(told)).toBe(recoveredUnderCap(never));
      }),
      { seed, numRuns: 200 },
    );
  });
});
