import { type AssetId, type EventId, type OrderId, Refused } from '#core';

import type { CaseDecision, Input, Known, MeasureType, Mending } from './decision.js';
import type { Event } from './event.js';
import type { CaseEvent, CorrectableEvent } from './events.js';
import { CaseFile, type Entered, standingOf } from './file.js';
import { assertCome, assertPlace } from './guards.js';
import { normalised } from './normalised.js';
import { ending } from './order.js';
import { refuse } from './refusals.js';
import { relatedTo } from './related.js';
import { rules } from './rules.js';
import { same } from './same.js';

// Stored names and fields: add, never change.

/** The entry that was mistaken: its id, its type, and what it is about, so that no reader must look it up. */
export interface Entry {
  eventId: EventId;
  type: CorrectableEvent['type'];
  assetId?: AssetId;
  orderId?: OrderId;
}

/** The entry never held. It stays readable; every figure it moved is moved back. The approver is not the author. */
export type EntryVoided = Event<'EntryVoided', { entry: Entry; reason: string; approvedBy: string }>;

/** The entry should have read as `data` says. Fields are those of the entry's own type, whole. */
export type EntryCorrected = Event<
  'EntryCorrected',
  { entry: Entry; data: CorrectableEvent['data']; reason: string; approvedBy: string }
>;

const uncorrectable: readonly CaseEvent['type'][] = [
  'CaseOpened',
  'CaseClosed',
  'CaseReopened',
  'TeamMemberJoined',
  'TeamMemberLeft',
  'CaseShared',
  'CaseShareWithdrawn',
  'ProviderConsented',
  'EntryVoided',
  'EntryCorrected',
];

const entered = (file: CaseFile, { eventId, approvedBy, author }: Mending): Entered => {
  const found = file.entries.get(eventId);
  if (!found) return refuse('entry-unknown', 'No such entry in this case.', { eventId }, '/eventId');
  const { type } = found.event;
  if (uncorrectable.includes(type))
    refuse('entry-not-correctable', `${type} is not corrected; record what holds now.`, { type }, '/eventId');
  if (approvedBy === author)
    refuse(
      'approver-is-author',
      'Another person approves a correction than the one who records it.',
      {},
      '/approvedBy',
    );
  return found;
};

const assertInForce = ({ voided, eventId }: Entered): void => {
  if (voided) refuse('entry-voided', 'The entry was voided. Record what holds as a new one.', { eventId }, '/eventId');
};

const entryOf = ({ eventId, event }: Entered): Entry => {
  const { assetId, orderId } = event.data as Pick<Entry, 'assetId' | 'orderId'>;
  const type = event.type as Entry['type'];
  return { eventId, type, ...(assetId ? { assetId } : {}), ...(orderId ? { orderId } : {}) };
};

/** Replays what hangs on the entry with it taken away or replaced; it and every later fact must be lawful then. */
const assertHistoryHolds = (file: CaseFile, mistaken: Entered, instead: CaseEvent | undefined, known: Known): void => {
  const { eventId } = mistaken;
  const trial = new CaseFile();
  for (const assetId of file.voidedAssets) trial.voidedAssets.add(assetId);
  const facts = file.inForce();
  const { hangs } = relatedTo(
    facts.map(({ event }) => event),
    [standingOf(mistaken), ...(instead ? [instead] : [])],
  );
  let mended = false;
  for (const entry of facts) {
    if (!hangs(entry.event)) continue;
    const event = entry.eventId === eventId ? instead : entry.event;
    if (entry.eventId === eventId) mended = true;
    if (!event) trial.forget(entry.event);
    else if (mended && event.type in rules) {
      const before = (): CaseFile =>
        foldedUpTo(
          entry.eventId,
          facts.filter((fact) => hangs(fact.event)),
        );
      lawfully(trial, { event, eventId: entry.eventId, corrected: eventId, before }, known);
    } else trial.apply(event);
  }
};

const foldedUpTo = (eventId: EventId, facts: readonly Pick<Entered, 'eventId' | 'event'>[]): CaseFile => {
  const file = new CaseFile();
  for (const fact of facts) {
    if (fact.eventId === eventId) break;
    file.apply(fact.event);
  }
  return file;
};

interface Replayed {
  readonly event: CaseEvent;
  readonly eventId: EventId;
  /** The entry that is corrected. */
  readonly corrected: EventId;
  /** The case before this entry, as it stands without the correction. */
  readonly before: () => CaseFile;
}

const codeOf = (file: CaseFile, { type, data }: CaseEvent, known: Known): string | undefined => {
  try {
    rules[type as MeasureType](file, data as never, known);
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return undefined;
};

/** What would be refused today without the correction too was recorded under other rules: the correction does not make it wrong. */
const lawfully = (trial: CaseFile, { event, eventId, corrected, before }: Replayed, known: Known): void => {
  try {
    rules[event.type as MeasureType](trial, event.data as never, known);
  } catch (error) {
    if (!(error instanceof Refused) || eventId === corrected) throw error;
    if (codeOf(before(), event, known) !== error.code) {
      const hint = `A later entry would not hold any more (${error.message}). Void or correct it first.`;
      refuse('correction-breaks-history', hint, { eventId, type: event.type, code: error.code }, '/eventId');
    }
  }
  trial.apply(event);
};

/** Takes an entry back. */
export const voidEntry =
  (input: Input<'EntryVoided'>): CaseDecision =>
  (file, known) => {
    const found = entered(file, input);
    const { reason, approvedBy } = input;
    const data = { entry: entryOf(found), reason, approvedBy };
    if (same(found.voided, data)) return [];
    assertInForce(found);
    assertHistoryHolds(file, found, undefined, known);
    return [{ type: 'EntryVoided', data }];
  };

/** Says what an entry should have said: the whole data of its type, about the same asset and order. */
export const correctEntry =
  (input: Input<'EntryCorrected'>): CaseDecision =>
  (file, known) => {
    const found = entered(file, input);
    assertInForce(found);
    const { reason, approvedBy } = input;
    const entry = entryOf(found);
    const standing = standingOf(found);
    const told = normalised({ type: entry.type, data: input.data } as CaseEvent);
    const instead = told.type === 'OrderEnded' ? { ...told, data: ending(file, told.data) } : told;
    for (const key of ['assetId', 'orderId', 'newAssetId'] as const) {
      const [before, now] = [standing, instead].map(({ data }) => (data as Partial<Record<string, string>>)[key]);
      const hint = 'A correction is about the same thing. Void the entry and record a new one.';
      if (before !== now) refuse('entry-of-another-thing', hint, { key, before, now }, `/data/${key}`);
    }
    if (same(standing.data, instead.data)) return [];
    assertPlace(instead.data);
    assertCome(instead.data, known, '/data');
    assertHistoryHolds(file, found, instead, known);
    const data = instead.data as CorrectableEvent['data'];
    return [{ type: 'EntryCorrected', data: { entry, data, reason, approvedBy } }];
  };
