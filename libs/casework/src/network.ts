import type { Day, NetworkId } from '#core';

import type { Event } from './event.js';
import { assertCome, assertDays, type Today } from './guards.js';
import { refuse } from './refusals.js';
import { same } from './same.js';

// Stored names and fields: add, never change.

export type NetworkRegistered = Event<
  'NetworkRegistered',
  { networkId: NetworkId; name: string; registeredOn: Day; priority?: string; note?: string }
>;
export type NetworkRenamed = Event<'NetworkRenamed', { networkId: NetworkId; name: string; reason: string }>;
export type NetworkAliasAdded = Event<'NetworkAliasAdded', { networkId: NetworkId; alias: string }>;
/** The priority given to the network, such as an EMPACT priority or a high-risk listing; null takes it back. */
export type NetworkPrioritised = Event<
  'NetworkPrioritised',
  { networkId: NetworkId; priority: string | null; effectiveOn: Day }
>;
/** Two names, one network: the figures of this one are shown under the survivor from now on. */
export type NetworkMerged = Event<
  'NetworkMerged',
  { networkId: NetworkId; into: NetworkId; mergedOn: Day; reason: string }
>;

export type NetworkEvent = NetworkRegistered | NetworkRenamed | NetworkAliasAdded | NetworkPrioritised | NetworkMerged;

export interface NetworkState {
  registered: NetworkRegistered['data'] | undefined;
  name: string;
  names: Set<string>;
  priority: string | null;
  mergedInto: NetworkId | undefined;
}

type Data<T extends NetworkEvent['type']> = Extract<NetworkEvent, { type: T }>['data'];
export type NetworkDecision = (state: NetworkState, known: Today) => NetworkEvent[];

export const networkDecider = {
  initial: (): NetworkState => ({
    registered: undefined,
    name: '',
    names: new Set(),
    priority: null,
    mergedInto: undefined,
  }),
  evolve: (state: NetworkState, fact: { type: string; data: object }): NetworkState => {
    const event = fact as NetworkEvent;
    switch (event.type) {
      case 'NetworkRegistered': {
        const { name, priority = null } = event.data;
        return { ...state, registered: event.data, name, names: new Set([name]), priority };
      }
      case 'NetworkRenamed':
        return { ...state, name: event.data.name, names: state.names.add(event.data.name) };
      case 'NetworkAliasAdded':
        return { ...state, names: state.names.add(event.data.alias) };
      case 'NetworkPrioritised':
        return { ...state, priority: event.data.priority };
      case 'NetworkMerged':
        return { ...state, mergedInto: event.data.into };
    }
    throw new Error(`this release does not know ${(event as { type: string }).type}`);
  },
};

const onNetwork = (state: NetworkState, event: NetworkEvent, alreadySo: boolean, known: Today): NetworkEvent[] => {
  if (!state.registered) refuse('network-unknown', 'There is no such network. Register it first.');
  if (alreadySo) return [];
  const { mergedInto } = state;
  if (mergedInto) refuse('network-merged', 'It was merged into another. Record against that one.', { mergedInto });
  assertDays(event.data);
  assertCome(event.data, known);
  return [event];
};

/** A decision for each fact of a network. Asking twice is quiet. */
export const decideNetwork: { readonly [T in NetworkEvent['type']]: (data: Data<T>) => NetworkDecision } = {
  NetworkRegistered:
    (data) =>
    ({ registered }, known) => {
      if (registered && !same(registered, data))
        refuse('network-exists', 'Another network is registered under this id.', { name: registered.name });
      assertDays(data);
      if (registered) return [];
      assertCome(data, known);
      return [{ type: 'NetworkRegistered', data }];
    },
  NetworkRenamed: (data) => (state, known) =>
    onNetwork(state, { type: 'NetworkRenamed', data }, state.name === data.name, known),
  NetworkAliasAdded: (data) => (state, known) =>
    onNetwork(state, { type: 'NetworkAliasAdded', data }, state.names.has(data.alias), known),
  NetworkPrioritised: (data) => (state, known) =>
    onNetwork(state, { type: 'NetworkPrioritised', data }, state.priority === data.priority, known),
  NetworkMerged: (data) => (state, known) => {
    if (data.into === data.networkId) refuse('merged-into-itself', 'A network is not merged into itself.', {}, '/into');
    return onNetwork(state, { type: 'NetworkMerged', data }, state.mergedInto === data.into, known);
  },
};
