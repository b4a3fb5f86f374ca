import { Controller, Inject } from '@nestjs/common';

import type { Answer, Receipt } from './answer.js';
import { ChangePeriod, JoinOperation, LeaveOperation, RegisterOperation } from './operations.bodies.js';
import { Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** EMPACT operational actions and other joint operations. */
@Controller('v1/operations')
export class OperationsController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', RegisterOperation, { name: 'registerOperation', title: 'Register a joint operation', opens: true })
  register(@TellsOf(RegisterOperation) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('OperationRegistered', told, 'operationId');
  }

  @Records(':operationId/participants', JoinOperation, { name: 'joinOperation', title: 'Let a participant join' })
  join(@TellsOf(JoinOperation) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('OperationParticipantJoined', told);
  }

  @Records(':operationId/departures', LeaveOperation, { name: 'leaveOperation', title: 'Let a participant leave' })
  leave(@TellsOf(LeaveOperation) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('OperationParticipantLeft', told);
  }

  @Records(':operationId/periods', ChangePeriod, { name: 'changeOperationPeriod', title: 'Change the period' })
  changePeriod(@TellsOf(ChangePeriod) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('OperationPeriodChanged', told);
  }
}
