import { Controller, Inject } from '@nestjs/common';

import {
  ConvertAsset,
  DeclareDuplicate,
  IdentifyAsset,
  LoseAsset,
  RelocateAsset,
  TraceAsset,
  ValueAsset,
} from './assets.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** What is known of an asset. */
@Controller('v1/cases/:caseId/assets')
export class AssetsController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', IdentifyAsset, { name: 'identifyAsset', title: 'Identify an asset' })
  identify(@TellsOf(IdentifyAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetIdentified', told, 'assetId');
  }

  @Records(':assetId/tracings', TraceAsset, { name: 'traceAsset', title: 'Trace who holds or owns an asset' })
  trace(@TellsOf(TraceAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetTraced', told);
  }

  @Records(':assetId/valuations', ValueAsset, { name: 'valueAsset', title: 'Value an asset' })
  value(@TellsOf(ValueAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetValued', told);
  }

  @Records(':assetId/conversions', ConvertAsset, { name: 'convertAsset', title: 'Convert an asset into another' })
  convert(@TellsOf(ConvertAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetConverted', told, 'newAssetId');
  }

  @Records(':assetId/losses', LoseAsset, { name: 'loseAsset', title: 'Record the loss of an asset' })
  lose(@TellsOf(LoseAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetLost', told);
  }

  @Records(':assetId/relocations', RelocateAsset, { name: 'relocateAsset', title: 'Record where an asset is now' })
  relocate(@TellsOf(RelocateAsset) told: Told): Promise<Outcome> {
    return this.recording.record('AssetRelocated', told);
  }

  @Records(':assetId/duplicates', DeclareDuplicate, {
    name: 'declareDuplicate',
    title: 'Declare an asset the duplicate of another',
  })
  declareDuplicate(@TellsOf(DeclareDuplicate) told: Told): Promise<Outcome> {
    return this.recording.record('DuplicateDeclared', told);
  }
}
