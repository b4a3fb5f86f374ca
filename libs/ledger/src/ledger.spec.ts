import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { difference } from './difference.js';
import type { Fact, History } from './fact.js';
import { Account, extend, fold } from './fold.js';
import { cut, partsOf, shareOut, split } from './lots.js';
import type { Hold, Posting } from './posting.js';
import { exits, reverse } from './posting.js';
import { balances, cells, conversionOf, facts, histories, presence, RECORDED, standing, weights } from './testing.js';

const RUNS = { numRuns: 500 };
const always = (check: (history: History) => void): void => {
  fc.assert(fc.property(histories, check), RUNS);
};
const prefixes = ({ facts: all, weights: split_ }: History): History[] =>
  all.map((_, index) => ({ facts: all.slice(0, index + 1), weights: split_ }));
const inside = ([key]: [string, bigint]): boolean => !/^(outside|revaluation)/.test(key);
const depth = (hold: Hold | undefined): number => (hold ? 1 + depth(hold.origin) : 0);
const exists = ({ facts: all }: History): boolean => !all.some(({ kind }) => kind === 'converted');

describe('the value of an asset', () => {
  it('is conserved in every column: what came in is what is there plus what went out', () => {
    always((history) => {
      for (const prefix of prefixes(history)) {
        const { postings, lots } = fold(prefix);
        expect(new Map([...balances(postings)].filter(inside))).toEqual(standing(lots));
      }
    });
  });

  it('stands in shares that are never negative and add up to the whole, until it is converted away', () => {
    always((history) => {
      const { lots } = fold(history);
      expect(lots.filter(({ shareBp, parts }) => shareBp <= 0 || parts.some(({ amount, eur }) => amount < 0n || eur < 0n))).toEqual([]); // prettier-ignore
      if (exists(history)) expect(lots.reduce((sum, { shareBp }) => sum + shareBp, 0)).toBe(10_000);
    });
  });

  it('is the whole of the last valuation, to the cent, while nothing of it has left', () => {
    always((history) => {
      const { lots, value } = fold(history);
      if (!value || !exists(history) || lots.some(({ place }) => exits.has(place))) return;
      const parts = lots.flatMap((lot) => lot.parts);
      expect(parts.reduce((sum, { amount }) => sum + amount, 0n)).toBe(value.amount);
      expect(parts.reduce((sum, { eur }) => sum + eur, 0n)).toBe(value.conversion?.eur ?? 0n);
    });
  });

  it('is handed over whole when it is converted', () => {
    always((history) => {
      const handed = fold(history).handedOver?.lots ?? [];
      if (handed.length > 0) expect(handed.reduce((sum, { shareBp }) => sum + shareBp, 0)).toBe(10_000);
    });
  });

  it('is unvalued without an amount, unconverted without a euro, and converted with its rate', () => {
    always((history) => {
      const wrong = fold(history).postings.filter(({ state, amount, eur, rate, currency }) =>
        state === 'unvalued' ? amount !== 0n || eur !== 0n || currency || rate : state === 'unconverted' ? eur !== 0n || rate : !rate,
      ); // prettier-ignore
      expect(wrong).toEqual([]);
    });
  });

  it('keeps no longer memory of its past than the law needs', () => {
    always((history) => {
      expect(fold(history).lots.filter((lot) => depth(lot.origin) > 2)).toEqual([]);
    });
  });
});

describe('an asset', () => {
  it('is there once at each place that holds a share of it, and in one cell of it', () => {
    always((history) => {
      for (const prefix of prefixes(history)) {
        const { postings, lots } = fold(prefix);
        const here = [...new Set(lots.map(({ place }) => place))].sort().map((place) => [place, 1n] as const);
        expect(presence(postings, true)).toEqual(new Map(here));
        expect([...presence(postings, false).values()].filter((count) => count !== 1n)).toEqual([]);
      }
    });
  });

  it('is counted at most once at each stage', () => {
    always((history) => {
      const stages = fold(history)
        .postings.filter(({ counted }) => counted > 0)
        .map(({ to }) => (to === 'frozen' || to === 'seized' ? 'restrained' : to));
      expect(stages).toEqual([...new Set(stages)]);
    });
  });
});

