import { describe, expect, it } from '@jest/globals';

import { decide } from './decide.js';
import type { CaseDecision } from './decision.js';
import type { CaseEvent } from './events.js';
import { assertNoSurvivor, assertSurvives } from './guards.js';
import { decideNetwork, networkDecider } from './network.js';
import { decideOperation, operationDecider } from './operation.js';
import { publishRates, ratesDecider } from './rates.js';
import { type RefusalCode, refusalCodes } from './refusals.js';
import { appealed, asset, barred, caseId, closed, codeOf, confiscated, consented, converted, country, currency, day, decided, disposed, duplicate, ended, entry, euro, final, frozen, given, identified, issued, known, lifted, lost, network, opened, operation, order, provided, relocated, released, seized, shared, Told, valued, voided, withdrawn } from './testing.js'; // prettier-ignore

const freezing = [opened, identified(1), issued(1, 'freezing')];
const taken = [...freezing, frozen(1, 1)];
const court = [opened, identified(1), issued(2, 'confiscation')];
const awaiting = [...court, confiscated(1, 2)];
const over = { over: { amount: euro('1000') } };
const attributed = (...weights: number[]) =>
  decide.CaseAttributedToNetworks({
    attributions: weights.map((weightBp, index) => ({ networkId: network(index), weightBp, confidence: 'probable' })),
    effectiveOn: day('2024-02-01'),
  });
const extended = (expiresOn: string) =>
  decide.OrderExtended({ orderId: order(1), extendedOn: day('2024-02-01'), expiresOn: day(expiresOn) });
const corrected = (n: number, data: object) =>
  decide.EntryCorrected({
    eventId: entry(n),
    data: data as never as never,
    reason: 'r',
    approvedBy: 'head',
    author: 'clerk',
  });
const standing = (...history: readonly CaseDecision[]): CaseEvent => {
  const told = new Told();
  return history.flatMap((decision) => told.record(decision)).at(-1) as CaseEvent;
};
const registered = { networkId: network(1), name: 'N', registeredOn: day('2024-01-01') };
const aNetwork = networkDecider.evolve(networkDecider.initial(), { type: 'NetworkRegistered', data: registered });
const merged = { networkId: network(1), into: network(2), mergedOn: day('2024-02-01'), reason: 'same' };
const action = { operationId: operation(1), name: 'O', frame: 'other', leader: country('ES'), startsOn: day('2024-01-01') } as const; // prettier-ignore
const anOperation = operationDecider.evolve(operationDecider.initial(), { type: 'OperationRegistered', data: action });
const leaving = { operationId: operation(1), participant: 'X', leftOn: day('2024-02-01') };
const fixing = { source: 'ECB', base: currency('EUR'), from: day('2024-01-02'), to: day('2024-01-02') } as const;

