import { Controller, Inject } from '@nestjs/common';

import type { ProposalId } from '#access';

import { type Page, proposal, proposals } from '#read-models';

import type { Answer } from '../answer.js';
import { Asking, foundOr404 } from '../asking.js';
import { ProposalsQuestion } from './log.bodies.js';
import { Looking } from './looking.js';
import { ApproveProposal, RejectProposal, WithdrawProposal } from './proposals.bodies.js';
import { Proposing } from './proposing.js';
import { Question } from '../queries.js';
import type { Reader } from './reader.js';
import { Answering, Asks, By, Path, type PathIds, Records, TellsOf, type Told } from '../told.js';

const idIn = ({ path }: Told): ProposalId => path['proposalId'] as string as ProposalId;

/** What waits for a second person. */
@Controller('v1/proposals')
export class ProposalsController {
  constructor(
    @Inject(Proposing) private readonly proposing: Proposing,
    @Inject(Asking) private readonly asking: Asking,
    @Inject(Looking) private readonly looking: Looking,
  ) {}

  @Answering('', 'listProposals', 'consult', 'What was proposed, and what waits for you', ProposalsQuestion)
  async list(@Asks(ProposalsQuestion) query: ProposalsQuestion, @By() reader: Reader): Promise<Page<object>> {
    const { caseId, state, act } = query;
    const mine = query.for ? { for: reader.settling } : {};
    const rm = await this.asking.ready(query);
    const page = await proposals(rm, reader.scope, { caseId, state, act, ...mine }, this.asking.page(query));
    await this.looking.over(
      reader,
      page.items.flatMap(({ caseId: about }) => about ?? []),
    );
    return page;
  }

  @Answering(':proposalId', 'getProposal', 'consult', 'A proposal, and what came of it', Question)
  async get(
    @Path() { proposalId = '' }: PathIds,
    @Asks(Question) query: Question,
    @By() reader: Reader,
  ): Promise<object> {
    const view = foundOr404(await proposal(await this.asking.ready(query), reader.scope, proposalId), 'proposal');
    await (view.caseId ? this.looking.into(reader, view.caseId) : this.looking.over(reader, []));
    return view;
  }

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
