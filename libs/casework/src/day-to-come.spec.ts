import { describe, expect, it } from '@jest/globals';

import { Refused } from '#core';

import { decide } from './decide.js';
import type { CaseDecision, Known } from './decision.js';
import { decideNetwork, networkDecider } from './network.js';
import { decideOperation, operationDecider } from './operation.js';
import { appealed, asset, barred, closed, confiscated, converted, day, decided, disposed, ended, entry, euro, final, frozen, identified, issued, known, lifted, lost, opened, order, relocated, released, seized, Told, valued } from './testing.js'; // prettier-ignore

const told = new Told();
for (const one of [opened, identified(1), issued(1, 'freezing'), issued(2, 'confiscation'), confiscated(1, 2)])
  told.record(one);

/** What is told on a day: the place that is blamed for not having come; nothing when the law had no such word. */
const blamedFor = (tell: (known: Known) => unknown, today: string): string | undefined => {
  try {
    tell({ ...known, today: () => day(today) });
  } catch (error) {
    if (error instanceof Refused && error.code === 'day-to-come') return error.at;
    if (!(error instanceof Refused)) throw error;
  }
  return undefined;
};
const blamed = (decision: CaseDecision, today: string, on = told): string | undefined =>
  blamedFor((knowing) => decision(on.file, knowing), today);

describe('a fact', () => {
  it('is recorded on its day, and a day early where it is tomorrow already', () => {
    const late = seized(1, undefined, { on: '2025-01-02' });
    const days = ['2024-12-31', '2025-01-01', '2025-01-02', '2026-01-01'];
    expect(days.map((today) => blamed(late, today))).toEqual(['/effectiveOn', undefined, undefined, undefined]);
  });

  it('is not asked about its day where nobody knows the day', () => {
    expect(told.file.asset(asset(1)).held(['confiscated'])).toBe(10_000);
    expect(valued(1, '1', { valuedOn: day('9999-12-31') })(told.file, known)).toHaveLength(1);
  });

  const on = '2025-01-03';
  const to = day(on);
  it.each<[string, CaseDecision, string]>([
    ['an identification', identified(2, { identifiedOn: to }), '/identifiedOn'],
    ['a tracing', decide.AssetTraced({ assetId: asset(1), tracedOn: to, subject: 'P', role: 'owner', evidence: 'e' }), '/tracedOn'],
    ['a valuation', valued(1, '1', { valuedOn: to }), '/valuedOn'],
    ['an order', issued(3, 'freezing', { issuedOn: to }), '/issuedOn'],
    ['the finality of a new order', issued(3, 'confiscation', { finalOn: to }), '/finalOn'],
    ['an extension', decide.OrderExtended({ orderId: order(1), extendedOn: to, expiresOn: to }), '/extendedOn'],
    ['an appeal', appealed(2, on), '/appealedOn'],
    ['finality', final(2, on), '/finalOn'],
    ['the end of an order', ended(1, on), '/endedOn'],
    ['a release', released(1, { on }), '/effectiveOn'],
    ['a loss', lost(1, on), '/effectiveOn'],
    ['a relocation', relocated(1, 'PT', on), '/effectiveOn'],
    ['a conversion', converted(1, 2, 'deposit', on), '/effectiveOn'],
    ['a bar', barred(1, 'victim-claim', { on }), '/barredOn'],
    ['an attribution', decide.CaseAttributedToNetworks({ attributions: [], effectiveOn: to }), '/effectiveOn'],
    ['another State', decide.JurisdictionJoined({ jurisdiction: 'PT' as never, role: 'executing', joinedOn: to }), '/joinedOn'],
    ['a closing', decide.CaseClosed({ closedOn: to, reason: 'done' }), '/closedOn'],
  ])('%s is refused before its day', (_, decision, at) => {
    expect(blamed(decision, '2025-01-01')).toBe(at);
    expect(blamed(decision, '2025-01-02')).toBeUndefined();
  }); // prettier-ignore

  it('that follows on another is refused before its day', () => {
    const after = (...more: CaseDecision[]): Told => {
      const other = new Told();
      for (const one of [opened, identified(1), issued(1, 'freezing'), issued(2, 'confiscation'), ...more]) other.record(one); // prettier-ignore
      return other;
    };
    const court = [confiscated(1, 2), final(2)];
    expect([
      blamed(frozen(1, 1, { on }), '2025-01-01', after()),
      blamed(disposed(1, 'sold', { on }), '2025-01-01', after(...court)),
      blamed(decided(2, 'upheld', on), '2025-01-01', after(appealed(2))),
      blamed(lifted(1, 'victim-claim', { on }), '2025-01-01', after(barred(1, 'victim-claim'))),
      blamed(decide.CaseReopened({ reopenedOn: to, reason: 'r' }), '2025-01-01', after(closed)),
    ]).toEqual(['/effectiveOn', '/effectiveOn', '/decidedOn', '/liftedOn', '/reopenedOn']);
  });

  it('may say until when an order stands', () =>
    expect(blamed(issued(3, 'freezing', { expiresOn: day('2030-01-01') }), '2025-01-01')).toBeUndefined());

  it('is not corrected to a day that has not come', () => {
    const other = new Told();
    for (const one of [opened, identified(1), valued(1, '1')]) other.record(one);
    const data = { assetId: asset(1), ...euro('1'), method: 'unknown', valuedOn: to } as const;
    const correction = decide.EntryCorrected({ eventId: entry(3), data, reason: 'r', approvedBy: 'head', author: 'clerk' }); // prettier-ignore
    expect(blamed(correction, '2025-01-01', other)).toBe('/data/valuedOn');
    expect(blamed(correction, '2025-01-02', other)).toBeUndefined();
  });
});

