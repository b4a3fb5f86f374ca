import { describe, it } from '@jest/globals';

import { decide } from './decide.js';
import type { CaseDecision } from './decision.js';
import { asset, confiscated, day, disposed, ended, euro, final, frozen, given, identified, issued, opened, order, seized } from './testing.js'; // prettier-ignore

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

describe('a release that names its order', () => {
  const under = (n: number, on = '2024-03-10'): CaseDecision =>
    decide.AssetReleased({ assetId: asset(1), orderId: order(n), effectiveOn: day(on), reason: 'lifted' });
  const elsewhere = { over: { assets: [asset(2)] } };
  const anyAsset = { over: { amount: euro('1000') } };
  const taken = [opened, identified(1), identified(2), issued(1, 'freezing'), frozen(1, 1)];
  const fact = { type: 'AssetReleased', data: { assetId: asset(1), orderId: order(3), effectiveOn: day('2024-03-10'), reason: 'lifted', shareBp: 10_000 } } as const; // prettier-ignore

  it.each([{}, anyAsset])('rests on an order of release over it, or over an amount', (over) =>
    void given(...taken, issued(3, 'release', over)).when(under(3)).then(fact)); // prettier-ignore

  it('rests on no order of another kind, over another asset, not issued or not in force on the day', () => {
    for (const kind of ['confiscation', 'interim-sale', 'restitution'] as const)
      given(...taken, issued(3, kind)).when(under(3)).thenRefused('order-of-another-kind', { kind }); // prettier-ignore
    given(...taken, issued(3, 'release', elsewhere)).when(under(3)).thenRefused('order-not-over-asset'); // prettier-ignore
    given(...taken, issued(3, 'release', { issuedOn: day('2024-03-11') })).when(under(3)).thenRefused('executed-before-issued'); // prettier-ignore
    given(...taken, issued(3, 'release'), ended(3, '2024-03-09')).when(under(3)).thenRefused('order-ended'); // prettier-ignore
  });

  it('lifts the restraint of the order under which it is held, also when that one has ended', () => {
    const held = { ...fact, data: { ...fact.data, orderId: order(1) } };
    given(...taken, ended(1, '2024-03-01'))
      .when(under(1))
      .then(held);
    given(...taken, seized(1, undefined), issued(2, 'confiscation'), confiscated(1, 2))
      .when(under(1))
      .then(held);
    given(...taken, issued(3, 'seizure'), seized(1, 3), ended(1, '2024-03-01'))
      .when(under(1))
      .then(held);
    given(opened, identified(1), issued(3, 'freezing', anyAsset), frozen(1, 3))
      .when(under(3))
      .then(fact);
    given(opened, identified(1), issued(3, 'confiscation'), seized(1, 3)).when(under(3)).then(fact);
  });

  it('lifts no restraint of an order that is over other assets', () => {
    given(...taken, issued(3, 'freezing', elsewhere)).when(under(3)).thenRefused('order-not-over-asset'); // prettier-ignore
    given(...taken, issued(3, 'freezing', anyAsset)).when(under(3)).thenRefused('order-not-over-asset'); // prettier-ignore
    given(...taken, issued(3, 'seizure', { issuedOn: day('2024-03-11') })).when(under(3)).thenRefused('executed-before-issued'); // prettier-ignore
  });
});
