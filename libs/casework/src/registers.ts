import type { CaseId, EventId, NetworkId, OperationId } from '#core';

import type { EventOf } from './events.js';
import type { NetworkEvent } from './network.js';
import type { OperationEvent } from './operation.js';
import type { RatesPublished, RateSource } from './rates.js';
import { refuse } from './refusals.js';

/** The names of streams. No name of a person ever stands in one. */
export const streamOf = {
  case: (id: CaseId): string => `case-${id}`,
  network: (id: NetworkId): string => `network-${id}`,
  operation: (id: OperationId): string => `operation-${id}`,
  rates: (source: RateSource): string => `rates-${source.toLowerCase()}`,
};

type At = { readonly eventId: EventId; readonly revision: number };

export interface NetworkState {
  known: boolean;
  name: string;
  names: Set<string>;
  priority: string | null;
  mergedInto: string | undefined;
}

export const networkDecider = {
  initial: (): NetworkState => ({ known: false, name: '', names: new Set(), priority: null, mergedInto: undefined }),
  evolve: (state: NetworkState, { type, data }: { type: string; data: object }, _: At): NetworkState => {
    const event = { type, data } as NetworkEvent;
    switch (event.type) {
      case 'NetworkRegistered':
        return {
          ...state,
          known: true,
          name: event.data.name,
          names: new Set([event.data.name]),
          priority: event.data.priority ?? null,
        };
      case 'NetworkRenamed':
        return { ...state, name: event.data.name, names: state.names.add(event.data.name) };
      case 'NetworkAliasAdded':
        return { ...state, names: state.names.add(event.data.alias) };
      case 'NetworkPrioritised':
        return { ...state, priority: event.data.priority };
      case 'NetworkMerged':
        return { ...state, mergedInto: event.data.into };
    }
  },
};

type NetworkDecision = (state: NetworkState) => NetworkEvent[];

const onNetwork = (state: NetworkState, event: NetworkEvent, alreadySo: boolean): NetworkEvent[] => {
  if (!state.known) refuse('network-unknown', 'There is no such network. Register it first.');
  if (alreadySo) return [];
  const { mergedInto } = state;
  if (mergedInto) refuse('network-merged', 'It was merged into another. Record against that one.', { mergedInto });
  return [event];
};

/** A decision for each fact of a network. */
export const decideNetwork: { readonly [T in NetworkEvent['type']]: (data: EventOf<T>['data']) => NetworkDecision } = {
  NetworkRegistered: (data) => (state) => {
    if (state.known && state.name !== data.name)
      refuse('network-exists', 'The network is registered already, under another name.', { name: state.name });
    return state.known ? [] : [{ type: 'NetworkRegistered', data }];
  },
  NetworkRenamed: (data) => (state) => onNetwork(state, { type: 'NetworkRenamed', data }, state.name === data.name),
  NetworkAliasAdded: (data) => (state) =>
    onNetwork(state, { type: 'NetworkAliasAdded', data }, state.names.has(data.alias)),
  NetworkPrioritised: (data) => (state) =>
    onNetwork(state, { type: 'NetworkPrioritised', data }, state.priority === data.priority),
  NetworkMerged: (data) => (state) => {
    if (data.into === data.networkId) refuse('merged-into-itself', 'A network is not merged into itself.', {}, '/into');
    return onNetwork(state, { type: 'NetworkMerged', data }, state.mergedInto === data.into);
  },
};

export interface OperationState {
  known: boolean;
  registered: string;
  present: Set<string>;
  period: string;
}

const periodOf = ({ startsOn, endsOn }: { startsOn: string; endsOn?: string }): string => `${startsOn}/${endsOn ?? ''}`;

export const operationDecider = {
  initial: (): OperationState => ({ known: false, registered: '', present: new Set(), period: '' }),
  evolve: (state: OperationState, { type, data }: { type: string; data: object }, _: At): OperationState => {
    const event = { type, data } as OperationEvent;
    switch (event.type) {
      case 'OperationRegistered':
        return { ...state, known: true, registered: event.data.name, period: periodOf(event.data) };
      case 'OperationParticipantJoined':
        return { ...state, present: new Set(state.present).add(event.data.participant) };
      case 'OperationParticipantLeft':
        return { ...state, present: new Set([...state.present].filter((one) => one !== event.data.participant)) };
      case 'OperationPeriodChanged':
        return { ...state, period: periodOf(event.data) };
    }
  },
};

type OperationDecision = (state: OperationState) => OperationEvent[];

const onOperation = (state: OperationState, event: OperationEvent, alreadySo: boolean): OperationEvent[] => {
  if (!state.known) refuse('operation-unknown', 'There is no such operation. Register it first.');
  return alreadySo ? [] : [event];
};

const assertPeriod = ({ startsOn, endsOn }: { startsOn: string; endsOn?: string }): void => {
  if (endsOn && endsOn < startsOn)
    refuse('ends-before-it-starts', 'It ends before it starts.', { startsOn, endsOn }, '/endsOn');
};

/** A decision for each fact of a joint operation. */
export const decideOperation: {
  readonly [T in OperationEvent['type']]: (data: EventOf<T>['data']) => OperationDecision;
} = {
  OperationRegistered: (data) => (state) => {
    assertPeriod(data);
    if (state.known && state.registered !== data.name)
      refuse('operation-exists', 'The operation is registered already, under another name.', {
        name: state.registered,
      });
    return state.known ? [] : [{ type: 'OperationRegistered', data }];
  },
  OperationParticipantJoined: (data) => (state) =>
    onOperation(state, { type: 'OperationParticipantJoined', data }, state.present.has(data.participant)),
  OperationParticipantLeft: (data) => (state) => {
    if (state.known && !state.present.has(data.participant))
      refuse('participant-unknown', 'They do not take part.', {}, '/participant');
    return onOperation(state, { type: 'OperationParticipantLeft', data }, false);
  },
  OperationPeriodChanged: (data) => (state) => {
    assertPeriod(data);
    return onOperation(state, { type: 'OperationPeriodChanged', data }, state.period === periodOf(data));
  },
};

/** What a source published, by the first day for which it stands. */
export type RatesState = Map<string, string>;

const told = ({ to, base, rates }: RatesPublished['data']): string =>
  `${to} ${base} ${Object.entries(rates)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .join(' ')}`;

export const ratesDecider = {
  initial: (): RatesState => new Map(),
  evolve: (state: RatesState, { data }: { type: string; data: object }, _: At): RatesState => {
    const published = data as RatesPublished['data'];
    return state.set(published.from, told(published));
  },
};

/** Rates of a day are published once. The same again is quiet; others for the same day are refused, history is not rewritten. */
export const publishRates =
  (data: RatesPublished['data']) =>
  (state: RatesState): RatesPublished[] => {
    const standing = state.get(data.from);
    if (standing !== undefined && standing !== told(data)) {
      refuse('rates-differ', `Other rates of ${data.source} stand for ${data.from} already.`, { from: data.from });
    }
    return standing === undefined ? [{ type: 'RatesPublished', data }] : [];
  };
