import type { CountryCode, CurrencyCode, Day, EventId, NetworkId, OrderId } from '#core';
import type { Category, Disposal, Power } from '#casework';

import type { Conversion, Inheritance } from './posting.js';

/** An amount in minor units, with its euro cents once a rate is known. `on` decides the rate. */
export interface Valued {
  readonly amount: bigint;
  readonly currency: CurrencyCode;
  readonly on: Day;
  readonly conversion?: Conversion;
}

interface About<Kind extends string> {
  readonly kind: Kind;
  readonly eventId: EventId;
  /** The place of its entry in the stream of the case: on one day, what was recorded first comes first. */
  readonly revision: number;
  readonly on: Day;
}

interface Confiscation {
  readonly shareBp: number;
  readonly power: Power;
  readonly orderId?: OrderId;
  /** The State that executed it, wherever the asset is moved afterwards. */
  readonly executing: CountryCode;
  readonly final: boolean;
  readonly opening: boolean;
}

/** What moves the value of one asset, told in the asset's own terms. The facts of an asset, by revision, are its whole history. */
export type Fact =
  | (About<'identified'> & { jurisdiction: CountryCode; region: string; category: Category; opening: boolean })
  | (About<'inherited'> & { category: Category; value: Valued; inheritance: Inheritance })
  | (About<'valued'> & { value: Valued })
  | (About<'frozen' | 'seized'> & { shareBp: number; power: Power; orderId?: OrderId; opening: boolean })
  | (About<'confiscated'> & Confiscation)
  | (About<'released'> & { shareBp: number })
  | (About<'disposed'> & { shareBp: number; outcome: Disposal; proceeds?: Valued })
  | (About<'final' | 'undone'> & { orderId: OrderId })
  | (About<'converted'> & { proceeds: Valued })
  | About<'lost'>
  | (About<'relocated'> & { jurisdiction: CountryCode; region: string })
  | About<'duplicate'>;

/** From a day on, the value of the case's assets is split by these weights; what is missing to the whole is unattributed. */
export interface Weights {
  readonly eventId: EventId;
  readonly on: Day;
  readonly networks: readonly { readonly networkId: NetworkId; readonly weightBp: number }[];
}

export interface History {
  readonly facts: readonly Fact[];
  readonly weights: readonly Weights[];
}
