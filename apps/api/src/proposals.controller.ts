import { Controller, Inject } from '@nestjs/common';

import type { ProposalId } from '#access';

import type { Answer } from './answer.js';
import { ApproveProposal, RejectProposal, WithdrawProposal } from './proposals.bodies.js';
import { Proposing } from './proposing.js';
import { Records, TellsOf, type Told } from './told.js';

const idIn = ({ path }: Told): ProposalId => path['proposalId'] as string as ProposalId;

/** What waits for a second person. */
@Controller('v1/proposals')
export class ProposalsController {
  constructor(@Inject(Proposing) private readonly proposing: Proposing) {}

  @Records(':proposalId/approval', ApproveProposal, { name: 'approve', act: 'approve', title: 'Approve: it is recorded now', opens: true }) // prettier-ignore
  approve(@TellsOf(ApproveProposal) told: Told<ApproveProposal>): Promise<Answer<object>> {
    return this.proposing.approve(told.caller, idIn(told), told.body.reason);
  }

  @Records(':proposalId/rejection', RejectProposal, { name: 'reject', act: 'approve', title: 'Reject', opens: true })
  reject(@TellsOf(RejectProposal) told: Told<RejectProposal>): Promise<Answer<object>> {
    return this.proposing.reject(told.caller, idIn(told), told.body.reason);
  }

  @Records(':proposalId/withdrawal', WithdrawProposal, { name: 'withdraw', act: 'consult', title: 'Withdraw what you proposed', opens: true }) // prettier-ignore
  withdraw(@TellsOf(WithdrawProposal) told: Told): Promise<Answer<object>> {
    return this.proposing.withdraw(told.caller, idIn(told));
  }
}
