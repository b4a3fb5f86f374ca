export {
  type AssetConverted,
  type AssetIdentified,
  type AssetLost,
  type AssetRelocated,
  AssetState,
  type AssetTraced,
  categories,
  type Category,
  type Location,
  type Quantity,
  type Share,
  type Standing,
} from './asset.js';
export {
  type Bar,
  type BarGround,
  barGrounds,
  barsAfter,
  barsInherited,
  type DisposalBarLifted,
  type DisposalBarred,
} from './bar.js';
export {
  type Attribution,
  type CaseAttributedToNetworks,
  type CaseClosed,
  type CaseOpened,
  type CaseReopened,
  type CaseTaggedToOperation,
  type Confidence,
  type JurisdictionJoined,
} from './case.js';
export { type Entry, type EntryCorrected, type EntryVoided } from './correction.js';
export { caseDecider, decide } from './decide.js';
export { type CaseDecision, type Input, type Known, type Mending } from './decision.js';
export {
  assertCovered,
  covers,
  type DuplicateDeclared,
  furthestOf,
  reachesMended,
  reachOf,
  refuseHeld,
} from './duplicate.js';
export * from './event.js';
export * from './events.js';
export { CaseFile, type Entered, standingOf } from './file.js';
export { assertNoSurvivor, assertSurvives, openedBy, refuseSurvivor, refuseTakingBack, survives } from './guards.js';
export * from './identifiers/index.js';
export {
  type AssetConfiscated,
  type AssetDisposed,
  type AssetFrozen,
  type AssetReleased,
  type AssetSeized,
  type Disposal,
  disposals,
  type Measure,
  type Sources,
  sourcesOf,
} from './measure.js';
export * from './network.js';
export * from './operation.js';
export {
  type AppealDecided,
  type OrderAppealed,
  type OrderBecameFinal,
  type OrderEnded,
  type OrderExtended,
  type OrderIssued,
  type OrderKind,
  orderKinds,
  OrderState,
  type Power,
  powers,
} from './order.js';
export { isMoney, sharesProceeds, type Split, splitOf } from './proceeds.js';
export * from './rates.js';
export { isNaming, type Reference, referencesOf, refuseUnknown } from './references.js';
export * from './refusals.js';
export {
  type CaseShared,
  type CaseShareWithdrawn,
  Circle,
  type ConsentPurpose,
  consentPurposes,
  type Extent,
  extents,
  type ProviderConsented,
  type SharingEvent,
  type TeamMemberJoined,
  type TeamMemberLeft,
} from './sharing.js';
export * from './streams.js';
export { type AssetValued, type ValuationMethod, valuationMethods } from './valuation.js';
