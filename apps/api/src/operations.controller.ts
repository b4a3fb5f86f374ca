import { Controller, Inject } from '@nestjs/common';

import { ChangePeriod, JoinOperation, LeaveOperation, RegisterOperation } from './operations.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** EMPACT operational actions and other joint operations. */
@Controller('v1/operations')
export class OperationsController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', RegisterOperation, {
    name: 'registerOperation',
    act: 'register-operation',
    title: 'Register a joint operation',
    opens: true,
  })
  register(@TellsOf(RegisterOperation) told: Told): Promise<Outcome> {
    return this.recording.record('OperationRegistered', told, 'operationId');
  }

  @Records(':operationId/participants', JoinOperation, {
    name: 'joinOperation',
    act: 'register-operation',
    title: 'Let a participant join',
  })
  join(@TellsOf(JoinOperation) told: Told): Promise<Outcome> {
    return this.recording.record('OperationParticipantJoined', told);
  }

  @Records(':operationId/departures', LeaveOperation, {
    name: 'leaveOperation',
    act: 'register-operation',
    title: 'Let a participant leave',
  })
  leave(@TellsOf(LeaveOperation) told: Told): Promise<Outcome> {
    return this.recording.record('OperationParticipantLeft', told);
  }

  @Records(':operationId/periods', ChangePeriod, {
    name: 'changeOperationPeriod',
    act: 'register-operation',
    title: 'Change the period',
  })
  changePeriod(@TellsOf(ChangePeriod) told: Told): Promise<Outcome> {
    return this.recording.record('OperationPeriodChanged', told);
  }
}
