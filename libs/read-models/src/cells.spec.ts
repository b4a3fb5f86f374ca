import { describe, expect, it } from '@jest/globals';

import { remainingOf } from './cells.js';

describe('the network that remains', () => {
  const of = (...mergers: [string, string][]) => Object.fromEntries(remainingOf(new Map(mergers)));

  it('is the last of those it was merged into', () => {
    expect(of(['a', 'b'], ['b', 'c'], ['x', 'c'], ['c', 'd'])).toEqual({ a: 'd', b: 'd', x: 'd', c: 'd' });
  });

  it('is one and the same for all of a circle, and for who leads into it', () => {
    expect(of(['z', 'b'], ['b', 'c'], ['c', 'a'], ['a', 'b'])).toEqual({ z: 'a', a: 'a', b: 'a', c: 'a' });
  });

  it('is found for a chain of a hundred thousand', () => {
    const count = 100_000;
    const chain = Array.from({ length: count }, (_, n): [string, string] => [`n${n}`, `n${n + 1}`]);
    const found = remainingOf(new Map(chain));
    expect([found.size, new Set(found.values())]).toEqual([count, new Set([`n${count}`])]);
  });
});
