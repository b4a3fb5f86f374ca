import { Controller, Inject } from '@nestjs/common';

import { JoinTeam, LeaveTeam, RecordConsent, ShareCase, WithdrawShare } from './circle.bodies.js';
import { type Outcome, Recording } from '../recording.js';
import { Records, TellsOf, type Told } from '../told.js';

/** Who may read a case. It holds from the next request on. */
@Controller('v1/cases')
export class CircleController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records(':caseId/team', JoinTeam, { name: 'joinTeam', act: 'share', title: 'Let somebody work on a case' })
  join(@TellsOf(JoinTeam) told: Told): Promise<Outcome> {
    return this.recording.record('TeamMemberJoined', told);
  }

  @Records(':caseId/team/:personId/departure', LeaveTeam, {
    name: 'leaveTeam',
    act: 'share',
    title: 'Let somebody leave the team of a case',
  })
  leave(@TellsOf(LeaveTeam) told: Told): Promise<Outcome> {
    return this.recording.record('TeamMemberLeft', told);
  }

  @Records(':caseId/shares', ShareCase, {
    name: 'shareCase',
    act: 'share',
    title: 'Share a case with another jurisdiction',
  })
  share(@TellsOf(ShareCase) told: Told): Promise<Outcome> {
    return this.recording.record('CaseShared', told, 'shareId');
  }

  @Records(':caseId/shares/:shareId/withdrawal', WithdrawShare, {
    name: 'withdrawShare',
    act: 'share',
    title: 'Take a share back',
  })
  withdraw(@TellsOf(WithdrawShare) told: Told): Promise<Outcome> {
    return this.recording.record('CaseShareWithdrawn', told);
  }

  @Records(':caseId/entries/:eventId/consents', RecordConsent, {
    name: 'recordConsent',
    act: 'share',
    title: 'Record that the provider of an entry agreed',
  })
  consent(@TellsOf(RecordConsent) told: Told): Promise<Outcome> {
    return this.recording.record('ProviderConsented', told);
  }
}
