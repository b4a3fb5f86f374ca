import type { AssetConverted, AssetIdentified, AssetLost, AssetRelocated, AssetTraced } from './asset.js';
import type { DisposalBarLifted, DisposalBarred } from './bar.js';
import type {
  CaseAttributedToNetworks,
  CaseClosed,
  CaseOpened,
  CaseReopened,
  CaseTaggedToOperation,
  JurisdictionJoined,
} from './case.js';
import type { EntryCorrected, EntryVoided } from './correction.js';
import type { DuplicateDeclared } from './duplicate.js';
import type { AssetConfiscated, AssetDisposed, AssetFrozen, AssetReleased, AssetSeized } from './measure.js';
import type { NetworkEvent } from './network.js';
import type { OperationEvent } from './operation.js';
import type {
  AppealDecided,
  OrderAppealed,
  OrderBecameFinal,
  OrderEnded,
  OrderExtended,
  OrderIssued,
} from './order.js';
import type { RatesPublished } from './rates.js';
import type { SharingEvent } from './sharing.js';
import type { AssetValued } from './valuation.js';

/** What can be voided or corrected: every fact of a case but its opening, its closing and the corrections themselves. */
export type CorrectableEvent =
  | CaseAttributedToNetworks
  | CaseTaggedToOperation
  | JurisdictionJoined
  | AssetIdentified
  | AssetTraced
  | AssetValued
  | AssetConverted
  | AssetLost
  | AssetRelocated
  | DuplicateDeclared
  | DisposalBarred
  | DisposalBarLifted
  | OrderIssued
  | OrderExtended
  | OrderAppealed
  | AppealDecided
  | OrderBecameFinal
  | OrderEnded
  | AssetFrozen
  | AssetSeized
  | AssetReleased
  | AssetConfiscated
  | AssetDisposed;

export type CaseEvent =
  CaseOpened | CaseClosed | CaseReopened | CorrectableEvent | SharingEvent | EntryVoided | EntryCorrected;

/** Every fact Rastro knows. */
export type RastroEvent = CaseEvent | NetworkEvent | OperationEvent | RatesPublished;

export type EventOf<T extends RastroEvent['type']> = Extract<RastroEvent, { type: T }>;
