export * from './access.js';
export { NotTakenIn } from './apply.js';
export * from './assets.js';
export type { Holding, StageValue } from './asset-values.js';
export * from './bridge.js';
export { caseFactsIn, type CaseFactsKnown } from './case-facts.js';
export * from './cases.js';
export { type Grouping, groupings } from './cells.js';
export { Changes } from './changes.js';
export type { ScopeTold } from './counted.js';
export { type Definition, definitions, definitionsFor, definitionsOf, idOf } from './definitions.js';
export { LogReplaced } from './checkpoint.js';
export {
  assertMayLookBack,
  editions,
  type EditionView,
  hadPostings,
  quarters,
  type QuarterView,
  unclosedBefore,
} from './editions.js';
export * from './falling-due.js';
export type { Figure, FiguresAsked } from './figure.js';
export * from './figure-entries.js';
export type { Comparison, Difference } from './comparing.js';
export * from './figures.js';
export type { KeptCell, KeptCells } from './kept-cells.js';
export * from './losses.js';
export { isNetwork, type NetworkMerger } from './mergers.js';
export * from './orders.js';
export { type SharedProceeds } from './proceeds.js';
export * from './pages.js';
export { hashAt } from './past.js';
export type { Progress, Status } from './following.js';
export { assertLogOf } from './generations.js';
export type { Taking } from './intake.js';
export * from './read-models.js';
export { type CaseReader, caseReaders } from './readers.js';
export {
  network,
  networks,
  networksNamed,
  operation,
  operations,
  type NetworkView,
  type OperationView,
} from './registers.js';
export { createIndexes, createTables, LEADER_LOCK, liveSchema, tables } from './schema.js';
export { type OfCase, type Reading, visible, visibleOne } from './scope.js';
export { aboutOf } from './sealed-rows.js';
export { isSealed, rootOf, type Sealed, unsealed } from './sealing.js';
export * from './signs.js';
export { survivorsIn } from './survivors.js';
export * from './timeline.js';
