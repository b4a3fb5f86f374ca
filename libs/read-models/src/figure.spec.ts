import { describe, expect, it } from '@jest/globals';

import { Refused } from '#core';

import { definitionsOf } from './definitions.js';
import { assertCloses, assertStatementCloses, type Figure, figureOf, isEmpty, isTold } from './figure.js';

const [seized] = definitionsOf(['value-seized']);

/** Some assets of so many cents; nothing may be told of `untold`. */
const told = (assets: number, cents: string): Figure =>
  figureOf(seized as never, [], [], [[null, 'EUR', 'valued', false, cents, cents, assets, 10_000]]);
const untold = figureOf(seized as never, [], [], null);

const outcomeOf = (check: () => void): unknown => {
  try {
    check();
    return 'closes';
  } catch (error) {
    return error instanceof Refused ? error.code : error;
  }
};
const closing = (rows: readonly Figure[], total: Figure): unknown => outcomeOf(() => void assertCloses(rows, total));

describe('a figure', () => {
  it('has no values where nothing may be told, and none are not unknown', () => {
    expect(untold).toStrictEqual({ definition: 'value-seized@1', group: {} });
    expect([isTold(untold), isEmpty(untold)]).toEqual([false, false]);
    const none = figureOf(seized as never, [], [], []);
    expect(none).toMatchObject({ assets: 0, eur: '0.00', amounts: [] });
    expect([isTold(none), isEmpty(none)]).toEqual([true, true]);
  });

  it.each([
    ['its rows add up', [told(1, '100'), told(2, '50')], told(3, '150')],
    ['what is told of them does', [told(1, '100'), untold], told(1, '100')],
    ['nothing is told of any, nor of it', [untold, untold], untold],
  ])('closes where %s', (_, rows, total) => expect(closing(rows, total)).toBe('closes'));

  it.each([
    ['assets', [told(1, '100')], told(2, '100')],
    ['cents', [told(1, '100')], told(1, '101')],
    ['what is told', [told(1, '100'), untold], told(2, '100')],
    ['something told of nothing', [told(1, '100'), untold], untold],
    ['none told of nothing', [told(0, '0')], untold],
  ])('does not where %s would differ', (_, rows, total) => expect(closing(rows, total)).toBe('sums-do-not-close'));
});

describe('a statement', () => {
  const all = definitionsOf();
  /** Each figure is none, but for what was identified and what stands. */
  const stated = (identified: string, held: string, rows: readonly Figure[] = []): unknown =>
    outcomeOf(() => {
      const cents = new Map([['value-identified', identified], ['value-held', held]]); // prettier-ignore
      const counted = all.map(({ name }) => ({ rows, total: told(1, cents.get(name) ?? '0') }));
      assertStatementCloses(all, counted);
    });

  it('closes where what came is what stands', () => {
    expect(stated('100', '100')).toBe('closes');
    expect(stated('100', '99')).toBe('sums-do-not-close');
  });

  it('is held against its total though nothing may be told of a row of no group', () => {
    expect(stated('100', '100', [untold])).toBe('closes');
    expect(stated('100', '99', [untold])).toBe('sums-do-not-close');
  });
});
