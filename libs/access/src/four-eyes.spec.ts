import { describe, expect, it } from '@jest/globals';

import { Refused } from '#core';

import { type FourEyes, type FourEyesAct, importNeedsApproval, type Recordable, shippedFourEyes } from './four-eyes.js';
import { decideRules, rulesDecider } from './rules.js';

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
    ['where it attributes as much in all', true, attributed(100, 4900), shippedFourEyes],
    ['not where it attributes less', false, attributed(100, 4899), shippedFourEyes],
    ['where a row says how much it attributes', true, attributed(100, undefined), shippedFourEyes],
    ['where a row says to whom', true, one('CaseAttributedToNetworks'), shippedFourEyes],
  ])('%s: %s', (_, needed, recordable, rules) => {
    expect(importNeedsApproval(rules, [one('AssetIdentified'), recordable])).toBe(needed);
  });
});

describe('a threshold of a rule', () => {
  /** What is said of it; nothing where the rule is set. */
  const saidOf = (act: FourEyesAct, from: string): string => {
    try {
      return decideRules.FourEyesRuleSet({ act, required: true, from })(rulesDecider.initial()).length === 1
        ? ''
        : 'quiet';
    } catch (error) {
      if (error instanceof Refused) return `${error.code} ${error.at ?? ''}: ${error.message}`;
      throw error;
    }
  };
  const BASIS_POINTS = 'threshold-malformed /from: Give a whole number of basis points from 1 to 10000.';
  const EURO = 'threshold-malformed /from: Give euro with two decimals, as 1000000.00.';

  it.each<[FourEyesAct, string, string]>([
    ['attribution', '1', ''],
    ['attribution', '10000', ''],
    ['attribution', '0', BASIS_POINTS],
    ['attribution', '10001', BASIS_POINTS],
    ['attribution', '99999.00', BASIS_POINTS],
    ['attribution', '05000', BASIS_POINTS],
    ['valuation', '2000000.00', ''],
    ['valuation', '0.00', ''],
    ['valuation', '2000000', EURO],
    ['valuation', '2000000.0', EURO],
    ['valuation', '02000000.00', EURO],
    ['release', '5', 'threshold-malformed /from: Leave it out: release has no threshold.'],
  ])('of %s may not be told otherwise than it is meant: %s', (act, from, said) => {
    expect(saidOf(act, from)).toBe(said);
  });

  it('that an older log has otherwise is read as ever', () => {
    const data = { act: 'valuation', required: true, from: '2000000' };
    const { fourEyes } = rulesDecider.evolve(rulesDecider.initial(), { type: 'FourEyesRuleSet', data });
    expect(fourEyes.valuation).toEqual({ required: true, from: '2000000' });
  });
});