type Case = readonly [history: readonly CaseDecision[], decision: CaseDecision];
const ofCases: { readonly [Code in RefusalCode]?: Case } = {
  'case-unknown': [[], identified(1)],
  'case-exists': [[opened], decide.CaseOpened({ caseId, reference: 'other', title: '', authority: '', jurisdiction: country('ES'), openedOn: day('2024-01-01') })], // prettier-ignore
  'case-closed': [[opened, closed], identified(1)],
  'case-open': [[opened], decide.CaseReopened({ reopenedOn: day('2024-12-02'), reason: 'new facts' })],
  'asset-unknown': [[opened], valued(1, '1')],
  'asset-exists': [[opened, identified(1)], identified(1, { description: 'another car' })],
  'asset-voided': [[opened, identified(1), voided(2)], valued(1, '1')],
  'asset-is-duplicate': [[opened, identified(1), identified(2), duplicate(1, 2)], valued(1, '1')],
  'asset-converted': [[...taken, issued(9, 'interim-sale', { over: { assets: [asset(1)] } }), converted(1, 2, 'sale')], valued(1, '1')], // prettier-ignore
  'duplicate-is-held': [[...taken, identified(2)], duplicate(1, 2)],
  'asset-lost': [[...freezing, lost(1, '2024-01-20')], frozen(1, 1)],
  'nothing-left': [[...awaiting, final(2), disposed(1, 'destroyed')], relocated(1, 'PT', '2024-06-02')],
  'order-unknown': [[opened, identified(1)], frozen(1, 1)],
  'order-exists': [freezing, issued(1, 'seizure')],
  'order-of-another-kind': [court, frozen(1, 2)],
  'order-not-over-asset': [[...freezing, identified(2)], frozen(2, 1)],
  'order-needed': [taken, converted(1, 2, 'sale')],
  'order-ended': [[...freezing, ended(1, '2024-01-31')], frozen(1, 1)],
  'order-not-final': [court , decide.AssetConfiscated({ assetId: asset(1), orderId: order(2), effectiveOn: day('2024-03-01'), final: true })], // prettier-ignore
  'order-under-appeal': [[...awaiting, appealed(2)], disposed(1, 'returned-to-owner')],
  'disposal-barred': [[...court, confiscated(1, 2), final(2), barred(1, 'victim-claim')], disposed(1, 'sold')],
  'bar-exists': [[...court, barred(1, 'victim-claim')], barred(1, 'victim-claim', { on: '2024-02-16' })],
  'bar-not-open': [[...court, barred(1, 'victim-claim')], lifted(1, 'evidence-hold')],
  'order-not-under-appeal': [court, decided(2, 'upheld')],
  'order-already-final': [[...court, final(2)], appealed(2, '2024-06-01')],
  'order-exceeded': [[opened, identified(1), valued(1, '1000.01'), issued(2, 'confiscation', over)], confiscated(1, 2)],
  'not-an-opening': [
    [opened, identified(1)],
    decide.AssetSeized({ assetId: asset(1), effectiveOn: day('2024-02-10'), opening: true }),
  ],
  'value-needed': [[opened, identified(1), issued(2, 'confiscation', over)], confiscated(1, 2)],
  'rate-needed': [[opened, identified(1), valued(1, '1', { currency: currency('COP') }), issued(2, 'confiscation', over)], confiscated(1, 2)], // prettier-ignore
  'executed-before-issued': [freezing, frozen(1, 1, { on: '2024-01-14' })],
  'executed-in-another-jurisdiction': [[...freezing, relocated(1, 'PT', '2024-01-20')], decide.AssetFrozen({ assetId: asset(1), orderId: order(1), effectiveOn: day('2024-02-01'), jurisdiction: country('ES') })], // prettier-ignore
  'before-identification': [[opened, identified(1)], seized(1, undefined, { on: '2024-01-09' })],
  'before-previous-measure': [taken, seized(1, 1, { on: '2024-01-31' })],
  'more-than-the-whole': [[...freezing, frozen(1, 1, { shareBp: 6_000 })], frozen(1, 1, { on: '2024-02-02', shareBp: 4_001 })], // prettier-ignore
  'nothing-to-release': [[opened, identified(1)], released(1)],
  'nothing-to-confiscate': [[...awaiting, final(2), disposed(1, 'sold')], confiscated(1, 2, { on: '2024-06-02' })],
  'nothing-to-dispose-of': [awaiting, disposed(1, 'sold')],
  'nothing-to-convert': [[...taken, released(1)], converted(1, 2, 'deposit')],
  'share-malformed': [freezing, frozen(1, 1, { shareBp: 0.5 })],
  'weights-exceed-the-whole': [[opened], attributed(6_000, 4_001)],
  'network-twice': [[opened], decide.CaseAttributedToNetworks({ attributions: [1, 1].map((n) => ({ networkId: network(n), weightBp: 1, confidence: 'probable' })), effectiveOn: day('2024-02-01') })], // prettier-ignore
  'not-an-asset-value': [[opened, identified(1, { category: 'contraband' })], valued(1, '1')],
  'expires-before-extension': [[opened, identified(1), issued(1, 'freezing', { expiresOn: day('2024-03-01') })], extended('2024-03-01')], // prettier-ignore
  'duplicate-of-itself': [[opened, identified(1)], duplicate(1, 1)],
  'entry-unknown': [[opened], voided(9)],
  'entry-not-correctable': [[opened], voided(1)],
  'entry-voided': [[opened, identified(1), voided(2)], voided(2, { reason: 'another' })],
  'entry-of-another-thing': [[opened, identified(1), valued(1, '1')], corrected(3, { assetId: asset(2), ...euro('2'), method: 'unknown', valuedOn: day('2024-01-10') })], // prettier-ignore
  'approver-is-author': [[opened, identified(1)], voided(2, { author: 'head' })],
  'correction-breaks-history': [taken, voided(3)],
  'share-exists': [[opened, shared()], shared({ extent: 'whole' })],
  'share-unknown': [[opened], withdrawn],
  'nothing-to-consent-to': [[opened], consented(1)],
  'provider-differs': [[provided(opened)], consented(1, 'Someone else')],
  'shared-with-itself': [[opened], shared({ jurisdiction: country('ES') })],
  'ends-before-it-starts': [[opened], decide.CaseClosed({ closedOn: day('2023-12-31'), reason: 'done' })],
};

