import type { AssetId, CaseId, Day, NetworkId, PersonId } from '#core';
import {
  type AssetIdentified,
  type AssetTraced,
  type Bar,
  barsAfter,
  barsInherited,
  type CaseOpened,
  type CaseShared,
  type CorrectableEvent,
  type DisposalBarLifted,
  type DisposalBarred,
  type ProviderConsented,
} from '#casework';
import {
  type Account,
  type Executed,
  type Execution,
  type Fact,
  fold,
  type Lot,
  type Place,
  places,
  type Posting,
  type Weights,
} from '#ledger';

import type { Told } from './facts.js';
import type { Namesake } from './namesakes.js';

/** What is kept of a case between batches. */
export interface CaseEntry {
  readonly caseId: CaseId;
  readonly firstPosition: number;
  position: number;
  revision: number;
  status: 'open' | 'closed';
  opened: CaseOpened['data'];
  detail: CaseDetail;
}

export interface CaseDetail {
  /** How many assets were recorded in it, duplicates and voided ones included. */
  assets: number;
  /** Attributions in force by entry: a later one of the same day stands. */
  attributions: {
    eventId: string;
    on: Day;
    networks: { networkId: NetworkId; weightBp: number; confidence: string }[];
  }[];
  operations: { eventId: string; operationId: string; effectiveOn: Day }[];
  jurisdictions: { eventId: string; jurisdiction: string; role: string; joinedOn: Day }[];
  /** Who works on it. */
  team: PersonId[];
  /** Shares that were not taken back; one that has run out stands here still. */
  shares: CaseShared['data'][];
  consents: ProviderConsented['data'][];
  /** Its assets and orders under ids that another case had first. */
  namesakes?: readonly Namesake[];
  closedOn?: Day;
  closedBecause?: string;
}

/** What is kept of an asset between batches: the register's entry, and the facts its value follows from. */
export interface AssetEntry {
  readonly assetId: AssetId;
  readonly caseId: CaseId;
  readonly firstPosition: number;
  position: number;
  facts: Fact[];
  /** How many of the facts stand in the rows. */
  stored: number;
  /** The folded history; absent until somebody needs it. */
  account: Account | undefined;
  detail: AssetDetail;
}

export interface AssetDetail {
  identified: Omit<AssetIdentified['data'], 'assetId'>;
  traced: (Omit<AssetTraced['data'], 'assetId'> & { eventId: string })[];
  /** Entries about bars of its disposal; of a substitute, also those about the assets whose place it took. */
  bars?: Told<DisposalBarred | DisposalBarLifted>[];
  /** The asset whose place it took, the one that took its place, or the one it duplicates. */
  convertedFrom?: AssetId;
  convertedInto?: AssetId;
  duplicateOf?: AssetId;
  voided?: true;
}

/** What an order is counted by: the execution that came first, and the asset it was on. */
export interface FirstExecution extends Execution {
  readonly assetId: AssetId;
}

export interface OrderEntry {
  readonly orderId: string;
  readonly caseId: CaseId;
  position: number;
  executed: { readonly [E in Executed]?: FirstExecution };
  /** Entries about the order, voided ones left out, corrected ones as corrected. */
  entries: Told<Extract<CorrectableEvent, { data: { orderId: string } }>>[];
}

export const weightsOf = (detail: CaseDetail): Weights[] =>
  detail.attributions.map(({ eventId, on, networks }) => ({ eventId: eventId as Weights['eventId'], on, networks }));

export const accountOf = (asset: AssetEntry, weights: readonly Weights[]): Account =>
  (asset.account ??= fold({ facts: asset.facts, weights }));

/** Whether it is attributed to one of these networks, from whatever day on. */
export const isAttributedTo = ({ attributions }: CaseDetail, ids: readonly string[]): boolean =>
  attributions.some(({ networks }) => networks.some(({ networkId }) => ids.includes(networkId)));

/** The furthest place that holds a share: the stage of the asset. */
export const stageOf = (lots: readonly Lot[]): Place | 'none' =>
  lots.reduce<Place | 'none'>((furthest, { place }) => {
    const rank = (name: Place | 'none'): number => (name === 'none' ? -1 : places.indexOf(name));
    return rank(place) > rank(furthest) ? place : furthest;
  }, 'none');

/** The state of an order as its entries tell it. */
export const orderStatus = (entries: OrderEntry['entries']): string => {
  let [status, open, end] = ['in-force', 0, ''];
  for (const { type, data } of entries) {
    if (type === 'OrderIssued' && data.finalOn) status = 'final';
    if (type === 'OrderBecameFinal') status = 'final';
    if (type === 'OrderAppealed') open += 1;
    if (type === 'AppealDecided' && data.outcome === 'upheld') open -= 1;
    if (type === 'AppealDecided' && data.outcome !== 'upheld') return 'quashed';
    if (type === 'OrderEnded') end = data.how;
  }
  return end || (open > 0 ? 'under-appeal' : status);
};

/** The last day of an order that stands and has one; it is not over on that day by itself: somebody must say so. */
export const dueOn = (entries: OrderEntry['entries']): Day | undefined => {
  let due: Day | undefined;
  for (const { type, data } of entries) {
    if (type === 'OrderIssued' || type === 'OrderExtended') due = data.expiresOn;
  }
  const over = entries.some(({ type }) => type === 'OrderEnded') || orderStatus(entries) === 'quashed';
  return over || !entries.some(({ type }) => type === 'OrderIssued') ? undefined : due;
};

/** What bars the disposal of the asset, or did: what was lifted before it took another's place never barred it. */
export const barsOf = ({ identified, bars = [] }: AssetDetail): readonly Bar[] => {
  const { identifiedOn } = identified;
  const own = (bar: Bar): boolean => bar.barredOn >= identifiedOn;
  const all = bars.reduce<readonly Bar[]>(barsAfter, []);
  return all.filter((bar) => own(bar) || barsInherited([bar], identifiedOn).length > 0);
};

/** A posting with its place in the log. */
export interface Entered {
  readonly position: number;
  readonly n: number;
  readonly assetId: AssetId;
  readonly posting: Posting;
}