describe('a fact of a network or an operation', () => {
  const to = day('2025-01-03');
  const networkId = '1'.padStart(8, '0') as never;
  const operationId = networkId;
  const network = { networkId, name: 'N', registeredOn: day('2024-01-01') };
  const action = { operationId, name: 'O', frame: 'EMPACT', leader: 'ES', startsOn: to, endsOn: day('2030-01-01') } as never; // prettier-ignore
  const aNetwork = () => networkDecider.evolve(networkDecider.initial(), { type: 'NetworkRegistered', data: network });
  const anOperation = () => {
    const planned = operationDecider.evolve(operationDecider.initial(), { type: 'OperationRegistered', data: action });
    const joined = { operationId, participant: 'ES', joinedOn: day('2024-01-01') };
    return operationDecider.evolve(planned, { type: 'OperationParticipantJoined', data: joined });
  };

  it.each<[string, (known: Known) => unknown, string]>([
    ['a registration', (on) => decideNetwork.NetworkRegistered({ ...network, registeredOn: to })(networkDecider.initial(), on), '/registeredOn'],
    ['a priority', (on) => decideNetwork.NetworkPrioritised({ networkId, priority: 'high', effectiveOn: to })(aNetwork(), on), '/effectiveOn'],
    ['a merger', (on) => decideNetwork.NetworkMerged({ networkId, into: '2' as never, mergedOn: to, reason: 'r' })(aNetwork(), on), '/mergedOn'],
    ['who joined', (on) => decideOperation.OperationParticipantJoined({ operationId, participant: 'PT', joinedOn: to })(anOperation(), on), '/joinedOn'],
    ['who left', (on) => decideOperation.OperationParticipantLeft({ operationId, participant: 'ES', leftOn: to })(anOperation(), on), '/leftOn'],
  ])('%s is refused before its day', (_, tell, at) => {
    expect(blamedFor(tell, '2025-01-01')).toBe(at);
    expect(blamedFor(tell, '2025-01-02')).toBeUndefined();
  }); // prettier-ignore

  it('may say for when an operation is planned', () => {
    const moved = { operationId, startsOn: day('2029-01-01'), endsOn: day('2030-01-01'), reason: 'r' };
    expect(blamedFor((on) => decideOperation.OperationRegistered(action)(operationDecider.initial(), on), '2025-01-01')).toBeUndefined(); // prettier-ignore
    expect(blamedFor((on) => decideOperation.OperationPeriodChanged(moved)(anOperation(), on), '2025-01-01')).toBeUndefined(); // prettier-ignore
  });

  it('that stands already is quiet, whatever its day', () => {
    const early = { ...network, registeredOn: to };
    const state = networkDecider.evolve(networkDecider.initial(), { type: 'NetworkRegistered', data: early });
    expect(decideNetwork.NetworkRegistered(early)(state, { today: () => day('2025-01-01') })).toEqual([]);
  });
});
