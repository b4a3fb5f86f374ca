import { Inject, Injectable } from '@nestjs/common';

import {
  assertSurvives,
  caseDecider,
  type CaseFile,
  type DuplicateDeclared,
  type NetworkMerged,
  referencesOf,
  refuse,
  refuseUnknown,
  streamOf,
} from '#casework';
import type { NetworkId } from '#core';
import { type EventStore, Recorder } from '#event-store';
import { ReadModels } from '#read-models';

import { type Data, type Decided, standingData } from './commands.js';

const PAGE = 1_000;

/** Into which network another was merged. */
const mergedInto = async (store: EventStore, networkId: string): Promise<string | undefined> => {
  let into: string | undefined;
  for (let from = 0, more = true; more; from += PAGE) {
    const events = await store.read(streamOf.network(networkId as NetworkId), from, PAGE);
    for (const { type, data } of events) if (type === 'NetworkMerged') into = (data as NetworkMerged['data']).into;
    more = events.length === PAGE;
  }
  return into;
};

/** Facts that have something counted under another. */
type Counting = 'NetworkMerged' | 'DuplicateDeclared';

/** What facts name outside their own stream. */
@Injectable()
export class References {
  /** The end of what is being recorded that could close a circle. */
  readonly #turns: { [T in Counting]: Promise<unknown> } = {
    NetworkMerged: Promise.resolve(),
    DuplicateDeclared: Promise.resolve(),
  };

  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ReadModels) private readonly readModels: ReadModels,
  ) {}

  /**
   * Streams only grow, so what was there once is there when the fact is decided. What a correction leaves as it was is not looked for.
   * @param sees whether who tells it sees a case: one that they do not is as none.
   * @throws Refused `*-unknown`.
   */
  async assertThere(decided: Decided, sees: (file: CaseFile) => boolean = () => true): Promise<void> {
    const { says, data } = decided;
    const named = referencesOf(says.type, data);
    if (named.length === 0) return;
    const mended = await this.#mended(decided, sees);
    const before = new Set(mended ? referencesOf(says.type, mended).map(({ stream }) => stream) : []);
    for (const reference of named) {
      const { stream, code, at } = reference;
      if (before.has(stream)) continue;
      const there = (await this.readModels.store.read(stream, 0, 1)).length > 0;
      const seen = there && (code !== 'case-unknown' || sees((await this.recorder.read(stream, caseDecider)).state));
      if (!seen) refuseUnknown({ ...reference, at: `${says.at}${at}` });
    }
  }

  /** Of a correction, what the entry says so far, for who sees its case. */
  async #mended(
    { stream, says: { type, mends } }: Decided,
    sees: (file: CaseFile) => boolean,
  ): Promise<Data | undefined> {
    if (!mends) return undefined;
    const { state } = await this.recorder.read(stream, caseDecider);
    return sees(state) && state.entries.get(mends)?.event.type === type ? standingData(state, mends) : undefined;
  }

  /**
   * Has it recorded that something is counted under another: one at a time, so that no two of them make a circle, in which nothing
   * would be counted. Those of two processes within the same moment are not told apart.
   * @param work records, and waits for nothing else: the next waits for it.
   * @throws Refused `merged-into-itself`, `survivor-not-active`; what the work throws.
   */
  holding<T>(decided: Decided, work: (decided: Decided) => Promise<T>): Promise<T> {
    const { type } = decided.says;
    if (type === 'DuplicateDeclared') return this.#inTurn(type, async () => work(await this.#overSurvivor(decided)));
    if (type !== 'NetworkMerged') return work(decided);
    return this.#inTurn(type, async () => {
      await this.#assertNoCircle(decided.data as unknown as NetworkMerged['data']);
      return work(decided);
    });
  }

  #inTurn<T>(type: Counting, work: () => Promise<T>): Promise<T> {
    const turn = this.#turns[type].then(work);
    this.#turns[type] = turn.catch(() => undefined);
    return turn;
  }

  /** Whether the other was merged into this one, over whatever others. */
  async #assertNoCircle({ networkId, into }: NetworkMerged['data']): Promise<void> {
    const { store } = this.readModels;
    for (let next: string | undefined = into; next !== undefined; next = await mergedInto(store, next))
      if (next === networkId)
        refuse('merged-into-itself', 'It was merged into this network before.', { into }, '/into');
  }

  /** Of an asset in another case: told again, or corrected in other words, it is what it was. Its own case looks by itself. */
  async #overSurvivor(decided: Decided): Promise<Decided> {
    const { stream, says, data, decision } = decided;
    const { survivorCaseId, survivorId } = data as unknown as DuplicateDeclared['data'];
    const elsewhere = streamOf.case(survivorCaseId);
    if (elsewhere === stream) return decided;
    const { state: survivors } = await this.recorder.read(elsewhere, caseDecider);
    const deciding: Decided['decision'] = (file) => {
      const facts = decision(file);
      const before = says.mends && standingData(file as CaseFile, says.mends);
      const isNew = before?.['survivorId'] !== survivorId || before['survivorCaseId'] !== survivorCaseId;
      if (facts.length > 0 && isNew) assertSurvives(survivors, survivorId, `${says.at}/survivorId`);
      return facts;
    };
    return { ...decided, decision: deciding };
  }
}
