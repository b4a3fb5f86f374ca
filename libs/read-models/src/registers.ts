import type { NetworkEvent, OperationEvent } from '#casework';
import type { RecordedEvent } from '#event-store';

import type { Told } from './facts.js';
import type { ReadModels } from './read-models.js';

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

const networkAfter = (before: NetworkDetail | undefined, event: NetworkEvent): NetworkDetail => {
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

type Row = (string | number | boolean | null)[];
const parsed = <T>(text: string | undefined): T | undefined => (text ? (JSON.parse(text) as T) : undefined);

export const networkRow = (
  id: string,
  before: string | undefined,
  event: Told<NetworkEvent>,
  at: RecordedEvent,
): Row => {
  const detail = networkAfter(parsed<NetworkDetail>(before), event);
  return [id, detail.name, detail.mergedInto ?? null, at.revision, at.position, JSON.stringify(detail)];
};

export const operationRow = (
  id: string,
  before: string | undefined,
  event: Told<OperationEvent>,
  at: RecordedEvent,
): Row => {
  const detail = operationAfter(parsed<OperationDetail>(before), event);
  return [id, detail.name, at.revision, at.position, JSON.stringify(detail)];
};

export type NetworkView = NetworkDetail & { readonly networkId: string; readonly revision: number };
export type OperationView = OperationDetail & { readonly operationId: string; readonly revision: number };

interface RegisterRow {
  id: string;
  revision: number;
  detail: string;
}

const rowsOf = (rm: ReadModels, table: 'networks' | 'operations', id?: string): Promise<RegisterRow[]> => {
  const key = table === 'networks' ? 'network_id' : 'operation_id';
  const where = id === undefined ? '' : `where ${key} = $1`;
  const text = `select ${key} as id, revision, detail from ${rm.schema}.${table} ${where} order by name, 1`;
  return rm.db.query<RegisterRow>(text, id === undefined ? [] : [id]);
};

const networkView = ({ id, revision, detail }: RegisterRow): NetworkView => ({
  networkId: id,
  revision: Number(revision),
  ...(JSON.parse(detail) as NetworkDetail),
});

const operationView = ({ id, revision, detail }: RegisterRow): OperationView => ({
  operationId: id,
  revision: Number(revision),
  ...(JSON.parse(detail) as OperationDetail),
});

export const networks = async (rm: ReadModels): Promise<NetworkView[]> =>
  (await rowsOf(rm, 'networks')).map(networkView);

export const network = async (rm: ReadModels, id: string): Promise<NetworkView | undefined> =>
  (await rowsOf(rm, 'networks', id)).map(networkView)[0];

export const operations = async (rm: ReadModels): Promise<OperationView[]> =>
  (await rowsOf(rm, 'operations')).map(operationView);

export const operation = async (rm: ReadModels, id: string): Promise<OperationView | undefined> =>
  (await rowsOf(rm, 'operations', id)).map(operationView)[0];
