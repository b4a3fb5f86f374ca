import { groupings } from '#read-models';

import { Matching, OneOf } from './described/fields.js';
import { BY, EDITION } from './queries.js';

const NAMES = /^[a-z0-9@-]{1,60}(,[a-z0-9@-]{1,60}){0,99}$/;

export class AskForFigures {
  @Matching(
    /^\d{4}(Q[1-4]|H[12])?(\.\.\d{4}(Q[1-4]|H[12])?)?$/,
    'period-malformed',
    'Give 2016Q3, 2016H1, 2016 or 2016Q1..2017Q2.',
    'The period.',
    { example: '2026Q1' },
  )
  period!: string;
  @OneOf(['csv', 'json'], 'Of the file.')
  format!: string;
  @Matching(BY, 'grouping-unknown', `Give some of ${groupings.join(',')}.`, 'Grouped by these, comma-separated.', {
    optional: true,
    example: 'network,jurisdiction',
  })
  by?: string;
  @Matching(
    NAMES,
    'definition-unknown',
    'Give names of definitions, such as value-seized@1.',
    'Only these, comma-separated.',
    {
      optional: true,
      example: 'value-seized@1',
    },
  )
  definitions?: string;
  @Matching(
    /^\d{1,15}$/,
    'position-malformed',
    'Give a position, as a receipt tells it.',
    'As known there; as known now unless told.',
    {
      optional: true,
      example: '120',
    },
  )
  asOf?: string;
  @Matching(EDITION, 'edition-malformed', 'Give the number of an edition.', 'As this edition of the quarter counts.', {
    optional: true,
    example: '1',
  })
  edition?: string;
}
