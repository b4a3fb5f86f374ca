import { WHOLE } from '#core';

import { correctEntry, voidEntry } from './correction.js';
import { type CaseDecision, FILLED, type Input, type MeasureType } from './decision.js';
import type { CaseEvent, EventOf } from './events.js';
import { CaseFile, type Recorded } from './file.js';
import { assertCome, assertPlace } from './guards.js';
import { sourcesOf } from './measure.js';
import { normalised } from './normalised.js';
import { ending } from './order.js';
import { refuse } from './refusals.js';
import { rules } from './rules.js';
import { same } from './same.js';
import { sharing } from './sharing.js';

/** Facts of a case are for an open case. */
const assertOpen = (file: CaseFile): void => {
  if (!file.caseId) refuse('case-unknown', 'There is no such case. Open it first.');
  if (file.closed) refuse('case-closed', 'The case is closed. Reopen it first.');
};

/** The facts that say what holds from a day on, and by what else they differ: of these, only the last one stands. */
const replaced: { readonly [T in CaseEvent['type']]?: readonly string[] } = {
  CaseAttributedToNetworks: ['effectiveOn'],
  AssetRelocated: ['effectiveOn'],
  AssetValued: ['valuedOn', 'method', 'valuer', 'document'],
};

const picked = (data: object, keys: readonly string[]): object =>
  Object.fromEntries(keys.map((key) => [key, (data as Record<string, unknown>)[key]]));

const without = (data: object, keys: readonly string[]): object =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !keys.includes(key)));

/** Whether the file says it already: the same words, but for what was left out and filled in. */
const toldBefore = (file: CaseFile, event: CaseEvent, open: readonly string[] = []): boolean => {
  const told = file.told(event);
  const keys = replaced[event.type];
  const rivals = keys ? told.filter(({ data }) => same(picked(data, keys), picked(event.data, keys))).slice(-1) : told;
  return rivals.some(({ data }) => same(without(data, open), without(event.data, open)));
};

const record = (file: CaseFile, event: CaseEvent, known: Parameters<CaseDecision>[1]): CaseEvent[] => {
  assertPlace(event.data);
  assertCome(event.data, known);
  rules[event.type as MeasureType](file, event.data as never, known);
  return [event];
};

const said =
  <T extends CaseEvent['type']>(type: T, open: readonly string[] = []) =>
  (input: Input<T>): CaseDecision =>
  (file, known) => {
    if (type !== 'CaseOpened') assertOpen(file);
    const event = normalised({ type, data: input } as unknown as CaseEvent);
    return toldBefore(file, event, open) ? [] : record(file, event, known);
  };

/** Two appeals may be decided in the same words on the same day: it is told again only once none is open any more. */
const deciding =
  (data: Input<'AppealDecided'>): CaseDecision =>
  (file, known) => {
    assertOpen(file);
    const isOpen = file.orders.get(data.orderId)?.appealOf(data) !== undefined;
    return isOpen ? record(file, { type: 'AppealDecided', data }, known) : said('AppealDecided')(data)(file, known);
  };

/** A measure, with what was left out of it filled in from the file. */
const measure =
  <T extends MeasureType>(type: T) =>
  (input: Input<T>): CaseDecision =>
  (file, known) => {
    assertOpen(file);
    const asset = file.asset(input.assetId);
    const given: Partial<EventOf<'AssetConfiscated'>['data']> = input;
    const order = given.orderId ? file.order(given.orderId) : undefined;
    const isFinal = !given.opening && order?.finalOn !== undefined && order.finalOn <= input.effectiveOn;
    if (given.final === false && isFinal)
      refuse('order-already-final', 'The order was final on that day. Leave it out.', { finalOn: order?.finalOn }, '/final'); // prettier-ignore
    const final = given.final ?? isFinal;
    const filled = {
      ...(type === 'AssetConfiscated' ? { final } : {}),
      ...(type === 'AssetReleased' || type === 'AssetDisposed'
        ? {}
        : { jurisdiction: asset.jurisdiction, power: order?.issued.power ?? 'unknown' }),
    };
    const [first, then] = sourcesOf[type]({ ...given, final });
    const left = asset.held(first);
    const shareBp = input.shareBp ?? (left || asset.held(then) || WHOLE);
    const event = normalised({ type, data: { ...filled, ...input, shareBp } } as unknown as CaseEvent);
    const open = FILLED.filter((key) => given[key] === undefined);
    // Once it took all there was, it asks for no share any more: it is the same fact when the rest is.
    const quiet = (input.shareBp !== undefined || left === 0) && toldBefore(file, event, open);
    return quiet ? [] : record(file, event, known);
  };

const closing =
  (data: Input<'CaseClosed'>): CaseDecision =>
  (file, known) => {
    if (file.closed && same(file.closed, data)) return [];
    assertOpen(file);
    return record(file, { type: 'CaseClosed', data }, known);
  };

const reopening =
  (data: Input<'CaseReopened'>): CaseDecision =>
  (file, known) => {
    if (!file.caseId) refuse('case-unknown', 'There is no such case. Open it first.');
    if (!file.closed && same(file.reopened, data)) return [];
    return record(file, { type: 'CaseReopened', data }, known);
  };

const openly =
  <I>(decision: (input: I) => CaseDecision) =>
  (input: I): CaseDecision =>
  (file, known) => {
    assertOpen(file);
    return decision(input)(file, known);
  };

/** A decision for each fact of a case. Asking twice is quiet. */
export const decide: { readonly [T in CaseEvent['type']]: (input: Input<T>) => CaseDecision } = {
  CaseOpened: said('CaseOpened'),
  CaseClosed: closing,
  CaseReopened: reopening,
  CaseAttributedToNetworks: said('CaseAttributedToNetworks'),
  CaseTaggedToOperation: said('CaseTaggedToOperation'),
  JurisdictionJoined: said('JurisdictionJoined'),
  AssetIdentified: said('AssetIdentified'),
  AssetTraced: said('AssetTraced'),
  AssetValued: said('AssetValued'),
  AssetConverted: said('AssetConverted'),
  AssetLost: said('AssetLost'),
  AssetRelocated: said('AssetRelocated'),
  DuplicateDeclared: said('DuplicateDeclared'),
  DisposalBarred: said('DisposalBarred'),
  DisposalBarLifted: said('DisposalBarLifted'),
  OrderIssued: said('OrderIssued'),
  OrderExtended: said('OrderExtended'),
  OrderAppealed: said('OrderAppealed'),
  AppealDecided: deciding,
  OrderBecameFinal: said('OrderBecameFinal'),
  OrderEnded: (data) => (file, known) => said('OrderEnded', ['undoes'])(ending(file, data))(file, known),
  AssetFrozen: measure('AssetFrozen'),
  AssetSeized: measure('AssetSeized'),
  AssetReleased: measure('AssetReleased'),
  AssetConfiscated: measure('AssetConfiscated'),
  AssetDisposed: measure('AssetDisposed'),
  TeamMemberJoined: sharing('TeamMemberJoined'),
  TeamMemberLeft: sharing('TeamMemberLeft'),
  CaseShared: sharing('CaseShared'),
  CaseShareWithdrawn: sharing('CaseShareWithdrawn'),
  ProviderConsented: sharing('ProviderConsented'),
  EntryVoided: openly(voidEntry),
  EntryCorrected: openly(correctEntry),
};

export const caseDecider = {
  initial: (): CaseFile => new CaseFile(),
  evolve: (file: CaseFile, event: { type: string; data: object }, at: Recorded): CaseFile => {
    file.evolve(event as CaseEvent, at);
    return file;
  },
};
