import { describe, expect, it } from '@jest/globals';

import { type FourEyes, type FourEyesAct, importNeedsApproval, type Recordable, shippedFourEyes } from './four-eyes.js';

const without = (...acts: FourEyesAct[]): FourEyes => ({
  ...shippedFourEyes,
  ...Object.fromEntries(acts.map((act) => [act, { required: false }])),
});
const attributed = (...weights: unknown[]): Recordable => ({
  type: 'CaseAttributedToNetworks',
  data: { attributions: weights.map((weightBp) => ({ weightBp })) },
});
const one = (type: string, data: object = {}): Recordable => ({ type, data: { ...data } });

describe('a register needs a second person', () => {
  it.each<[string, boolean, Recordable, FourEyes]>([
    ['where it records nothing that does', false, one('AssetSeized'), shippedFourEyes],
    ['where it releases', true, one('AssetReleased'), shippedFourEyes],
    ['not where releases need none', false, one('AssetReleased'), without('release')],
    ['not where imports need none', false, one('AssetReleased'), without('import')],
    ['for duplicates, whatever is said of imports', true, one('DuplicateDeclared'), without('import')],
    ['where a row may say that it was destroyed', true, one('AssetDisposed'), without('disposal')],
    ['where a row may say that it was sold', true, one('AssetDisposed'), without('destruction')],
    [
      'not where it says how, and that needs none',
      false,
      one('AssetDisposed', { outcome: 'sold' }),
      without('disposal'),
    ],
    ['where it says that it was destroyed', true, one('AssetDisposed', { outcome: 'destroyed' }), without('disposal')],
    ['where a row says what something is worth', true, one('AssetValued', { currency: 'EUR' }), shippedFourEyes],
    ['not where no valuation does', false, one('AssetValued'), without('valuation')],
    ['where it attributes as much', true, attributed(100, 5000), shippedFourEyes],
    ['not where it attributes less', false, attributed(100, 4999), shippedFourEyes],
    ['where a row says how much it attributes', true, attributed(100, undefined), shippedFourEyes],
    ['where a row says to whom', true, one('CaseAttributedToNetworks'), shippedFourEyes],
  ])('%s: %s', (_, needed, recordable, rules) => {
    expect(importNeedsApproval(rules, [one('AssetIdentified'), recordable])).toBe(needed);
  });
});
