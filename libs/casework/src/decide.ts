import { type EventId, isRegion, moneyOf, Refused, WHOLE } from '#core';

import type { Entry } from './correction.js';
import type { CaseEvent, CorrectableEvent, EventOf } from './events.js';
import {
  CaseFile,
  CONFISCABLE,
  disposableAs,
  FREEZABLE,
  RELEASABLE,
  SEIZABLE,
  type Standing,
  withoutShare,
  wordsOf,
} from './file.js';
import { refuse, type RefusalCode } from './refusals.js';
import { assertOpen, type Known, rules } from './rules.js';

/** The answer of the law: events, none when it is so already, or a thrown `Refused`. No I/O, no clock, no ids. */
export type CaseDecision = (file: CaseFile, known: Known) => CaseEvent[];

type Optional<T, K extends PropertyKey> = Omit<T, Extract<K, keyof T>> & Partial<Pick<T, Extract<K, keyof T>>>;

/** What stands behind a void or a correction: who recorded it, and who else approved. */
interface Mending {
  eventId: EventId;
  reason: string;
  approvedBy: string;
  author: string;
}

/**
 * What must be said for a fact. Left out, the share is all that is available, the jurisdiction where the asset is, the power
 * that of the order, and a confiscation is final when its order is.
 */
export type Input<T extends CaseEvent['type']> = T extends 'EntryVoided'
  ? Mending
  : T extends 'EntryCorrected'
    ? Mending & { data: CorrectableEvent['data'] }
    : T extends 'AssetFrozen' | 'AssetSeized' | 'AssetConfiscated' | 'AssetReleased' | 'AssetDisposed'
      ? Optional<EventOf<T>['data'], 'shareBp' | 'jurisdiction' | 'power' | 'final'>
      : EventOf<T>['data'];

type MeasureType = 'AssetFrozen' | 'AssetSeized' | 'AssetConfiscated' | 'AssetReleased' | 'AssetDisposed';

const sources: { readonly [T in MeasureType]: (data: Input<T>) => readonly Standing[] } = {
  AssetFrozen: () => FREEZABLE,
  AssetSeized: () => SEIZABLE,
  AssetConfiscated: () => CONFISCABLE,
  AssetReleased: () => RELEASABLE,
  AssetDisposed: ({ outcome }) => disposableAs(outcome),
};

/** The event a measure becomes: what was left out is filled in from the file. */
const filled = (file: CaseFile, type: MeasureType, input: Input<MeasureType>): CaseEvent => {
  const asset = file.asset(input.assetId);
  const order = 'orderId' in input && input.orderId ? file.order(input.orderId) : undefined;
  const shareBp = input.shareBp ?? (asset.held(sources[type](input as never)) || WHOLE);
  const measure = type === 'AssetFrozen' || type === 'AssetSeized' || type === 'AssetConfiscated';
  const given = input as Partial<EventOf<'AssetConfiscated'>['data']>;
  const isFinal = order?.finalOn !== undefined && order.finalOn <= input.effectiveOn;
  const data = {
    ...input,
    shareBp,
    ...(measure
      ? {
          jurisdiction: given.jurisdiction ?? asset.jurisdiction,
          power: given.power ?? order?.issued.power ?? 'unknown',
        }
      : {}),
    ...(type === 'AssetConfiscated' ? { final: given.final ?? isFinal } : {}),
  };
  return { type, data } as unknown as CaseEvent;
};

/** Asked again after it took its share, a measure names no share any more: it is the same fact when all else is. */
const saidBefore = (file: CaseFile, event: CaseEvent, input: object): boolean =>
  file.said.has(wordsOf(event)) ||
  (!('shareBp' in input) && 'shareBp' in event.data && file.said.has(wordsOf(withoutShare(event))));

const normalised = (event: CaseEvent): CaseEvent => {
  if (event.type === 'AssetValued') return { ...event, data: { ...event.data, ...moneyOf(event.data) } };
  return event;
};

const assertPlace = ({ data }: CaseEvent): void => {
  for (const key of ['region', 'district'] as const) {
    const code = (data as Record<string, unknown>)[key];
    const country = (data as Record<string, unknown>)['jurisdiction'];
    if (code !== undefined && (!isRegion(code) || !String(code).startsWith(`${String(country)}-`))) {
      throw new Refused(
        'region-malformed',
        `Give an ISO 3166-2 code of ${String(country)}.`,
        { given: code },
        `/${key}`,
      );
    }
  }
};

const said =
  <T extends CaseEvent['type']>(type: T) =>
  (input: Input<T>): CaseDecision =>
  (file, known) => {
    assertOpen(file, type);
    const event =
      type in sources
        ? filled(file, type as MeasureType, input as Input<MeasureType>)
        : normalised({ type, data: input } as unknown as CaseEvent);
    if (saidBefore(file, event, input)) return [];
    assertPlace(event);
    rules[type](file, event.data as never, known);
    return [event];
  };

