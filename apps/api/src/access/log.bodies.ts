import { fourEyesActs } from '#access';
import { lookKinds } from '#runtime';

import { Id, Matching, OnDay, OneOf } from '../described/fields.js';
import { limit, PageQuestion, PastQuestion } from '../queries.js';

export class LooksQuestion {
  @OneOf(lookKinds, 'Only this kind.', { optional: true })
  kind?: string;
  @OneOf(['given', 'denied'], 'Only what was given, or denied.', { optional: true })
  outcome?: string;
  @Id('Only looks of this person.', { optional: true })
  person?: string;
  @Id('Only looks into this case.', { optional: true })
  caseId?: string;
  @OneOf(['true'], 'Only what was seen behind the glass.', { optional: true })
  behindGlass?: string;
  @OnDay('From this day on (UTC).', { optional: true })
  from?: string;
  @OnDay('To this day (UTC).', { optional: true })
  to?: string;
  @limit
  limit?: string;
  @Matching(/^\d{1,15}$/, 'cursor-malformed', 'Give the number of the last record you know.', 'After this record.', {
    optional: true,
  })
  after?: string;
}

export class ProposalsQuestion extends PageQuestion {
  @Id('Only of this case.', { optional: true })
  caseId?: string;
  @OneOf(['waiting', 'approved', 'carried-out', 'refused', 'rejected', 'withdrawn', 'expired'], 'Only these.', {
    optional: true,
  })
  state?: string;
  @OneOf(fourEyesActs, 'Only this act.', { optional: true })
  act?: string;
  @OneOf(['me'], 'Only those that wait for you.', { optional: true })
  for?: string;
}

export class ReadersQuestion extends PastQuestion {}
