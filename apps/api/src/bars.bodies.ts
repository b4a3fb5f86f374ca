import { barGrounds } from '#casework';

import { OnDay, OneOf, Text } from './described/fields.js';

class BarBody {
  @OneOf(barGrounds, 'Why the asset may not be disposed of.')
  ground!: string;
  @Text("The reference of the claim, or of the proceedings, in the authority's own files: no name.", {
    most: 200,
    example: 'RV-3/2026',
  })
  reference!: string;
}

export class BarDisposal extends BarBody {
  @OnDay('The day from which on it bars.')
  barredOn!: string;
}

export class LiftDisposalBar extends BarBody {
  @OnDay('The day from which on it bars no more.')
  liftedOn!: string;
  @Text('How the claim was decided, or why the evidence is needed no more.', { optional: true, most: 2_000 })
  outcome?: string;
}
