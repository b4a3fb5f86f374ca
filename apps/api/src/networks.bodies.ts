import { Id, OnDay, Text, TextOrNull } from './described/fields.js';

export class RegisterNetwork {
  @Id('The id of the network, when the caller makes it.', { optional: true })
  networkId?: string;
  @Text('Its working name.', { most: 200, example: 'Northern Pier' })
  name!: string;
  @OnDay('The day on which it was registered.')
  registeredOn!: string;
  @Text('Its priority, such as an EMPACT priority.', { optional: true, most: 200 })
  priority?: string;
  @Text('Anything else.', { optional: true, most: 2_000 })
  note?: string;
}

export class RenameNetwork {
  @Text('The new name.', { most: 200, example: 'Pier' })
  name!: string;
  @Text('Why.', { most: 2_000, example: 'shorter' })
  reason!: string;
}

export class AddAlias {
  @Text('Another name of it.', { most: 200, example: 'Los del Muelle' })
  alias!: string;
}

export class PrioritiseNetwork {
  @TextOrNull('The priority; null takes it back.', { most: 200, example: 'high-risk criminal network' })
  priority!: string | null;
  @OnDay('From this day on.')
  effectiveOn!: string;
}

export class MergeNetwork {
  @Id('The network that stays: the figures of this one are shown under it.')
  into!: string;
  @OnDay('The day on which they were found to be one.')
  mergedOn!: string;
  @Text('Why.', { most: 2_000, example: 'the same leaders' })
  reason!: string;
}
