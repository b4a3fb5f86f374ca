import { describe, expect, it } from '@jest/globals';

import type { CurrencyCode, Day } from '#core';

import { RateTable, toEuroCents } from './conversion.js';

const day = (text: string): Day => text as Day;
const currency = (code: string): CurrencyCode => code as CurrencyCode;

const table = (): RateTable => {
  const rates = new RateTable();
  const ecb = (on: string, known: Record<string, string>): void =>
    void rates.publish({ source: 'ECB', base: currency('EUR'), from: day(on), to: day(on), rates: known });
  ecb('2022-11-04', { USD: '0.9872', RUB: '62.0', HRK: '7.5390' });
  ecb('2022-11-07', { USD: '0.9993' });
  rates.publish({ source: 'TRM', base: currency('USD'), from: day('2022-11-05'), to: day('2022-11-08'), rates: { COP: '5061.21' } }); // prettier-ignore
  return rates;
};

describe('the rate of a day', () => {
  const perEuro = (code: string, on: string) => table().perEuro(currency(code), day(on));

  it('is the fixing of the day, or the one before it on days without', () => {
    expect(perEuro('USD', '2022-11-07')).toEqual({ rate: '0.9993', rateOn: '2022-11-07', source: 'ECB' });
    expect(perEuro('USD', '2022-11-06')).toEqual({ rate: '0.9872', rateOn: '2022-11-04', source: 'ECB' });
  });

  it('is awaited while the source has not come to that day, and never guessed', () => {
    expect(perEuro('USD', '2022-11-08')).toBe('pending');
    expect(perEuro('USD', '2022-11-03')).toBe('none');
    expect(perEuro('BRL', '2022-11-07')).toBe('none');
  });

  it('is not taken from before a suspension', () => {
    const rates = table();
    rates.publish({ source: 'ECB', base: currency('EUR'), from: day('2022-12-01'), to: day('2022-12-01'), rates: { USD: '1.0454' } }); // prettier-ignore
    expect(rates.perEuro(currency('RUB'), day('2022-11-14'))).toMatchObject({ rateOn: '2022-11-04' });
    expect(rates.perEuro(currency('RUB'), day('2022-11-15'))).toBe('none');
  });

  it('is fixed by law once the currency became the euro', () => {
    expect(perEuro('HRK', '2022-11-04')).toMatchObject({ rate: '7.5390', source: 'ECB' });
    expect(perEuro('HRK', '2023-01-01')).toEqual({ rate: '7.53450', rateOn: '2023-01-01', source: 'fixed' });
    expect(perEuro('DEM', '2010-01-01')).toEqual({ rate: '1.95583', rateOn: '1999-01-01', source: 'fixed' });
  });

  it('of the balboa is that of the dollar, of the Colombian peso the TRM through the dollar', () => {
    expect(perEuro('PAB', '2022-11-07')).toMatchObject({ rate: '0.9993' });
    expect(perEuro('COP', '2022-11-05')).toEqual({ rate: '4996.426512', rateOn: '2022-11-04', source: 'TRM+ECB' });
    expect(perEuro('COP', '2022-11-09')).toBe('pending');
  });

  it('up to a position of the log is the one that was known there, whatever was published since', () => {
    const rates = new RateTable();
    const ecb = (on: string, usd: string, position: number): void =>
      void rates.publish({ source: 'ECB', base: currency('EUR'), from: day(on), to: day(on), rates: { USD: usd } }, position); // prettier-ignore
    ecb('2024-05-08', '1.08', 2);
    ecb('2024-05-10', '1.10', 5);
    ecb('2024-05-09', '1.09', 9);
    const known = [1, 2, 5, 8, 9].map((position) => rates.upTo(position).perEuro(currency('USD'), day('2024-05-09')));
    const [eighth, ninth] = [{ rateOn: '2024-05-08' }, { rateOn: '2024-05-09' }];
    expect(known).toMatchObject(['pending', 'pending', eighth, eighth, ninth]);
    expect(rates.perEuro(currency('USD'), day('2024-05-09'))).toMatchObject(ninth);
  });

  it('between two currencies goes through the euro', () => {
    expect(table().rateBetween(currency('USD'), currency('COP'), day('2022-11-05'))).toBe('5061.21');
    expect(table().rateBetween(currency('USD'), currency('BRL'), day('2022-11-05'))).toBeUndefined();
  });
});

describe('euro cents', () => {
  it.each([
    [100n, 'USD', '0.9872', 101n],
    [1n, 'USD', '2', 1n],
    [1n, 'USD', '2.0001', 0n],
    [10_000n, 'JPY', '160', 6_250n],
    [1_500n, 'KWD', '0.3', 500n],
    [123n, 'EUR', '1', 123n],
  ])('of %s minor units of %s at %s are rounded half up, once', (minor, code, rate, cents) => {
    expect(toEuroCents(minor, currency(code), { rate })).toBe(cents);
  });
});
