import { Controller, Inject } from '@nestjs/common';

import { BarDisposal, LiftDisposalBar } from './bars.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** What bars the disposal of an asset: the claims of victims, and its use as evidence. */
@Controller('v1/cases/:caseId/assets/:assetId')
export class BarsController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('disposal-bars', BarDisposal, { name: 'barDisposal', title: 'Bar the disposal of an asset' })
  bar(@TellsOf(BarDisposal) told: Told): Promise<Outcome> {
    return this.recording.record('DisposalBarred', told);
  }

  @Records('disposal-bar-liftings', LiftDisposalBar, { name: 'liftDisposalBar', title: 'Lift a bar of disposal' })
  lift(@TellsOf(LiftDisposalBar) told: Told): Promise<Outcome> {
    return this.recording.record('DisposalBarLifted', told);
  }
}
