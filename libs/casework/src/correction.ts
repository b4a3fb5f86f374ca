import type { AssetId, EventId, OrderId } from '#core';

import type { Event } from './event.js';
import type { CorrectableEvent } from './events.js';

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
