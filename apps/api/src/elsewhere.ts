import { Inject, Injectable } from '@nestjs/common';

import { caseDecider, type CaseEvent, type CaseFile, covers, furthestOf, reachesMended, reachOf, refuseHeld, refuseTakingBack, streamOf } from '#casework'; // prettier-ignore
import type { AssetId, CaseId, EventId } from '#core';
import { Recorder } from '#event-store';
import { ReadModels, survivorsIn } from '#read-models';

import type { Decided } from './commands.js';

/** The facts by which shares of an asset come to stand somewhere. */
export const MOVING: ReadonlySet<CaseEvent['type']> = new Set<CaseEvent['type']>([
  'AssetIdentified', 'AssetFrozen', 'AssetSeized', 'AssetReleased', 'AssetConfiscated', 'AssetDisposed', 'AssetConverted', 'AssetLost',
  'AssetRelocated', 'OrderIssued', 'OrderBecameFinal', 'AppealDecided', 'OrderEnded',
]); // prettier-ignore

/** An asset of the case, and what it stands for or is a duplicate of in another one. */
interface Pair {
  readonly assetId: AssetId;
  readonly other: AssetId;
  readonly file: CaseFile;
}

/** What corrections of one case mean for duplicates in other ones, of which nobody is told more than that it is so. */
@Injectable()
export class Elsewhere {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ReadModels) private readonly readModels: ReadModels,
  ) {}

  /**
   * A correction leaves every asset that others are duplicates of as far as those came, and every duplicate no further than the asset
   * that stands for it. What did not hold before may stay so.
   * @throws Refused, when it is decided: `asset-is-survivor`, `duplicate-is-held`.
   */
  async held(decided: Decided): Promise<Decided> {
    const { stream, says, decision } = decided;
    const mends = says.mends as EventId;
    const survivors = await this.#survivors(stream);
    const duplicates = await this.#duplicates(stream);
    if (survivors.length + duplicates.length === 0) return decided;
    const assetIds = [...survivors, ...duplicates].map(({ assetId }) => assetId);
    const deciding: Decided['decision'] = (state) => {
      const facts = decision(state);
      const [correction] = facts as readonly CaseEvent[];
      const reaches = correction && reachesMended(state as CaseFile, mends, correction, assetIds);
      if (!reaches) return facts;
      const { before, after } = reaches;
      for (const { assetId, other, file } of survivors) {
        const duplicate = file.assets.get(other);
        const [was, now] = [before, after].map(({ furthest }) => furthest.get(assetId));
        if (!was || duplicate?.duplicateOf !== assetId || !covers(was, reachOf(duplicate))) continue;
        if (!covers(now ?? [], reachOf(duplicate))) refuseTakingBack(assetId);
      }
      for (const { assetId, other, file } of duplicates) {
        const [was, now] = [before, after].map((one) => one.file.assets.get(assetId));
        if (!was || !now) continue;
        const survivor = furthestOf(file, other);
        if (covers(survivor, reachOf(was)) && !covers(survivor, reachOf(now))) refuseHeld(now, '/eventId');
      }
      return facts;
    };
    return { ...decided, decision: deciding };
  }

  async #file(caseId: CaseId): Promise<CaseFile> {
    return (await this.recorder.read(streamOf.case(caseId), caseDecider)).state;
  }

  /** Assets of the case of which others, elsewhere, are duplicates. */
  async #survivors(stream: string): Promise<Pair[]> {
    const pairs: Pair[] = [];
    for (const [assetId, others] of await survivorsIn(this.readModels, stream.slice('case-'.length) as CaseId))
      for (const { caseId, assetId: other } of others) pairs.push({ assetId, other, file: await this.#file(caseId) });
    return pairs;
  }

  /** Assets of the case that are duplicates of others elsewhere. */
  async #duplicates(stream: string): Promise<Pair[]> {
    const pairs: Pair[] = [];
    const { state } = await this.recorder.read(stream, caseDecider);
    for (const { event } of state.inForce()) {
      if (event.type !== 'DuplicateDeclared' || event.data.survivorCaseId === state.caseId) continue;
      const { assetId, survivorId: other, survivorCaseId } = event.data;
      pairs.push({ assetId, other, file: await this.#file(survivorCaseId) });
    }
    return pairs;
  }
}
