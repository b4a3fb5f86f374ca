import { Controller, Inject } from '@nestjs/common';

import type { Answer, Receipt } from './answer.js';
import { AddAlias, MergeNetwork, PrioritiseNetwork, RegisterNetwork, RenameNetwork } from './networks.bodies.js';
import { Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** Criminal networks, by their working names. */
@Controller('v1/networks')
export class NetworksController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', RegisterNetwork, { name: 'registerNetwork', title: 'Register a network', opens: true })
  register(@TellsOf(RegisterNetwork) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('NetworkRegistered', told, 'networkId');
  }

  @Records(':networkId/names', RenameNetwork, { name: 'renameNetwork', title: 'Rename a network' })
  rename(@TellsOf(RenameNetwork) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('NetworkRenamed', told);
  }

  @Records(':networkId/aliases', AddAlias, { name: 'addNetworkAlias', title: 'Add an alias of a network' })
  addAlias(@TellsOf(AddAlias) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('NetworkAliasAdded', told);
  }

  @Records(':networkId/priorities', PrioritiseNetwork, {
    name: 'prioritiseNetwork',
    title: 'Give a network a priority',
  })
  prioritise(@TellsOf(PrioritiseNetwork) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('NetworkPrioritised', told);
  }

  @Records(':networkId/mergers', MergeNetwork, { name: 'mergeNetwork', title: 'Merge a network into another' })
  merge(@TellsOf(MergeNetwork) told: Told): Promise<Answer<Receipt>> {
    return this.recording.record('NetworkMerged', told);
  }
}
