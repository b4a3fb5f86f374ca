import type { Day, NetworkId } from '#core';

import type { Event } from './event.js';

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
