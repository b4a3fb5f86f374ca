import { type Day } from './day.js';
import { Refused } from './refused.js';

declare const currency: unique symbol;

/** ISO 4217, retired codes included. */
export type CurrencyCode = string & { readonly [currency]: true };

export interface Currency {
  readonly code: CurrencyCode;
  /** Minor units by ISO 4217. */
  readonly decimals: number;
  /** The first day on which it was money, where a register could hold an older one of the same State. */
  readonly from?: Day;
  /** The last day on which it was money, for retired codes. */
  readonly until?: Day;
  /** Units of it for one euro, fixed for ever from the day after `until` (Regulation (EC) 1103/97 and successors). */
  readonly perEuro?: string;
}

const NONE = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF';
const THREE = 'BHD IQD JOD KWD LYD OMR TND';
const TWO =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP ' +
  'DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR ' +
  'LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB ' +
  'SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW';

/** The euro's conversion rates, each fixed by the Council for the day on which the State took the euro. */
const intoEuro: readonly (readonly [code: string, decimals: number, until: string, perEuro: string])[] = [
  ['ATS', 2, '1998-12-31', '13.7603'], ['BEF', 0, '1998-12-31', '40.3399'], ['DEM', 2, '1998-12-31', '1.95583'],
  ['ESP', 0, '1998-12-31', '166.386'], ['FIM', 2, '1998-12-31', '5.94573'], ['FRF', 2, '1998-12-31', '6.55957'],
  ['IEP', 2, '1998-12-31', '0.787564'], ['ITL', 0, '1998-12-31', '1936.27'], ['LUF', 0, '1998-12-31', '40.3399'],
  ['NLG', 2, '1998-12-31', '2.20371'], ['PTE', 0, '1998-12-31', '200.482'], ['GRD', 0, '2000-12-31', '340.750'],
  ['SIT', 2, '2006-12-31', '239.640'], ['CYP', 2, '2007-12-31', '0.585274'], ['MTL', 2, '2007-12-31', '0.429300'],
  ['SKK', 2, '2008-12-31', '30.1260'], ['EEK', 2, '2010-12-31', '15.6466'], ['LVL', 2, '2013-12-31', '0.702804'],
  ['LTL', 2, '2014-12-31', '3.45280'], ['HRK', 2, '2022-12-31', '7.53450'], ['BGN', 2, '2025-12-31', '1.95583'],
]; // prettier-ignore

/** Redenominations and other successions: the old code ends, the new one begins (domain.md 13.3). */
const dated: readonly (readonly [code: string, decimals: number, from: string, until: string])[] = [
  ['VEB', 2, '', '2007-12-31'], ['VEF', 2, '2008-01-01', '2018-08-19'], ['VES', 2, '2018-08-20', ''], ['TRL', 0, '', '2004-12-31'],
  ['TRY', 2, '2005-01-01', ''], ['ROL', 0, '', '2005-06-30'], ['RON', 2, '2005-07-01', ''], ['MRO', 2, '', '2017-12-31'],
  ['STD', 2, '', '2017-12-31'], ['BYR', 0, '2000-01-01', '2016-12-31'], ['SLL', 2, '', '2023-12-31'], ['CUC', 2, '', '2021-06-30'],
  ['ANG', 2, '', '2025-06-30'], ['XCG', 2, '2025-03-31', ''], ['ZWL', 2, '2009-02-02', '2024-08-31'], ['ZWG', 2, '2024-04-08', ''],
]; // prettier-ignore

const table = new Map<string, Currency>();
const add = (code: string, decimals: number, dates: { from?: string; until?: string; perEuro?: string } = {}): void => {
  const given = Object.fromEntries(Object.entries(dates).filter(([, value]) => value));
  table.set(code, { code: code as CurrencyCode, decimals, ...given });
};
for (const code of NONE.split(' ')) add(code, 0);
for (const code of TWO.split(' ')) add(code, 2);
for (const code of THREE.split(' ')) add(code, 3);
for (const [code, decimals, until, perEuro] of intoEuro) add(code, decimals, { until, perEuro });
for (const [code, decimals, from, until] of dated) add(code, decimals, { from, until });

/** Every currency known, by its code. */
export const currencies: ReadonlyMap<string, Currency> = table;

/** @throws Refused `currency-unknown`. */
export const currencyOrRefuse = (code: unknown, at?: string): Currency => {
  const found = typeof code === 'string' ? table.get(code) : undefined;
  if (!found) throw new Refused('currency-unknown', 'Give an ISO 4217 code such as EUR.', { given: code }, at);
  return found;
};

/** A currency that was money on a day. @throws Refused `currency-unknown`, `currency-not-in-use`. */
export const currencyOn = (code: unknown, day: Day, at?: string): Currency => {
  const found = currencyOrRefuse(code, at);
  if ((found.from && day < found.from) || (found.until && day > found.until)) {
    const { from, until } = found;
    throw new Refused(
      'currency-not-in-use',
      `${found.code} was not in use on ${day}.`,
      { code: found.code, day, from, until },
      at,
    );
  }
  return found;
};
