import { describe, it } from '@jest/globals';

import { decide } from './decide.js';
import { asset, confiscated, day, disposed, euro, final, given, identified, issued, opened, seized } from './testing.js'; // prettier-ignore

const sold = decide.AssetDisposed({ assetId: asset(1), effectiveOn: day('2024-06-01'), outcome: 'sold', proceeds: euro('100') }); // prettier-ignore

describe.each(['contraband', 'device'] as const)('a %s', (category) => {
  const found = [opened, identified(1, { category })];
  const into = (newCategory: 'cash' | typeof category) =>
    decide.AssetConverted({ assetId: asset(1), newAssetId: asset(2), how: 'deposit', category: newCategory, description: 'd', identifiers: [], proceeds: euro('0.00'), effectiveOn: day('2024-03-01') }); // prettier-ignore

  it('brings no money when it is disposed of, and may be disposed of without', () => {
    const taken = [...found, issued(2, 'confiscation'), confiscated(1, 2), final(2)];
    given(...taken)
      .when(sold)
      .thenRefused('not-an-asset-value', { category });
    given(...taken, disposed(1, 'destroyed'))
      .when(disposed(1, 'destroyed'))
      .thenQuiet();
  });

  it('becomes no money, and money becomes none', () => {
    given(...found, seized(1))
      .when(into('cash'))
      .thenRefused('not-an-asset-value', { category });
    given(opened, identified(1, { category: 'cash' }), seized(1))
      .when(into(category))
      .thenRefused('not-an-asset-value', { category });
  });
});
