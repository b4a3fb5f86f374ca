import { disposals, powers } from '#casework';

import { MoneyPart } from './assets.bodies.js';
import { Country, Flag, Id, OnDay, OneOf, OnlyTrue, Part, Share, Text } from './described/fields.js';

class MeasureBody {
  @OnDay('The day on which it took effect, local to the jurisdiction that executed it. It decides the quarter.')
  effectiveOn!: string;
  @Share('The share of the whole asset, in basis points; all that is available when left out.', { optional: true })
  shareBp?: number;
  @Country('The jurisdiction that executed it; where the asset is when left out.', { optional: true })
  jurisdiction?: string;
  @OneOf(powers, 'The power it rests on; that of the order when left out.', { optional: true })
  power?: string;
  @OnlyTrue('From a register that says what stands today and not since when.')
  opening?: true;
}

export class FreezeAsset extends MeasureBody {
  @Id('The freezing order it executes.')
  orderId!: string;
}

export class SeizeAsset extends MeasureBody {
  @Id('The order it executes; without it, taken in the act.', { optional: true })
  orderId?: string;
}

export class ConfiscateAsset extends MeasureBody {
  @Id('The confiscation order it executes.', { optional: true })
  orderId?: string;
  @Flag('No appeal is open any more; as the order says when left out.', { optional: true })
  final?: boolean;
}

export class ReleaseAsset {
  @OnDay('The day on which the restraint was lifted.')
  effectiveOn!: string;
  @Share('The share released, in basis points of the whole asset; all of it when left out.', { optional: true })
  shareBp?: number;
  @OneOf(['lifted', 'annulled', 'withdrawn', 'acquitted', 'lapsed', 'surplus', 'other'], 'Why.')
  reason!: string;
  @Id('The order that released it.', { optional: true })
  orderId?: string;
  @Text('Anything else.', { optional: true, most: 2_000 })
  note?: string;
}

export class DisposeAsset {
  @OnDay('The day on which it was disposed of.')
  effectiveOn!: string;
  @Share('The share disposed of, in basis points of the whole asset; all of it when left out.', { optional: true })
  shareBp?: number;
  @OneOf(disposals, 'What became of it.')
  outcome!: string;
  @Part(() => MoneyPart, 'What it brought, net.', { optional: true })
  proceeds?: MoneyPart;
  @Text("The State that shares, the body that uses it, the victim's file reference.", { optional: true })
  beneficiary?: string;
}
