import { Country, Id, OnDay, OneOf, Parts, Share, Text } from './described/fields.js';

export class OpenCase {
  @Id('The id of the case, when the caller makes it; otherwise it derives from the idempotency key.', {
    optional: true,
  })
  caseId?: string;
  @Text('The national file reference of the proceedings.', { most: 200, example: 'DP 1123/2026' })
  reference!: string;
  @Text('A title without names of persons.', { example: 'Operation Breakwater' })
  title!: string;
  @Text('The authority whose case it is.', { example: 'Audiencia Nacional' })
  authority!: string;
  @Country('The jurisdiction of the authority.')
  jurisdiction!: string;
  @OnDay('The day on which it was opened.')
  openedOn!: string;
}

export const confidences = ['suspected', 'probable', 'confirmed'] as const;

export class AttributionPart {
  @Id('The network.')
  networkId!: string;
  @Share('Its share of the value of the assets of the case, in basis points.')
  weightBp!: number;
  @OneOf(confidences, 'How sure the investigators are.')
  confidence!: string;
}

export class AttributeCase {
  @Parts(() => AttributionPart, 'The networks and their shares: the whole at most. An empty list takes all back.', {
    least: 0,
  })
  attributions!: AttributionPart[];
  @OnDay('From this day on.')
  effectiveOn!: string;
  @Text('On what it rests.', { optional: true, most: 2_000 })
  basis?: string;
}

export class TagCase {
  @Id('The joint operation.')
  operationId!: string;
  @OnDay('From this day on.')
  effectiveOn!: string;
}

export class JoinJurisdiction {
  @Country('The jurisdiction that takes part.')
  jurisdiction!: string;
  @OneOf(['contributor', 'executing', 'issuing'], 'Its part.')
  role!: string;
  @OnDay('Since this day.')
  joinedOn!: string;
}

export class CloseCase {
  @OnDay('The day on which it was closed.')
  closedOn!: string;
  @Text('Why.', { most: 2_000, example: 'all is disposed of' })
  reason!: string;
}

export class ReopenCase {
  @OnDay('The day on which it was reopened.')
  reopenedOn!: string;
  @Text('Why.', { most: 2_000, example: 'another asset was found' })
  reason!: string;
}
