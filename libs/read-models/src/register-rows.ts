import type { NetworkEvent, OperationEvent } from '#casework';
import type { RecordedEvent } from '#event-store';

import type { Row } from './rows.js';

export interface NetworkDetail {
  name: string;
  aliases: string[];
  formerNames: string[];
  priority: string | null;
  registeredOn: string;
  note?: string;
  mergedInto?: string;
  mergedOn?: string;
  /** The position of the log at which it was merged. */
  mergedAt?: number;
}

export interface OperationDetail {
  name: string;
  frame: string;
  leader: string;
  startsOn: string;
  endsOn?: string;
  cycle?: string;
  priority?: string;
  oap?: string;
  oa?: string;
  participants: { participant: string; joinedOn: string; leftOn?: string }[];
}

const networkAfter = (before: NetworkDetail | undefined, event: NetworkEvent, position: number): NetworkDetail => {
  if (event.type === 'NetworkRegistered') {
    const { name, registeredOn, priority = null, note } = event.data;
    return { name, aliases: [], formerNames: [], priority, registeredOn, ...(note ? { note } : {}) };
  }
  if (!before) throw new Error(`${event.type} of a network that was never registered`);
  switch (event.type) {
    case 'NetworkRenamed':
      return { ...before, name: event.data.name, formerNames: [...before.formerNames, before.name] };
    case 'NetworkAliasAdded':
      return { ...before, aliases: [...before.aliases, event.data.alias] };
    case 'NetworkPrioritised':
      return { ...before, priority: event.data.priority };
    case 'NetworkMerged':
      return { ...before, mergedInto: event.data.into, mergedOn: event.data.mergedOn, mergedAt: position };
  }
};

const operationAfter = (before: OperationDetail | undefined, event: OperationEvent): OperationDetail => {
  if (event.type === 'OperationRegistered') {
    const { operationId: _, ...data } = event.data;
    return { ...data, participants: [] };
  }
  if (!before) throw new Error(`${event.type} of an operation that was never registered`);
  switch (event.type) {
    case 'OperationParticipantJoined': {
      const { participant, joinedOn } = event.data;
      return { ...before, participants: [...before.participants, { participant, joinedOn }] };
    }
    case 'OperationParticipantLeft': {
      const { participant, leftOn } = event.data;
      const leave = (one: OperationDetail['participants'][number]): typeof one =>
        one.participant === participant && !one.leftOn ? { ...one, leftOn } : one;
      return { ...before, participants: before.participants.map(leave) };
    }
    case 'OperationPeriodChanged': {
      const { endsOn: _, ...rest } = before;
      const { startsOn, endsOn } = event.data;
      return { ...rest, startsOn, ...(endsOn ? { endsOn } : {}) };
    }
  }
};

export type Register = 'networks' | 'operations';

/** The row of a network or an operation after an event. `before` is its detail as JSON, when it has one. */
export const rowAfter = (table: Register, id: string, before: unknown, event: RecordedEvent): Row => {
  const standing = typeof before === 'string' ? (JSON.parse(before) as unknown) : undefined;
  const { revision, position } = event;
  if (table === 'operations') {
    const detail = operationAfter(standing as OperationDetail | undefined, event as unknown as OperationEvent);
    return [id, detail.name, revision, position, JSON.stringify(detail)];
  }
  const detail = networkAfter(standing as NetworkDetail | undefined, event as unknown as NetworkEvent, position);
  return [
    id,
    detail.name,
    detail.mergedInto ?? null,
    detail.mergedAt ?? null,
    revision,
    position,
    JSON.stringify(detail),
  ];
};

/** The row of an edition, from the fact that a quarter was closed. */
export const editionRow = ({ id, data, metadata }: RecordedEvent): Row => {
  const { quarter, edition, position, previous } = data as { quarter: string; edition: number; position: number } & {
    previous?: number;
  };
  return [quarter, edition, position, previous ?? null, id, metadata.recordedAt];
};
