import type { CountryCode, Day, OperationId } from '#core';

import type { Event } from './event.js';

// Stored names and fields: add, never change.

/** An EMPACT operational action, or another joint operation such as one of the EU-CLASI task force. */
export type OperationRegistered = Event<
  'OperationRegistered',
  {
    operationId: OperationId;
    name: string;
    frame: 'EMPACT' | 'EU-CLASI' | 'other';
    /** The EMPACT cycle, `2022-2025` or `2026-2029`; its labels outlive it. */
    cycle?: string;
    priority?: string;
    /** References of the operational action plan and of the operational action in it. */
    oap?: string;
    oa?: string;
    leader: CountryCode;
    startsOn: Day;
    endsOn?: Day;
  }
>;
export type OperationParticipantJoined = Event<
  'OperationParticipantJoined',
  { operationId: OperationId; participant: string; joinedOn: Day }
>;
export type OperationParticipantLeft = Event<
  'OperationParticipantLeft',
  { operationId: OperationId; participant: string; leftOn: Day }
>;
export type OperationPeriodChanged = Event<
  'OperationPeriodChanged',
  { operationId: OperationId; startsOn: Day; endsOn?: Day; reason: string }
>;

export type OperationEvent =
  OperationRegistered | OperationParticipantJoined | OperationParticipantLeft | OperationPeriodChanged;