const ofOthers: { readonly [Code in RefusalCode]?: () => unknown } = {
  'day-to-come': () => opened(new Told().file, { ...known, today: () => day('2023-12-30') }),
  'survivor-not-active': () => assertSurvives(new Told().file, asset(1), '/survivorId'),
  'asset-is-survivor': () => assertNoSurvivor(standing(opened, identified(1)), new Set([asset(1)])),
  'network-unknown': () => decideNetwork.NetworkMerged(merged)(networkDecider.initial(), {}),
  'network-exists': () => decideNetwork.NetworkRegistered({ ...registered, name: 'M' })(aNetwork, {}),
  'network-merged': () => decideNetwork.NetworkRenamed({ networkId: network(1), name: 'M', reason: 'r' })(networkDecider.evolve(aNetwork, { type: 'NetworkMerged', data: merged }), {}), // prettier-ignore
  'merged-into-itself': () => decideNetwork.NetworkMerged({ ...merged, into: network(1) })(aNetwork, {}),
  'operation-unknown': () => decideOperation.OperationParticipantLeft(leaving)(operationDecider.initial(), {}),
  'operation-exists': () => decideOperation.OperationRegistered({ ...action, name: 'P' })(anOperation, {}),
  'participant-unknown': () => decideOperation.OperationParticipantLeft(leaving)(anOperation, {}),
  'rates-differ': () =>
    publishRates({ ...fixing, rates: { USD: '1.1' } })(
      ratesDecider.evolve(ratesDecider.initial(), { data: { ...fixing, rates: { USD: '1.2' } } }),
    ),
};

describe('each refusal', () => {
  it('is told here', () => {
    expect([...Object.keys(ofCases), ...Object.keys(ofOthers)].sort()).toEqual([...refusalCodes].sort());
  });

  it.each(Object.entries(ofCases))('%s', (code, [history, decision]) =>
    given(...history)
      .when(decision)
      .thenRefused(code as RefusalCode),
  );

  it.each(Object.entries(ofOthers))('%s', (code, act) => expect(codeOf(act)).toBe(code));

  it('names the first later entry that a correction breaks', () =>
    given(...taken)
      .when(voided(3))
      .thenRefused('correction-breaks-history', { eventId: entry(4), type: 'AssetFrozen', code: 'order-unknown' }));

  it('says what is outstanding', () =>
    given(opened, identified(1), valued(1, '1000.01'), issued(2, 'confiscation', over))
      .when(confiscated(1, 2))
      .thenRefused('order-exceeded', { outstanding: '1000.00', asked: '1000.01', currency: 'EUR' }));

  it('stops at a fact that this release does not know', () => {
    const { file } = new Told();
    const future = { type: 'AssetTeleported', data: {} } as never;
    expect(() => file.evolve(future, { eventId: entry(1), revision: 0 })).toThrow('AssetTeleported');
  });
});
