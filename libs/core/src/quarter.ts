import type { Day } from './day.js';
import { Refused } from './refused.js';

declare const quarter: unique symbol;

/** A calendar quarter, `2014Q3`. Texts of quarters sort in the order of time. */
export type Quarter = string & { readonly [quarter]: true };

/** From the first to the last quarter, both included. */
export interface Period {
  readonly first: Quarter;
  readonly last: Quarter;
}

const QUARTER = /^(\d{4})Q([1-4])$/;
const PERIOD = /^(\d{4})(?:(Q[1-4])|(H[12]))?$/;

export const isQuarter = (text: unknown): text is Quarter => typeof text === 'string' && QUARTER.test(text);

/** The quarter a day falls in. The day is local to the executing jurisdiction, and so is the quarter. */
export const quarterOf = (day: Day): Quarter =>
  `${day.slice(0, 4)}Q${Math.ceil(Number(day.slice(5, 7)) / 3)}` as Quarter;

export const quarterAfter = (quarter: Quarter): Quarter => {
  const [year, number] = [Number(quarter.slice(0, 4)), Number(quarter.slice(5))];
  return (number === 4 ? `${year + 1}Q1` : `${year}Q${number + 1}`) as Quarter;
};

/** The first day of a quarter. */
export const firstDayOf = (quarter: Quarter): Day =>
  `${quarter.slice(0, 4)}-${['01-01', '04-01', '07-01', '10-01'][Number(quarter.slice(5)) - 1]}` as Day;

/** The last day of a quarter. */
export const lastDayOf = (quarter: Quarter): Day =>
  `${quarter.slice(0, 4)}-${['03-31', '06-30', '09-30', '12-31'][Number(quarter.slice(5)) - 1]}` as Day;

const oneName = (text: string, at?: string): Period => {
  const parts = PERIOD.exec(text);
  if (!parts) {
    throw new Refused(
      'period-malformed',
      'Give a period as 2016Q3, 2016H1, 2016 or 2016Q1..2017Q2.',
      { given: text },
      at,
    );
  }
  const [, year, quarterName, half] = parts;
  if (quarterName) return { first: text as Quarter, last: text as Quarter };
  const [first, last] = half === 'H1' ? [1, 2] : half === 'H2' ? [3, 4] : [1, 4];
  return { first: `${year}Q${first}` as Quarter, last: `${year}Q${last}` as Quarter };
};

/**
 * Reads `2016Q3`, `2016H1`, `2016`, or two of them joined by `..`.
 * @throws Refused `period-malformed`, also when the period ends before it begins.
 */
export const periodOf = (text: string, at?: string): Period => {
  const [from = '', to = from, ...more] = text.split('..');
  const period = { first: oneName(from, at).first, last: oneName(to, at).last };
  if (more.length > 0 || period.last < period.first) {
    throw new Refused('period-malformed', 'A period ends after it begins, as in 2016Q1..2017Q2.', { given: text }, at);
  }
  return period;
};
