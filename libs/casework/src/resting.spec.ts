import { describe, expect, it } from '@jest/globals';

import { decide } from './decide.js';
import type { CaseDecision, Input } from './decision.js';
import { appealed, asset, converted, day, decided, disposed, ended, entry, frozen, given, identified, issued, opened, order, seized, voided } from './testing.js'; // prettier-ignore

// The orders that an entry rests on without naming them: of interim sale, and of restitution. Sold on 25 March, given on 1 June 2024.

const taken = [opened, identified(1), issued(1, 'freezing'), frozen(1, 1)];
const sale = (n: number, more: Partial<Input<'OrderIssued'>> = {}) => issued(n, 'interim-sale', more);
const restitution = (n: number) => issued(n, 'restitution');
const sold = [...taken, sale(3), converted(1, 2, 'sale')];
const restituted = [...taken, restitution(3), disposed(1, 'victims')];
const extended = (n: number, to: string): CaseDecision =>
  decide.OrderExtended({ orderId: order(n), extendedOn: day('2024-02-01'), expiresOn: day(to) });
const end = (n: number, on: string) =>
  ({ type: 'OrderEnded', data: { orderId: order(n), endedOn: day(on), how: 'lifted' } }) as const;
const on = (text: string) => ({ executedOn: day(text), assetId: asset(1) });

describe('an order that something rests on', () => {
  it('of interim sale ends on no day before the sale, and on that of the sale', () => {
    given(...sold).when(ended(3, '2024-03-24')).thenRefused('before-previous-measure', on('2024-03-25')); // prettier-ignore
    given(...sold).when(ended(3, '2024-03-25')).then(end(3, '2024-03-25')); // prettier-ignore
    given(...taken, sale(3), converted(1, 2, 'exchange')).when(ended(3, '2024-03-24')).thenRefused('before-previous-measure'); // prettier-ignore
  });

  it('of restitution ends on no day before victims were given of it, and on that day', () => {
    given(...restituted).when(ended(3, '2024-05-31')).thenRefused('before-previous-measure', on('2024-06-01')); // prettier-ignore
    given(...restituted).when(ended(3, '2024-06-01')).then(end(3, '2024-06-01')); // prettier-ignore
  });

  it('of release ends on no day before it', () => {
    const release = decide.AssetReleased({ assetId: asset(1), effectiveOn: day('2024-03-10'), reason: 'lifted', orderId: order(3) }); // prettier-ignore
    const past = [...taken, issued(3, 'release'), release];
    given(...past).when(ended(3, '2024-03-09')).thenRefused('before-previous-measure', { executedOn: day('2024-03-10') }); // prettier-ignore
    given(...past).when(ended(3, '2024-03-10')).then(end(3, '2024-03-10')); // prettier-ignore
    given(...past).when(ended(1, '2024-03-09')).then(end(1, '2024-03-09')); // prettier-ignore
  });

  it('is not made to lapse, nor quashed, before that day', () => {
    given(...sold).when(extended(3, '2024-03-24')).thenRefused('before-previous-measure', on('2024-03-25')); // prettier-ignore
    given(...restituted).when(extended(3, '2024-05-31')).thenRefused('before-previous-measure', on('2024-06-01')); // prettier-ignore
    given(...sold, appealed(3)).when(decided(3, 'quashed', '2024-03-24')).thenRefused('before-previous-measure', on('2024-03-25')); // prettier-ignore
    given(...taken, appealed(1, '2024-01-20')).when(decided(1, 'quashed', '2024-01-31')).thenRefused('before-previous-measure', { executedOn: day('2024-02-01') }); // prettier-ignore
  });

  it('of restitution is under no appeal on a day on which victims were given of it', () => {
    given(...restituted).when(appealed(3, '2024-06-01')).thenRefused('before-previous-measure', { on: day('2024-06-01') }); // prettier-ignore
    const appeal = { orderId: order(3), appealedOn: day('2024-06-02') };
    given(...restituted).when(appealed(3, '2024-06-02')).then({ type: 'OrderAppealed', data: appeal }); // prettier-ignore
    given(...sold).when(appealed(3, '2024-03-25')).then({ type: 'OrderAppealed', data: { ...appeal, appealedOn: day('2024-03-25') } }); // prettier-ignore
  });

  it('may end when another one carries it, and not both', () => {
    const two = [...taken, sale(3), sale(4), converted(1, 2, 'sale')];
    given(...two).when(ended(3, '2024-02-20')).then(end(3, '2024-02-20')); // prettier-ignore
    given(...two, ended(3, '2024-02-20')).when(ended(4, '2024-02-20')).thenRefused('before-previous-measure'); // prettier-ignore
    const given_ = [...taken, restitution(3), restitution(4), disposed(1, 'victims')];
    given(...given_, appealed(4)).when(ended(3, '2024-05-31')).thenRefused('before-previous-measure'); // prettier-ignore
    given(...given_, ended(3, '2024-05-31')).when(appealed(4)).thenRefused('before-previous-measure'); // prettier-ignore
    given(...given_).when(ended(3, '2024-05-31')).then(end(3, '2024-05-31')); // prettier-ignore
  });

  it('may end when nothing rests on it', () => {
    const elsewhere = sale(3, { over: { assets: [asset(2)] } });
    given(...taken, identified(2), elsewhere, sale(4), converted(1, 5, 'sale')).when(ended(3, '2024-02-20')).then(end(3, '2024-02-20')); // prettier-ignore
    given(...sold, voided(6)).when(ended(3, '2024-02-20')).then(end(3, '2024-02-20')); // prettier-ignore
    const deposit = [opened, identified(1, { category: 'cash' }), seized(1), sale(3), converted(1, 2, 'deposit')];
    given(...deposit).when(ended(3, '2024-02-20')).then(end(3, '2024-02-20')); // prettier-ignore
  });

  it('is needed by whatever name a thing that is held becomes money; what is money already is deposited without one', () => {
    for (const how of ['sale', 'exchange', 'deposit'] as const)
      given(...taken)
        .when(converted(1, 2, how))
        .thenRefused('order-needed');
    const cash = [opened, identified(1, { category: 'cash' }), seized(1)];
    expect(() =>
      given(...cash)
        .when(converted(1, 2, 'deposit'))
        .thenRefused('order-needed'),
    ).toThrow();
  });

  it('carries what is sold of a substitute too', () => {
    const again = [...taken, sale(3), converted(1, 2, 'exchange'), converted(2, 4, 'sale', '2024-04-10')];
    given(...again).when(ended(3, '2024-04-09')).thenRefused('before-previous-measure', { executedOn: day('2024-04-10'), assetId: asset(2) }); // prettier-ignore
  });
});

