import { consentPurposes, extents } from '#casework';

import { Country, Id, OnDay, OneOf, Text } from '../described/fields.js';

export class JoinTeam {
  @Id('Who works on the case from now on.')
  personId!: string;
  @OnDay('The day they joined.')
  joinedOn!: string;
}

export class LeaveTeam {
  @OnDay('Their last day on it.')
  leftOn!: string;
  @Text('Why.', { optional: true, most: 1_000 })
  reason?: string;
}

export class ShareCase {
  @Id('Of your own; one is made unless told.', { optional: true })
  shareId?: string;
  @Country('Who may read it.', { example: 'PT' })
  jurisdiction!: string;
  @OneOf(extents, 'The whole case, or its assets only.')
  extent!: string;
  @OnDay('The day it is shared.')
  sharedOn!: string;
  @OnDay('The last day on which it may be read; it has no end unless told.', { optional: true })
  expiresOn?: string;
  @Text('Under which conditions (LED Art. 9(3)).', { optional: true, most: 2_000 })
  conditions?: string;
  @Text('Of a transfer to a third State: its legal ground (LED Arts 35 to 38).', { optional: true, most: 500 })
  legalGround?: string;
}

export class WithdrawShare {
  @OnDay('The day it is taken back.')
  withdrawnOn!: string;
  @Text('Why.', { most: 1_000, example: 'the joint work is done' })
  reason!: string;
}

export class RecordConsent {
  @Text('Who provided the entry, and agrees.', { most: 200, example: 'PJ' })
  provider!: string;
  @OneOf(consentPurposes, 'To what: to pass on what is marked H2, or to use in court what is marked H1.')
  purpose!: string;
  @Country('To whom it may be passed on; to all the case is shared with unless told.', { optional: true })
  jurisdiction?: string;
  @OnDay('The day of the consent.')
  consentedOn!: string;
  @Text('Where it is written.', { optional: true, most: 500 })
  document?: string;
}

export class BreakGlass {
  @Text('Why you must look into a case that is not yours. The auditor reads it.', { most: 2_000 })
  reason!: string;
  @OneOf(['1', '2', '4', '8'], 'For how many hours.')
  hours!: string;
}
