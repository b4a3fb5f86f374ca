import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Day, Exact } from '#core';

import { Recovery } from './recovery.js';
import { centsOf } from './testing.js';
import type { AssetValued } from './valuation.js';

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);
const on = '2024-03-01' as Day;
const share = fc.integer({ min: 1, max: 10_000 });

/** The share of the value that it brought, in millionths of a basis point. */
const brought = (...recoveries: Recovery[]): bigint =>
  recoveries.reduce((sum, one) => sum + one.worth((_, ofBp) => BigInt(ofBp.times(1_000_000).toFixed(0))), 0n);

describe('what an asset brought under an order', () => {
  it('is given back in any share, though no quotient of the two is exact', () => {
    const recovery = new Recovery();
    recovery.add(22, undefined, on);
    recovery.giveBack(1);
    expect([recovery.shareBp, brought(recovery)]).toEqual([21, 21_000_000n]);
  });

  it(`is in proportion to what is left of it, to the last digit (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 1, maxLength: 4 }),
        fc.array(share, { maxLength: 8 }),
        (added, given) => {
          const recovery = new Recovery();
          for (const one of added) recovery.add(one, undefined, on);
          for (const one of given) if (recovery.shareBp > 0) recovery.giveBack(1 + (one % recovery.shareBp));
          expect(brought(recovery)).toBe(BigInt(recovery.shareBp) * 1_000_000n);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('is worth what the asset was on the day of the confiscation, whenever that is told; not what took its place', () => {
    const worth = (amount: string) => ({ amount }) as AssetValued['data'];
    const [recovery, heir] = [new Recovery(), new Recovery()];
    recovery.add(10_000, worth('100'), on);
    recovery.revalue((day) => (day === on ? worth('300') : worth('1')));
    expect(centsOf(recovery)).toBe(30_000n);
    recovery.passOn(10_000, 10_000, heir);
    heir.revalue(() => worth('1'));
    expect(centsOf(heir)).toBe(30_000n);
  });

  it('is given back in the same order by what took its place: the last first', () => {
    const worth = (amount: string) => ({ amount }) as AssetValued['data'];
    const [recovery, heir] = [new Recovery(), new Recovery()];
    recovery.add(5_000, worth('1000'), on);
    recovery.add(5_000, worth('100'), on);
    for (const share of [5_000, 5_000]) recovery.passOn(share, share, heir);
    heir.giveBack(5_000);
    expect(centsOf(heir)).toBe(50_000n);
  });

  it(`passes to what takes the place of the asset, and is lost to neither (seed ${seed})`, () => {
    fc.assert(
      fc.property(share, share, share, share, (added, parted, heirBp, back) => {
        const [recovery, heir] = [new Recovery(), new Recovery()];
        recovery.add(added, undefined, on);
        const passing = 1 + (parted % added);
        recovery.passOn(passing, heirBp, heir);
        const total = brought(recovery, heir);
        expect(total).toBe(BigInt(added) * 1_000_000n);
        const given = 1 + (back % heirBp);
        heir.giveBack(given);
        const left = new Exact(passing).times(1_000_000).times(heirBp - given).div(heirBp); // prettier-ignore
        expect(brought(heir)).toBe(BigInt(left.toFixed(0)));
      }),
      { seed, numRuns: 500 },
    );
  });
});
