import { Country, Id, OnDay, OneOf, Text } from './described/fields.js';

export class RegisterOperation {
  @Id('The id of the operation, when the caller makes it.', { optional: true })
  operationId?: string;
  @Text('Its name.', { most: 200, example: 'OA 2.4 Asset recovery' })
  name!: string;
  @OneOf(['EMPACT', 'EU-CLASI', 'other'], 'The frame it belongs to.')
  frame!: string;
  @Text('The EMPACT cycle.', { optional: true, most: 20, example: '2026-2029' })
  cycle?: string;
  @Text('The priority it serves.', { optional: true, most: 200 })
  priority?: string;
  @Text('The reference of the operational action plan.', { optional: true, most: 100 })
  oap?: string;
  @Text('The reference of the operational action.', { optional: true, most: 100 })
  oa?: string;
  @Country('Who leads it.')
  leader!: string;
  @OnDay('Its first day.')
  startsOn!: string;
  @OnDay('Its last day.', { optional: true, example: '2026-12-31' })
  endsOn?: string;
}

export class JoinOperation {
  @Text('A State or a body.', { most: 200, example: 'PT' })
  participant!: string;
  @OnDay('Since this day.')
  joinedOn!: string;
}

export class LeaveOperation {
  @Text('The participant, as it joined.', { most: 200, example: 'PT' })
  participant!: string;
  @OnDay('From this day on no more.')
  leftOn!: string;
}

export class ChangePeriod {
  @OnDay('Its first day.')
  startsOn!: string;
  @OnDay('Its last day.', { optional: true, example: '2026-12-31' })
  endsOn?: string;
  @Text('Why.', { most: 2_000, example: 'prolonged by the board' })
  reason!: string;
}
