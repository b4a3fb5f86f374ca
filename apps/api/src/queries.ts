import { categories, powers } from '#casework';
import { coverages, groupings } from '#read-models';

import { Country, Currency, Id, Matching, OnDay, OneOf, Region, RegionOrNone, Text } from './described/fields.js';

const optional = { optional: true } as const;
const WHOLE_NUMBER = /^\d{1,15}$/;
const AS_OF = /^(\d{1,15}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)$/;
const LIMIT = /^([1-9]\d?|[1-4]\d\d|500)$/;
export const EDITION = /^[1-9]\d{0,4}$/;
const PERIOD = /^\d{4}(Q[1-4]|H[12])?(\.\.\d{4}(Q[1-4]|H[12])?)?$/;

/** Waits until the answers stand at the position of a receipt. */
export class Question {
  @Matching(WHOLE_NUMBER, 'position-malformed', 'Give the position of a receipt.', 'Wait for this position.', optional)
  minPosition?: string;
}

export class PastQuestion extends Question {
  @Matching(
    AS_OF,
    'as-of-malformed',
    'Give a position, or a moment as 2026-03-31T22:00:00Z.',
    'As known at this position or moment.',
    optional,
  )
  asOf?: string;
}

export const limit = Matching(
  LIMIT,
  'limit-malformed',
  'Give a number from 1 to 500.',
  'At most so many; 100 unless told.',
  optional,
);
/** The longest holds a name of 200 characters and an id. */
const CURSOR = /^[\w-]{1,1200}$/;
export const after = Matching(
  CURSOR,
  'cursor-malformed',
  'Give the `next` of the page before.',
  'Where to go on.',
  optional,
);

export class PageQuestion extends Question {
  @limit
  limit?: string;
  @after
  after?: string;
}

export class PastPageQuestion extends PastQuestion {
  @limit
  limit?: string;
  @after
  after?: string;
}

export class CasesQuestion extends PastPageQuestion {
  @OneOf(['open', 'closed'], 'Only these.', optional)
  status?: string;
  @Id('Only those attributed to this network, or to one merged with it.', optional)
  network?: string;
  @Id('Only those tagged to this operation.', optional)
  operation?: string;
  @Country('Only those of an authority of this jurisdiction.', optional)
  jurisdiction?: string;
}

const stages = [
  'identified', 'frozen', 'seized', 'confiscated', 'confiscated-final', 'released', 'sold', 'public-use', 'victims', 'shared',
  'destroyed', 'lost', 'none', 'duplicate', 'voided',
] as const; // prettier-ignore

export class AssetsQuestion extends PastPageQuestion {
  @Id('Only those of this case.', optional)
  caseId?: string;
  @OneOf(stages, 'Only those at this stage.', optional)
  stage?: string;
  @OneOf(categories, 'Only of this category.', optional)
  category?: string;
  @Country('Only in this jurisdiction.', optional)
  jurisdiction?: string;
  @Region('Only in this region.', optional)
  region?: string;
  @Region('Only in this district.', optional)
  district?: string;
  @Id('Only of cases attributed to this network, or to one merged with it.', optional)
  network?: string;
  @Text('Only with this identifier, as written or normalised.', { ...optional, most: 200 })
  identifier?: string;
}

export class FiguresFilter extends PastQuestion {
  @Matching(PERIOD, 'period-malformed', 'Give 2016Q3, 2016H1, 2016 or 2016Q1..2017Q2.', 'The period.', {
    example: '2026Q1',
  })
  period!: string;
  @Matching(
    EDITION,
    'edition-malformed',
    'Give the number of an edition.',
    'As this edition of the quarter counts; instead of `asOf`.',
    optional,
  )
  edition?: string;
  @Matching(
    /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|)$/,
    'id-malformed',
    'Give the id of a network, or nothing for what is unattributed.',
    'Only this network, a merged one as what remains of it; empty for what is unattributed.',
    optional,
  )
  network?: string;
  @Country('Only this jurisdiction.', optional)
  jurisdiction?: string;
  @RegionOrNone('Only this region; empty for what is of no known one.', optional)
  region?: string;
  @OneOf(categories, 'Only this category.', optional)
  category?: string;
  @OneOf([...powers, ''], 'Only this power; empty for what rests on none.', optional)
  power?: string;
  @OneOf(stages, 'Only what stands at this stage.', optional)
  stage?: string;
  @Matching(
    /^\d{4}Q[1-4]$/,
    'quarter-malformed',
    'Give 2016Q3.',
    'Only this quarter of the period; of flows.',
    optional,
  )
  quarter?: string;
}

export const BY = new RegExp(`^(${groupings.join('|')})(,(${groupings.join('|')}))*$`);

export class FiguresQuestion extends FiguresFilter {
  @Matching(BY, 'grouping-unknown', `Give some of ${groupings.join(',')}.`, 'Grouped by these, comma-separated.', {
    ...optional,
    example: 'network,jurisdiction',
  })
  by?: string;
  @Text('Definitions, comma-separated; all when left out, by quarter those of flows.', {
    ...optional,
    example: 'value-seized@1',
  })
  definition?: string;
}

export class EntriesQuestion extends FiguresFilter {
  @Text('The definition.', { most: 100, example: 'value-seized@1' })
  definition!: string;
  @OneOf(coverages, 'Only what the figure counts as this: what is not `valued` is not in its euro.', optional)
  coverage?: (typeof coverages)[number];
  @limit
  limit?: string;
  @after
  after?: string;
}

export class RatesQuestion extends Question {
  @Currency('The currency.', { example: 'USD' })
  currency!: string;
  @OnDay('The day: the fixing before it where it has none.')
  day!: string;
}

export class FallingDueQuestion extends PageQuestion {
  @OnDay('Orders whose last day lies before this one.', { example: '2026-12-31' })
  before!: string;
}