type Edit = (history: History) => History;
const at = <Item>(items: readonly Item[], index: number): number => index % Math.max(items.length, 1);
const edits: fc.Arbitrary<Edit> = fc.oneof(
  facts.map((fact): Edit => (history) => ({ ...history, facts: [...history.facts, fact] })),
  weights.map((entry): Edit => (history) => ({ ...history, weights: [...history.weights, entry] })),
  fc.tuple(fc.nat(20), facts).map(([index, fact]): Edit => ({ facts: all, weights: split_ }) => ({
    facts: all.length > 1 ? all.with(1 + (index % (all.length - 1)), fact) : all,
    weights: split_,
  })), // prettier-ignore
  fc.nat(20).map((index): Edit => (history) => ({ ...history, facts: history.facts.toSpliced(at(history.facts, index), 1) })), // prettier-ignore
  fc.nat(20).map((index): Edit => (history) => ({ ...history, facts: history.facts.map((fact, place) => place === at(history.facts, index) ? converted(fact) : fact) })), // prettier-ignore
  fc.constant<Edit>((history) => ({ ...history, facts: [...history.facts, { kind: 'duplicate', eventId: history.facts[0]?.eventId ?? facts_, revision: RECORDED, on: first }] })), // prettier-ignore
  fc.constant<Edit>((history) => ({ ...history, facts: history.facts.filter(({ kind }) => kind !== 'duplicate') })),
);
const facts_ = 'none' as Fact['eventId'];
const first = '0001-01-01' as Fact['on'];

const converted = (fact: Fact): Fact =>
  fact.kind === 'valued'
    ? { ...fact, value: { ...fact.value, conversion: conversionOf(fact.value.amount, fact.on) } }
    : fact;

describe('posting as entries come', () => {
  it('adds up to the postings of the whole history, whatever was corrected on the way', () => {
    fc.assert(
      fc.property(histories, fc.array(edits, { minLength: 1, maxLength: 8 }), (start, steps) => {
        let history = start;
        let account = fold(start);
        const posted: Posting[] = [...account.postings];
        for (const step of steps) {
          const next = step(history);
          const added = next.facts.length === history.facts.length + 1 ? next.facts.at(-1) : undefined;
          const count = account.postings.length;
          if (added && extend(account, history, added)) posted.push(...account.postings.slice(count));
          else {
            const after = fold(next);
            posted.push(...difference(account.postings, after.postings));
            account = after;
          }
          history = next;
          expect(cells(posted)).toEqual(cells(fold(history).postings));
        }
      }),
      RUNS,
    );
  });

  it('goes on from an account as if the longer history had been folded', () => {
    fc.assert(
      fc.property(histories, facts, (history, fact) => {
        const account = fold(history);
        const untouched = [...account.postings];
        const longer = fold({ ...history, facts: [...history.facts, fact] });
        if (extend(account, history, fact)) {
          expect([account.postings, account.lots, account.value]).toEqual([longer.postings, longer.lots, longer.value]);
        } else expect(account.postings).toEqual(untouched);
      }),
      RUNS,
    );
  });

  it('takes a correction back by its reverse', () => {
    fc.assert(
      fc.property(histories, edits, (history, edit) => {
        const [before, after] = [fold(history).postings, fold(edit(history)).postings];
        expect(cells([...difference(before, after), ...difference(after, before)])).toEqual(new Map());
        expect(difference(before, fold(history).postings)).toEqual([]);
        expect(cells([...before, ...before.map(reverse)])).toEqual(new Map());
      }),
      RUNS,
    );
  });

  it('posts the exact reverse of all of it when it turns out to be a duplicate', () => {
    always((history) => {
      const before = fold(history).postings;
      const duplicate: Fact = { kind: 'duplicate', eventId: facts_, revision: RECORDED, on: first };
      const after = fold({ ...history, facts: [...history.facts, duplicate] });
      expect(after.postings).toEqual([]);
      expect(difference(before, after.postings)).toEqual(before.map(reverse));
    });
  });
});

describe('splitting', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 20n });

  it('loses no cent over networks', () => {
    fc.assert(
      fc.property(weights, cents, cents, (entry, amount, eur) => {
        const parts = partsOf(split(entry), amount, eur);
        expect(parts.reduce((sum, part) => sum + part.amount, 0n)).toBe(amount);
        expect(parts.reduce((sum, part) => sum + part.eur, 0n)).toBe(eur);
        expect(parts.reduce((sum, part) => sum + part.weightBp, 0)).toBe(10_000);
      }),
    );
  });

  it('loses no cent when a share is cut off', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 10_000 }), (history, shareBp) => {
        for (const lot of fold(history).lots) {
          const [piece, rest] = cut(lot, shareBp);
          expect(standing(rest ? [piece, rest] : [piece])).toEqual(standing([lot]));
          expect(piece.shareBp + (rest?.shareBp ?? 0)).toBe(lot.shareBp);
        }
      }),
    );
  });

  it('loses no cent over shares, and leaves what is gone to what is gone', () => {
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 9_999 }), (whole, shareBp) => {
        const [a = 0n, b = 0n] = shareOut(whole, [shareBp, 10_000 - shareBp]);
        expect(a + b).toBe(whole);
        expect(shareOut(whole, [shareBp])).toEqual([a]);
      }),
    );
  });
});

describe('a new account', () => {
  it('holds nothing', () => {
    const account = new Account();
    expect([account.postings, account.lots, account.value, account.handedOver]).toEqual([[], [], undefined, undefined]);
  });
});
