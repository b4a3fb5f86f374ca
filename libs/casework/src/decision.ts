import type { CurrencyCode, Day, EventId } from '#core';

import type { CaseEvent, CorrectableEvent, EventOf } from './events.js';
import type { CaseFile } from './file.js';
import type { Today } from './guards.js';

/** What a decision may look up outside its case; passed in, so that it can be repeated. */
export interface Known extends Today {
  /** Units of `to` for one `from` on a day, an exact decimal string; undefined when no source has published it. */
  rate(from: CurrencyCode, to: CurrencyCode, on: Day): string | undefined;
}

/** The answer of the law: events, none when it is so already, or a thrown `Refused`. No I/O, no clock, no ids. */
export type CaseDecision = (file: CaseFile, known: Known) => CaseEvent[];

/** The guards of facts. They run when one is recorded, and again over the later ones when an entry before them is corrected. */
export type Rules<T extends CaseEvent['type']> = {
  readonly [K in T]: (file: CaseFile, data: EventOf<K>['data'], known: Known) => void;
};

export type MeasureType = 'AssetFrozen' | 'AssetSeized' | 'AssetConfiscated' | 'AssetReleased' | 'AssetDisposed';

/** Of a measure, what is filled in from the file when it is left out. */
export const FILLED = ['shareBp', 'jurisdiction', 'power', 'final'] as const;

type Optional<T, K extends PropertyKey> = Omit<T, Extract<K, keyof T>> & Partial<Pick<T, Extract<K, keyof T>>>;

/** What stands behind a void or a correction: who recorded it, and who else approved. */
export interface Mending {
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
    : T extends MeasureType
      ? Optional<EventOf<T>['data'], (typeof FILLED)[number]>
      : EventOf<T>['data'];