const uncorrectable: readonly CaseEvent['type'][] = [
  'CaseOpened',
  'CaseClosed',
  'CaseReopened',
  'EntryVoided',
  'EntryCorrected',
];

const entryToMend = (file: CaseFile, { eventId, approvedBy, author }: Mending): Entry => {
  const found = file.entries.get(eventId);
  if (!found) return refuse('entry-unknown', 'No such entry in this case.', { eventId }, '/eventId');
  const { type } = found.event;
  if (uncorrectable.includes(type))
    refuse('entry-not-correctable', `${type} is not corrected; record what holds now.`, { type }, '/eventId');
  if (found.voided) refuse('entry-voided', 'The entry was voided.', { eventId }, '/eventId');
  if (approvedBy === author)
    refuse(
      'approver-is-author',
      'Another person approves a correction than the one who records it.',
      {},
      '/approvedBy',
    );
  const { assetId, orderId } = found.event.data as { assetId?: Entry['assetId']; orderId?: Entry['orderId'] };
  return { eventId, type: type as Entry['type'], ...(assetId ? { assetId } : {}), ...(orderId ? { orderId } : {}) };
};

/** Replays the history with the entry taken away or replaced; every later fact must still be lawful. */
const assertHistoryHolds = (file: CaseFile, eventId: EventId, instead: CaseEvent | undefined, known: Known): void => {
  const trial = new CaseFile();
  let after = false;
  for (const entry of file.inForce()) {
    const mended = entry.eventId === eventId;
    const event = mended ? instead : entry.event;
    if (mended) after = true;
    if (!event) continue;
    try {
      if (after) rules[event.type](trial, event.data as never, known);
      trial.apply(event);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mended) throw error;
      const detail = { eventId: entry.eventId, type: event.type, code: error.code as RefusalCode };
      refuse(
        'correction-breaks-history',
        `A later entry would not hold any more (${error.message}). Void or correct it first.`,
        detail,
        '/eventId',
      );
    }
  }
};

const voidEntry =
  (input: Input<'EntryVoided'>): CaseDecision =>
  (file, known) => {
    assertOpen(file, 'EntryVoided');
    const entry = entryToMend(file, input);
    assertHistoryHolds(file, input.eventId, undefined, known);
    return [{ type: 'EntryVoided', data: { entry, reason: input.reason, approvedBy: input.approvedBy } }];
  };

const correctEntry =
  (input: Input<'EntryCorrected'>): CaseDecision =>
  (file, known) => {
    assertOpen(file, 'EntryCorrected');
    const entry = entryToMend(file, input);
    const found = file.entries.get(input.eventId);
    const standing = found?.corrected ?? found?.event;
    const instead = normalised({ type: entry.type, data: input.data } as CaseEvent);
    for (const key of ['assetId', 'orderId', 'newAssetId'] as const) {
      const [before, now] = [standing?.data, instead.data].map(
        (data) => (data as Record<string, unknown> | undefined)?.[key],
      );
      if (key !== 'orderId' || entry.type.startsWith('Order')) {
        if (before !== now)
          refuse(
            'entry-of-another-thing',
            'A correction is about the same thing. Void the entry and record a new one.',
            { key, before, now },
            `/data/${key}`,
          );
      }
    }
    if (standing && wordsOf(standing) === wordsOf(instead)) return [];
    assertPlace(instead);
    assertHistoryHolds(file, input.eventId, instead, known);
    return [
      {
        type: 'EntryCorrected',
        data: {
          entry,
          data: instead.data as CorrectableEvent['data'],
          reason: input.reason,
          approvedBy: input.approvedBy,
        },
      },
    ];
  };

/** A decision for each fact of a case. Asking twice is quiet. */
export const decide: { readonly [T in CaseEvent['type']]: (input: Input<T>) => CaseDecision } = {
  CaseOpened: said('CaseOpened'),
  CaseClosed: said('CaseClosed'),
  CaseReopened: said('CaseReopened'),
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
  OrderIssued: said('OrderIssued'),
  OrderExtended: said('OrderExtended'),
  OrderAppealed: said('OrderAppealed'),
  AppealDecided: said('AppealDecided'),
  OrderBecameFinal: said('OrderBecameFinal'),
  OrderEnded: said('OrderEnded'),
  AssetFrozen: said('AssetFrozen'),
  AssetSeized: said('AssetSeized'),
  AssetReleased: said('AssetReleased'),
  AssetConfiscated: said('AssetConfiscated'),
  AssetDisposed: said('AssetDisposed'),
  EntryVoided: voidEntry,
  EntryCorrected: correctEntry,
};

export const caseDecider = {
  initial: (): CaseFile => new CaseFile(),
  evolve: (
    file: CaseFile,
    event: { type: string; data: object },
    at: { eventId: EventId; revision: number },
  ): CaseFile => {
    file.evolve(event as CaseEvent, at);
    return file;
  },
};
