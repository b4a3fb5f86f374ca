import { Text } from '../described/fields.js';

export class ApproveProposal {
  @Text('What you looked at.', { optional: true, most: 2_000 })
  reason?: string;
}

export class RejectProposal {
  @Text('Why not.', { most: 2_000 })
  reason!: string;
}

// eslint-disable-next-line @typescript-eslint/no-extraneous-class
export class WithdrawProposal {}
