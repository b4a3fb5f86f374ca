import { describe, expect, it } from '@jest/globals';

import { ratesFromEcb, ratesFromTrm, shippedEcbRates } from './rates.js';

describe('the ECB file', () => {
  it('gives the fixings oldest first, and leaves out what is not available', () => {
    const text = 'Date,USD,HRK,\n2023-01-02,1.0683,N/A,\n2022-12-30,1.0666,7.5365,\n';
    expect(ratesFromEcb(text)).toEqual([
      { source: 'ECB', base: 'EUR', from: '2022-12-30', to: '2022-12-30', rates: { USD: '1.0666', HRK: '7.5365' } },
      { source: 'ECB', base: 'EUR', from: '2023-01-02', to: '2023-01-02', rates: { USD: '1.0683' } },
    ]);
  });

  it.each([
    ['Day,USD\n', 1],
    ['Date,USD\n2023-13-01,1.1\n', 2],
    ['Date,USD\n2023-01-02,1e3\n', 2],
    ['Date,USD\n2023-01-02,"1.1\n', 2],
    ['Date,USD\n2023-01-02,1.1,2.2\n', 2],
  ])('%j is refused with its line', (text, line) => {
    expect(() => ratesFromEcb(text)).toThrow(
      expect.objectContaining({ code: 'rates-file-malformed', detail: expect.objectContaining({ line }) }),
    );
  });

  it('ships with Rastro from the first day of the euro on, in order', () => {
    const shipped = shippedEcbRates();
    expect(shipped[0]).toMatchObject({ from: '1999-01-04', rates: { USD: '1.1789' } });
    expect(shipped.every(({ from }, index) => index === 0 || from > (shipped[index - 1]?.from ?? ''))).toBe(true);
  });
});

describe('the TRM file', () => {
  const header = 'VALOR,UNIDAD,VIGENCIADESDE,VIGENCIAHASTA\n';

  it('gives intervals of days', () => {
    expect(ratesFromTrm(`${header}"$5,061.21",COP,05/11/2022,08/11/2022\n`)).toEqual([
      { source: 'TRM', base: 'USD', from: '2022-11-05', to: '2022-11-08', rates: { COP: '5061.21' } },
    ]);
  });

  it.each(['"5.061,21",COP,05/11/2022,08/11/2022', '"$5,061.21",COP,2022-11-05,08/11/2022', '"$5,061.21",COP,31/02/2022,08/11/2022'])('%j is refused', (row) => {
    expect(() => ratesFromTrm(`${header}${row}\n`)).toThrow(expect.objectContaining({ code: 'rates-file-malformed' }));
  }); // prettier-ignore
});
