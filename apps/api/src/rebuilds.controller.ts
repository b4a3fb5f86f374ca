import { Controller, Inject } from '@nestjs/common';

import { commandHashOf, idOfWords, Recorder } from '#event-store';
import {
  type Rebuild,
  type RebuildConcluded,
  REBUILDS_QUEUE,
  REBUILDS_STREAM,
  rebuildsDecider,
  requestRebuild,
} from '#reporting';
import type { Jobs, JobTold } from '#runtime';

import { Answer } from './answer.js';
import { foundOr404 } from './asking.js';
import { JOBS, jobTold } from './job-told.js';
import { AskForRebuild } from './rebuilds.bodies.js';
import { Answering, Path, type PathIds, Records, TellsOf, type Told } from './told.js';

export interface RebuildTold {
  readonly rebuildId: string;
  readonly state: 'owed' | 'concluded';
  readonly accept: boolean;
  readonly concluded?: RebuildConcluded['data'];
  readonly job?: JobTold;
}

const view = ({ asked, concluded }: Rebuild): RebuildTold => ({
  rebuildId: asked.rebuildId,
  accept: asked.accept,
  state: concluded ? 'concluded' : 'owed',
  ...(concluded ? { concluded } : {}),
});

/** The read models built anew: asked for here, done by the process that keeps them. */
@Controller('v1/rebuilds')
export class RebuildsController {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(JOBS) private readonly jobs: Jobs | null,
  ) {}

  @Records('', AskForRebuild, {
    name: 'askForRebuild',
    act: 'operate',
    title: 'Have the read models built anew',
    opens: true,
  })
  async ask(@TellsOf(AskForRebuild) { caller, body }: Told<AskForRebuild>): Promise<Answer<RebuildTold>> {
    const { actor, commandId } = caller;
    const rebuildId = idOfWords('rebuild', actor.authority, actor.person, commandId);
    const command = { actor, commandId, commandHash: commandHashOf({ ...body }), expected: 'any' as const };
    const decision = requestRebuild({ rebuildId, accept: body.accept ?? false });
    const { eventIds, repeated } = await this.recorder.record(REBUILDS_STREAM, rebuildsDecider, [decision], command);
    const status = eventIds.length > 0 && !repeated ? 201 : 200;
    return new Answer(await this.#told(rebuildId), status, { location: `/v1/rebuilds/${rebuildId}` });
  }

  @Answering(':rebuildId', 'getRebuild', 'operate', 'How far a rebuild is, and what it came to')
  get(@Path() { rebuildId = '' }: PathIds): Promise<RebuildTold> {
    return this.#told(rebuildId);
  }

  async #told(rebuildId: string): Promise<RebuildTold> {
    const { state } = await this.recorder.read(REBUILDS_STREAM, rebuildsDecider);
    const told = view(foundOr404(state.get(rebuildId), 'rebuild'));
    return told.concluded ? told : { ...told, ...(await jobTold(this.jobs, REBUILDS_QUEUE, rebuildId)) };
  }
}