describe('a correction', () => {
  const corrected = (n: number, data: Input<'EntryCorrected'>['data']): CaseDecision =>
    decide.EntryCorrected({ eventId: entry(n), data, reason: 'misread', approvedBy: 'head', author: 'clerk' });
  const endedOn = (text: string) => ({ orderId: order(3), endedOn: day(text), how: 'lifted' as const });

  it('moves the end of an order behind nothing that rests on it', () => {
    given(...sold, ended(3)).when(corrected(7, endedOn('2024-03-24'))).thenRefused('before-previous-measure'); // prettier-ignore
    given(...restituted, ended(3, '2024-06-01')).when(corrected(7, endedOn('2024-05-31'))).thenRefused('before-previous-measure'); // prettier-ignore
  });

  it('moves nothing that rests on an order behind its end, nor takes the other order away', () => {
    const gift = { assetId: asset(1), outcome: 'victims' as const, shareBp: 10_000 as never, effectiveOn: day('2024-06-03') }; // prettier-ignore
    given(...restituted, ended(3, '2024-06-02')).when(corrected(6, gift)).thenRefused('correction-breaks-history'); // prettier-ignore
    const two = [...taken, sale(3), sale(4), converted(1, 2, 'sale'), ended(3, '2024-02-20')];
    given(...two).when(voided(6)).thenRefused('correction-breaks-history'); // prettier-ignore
  });
});
