import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { CountryCode } from '#core';

import { sharesProceeds, splitOf } from './proceeds.js';

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);

describe(`how States share what an order brought (seed ${seed})`, () => {
  it.each([
    [0n, 0n],
    [1_000_000n, 0n],
    [1_000_001n, 500_001n],
    [1_000_002n, 500_001n],
    [22_500_000n, 11_250_000n],
  ])('of %s cents %s go to the issuing State', (obtained, transferred) => {
    expect(splitOf(obtained)).toEqual({ transferred, kept: obtained - transferred });
  });

  it('always adds up, and never gives the executing State more than half of the whole above the threshold', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (obtained) => {
        const { transferred, kept } = splitOf(obtained);
        expect(transferred + kept).toBe(obtained);
        if (obtained <= 1_000_000n) expect(transferred).toBe(0n);
        else expect([0n, 1n]).toContain(transferred - kept);
      }),
      { seed },
    );
  });

  it.each([
    ['FR', 'ES', true],
    ['ES', 'ES', false],
    ['DK', 'ES', false],
    ['ES', 'IE', false],
    ['BR', 'ES', false],
  ])('%s and %s share: %s', (issuing, executing, shared) => {
    expect(sharesProceeds(issuing as CountryCode, executing as CountryCode)).toBe(shared);
  });
});
