import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import type { CurrencyCode, Day } from '#core';
import { Exact } from '#core';
import { ratesFromEcb, ratesFromTrm, shippedEcbRates } from '#intake';
import { RateTable } from '#ledger';

import { realFile } from './shared.js';

const ecb = realFile('rates', 'eurofxref-hist.csv');
const trm = realFile('rates', 'trm.csv');
const needed = [ecb, trm].find(({ present }) => !present);

(needed ? describe.skip : describe)(`the published rates${needed ? ` ${needed.why}` : ''}`, () => {
  const table = (): RateTable => {
    const rates = new RateTable();
    for (const one of ratesFromEcb(readFileSync(ecb.path, 'utf8'))) rates.publish(one);
    for (const one of ratesFromTrm(readFileSync(trm.path, 'utf8'))) rates.publish(one);
    return rates;
  };

  it('of the ECB have 66 fixings of the dollar in 2014Q3, on average 1.325559', () => {
    const fixings = ratesFromEcb(readFileSync(ecb.path, 'utf8'))
      .filter(({ from }) => from >= '2014-07-01' && from <= '2014-09-30')
      .map(({ rates }) => rates['USD'] ?? '0');
    const sum = fixings.reduce((total, rate) => total.plus(rate), new Exact(0));
    expect([fixings.length, sum.div(fixings.length).toFixed(6)]).toEqual([66, '1.325559']);
  });

  it('of Colombia say 5061.21 pesos a dollar on 5 November 2022, a Saturday', () => {
    expect(table().rateBetween('USD' as CurrencyCode, 'COP' as CurrencyCode, '2022-11-05' as Day)).toBe('5061.21');
  });

  it('of the ECB are those that ship with Rastro, as far as those go', () => {
    const shipped = shippedEcbRates();
    const last = shipped.at(-1)?.from ?? '';
    expect(ratesFromEcb(readFileSync(ecb.path, 'utf8')).filter(({ from }) => from <= last)).toEqual(shipped);
  });

  it('know a retired currency to its last day, and by law afterwards', () => {
    const rates = table();
    expect(rates.perEuro('HRK' as CurrencyCode, '2022-12-30' as Day)).toMatchObject({ source: 'ECB' });
    expect(rates.perEuro('HRK' as CurrencyCode, '2024-01-15' as Day)).toMatchObject({
      rate: '7.53450',
      source: 'fixed',
    });
  });
});
