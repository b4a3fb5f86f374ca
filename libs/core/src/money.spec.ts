import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { currencies, type CurrencyCode, currencyOn } from './currencies.js';
import { type Day } from './day.js';
import { allocate, decimalString, minorUnits, moneyOf } from './money.js';
import { Refused } from './refused.js';

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);
const EUR = 'EUR' as CurrencyCode;

const refusal = (act: () => unknown): [code: string, at: string | undefined] | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return [error.code, error.at];
    throw error;
  }
};

describe('an amount', () => {
  it.each([
    ['1250.50', 'EUR', 125_050n, '1250.50'],
    ['0', 'EUR', 0n, '0.00'],
    ['7.5', 'USD', 750n, '7.50'],
    ['15000', 'CLP', 15_000n, '15000'],
    ['0.001', 'KWD', 1n, '0.001'],
    ['999999999999999999', 'COP', 99_999_999_999_999_999_900n, '999999999999999999.00'],
  ])('%s %s is exact in minor units and comes back with all its decimals', (amount, currency, minor, text) => {
    expect(minorUnits({ amount, currency })).toBe(minor);
    expect(moneyOf({ amount, currency })).toEqual({ amount: text, currency });
  });

  it.each([
    '1e5', '1E100000000', '0x10', '1_000', '1,5', '1.', '.5', '+1', '-1', ' 1', '1 ', '', 'NaN', 'Infinity', '00', '01.5',
    '١٢', '1000000000000000000', `0.${'0'.repeat(60)}1`, 12.5, null, undefined, {},
  ])('%j is no amount', (amount) => {
    expect(refusal(() => minorUnits({ amount, currency: 'EUR' }, '/proceeds'))).toEqual(['amount-malformed', '/proceeds/amount']);
  }); // prettier-ignore

  it.each([
    ['1.234', 'EUR'],
    ['1.5', 'JPY'],
    ['1.0', 'CLP'],
    ['1.2345', 'BHD'],
  ])('%s %s has more decimals than the currency', (amount, currency) => {
    expect(refusal(() => minorUnits({ amount, currency }))).toEqual(['too-many-decimals', '/amount']);
  });

  it.each(['eur', 'XXX', 'XAU', '', 978])('%j is no currency', (currency) => {
    expect(refusal(() => minorUnits({ amount: '1', currency }))).toEqual(['currency-unknown', '/currency']);
  });

  it(`reads back what it wrote, in every currency (seed ${seed})`, () => {
    const anyMinor = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });
    fc.assert(
      fc.property(anyMinor, fc.constantFrom(...currencies.keys()), (minor, code) => {
        expect(minorUnits({ amount: decimalString(minor, code as CurrencyCode), currency: code })).toBe(minor);
      }),
      { seed },
    );
  });

  it('keeps the sign of a correction', () => {
    expect([decimalString(-5n, EUR), decimalString(-125_050n, EUR)]).toEqual(['-0.05', '-1250.50']);
  });
});

describe('a currency in time', () => {
  const on = (code: string, day: string): string | undefined => refusal(() => currencyOn(code, day as Day))?.[0];

  it.each([
    ['HRK', '2022-12-31', undefined],
    ['HRK', '2023-01-01', 'currency-not-in-use'],
    ['BGN', '2025-12-31', undefined],
    ['BGN', '2026-01-01', 'currency-not-in-use'],
    ['VEF', '2018-08-19', undefined],
    ['VES', '2018-08-19', 'currency-not-in-use'],
    ['VES', '2018-08-20', undefined],
    ['VEF', '2018-08-20', 'currency-not-in-use'],
    ['ANG', '2025-07-01', 'currency-not-in-use'],
    ['XCG', '2025-06-01', undefined],
  ])('%s on %s', (code, day, refused) => {
    expect(on(code, day)).toBe(refused);
  });
});

describe('splitting', () => {
  it('gives the odd cents to the largest remainders, the first of equals', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(allocate(5n, [6_000n, 4_000n])).toEqual([3n, 2n]);
    expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
  });

  it(`never loses or makes a cent, and never is a whole cent off (seed ${seed})`, () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10_000n }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), weights, (whole, shares) => {
        const sum = shares.reduce((total, share) => total + share, 0n);
        fc.pre(sum > 0n);
        const parts = allocate(whole, shares);
        expect(parts.reduce((total, part) => total + part, 0n)).toBe(whole);
        parts.forEach((part, index) => {
          const off = part * sum - whole * (shares[index] ?? 0n);
          expect(off < sum && off > -sum).toBe(true);
        });
      }),
      { seed },
    );
  });
});
