import { orderKinds, powers } from '#casework';

import { MoneyPart } from './assets.bodies.js';
import { Country, ExactlyOneOf, Id, Ids, OnDay, OneOf, Part, Text } from './described/fields.js';

export class OverPart {
  @Ids('The assets it stands over; or give `amount`.', { optional: true })
  assets?: string[];
  @Part(() => MoneyPart, 'The amount that any asset may satisfy; or give `assets`.', { optional: true })
  amount?: MoneyPart;
}

export class IssueOrder {
  @Id('The id of the order, when the caller makes it.', { optional: true })
  orderId?: string;
  @OneOf(orderKinds, 'What it orders.')
  kind!: string;
  @OneOf(powers, 'The power it rests on.')
  power!: string;
  @Text('Its reference.', { most: 200, example: 'AUTO 88/2026' })
  reference!: string;
  @Text('Who issued it.', { example: 'Juzgado Central 3' })
  authority!: string;
  @Country('The issuing State.')
  jurisdiction!: string;
  @OnDay('The day on which it was issued.')
  issuedOn!: string;
  @ExactlyOneOf(['assets', 'amount'])
  @Part(() => OverPart, 'Either `assets` or `amount`.', { example: { amount: { amount: '1250.50', currency: 'EUR' } } })
  over!: OverPart;
  @OnDay('The last day on which it can be executed.', { optional: true, example: '2026-12-31' })
  expiresOn?: string;
  @OnDay('Since when it cannot be appealed.', { optional: true })
  finalOn?: string;
}

export class ExtendOrder {
  @OnDay('The day of the extension.')
  extendedOn!: string;
  @OnDay('The new last day.', { example: '2026-12-31' })
  expiresOn!: string;
}

export class AppealOrder {
  @OnDay('The day of the appeal.')
  appealedOn!: string;
  @Text('Its reference.', { optional: true, most: 200 })
  reference?: string;
}

export class DecideAppeal {
  @OnDay('The day of the decision.')
  decidedOn!: string;
  @OneOf(['upheld', 'quashed', 'remitted'], 'What became of the order.')
  outcome!: string;
  @Text('The reference of the appeal; of those that are open, the one lodged first when it is left out.', {
    optional: true,
    most: 200,
  })
  reference?: string;
}

export class MakeOrderFinal {
  @OnDay('Since when it cannot be appealed.')
  finalOn!: string;
}

export class EndOrder {
  @OnDay('The day on which it ended.')
  endedOn!: string;
  @OneOf(['lapsed', 'lifted', 'quashed', 'withdrawn', 'satisfied'], 'How it ended.')
  how!: string;
}
