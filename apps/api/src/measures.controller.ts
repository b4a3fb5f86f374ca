import { Controller, Inject } from '@nestjs/common';

import { ConfiscateAsset, DisposeAsset, FreezeAsset, ReleaseAsset, SeizeAsset } from './measures.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** The execution of orders on an asset. */
@Controller('v1/cases/:caseId/assets/:assetId')
export class MeasuresController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('freezings', FreezeAsset, { name: 'freezeAsset', title: 'Freeze an asset' })
  freeze(@TellsOf(FreezeAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetFrozen', told);
  }

  @Records('seizures', SeizeAsset, { name: 'seizeAsset', title: 'Seize an asset' })
  seize(@TellsOf(SeizeAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetSeized', told);
  }

  @Records('releases', ReleaseAsset, { name: 'releaseAsset', title: 'Release an asset or a share of it' })
  release(@TellsOf(ReleaseAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetReleased', told);
  }

  @Records('confiscations', ConfiscateAsset, { name: 'confiscateAsset', title: 'Confiscate an asset' })
  confiscate(@TellsOf(ConfiscateAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetConfiscated', told);
  }

  @Records('disposals', DisposeAsset, { name: 'disposeOfAsset', title: 'Dispose of an asset' })
  dispose(@TellsOf(DisposeAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetDisposed', told);
  }
}
