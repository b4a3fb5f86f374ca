import { Matching, Text } from './described/fields.js';
import { Question, after, limit } from './queries.js';

export class CloseQuarter {
  @Matching(
    /^\d{1,15}$/,
    'position-malformed',
    'Give a position, as a receipt tells it.',
    'Counting what was known there; now unless told.',
    {
      optional: true,
      example: '120',
    },
  )
  asOf?: string;
}

export class BridgeQuestion extends Question {
  @Text('The definition.', { most: 100, example: 'value-seized@1' })
  definition!: string;
  @limit
  limit?: string;
  @after
  after?: string;
}
