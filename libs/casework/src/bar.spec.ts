import { describe, expect, it } from '@jest/globals';

import { decide } from './decide.js';
import { asset, barred, codeOf, confiscated, converted, day, disposed, duplicate, entry, final, frozen, given, identified, issued, lifted, opened, released, Told, voided } from './testing.js'; // prettier-ignore

const sale = issued(3, 'interim-sale');
const taken = [opened, identified(1), issued(1, 'freezing'), frozen(1, 1), sale];
const forGood = [opened, identified(1), issued(2, 'confiscation'), confiscated(1, 2), final(2)];
const claim = barred(1, 'victim-claim');
const hold = barred(1, 'evidence-hold');
const corrected = (n: number, data: object) =>
  decide.EntryCorrected({ eventId: entry(n), data: data as never, reason: 'r', approvedBy: 'head', author: 'clerk' });

describe('a victim claim', () => {
  it('bars every disposal but the compensation of victims', () => {
    for (const outcome of ['sold', 'public-use', 'social-use', 'shared', 'destroyed'] as const)
      given(...forGood, claim).when(disposed(1, outcome)).thenRefused('disposal-barred', { ground: 'victim-claim', reference: '1' }); // prettier-ignore
    const told = new Told();
    for (const one of [...forGood, claim]) told.record(one);
    expect(told.record(disposed(1, 'victims'))).toHaveLength(1);
  });
  it('bars the return to the owner', () =>
    given(...taken, claim, released(1))
      .when(disposed(1, 'returned-to-owner'))
      .thenRefused('disposal-barred'));
  it('is inherited by what takes its place, and lifted there', () => {
    const sold = [...taken, claim, converted(1, 2, 'sale'), released(2, { on: '2024-04-01' })];
    given(...sold).when(disposed(2, 'returned-to-owner')).thenRefused('disposal-barred', { ground: 'victim-claim' }); // prettier-ignore
    given(...sold)
      .when(lifted(1, 'victim-claim'))
      .thenRefused('asset-converted');
    const told = new Told();
    for (const one of [...sold, lifted(2, 'victim-claim')]) told.record(one);
    expect(told.record(disposed(2, 'returned-to-owner'))).toHaveLength(1);
  });
});

describe('an evidence hold', () => {
  it.each(['sold', 'victims', 'destroyed'] as const)('bars %s', (outcome) =>
    given(...forGood, hold)
      .when(disposed(1, outcome))
      .thenRefused('disposal-barred', { ground: 'evidence-hold' }),
  );
  it('bars the return, and a conversion', () => {
    given(...taken, hold, released(1)).when(disposed(1, 'returned-to-owner')).thenRefused('disposal-barred'); // prettier-ignore
    for (const how of ['sale', 'deposit', 'exchange'] as const)
      given(...taken, hold)
        .when(converted(1, 2, how))
        .thenRefused('disposal-barred');
  });
  it('that begins after the conversion is not in its way', () => {
    const later = barred(1, 'evidence-hold', { on: '2024-03-26' });
    const told = new Told();
    for (const one of [...taken, later, converted(1, 2, 'sale')]) told.record(one);
    expect(told.file.asset(asset(2)).bars).toHaveLength(1);
  });
});

describe('a bar', () => {
  it('is told once', () => {
    const data = { assetId: asset(1), ground: 'victim-claim', reference: '1', barredOn: day('2024-02-15') } as const;
    given(...taken).when(claim).then({ type: 'DisposalBarred', data }); // prettier-ignore
  });
  it('is lifted once, and kept', () => {
    const data = { assetId: asset(1), ground: 'victim-claim', reference: '1', liftedOn: day('2024-05-15') } as const;
    const told = given(...taken, claim).when(lifted(1, 'victim-claim')).then({ type: 'DisposalBarLifted', data }); // prettier-ignore
    const kept = { ground: 'victim-claim', reference: '1', barredOn: '2024-02-15', liftedOn: '2024-05-15' };
    expect(told.file.asset(asset(1)).bars).toEqual([kept]);
    expect(codeOf(() => told.record(lifted(1, 'victim-claim', { on: '2024-06-01' })))).toBe('bar-not-open');
  });
  it('stands beside others of another reference or ground', () => {
    const second = barred(1, 'victim-claim', { reference: '2' });
    const history = [...forGood, claim, second, lifted(1, 'victim-claim')];
    given(...history).when(disposed(1, 'sold')).thenRefused('disposal-barred', { reference: '2' }); // prettier-ignore
  });
  it('is in the way on its first day, and on the last day before it is lifted', () => {
    const between = [...forGood, barred(1, 'victim-claim', { on: '2024-06-01' }), lifted(1, 'victim-claim', { on: '2024-06-03' })]; // prettier-ignore
    const codeOn = (on: string) => {
      const told = new Told();
      for (const one of between) told.record(one);
      return codeOf(() => told.record(disposed(1, 'sold', { on })));
    };
    expect(['2024-05-31', '2024-06-01', '2024-06-02', '2024-06-03'].map(codeOn)).toEqual([undefined, 'disposal-barred', 'disposal-barred', undefined]); // prettier-ignore
  });
  it('comes again only after it was lifted', () => {
    const history = [...taken, claim, lifted(1, 'victim-claim')];
    const again = (on: string) => barred(1, 'victim-claim', { on });
    given(...history).when(again('2024-05-14')).thenRefused('bar-exists'); // prettier-ignore
    const told = new Told();
    for (const one of [...history, again('2024-05-15')]) told.record(one);
    expect(told.file.asset(asset(1)).bars).toHaveLength(2);
  });
  it('is not lifted before it barred, nor bars before the asset was found', () => {
    given(...taken, claim).when(lifted(1, 'victim-claim', { on: '2024-02-14' })).thenRefused('ends-before-it-starts'); // prettier-ignore
    given(...taken).when(barred(1, 'victim-claim', { on: '2024-01-09' })).thenRefused('before-identification'); // prettier-ignore
  });
  it('cannot be told from a day on which the asset was disposed of already', () => {
    const sold = [...forGood, disposed(1, 'sold', { shareBp: 5_000 })];
    given(...sold).when(claim).thenRefused('before-previous-measure', { disposedOn: '2024-06-01' }); // prettier-ignore
    given(...sold, barred(1, 'victim-claim', { on: '2024-06-02' })).when(disposed(1, 'sold', { on: '2024-06-03' })).thenRefused('disposal-barred'); // prettier-ignore
  });
  it('keeps the asset from being declared a duplicate', () =>
    given(...taken, identified(2), claim)
      .when(duplicate(1, 2))
      .thenRefused('disposal-barred'));
  it('voided, bars nothing', () => {
    const told = new Told();
    for (const one of [...forGood, hold, voided(6)]) told.record(one);
    expect(told.record(disposed(1, 'sold'))).toHaveLength(1);
  });
  it('is not corrected over a disposal that was lawful', () => {
    const told = new Told();
    for (const one of [...forGood, hold, lifted(1, 'evidence-hold'), disposed(1, 'sold')]) told.record(one);
    const data = { assetId: asset(1), ground: 'evidence-hold', reference: '1', liftedOn: day('2024-06-02') };
    expect(codeOf(() => told.record(corrected(7, data)))).toBe('correction-breaks-history');
    expect(codeOf(() => told.record(voided(7)))).toBe('correction-breaks-history');
    expect(told.record(corrected(7, { ...data, liftedOn: day('2024-05-20') }))).toHaveLength(1);
  });
});
