import { Controller, Inject } from '@nestjs/common';

import { AppealOrder, DecideAppeal, EndOrder, ExtendOrder, IssueOrder, MakeOrderFinal } from './orders.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** The decisions of authorities. */
@Controller('v1/cases/:caseId/orders')
export class OrdersController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', IssueOrder, { name: 'issueOrder', title: 'Issue an order' })
  issue(@TellsOf(IssueOrder) told: Told): Promise<Outcome> {
    return this.recording.record('OrderIssued', told, 'orderId');
  }

  @Records(':orderId/extensions', ExtendOrder, { name: 'extendOrder', title: 'Extend an order' })
  extend(@TellsOf(ExtendOrder) told: Told): Promise<Outcome> {
    return this.recording.record('OrderExtended', told);
  }

  @Records(':orderId/appeals', AppealOrder, { name: 'appealOrder', title: 'Appeal an order' })
  appeal(@TellsOf(AppealOrder) told: Told): Promise<Outcome> {
    return this.recording.record('OrderAppealed', told);
  }

  @Records(':orderId/appeal-decisions', DecideAppeal, { name: 'decideAppeal', title: 'Decide an appeal' })
  decideAppeal(@TellsOf(DecideAppeal) told: Told): Promise<Outcome> {
    return this.recording.record('AppealDecided', told);
  }

  @Records(':orderId/finality', MakeOrderFinal, { name: 'makeOrderFinal', title: 'Record that an order became final' })
  makeFinal(@TellsOf(MakeOrderFinal) told: Told): Promise<Outcome> {
    return this.recording.record('OrderBecameFinal', told);
  }

  @Records(':orderId/endings', EndOrder, { name: 'endOrder', title: 'End an order' })
  end(@TellsOf(EndOrder) told: Told): Promise<Outcome> {
    return this.recording.record('OrderEnded', told);
  }
}
