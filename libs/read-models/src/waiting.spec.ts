import { describe, expect, it } from '@jest/globals';

import type { AssetId, Day } from '#core';

import { Waiting } from './waiting.js';

const day = (text: string): Day => text as Day;
const waitingFor = (...told: [asset: string, currency: string, on: string][]): Waiting => {
  const waiting = new Waiting();
  for (const [asset, currency, on] of told) waiting.add(asset as AssetId, currency, on);
  return waiting;
};
const always = (): boolean => true;

describe('amounts that wait for a rate', () => {
  it('are taken out by currency, day and asset, of the days asked for only', () => {
    const waiting = waitingFor(
      ['c', 'USD', '2024-01-03'],
      ['b', 'USD', '2024-01-02'],
      ['a', 'USD', '2024-01-02'],
      ['d', 'GBP', '2024-01-03'],
      ['e', 'USD', '2024-01-01'],
      ['f', 'USD', '2024-01-04'],
    );
    const days = { from: day('2024-01-02'), to: day('2024-01-03') };
    expect(waiting.take(days, always)).toEqual([
      { currency: 'GBP', on: '2024-01-03', assets: ['d'] },
      { currency: 'USD', on: '2024-01-02', assets: ['a', 'b'] },
      { currency: 'USD', on: '2024-01-03', assets: ['c'] },
    ]);
    expect(waiting.take(days, always)).toEqual([]);
    const all = { from: day('2000-01-01'), to: day('2030-01-01') };
    expect(waiting.take(all, always).map(({ on }) => on)).toEqual(['2024-01-01', '2024-01-04']);
  });

  it('wait on where their day is not known yet, also beside those that come later', () => {
    const waiting = waitingFor(['a', 'USD', '2024-01-01'], ['b', 'USD', '2024-01-03']);
    const all = { from: day('2000-01-01'), to: day('2030-01-01') };
    expect(waiting.take(all, (_, on) => on > '2024-01-01')).toHaveLength(1);
    expect(waiting.add('a' as AssetId, 'USD', '2024-01-01')).toBe(false);
    expect(waiting.add('c' as AssetId, 'USD', '2023-12-31')).toBe(true);
    expect(waiting.take(all, always).map(({ on, assets }) => [on, assets])).toEqual([
      ['2023-12-31', ['c']],
      ['2024-01-01', ['a']],
    ]);
  });
});
