import type { CountryCode, Day, OperationId } from '#core';

import type { Event } from './event.js';
import { assertCome, assertDays, type Today } from './guards.js';
import { refuse } from './refusals.js';
import { same } from './same.js';

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

export interface OperationState {
  registered: OperationRegistered['data'] | undefined;
  /** Who takes or took part, and the last day of those who left. */
  participants: Map<string, Day | undefined>;
  period: { startsOn: Day; endsOn?: Day } | undefined;
}

type Data<T extends OperationEvent['type']> = Extract<OperationEvent, { type: T }>['data'];
export type OperationDecision = (state: OperationState, known: Today) => OperationEvent[];

export const operationDecider = {
  initial: (): OperationState => ({ registered: undefined, participants: new Map(), period: undefined }),
  evolve: (state: OperationState, fact: { type: string; data: object }): OperationState => {
    const event = fact as OperationEvent;
    switch (event.type) {
      case 'OperationRegistered':
        return { ...state, registered: event.data, period: periodOf(event.data) };
      case 'OperationParticipantJoined':
        state.participants.set(event.data.participant, undefined);
        return state;
      case 'OperationParticipantLeft':
        state.participants.set(event.data.participant, event.data.leftOn);
        return state;
      case 'OperationPeriodChanged':
        return { ...state, period: periodOf(event.data) };
    }
    throw new Error(`this release does not know ${(event as { type: string }).type}`);
  },
};

const periodOf = ({ startsOn, endsOn }: { startsOn: Day; endsOn?: Day }): { startsOn: Day; endsOn?: Day } => ({
  startsOn,
  ...(endsOn ? { endsOn } : {}),
});

const onOperation = (
  state: OperationState,
  event: OperationEvent,
  alreadySo: boolean,
  known: Today,
): OperationEvent[] => {
  if (!state.registered) refuse('operation-unknown', 'There is no such operation. Register it first.');
  assertDays(event.data);
  if (alreadySo) return [];
  assertCome(event.data, known);
  return [event];
};

const assertPeriod = ({ startsOn, endsOn }: { startsOn: Day; endsOn?: Day }): void => {
  if (endsOn && endsOn < startsOn)
    refuse('ends-before-it-starts', 'It ends before it starts.', { startsOn, endsOn }, '/endsOn');
};

/** A decision for each fact of a joint operation. Asking twice is quiet. */
export const decideOperation: { readonly [T in OperationEvent['type']]: (data: Data<T>) => OperationDecision } = {
  OperationRegistered:
    (data) =>
    ({ registered }, known) => {
      if (registered && !same(registered, data))
        refuse('operation-exists', 'Another operation is registered under this id.', { name: registered.name });
      assertDays(data);
      assertPeriod(data);
      if (registered) return [];
      assertCome(data, known);
      return [{ type: 'OperationRegistered', data }];
    },
  OperationParticipantJoined: (data) => (state, known) => {
    const { participants } = state;
    const present = participants.has(data.participant) && participants.get(data.participant) === undefined;
    return onOperation(state, { type: 'OperationParticipantJoined', data }, present, known);
  },
  OperationParticipantLeft: (data) => (state, known) => {
    if (state.registered && !state.participants.has(data.participant))
      refuse('participant-unknown', 'They never took part.', {}, '/participant');
    const left = state.participants.get(data.participant) !== undefined;
    return onOperation(state, { type: 'OperationParticipantLeft', data }, left, known);
  },
  OperationPeriodChanged: (data) => (state, known) => {
    assertPeriod(data);
    return onOperation(state, { type: 'OperationPeriodChanged', data }, same(state.period, periodOf(data)), known);
  },
};
