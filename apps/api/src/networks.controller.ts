import { Controller, Inject } from '@nestjs/common';

import { AddAlias, MergeNetwork, PrioritiseNetwork, RegisterNetwork, RenameNetwork } from './networks.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** Criminal networks, by their working names. */
@Controller('v1/networks')
export class NetworksController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', RegisterNetwork, {
    name: 'registerNetwork',
    act: 'register-network',
    title: 'Register a network',
    opens: true,
  })
  register(@TellsOf(RegisterNetwork) told: Told): Promise<Outcome> {
    return this.recording.record('NetworkRegistered', told, 'networkId');
  }

  @Records(':networkId/names', RenameNetwork, {
    name: 'renameNetwork',
    act: 'register-network',
    title: 'Rename a network',
  })
  rename(@TellsOf(RenameNetwork) told: Told): Promise<Outcome> {
    return this.recording.record('NetworkRenamed', told);
  }

  @Records(':networkId/aliases', AddAlias, {
    name: 'addNetworkAlias',
    act: 'register-network',
    title: 'Add an alias of a network',
  })
  addAlias(@TellsOf(AddAlias) told: Told): Promise<Outcome> {
    return this.recording.record('NetworkAliasAdded', told);
  }

  @Records(':networkId/priorities', PrioritiseNetwork, {
    name: 'prioritiseNetwork',
    act: 'register-network',
    title: 'Give a network a priority',
  })
  prioritise(@TellsOf(PrioritiseNetwork) told: Told): Promise<Outcome> {
    return this.recording.record('NetworkPrioritised', told);
  }

  @Records(':networkId/mergers', MergeNetwork, {
    name: 'mergeNetwork',
    act: 'register-network',
    title: 'Merge a network into another',
  })
  merge(@TellsOf(MergeNetwork) told: Told): Promise<Outcome> {
    return this.recording.record('NetworkMerged', told);
  }
}
