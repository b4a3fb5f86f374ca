import type { NetworkEvent, OperationEvent } from '#casework';
import type { RecordedEvent } from '#event-store';

import type { Told } from './facts.js';

export interface NetworkDetail {
  name: string;
  aliases: string[];
  formerNames: string[];
  priority: string | null;
  registeredOn: string;
  note?: string;
  mergedInto?: string;
  mergedOn?: string;
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

const network = (before: NetworkDetail | undefined, event: NetworkEvent): NetworkDetail => {
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
      return { ...before, mergedInto: event.data.into, mergedOn: event.data.mergedOn };
  }
};

const operation = (before: OperationDetail | undefined, event: OperationEvent): OperationDetail => {
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

type Row = (string | number | boolean | null)[];
const parsed = <T>(text: string | undefined): T | undefined => (text ? (JSON.parse(text) as T) : undefined);

export const networkRow = (
  id: string,
  before: string | undefined,
  event: Told<NetworkEvent>,
  at: RecordedEvent,
): Row => {
  const detail = network(parsed<NetworkDetail>(before), event);
  return [id, detail.name, detail.mergedInto ?? null, at.revision, at.position, JSON.stringify(detail)];
};

export const operationRow = (
  id: string,
  before: string | undefined,
  event: Told<OperationEvent>,
  at: RecordedEvent,
): Row => {
  const detail = operation(parsed<OperationDetail>(before), event);
  return [id, detail.name, at.revision, at.position, JSON.stringify(detail)];
};
