import { Inject, Injectable } from '@nestjs/common';

import { type CaseAct, caseFactsOf } from '#access';
import { caseDecider, streamOf } from '#casework';
import type { CaseId } from '#core';
import { Recorder } from '#event-store';
import { caseFactsIn, LogReplaced, ReadModels } from '#read-models';

import { type Reader, unknownCase } from './reader.js';

/** Tells who may not know of a case, in the same time whether it is there or not, and however long it is. */
@Injectable()
export class Hiding {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ReadModels) private readonly readModels: ReadModels,
  ) {}

  /**
   * Whether the case is as none to who would do this, as its row says, where its stream says nothing newer. Whoever is not refused by
   * that is judged by the stream itself.
   */
  async isHidden(reader: Reader, act: CaseAct, caseId: CaseId): Promise<boolean> {
    const stream = streamOf.case(caseId);
    const kept = this.recorder.kept(stream, caseDecider);
    if (kept && !reader.isHidden(act, caseFactsOf(kept))) return false;
    try {
      const { facts, revision } = await caseFactsIn(this.readModels, caseId);
      if (!reader.isHidden(act, facts)) return false;
      return (await this.readModels.store.read(stream, revision + 1, 1)).length === 0;
    } catch (error) {
      if (error instanceof LogReplaced) return false;
      throw error;
    }
  }

  /** @throws Refused `case-unknown`. */
  async assertNotHidden(reader: Reader, act: CaseAct, caseId: CaseId): Promise<void> {
    if (await this.isHidden(reader, act, caseId)) unknownCase();
  }
}
