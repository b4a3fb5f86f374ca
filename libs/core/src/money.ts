import { Decimal } from 'decimal.js';

import { currencyOrRefuse, type CurrencyCode } from './currencies.js';
import { Refused } from './refused.js';

/** Half up, and more digits than any product of an amount and a rate can have. Nobody else sets these. */
export const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -60, toExpPos: 60 });
export type Exact = InstanceType<typeof Exact>;

/** What stands outside: an amount as a decimal string, and the currency that always travels with it. */
export interface Money {
  readonly amount: string;
  readonly currency: CurrencyCode;
}

const AMOUNT = /^(0|[1-9]\d{0,17})(?:\.(\d{1,4}))?$/;

/**
 * An amount in minor units (cents for EUR, whole pesos for CLP), exact.
 * Up to 18 integer digits, at most the decimals that ISO 4217 gives the currency, never negative, no exponent, no sign.
 * @throws Refused `amount-malformed`, `too-many-decimals`, `currency-unknown`.
 */
export const minorUnits = ({ amount, currency }: { amount: unknown; currency: unknown }, at = ''): bigint => {
  const { decimals } = currencyOrRefuse(currency, `${at}/currency`);
  const parts = typeof amount === 'string' && amount.length <= 24 ? AMOUNT.exec(amount) : null;
  if (!parts) {
    const hint = 'Give the amount as a decimal string such as "1250.50": digits, a point, no sign and no exponent.';
    throw new Refused('amount-malformed', hint, { given: amount }, `${at}/amount`);
  }
  const [, whole = '0', fraction = ''] = parts;
  if (fraction.length > decimals) {
    const detail = { given: amount, currency, decimals };
    const hint = decimals === 0 ? 'has no decimals: give whole units' : `has ${decimals} decimals: give no more`;
    throw new Refused('too-many-decimals', `${String(currency)} ${hint}.`, detail, `${at}/amount`);
  }
  return BigInt(whole + fraction.padEnd(decimals, '0'));
};

/** The decimal string of an amount in minor units: all decimals of the currency, no more. Negative amounts keep their sign. */
export const decimalString = (minor: bigint, currency: CurrencyCode): string => {
  const { decimals } = currencyOrRefuse(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return minor < 0n ? `-${text}` : text;
};

/** @throws Refused as `minorUnits` does. The amount comes back with all decimals of its currency. */
export const moneyOf = (given: { amount: unknown; currency: unknown }, at?: string): Money => {
  const minor = minorUnits(given, at);
  const currency = given.currency as CurrencyCode;
  return { amount: decimalString(minor, currency), currency };
};

/**
 * Splits a whole by weights so that the parts add up to it exactly: the largest remainders get the odd units,
 * earlier parts first when remainders are equal. Negative wholes split as their mirror image.
 */
export const allocate = (whole: bigint, weights: readonly bigint[]): bigint[] => {
  if (whole < 0n) return allocate(-whole, weights).map((part) => -part);
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  if (sum === 0n) throw new RangeError('nothing to split by: the weights add up to zero');
  const parts = weights.map((weight) => (whole * weight) / sum);
  const remainders = weights.map((weight, index) => ({ index, rest: (whole * weight) % sum }));
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  let odd = whole - parts.reduce((total, part) => total + part, 0n);
  for (const { index } of remainders) {
    if (odd === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    odd -= 1n;
  }
  return parts;
};
