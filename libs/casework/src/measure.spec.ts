import { describe, it } from '@jest/globals';

import { decide } from './decide.js';
import type { CaseDecision } from './decision.js';
import { appealed, asset, confiscated, day, disposed, ended, euro, final, frozen, given, identified, issued, lost, opened, order, relocated, seized } from './testing.js'; // prettier-ignore

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

  it('lifts it from what was found after the end of the order, as from what was never lost', () => {
    const over = ended(1, '2024-03-01');
    for (const meanwhile of [[over], [lost(1, '2024-02-20'), over, relocated(1, 'ES', '2024-03-05')]])
      given(...taken, ...meanwhile)
        .when(under(1))
        .then({ ...fact, data: { ...fact.data, orderId: order(1) } });
  });

  it('lifts no restraint of an order that is over other assets', () => {
    given(...taken, issued(3, 'freezing', elsewhere)).when(under(3)).thenRefused('order-not-over-asset'); // prettier-ignore
    given(...taken, issued(3, 'freezing', anyAsset)).when(under(3)).thenRefused('order-not-over-asset'); // prettier-ignore
    given(...taken, issued(3, 'seizure', { issuedOn: day('2024-03-11') })).when(under(3)).thenRefused('executed-before-issued'); // prettier-ignore
  });
});

describe('a victim', () => {
  const taken = [opened, identified(1), identified(2), issued(1, 'freezing'), frozen(1, 1)];
  const restitution = issued(3, 'restitution');
  const given_ = (shareBp: number) => ({ type: 'AssetDisposed', data: { assetId: asset(1), effectiveOn: day('2024-06-01'), outcome: 'victims', shareBp } }) as const; // prettier-ignore

  it('is given what is restrained on an order of restitution over it', () => {
    given(...taken).when(disposed(1, 'victims')).thenRefused('order-needed'); // prettier-ignore
    given(...taken, restitution).when(disposed(1, 'victims')).then(given_(10_000)); // prettier-ignore
    given(...taken, seized(1), restitution).when(disposed(1, 'victims', { shareBp: 4_000 })).then(given_(4_000)); // prettier-ignore
    given(...taken, issued(2, 'confiscation'), confiscated(1, 2), restitution).when(disposed(1, 'victims')).then(given_(10_000)); // prettier-ignore
  });

  it('is given none of it on an order over another asset or an amount, ended, not issued, or under appeal', () => {
    const asked = (...history: CaseDecision[]) => given(...taken, ...history).when(disposed(1, 'victims'));
    asked(issued(3, 'restitution', { over: { assets: [asset(2)] } })).thenRefused('order-needed');
    asked(issued(3, 'restitution', { over: { amount: euro('1000') } })).thenRefused('order-needed');
    asked(issued(3, 'restitution', { issuedOn: day('2024-06-02') })).thenRefused('order-needed');
    asked(restitution, ended(3, '2024-05-31')).thenRefused('order-needed');
    asked(restitution, appealed(3)).thenRefused('order-under-appeal');
  });

  it('is given what is confiscated for good without one, and nothing that is only identified', () => {
    const half = [opened, identified(1), issued(2, 'confiscation'), confiscated(1, 2, { shareBp: 5_000 }), final(2), issued(1, 'freezing'), frozen(1, 1, { on: '2024-05-02' })]; // prettier-ignore
    given(...half).when(disposed(1, 'victims')).then(given_(5_000)); // prettier-ignore
    given(...half).when(disposed(1, 'victims', { shareBp: 5_001 })).thenRefused('order-needed'); // prettier-ignore
    given(opened, identified(1), restitution).when(disposed(1, 'victims')).thenRefused('nothing-to-dispose-of'); // prettier-ignore
  });
});

describe('the destruction', () => {
  const found = [opened, identified(1, { category: 'contraband' })];

  it('of what is seized needs no confiscation; what is frozen only is not destroyed', () => {
    given(...found, seized(1)).when(disposed(1, 'destroyed')).then({ type: 'AssetDisposed', data: { assetId: asset(1), effectiveOn: day('2024-06-01'), outcome: 'destroyed', shareBp: 10_000 } }); // prettier-ignore
    given(...found, issued(1, 'freezing'), frozen(1, 1)).when(disposed(1, 'destroyed')).thenRefused('nothing-to-dispose-of'); // prettier-ignore
    given(...found, seized(1)).when(disposed(1, 'sold')).thenRefused('nothing-to-dispose-of'); // prettier-ignore
  });
});
