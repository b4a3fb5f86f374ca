import type { CorrectableEvent } from '#casework';

import * as assets from './assets.bodies.js';
import * as bars from './bars.bodies.js';
import * as cases from './cases.bodies.js';
import { AnyObject, type Dto, OneOf, Text } from './described/fields.js';
import * as measures from './measures.bodies.js';
import * as orders from './orders.bodies.js';

/** The body in which each entry is recorded, and so the body in which it is corrected. */
export const bodyOf: { readonly [T in CorrectableEvent['type']]: Dto } = {
  CaseAttributedToNetworks: cases.AttributeCase,
  CaseTaggedToOperation: cases.TagCase,
  JurisdictionJoined: cases.JoinJurisdiction,
  AssetIdentified: assets.IdentifyAsset,
  AssetTraced: assets.TraceAsset,
  AssetValued: assets.ValueAsset,
  AssetConverted: assets.ConvertAsset,
  AssetLost: assets.LoseAsset,
  AssetRelocated: assets.RelocateAsset,
  DuplicateDeclared: assets.DeclareDuplicate,
  DisposalBarred: bars.BarDisposal,
  DisposalBarLifted: bars.LiftDisposalBar,
  OrderIssued: orders.IssueOrder,
  OrderExtended: orders.ExtendOrder,
  OrderAppealed: orders.AppealOrder,
  AppealDecided: orders.DecideAppeal,
  OrderBecameFinal: orders.MakeOrderFinal,
  OrderEnded: orders.EndOrder,
  AssetFrozen: measures.FreezeAsset,
  AssetSeized: measures.SeizeAsset,
  AssetReleased: measures.ReleaseAsset,
  AssetConfiscated: measures.ConfiscateAsset,
  AssetDisposed: measures.DisposeAsset,
};

export const correctable = Object.keys(bodyOf) as CorrectableEvent['type'][];

export class VoidEntry {
  @Text('Why it never held.', { most: 2_000, example: 'recorded in the wrong case' })
  reason!: string;
}

export class CorrectEntry {
  @OneOf(correctable, 'The type of the entry: it says how `data` is read.', { example: 'AssetValued' })
  type!: CorrectableEvent['type'];
  @AnyObject('What it should have said: the whole body, as it is given to the route that records this type.', {
    example: { amount: '1250.50', currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-03-28' },
  })
  data!: Record<string, unknown>;
  @Text('What was wrong.', { most: 2_000, example: 'the amount was misread' })
  reason!: string;
}
