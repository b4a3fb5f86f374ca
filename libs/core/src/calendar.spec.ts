import { describe, expect, it } from '@jest/globals';

import { addDays, type Day, dayOf, instantOf, isDay, isInstant } from './day.js';
import { lastDayOf, periodOf, type Quarter, quarterAfter, quarterOf } from './quarter.js';

describe('a day', () => {
  it.each(['2024-02-29', '2000-02-29', '1999-12-31', '1800-01-01'])('%s is one', (text) => {
    expect(dayOf(text)).toBe(text);
  });

  it.each([
    '2026-02-30', '2023-02-29', '1900-02-29', '2024-00-10', '2024-13-01', '2024-04-31', '2024-4-1', '24-04-01', '01/04/2024',
    '2024-04-01T00:00:00Z', ' 2024-04-01', '0024-04-01', 20240401, null,
  ])('%j is none', (text) => {
    expect(isDay(text)).toBe(false);
    expect(() => dayOf(text, '/openedOn')).toThrow(expect.objectContaining({ code: 'day-malformed', at: '/openedOn' }));
  }); // prettier-ignore

  it('has neighbours over the ends of months and years', () => {
    expect([addDays('2024-02-28' as Day, 1), addDays('2024-01-01' as Day, -1)]).toEqual(['2024-02-29', '2023-12-31']);
  });

  it('is no moment, and a moment is in UTC', () => {
    expect(['2024-02-29T23:59:59.000Z', '2024-02-30T00:00:00.000Z', '2024-02-29T23:59:59+01:00', '2024-02-29'].map(isInstant)).toEqual([true, false, false, false]); // prettier-ignore
  });
});

describe('an instant', () => {
  it('is told to the millisecond, whatever was told before', () => {
    const moments = [1, 1, 2, 1].map((ms) => instantOf(new Date(ms)));
    expect(moments.map((moment) => moment.slice(-5))).toEqual(['.001Z', '.001Z', '.002Z', '.001Z']);
    expect(() => instantOf(new Date(NaN))).toThrow(RangeError);
  });
});

describe('a quarter', () => {
  it.each([
    ['2014-07-01', '2014Q3', '2014-09-30'],
    ['2014-12-31', '2014Q4', '2014-12-31'],
    ['2015-01-01', '2015Q1', '2015-03-31'],
  ])('%s falls in %s, which ends on %s', (day, quarter, last) => {
    expect(quarterOf(day as Day)).toBe(quarter);
    expect(lastDayOf(quarter as Quarter)).toBe(last);
  });

  it('is followed by the next, over the end of the year', () => {
    expect([quarterAfter('2014Q3' as Quarter), quarterAfter('2014Q4' as Quarter)]).toEqual(['2014Q4', '2015Q1']);
  });
});

describe('a period', () => {
  it.each([
    ['2016Q3', '2016Q3', '2016Q3'],
    ['2016H1', '2016Q1', '2016Q2'],
    ['2016', '2016Q1', '2016Q4'],
    ['2015H2..2017Q1', '2015Q3', '2017Q1'],
  ])('%s is from %s to %s', (text, first, last) => {
    expect(periodOf(text)).toEqual({ first, last });
  });

  it.each(['2016Q5', '2016Q0', '16Q3', '2017..2016', '2016..2017..2018', '', '2016H3', '2016-Q3'])('%j is none', (text) => {
    expect(() => periodOf(text, '/period')).toThrow(expect.objectContaining({ code: 'period-malformed', at: '/period' }));
  }); // prettier-ignore
});
