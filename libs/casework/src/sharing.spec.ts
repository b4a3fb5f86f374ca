import { describe, expect, it } from '@jest/globals';

import type { CaseDecision } from './decision.js';
import { closed, consented, country, day, entry, given, identified, joined, left, opened, person, provided, shared, shareId, Told, voided, withdrawn } from './testing.js'; // prettier-ignore

const circleOf = (...history: readonly CaseDecision[]) => {
  const told = new Told();
  for (const decision of history) told.record(decision);
  const { team, shares, consents } = told.file.circle;
  return { team: [...team], shares: [...shares.keys()], consents };
};

describe('the circle of a case', () => {
  it('is its team and those it is shared with', () =>
    expect(circleOf(opened, joined(1), joined(2), left(1), shared(), provided(identified(1)), consented(6))).toEqual({
      team: [person(2)],
      shares: [shareId],
      consents: [
        { eventId: entry(6), provider: 'PJ', purpose: 'passing-on', jurisdiction: 'CO', consentedOn: '2024-02-01' },
      ],
    }));

  it('is told once', () => {
    for (const [history, decision] of [
      [[opened, joined(1)], joined(1)],
      [[opened], left(1)],
      [[opened, shared()], shared()],
      [[opened, shared(), withdrawn], withdrawn],
      [[provided(opened), consented(1)], consented(1)],
    ] as const) {
      const told = new Told();
      for (const one of history) told.record(one);
      expect(told.record(decision)).toEqual([]);
    }
  });

  it('loses a share that is taken back, for good', () => {
    expect(circleOf(opened, shared(), withdrawn).shares).toEqual([]);
    given(opened, shared(), withdrawn).when(shared()).thenRefused('share-exists');
  });

  it('outlives the closing of the case, and corrections in it', () => {
    const history = [opened, joined(1), identified(1), shared(), voided(3), closed, joined(2)];
    expect(circleOf(...history)).toMatchObject({ team: [person(1), person(2)], shares: [shareId] });
  });

  it('is of a case that was opened', () => {
    given().when(joined(1)).thenRefused('case-unknown');
    given(opened).when(consented(9)).thenRefused('entry-unknown');
    given(opened).when(shared({ jurisdiction: country('CO'), expiresOn: day('2024-01-05') })).thenRefused('ends-before-it-starts'); // prettier-ignore
  });

  it('has the consent of who provided the entry; of anybody, where nobody is named', () => {
    const others = consented(1, 'Someone else');
    given(provided(opened)).when(others).thenRefused('provider-differs');
    expect(circleOf(provided(opened, { codes: ['H1'] }), others).consents).toHaveLength(1);
    given(provided(opened, { codes: ['H0', 'H3'], provider: 'PJ' })).when(consented(1)).thenRefused('nothing-to-consent-to'); // prettier-ignore
  });

  it('is read with a consent that would be refused now', () => {
    const told = new Told();
    told.record(provided(opened));
    told.file.evolve(
      { type: 'ProviderConsented', data: { eventId: entry(1), provider: 'Someone else', purpose: 'passing-on', consentedOn: day('2024-02-01') } },
      { eventId: entry(2), revision: 1 },
    ); // prettier-ignore
    expect(told.file.circle.consents).toHaveLength(1);
    expect(told.record(consented(1))).toHaveLength(1);
  });

  it('begins with those who opened it', () => {
    const told = new Told();
    told.file.evolve(
      { type: 'CaseOpened', data: { team: [person(3)], jurisdiction: country('ES'), authority: 'Court' } as never },
      { eventId: entry(1), revision: 0 },
    );
    expect([...told.file.circle.team]).toEqual([person(3)]);
  });
});
