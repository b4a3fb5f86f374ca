import { describe, expect, it } from '@jest/globals';

import { FreshFor } from './fresh.js';

describe('what is fresh for a second', () => {
  const asking = async (...moved: readonly (readonly [number, number])[]): Promise<number> => {
    let [now, asked] = [[5_000, 1_000_000], 0];
    const fresh = new FreshFor<number>(1_000, 10, () => now);
    for (const [running, set] of [[0, 0] as const, ...moved]) {
      now = [(now[0] ?? 0) + running, (now[1] ?? 0) + set];
      await fresh.get('', () => Promise.resolve((asked += 1)));
    }
    return asked;
  };

  it.each([
    ['until it is not', [[500, 500], [499, 499]], 1],
    ['and no longer', [[500, 500], [500, 500]], 2],
    ['not after a machine slept', [[1, 3_600_000]], 2],
    ['not after its clock was set back', [[1, -3_600_000]], 2],
    ['from when it was asked for, not from when it was used', [[600, 600], [600, 600], [600, 600]], 2],
  ] as [string, [number, number][], number][])('is not asked for again: %s', async (_, moved, asked) =>
    expect(await asking(...moved)).toBe(asked),
  ); // prettier-ignore
});
