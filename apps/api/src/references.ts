import { Inject, Injectable } from '@nestjs/common';

import {
  assertCovered,
  assertNoSurvivor,
  assertSurvives,
  caseDecider,
  type CaseEvent,
  type CaseFile,
  type DuplicateDeclared,
  type NetworkMerged,
  openedBy,
  type Reference,
  referencesOf,
  refuse,
  refuseUnknown,
  streamOf,
} from '#casework';
import type { CaseId, EventId, NetworkId } from '#core';
import { type EventStore, oneAtATime, Recorder } from '#event-store';
import { ReadModels, survivorsIn } from '#read-models';

import { Hiding } from './access/hiding.js';
import type { Reader } from './access/reader.js';
import { type Data, type Decided, standingData } from './commands.js';
import { Elsewhere, MOVING } from './elsewhere.js';

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

/** Processes that share a book take turns under it. */
const LOCK = 7_238_417;

const caseIdOf = (stream: string): CaseId => stream.slice('case-'.length) as CaseId;

/** What a fact names, with what it names therein: who names another thing in a case must see the case. */
const whole = ({ stream, survivorId }: Reference): string => `${stream} ${survivorId ?? ''}`;

/** What facts name outside their own stream. */
@Injectable()
export class References {
  readonly #inTurn: ReturnType<typeof oneAtATime>;

  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(ReadModels) private readonly readModels: ReadModels,
    @Inject(Hiding) private readonly hiding: Hiding,
    @Inject(Elsewhere) private readonly elsewhere: Elsewhere,
  ) {
    this.#inTurn = oneAtATime(readModels.db, LOCK);
  }

  /**
   * Streams only grow, so what was there once is there when the fact is decided. What a correction leaves as it was is not looked for.
   * @param reader who tells it, where cases are named: one that they do not see is as none.
   * @throws Refused `*-unknown`.
   */
  async assertThere(decided: Decided, reader?: Reader): Promise<void> {
    const { says, data } = decided;
    const named = referencesOf(says.type, data);
    if (named.length === 0) return;
    const mended = await this.#mended(decided, reader);
    const before = new Set(mended ? referencesOf(says.type, mended).map(whole) : []);
    for (const reference of named) {
      if (before.has(whole(reference))) continue;
      const { stream, at, code } = reference;
      const there = code === 'case-unknown' ? this.#sees(reader, stream) : this.#stands(stream);
      if (!(await there)) refuseUnknown({ ...reference, at: `${says.at}${at}` });
    }
  }

  async #stands(stream: string): Promise<boolean> {
    return (await this.readModels.store.read(stream, 0, 1)).length > 0;
  }

  async #sees(reader: Reader | undefined, stream: string): Promise<boolean> {
    if (!reader || (await this.hiding.isHidden(reader, 'consult-assets', caseIdOf(stream)))) return false;
    return reader.sees((await this.recorder.read(stream, caseDecider)).state);
  }

  /** Of a correction, what the entry says so far, for who sees its case. */
  async #mended({ stream, says: { type, mends } }: Decided, reader: Reader | undefined): Promise<Data | undefined> {
    if (!mends || !reader) return undefined;
    const { state } = await this.recorder.read(stream, caseDecider);
    return reader.sees(state) && state.entries.get(mends)?.event.type === type ? standingData(state, mends) : undefined;
  }

  /**
   * Has it recorded that something is counted under another, or that what others may be counted under was never there: one at a time in
   * all processes of the book, so that no two of them leave a circle, or nothing, in which nothing would be counted.
   * @param work records, and waits for nothing else: the next waits for it.
   * @throws Refused `merged-into-itself`, `survivor-not-active`, `asset-is-survivor`, `too-busy`; what the work throws.
   */
  async holding<T>(decided: Decided, work: (decided: Decided) => Promise<T>): Promise<T> {
    const { type } = decided.says;
    if (type === 'DuplicateDeclared') return this.#inTurn(async () => work(await this.#overSurvivor(decided)));
    if (decided.says.mends) return this.#mending(decided, work);
    if (type !== 'NetworkMerged') return work(decided);
    return this.#inTurn(async () => {
      await this.#assertNoCircle(decided.data as unknown as NetworkMerged['data']);
      return work(decided);
    });
  }

  /** What an entry of a case says for ever, whatever was recorded since; of one that is kept in memory nothing is read. */
  async #entry(stream: string, eventId: EventId): Promise<CaseEvent | undefined> {
    const kept = this.recorder.kept(stream, caseDecider)?.entries.get(eventId);
    return (kept ?? (await this.recorder.read(stream, caseDecider)).state.entries.get(eventId))?.event;
  }

  /** What other cases rest on is not taken away by a correction, nor what rests on other cases made to need more. */
  async #mending<T>(decided: Decided, work: (decided: Decided) => Promise<T>): Promise<T> {
    const entry = decided.says.mends && (await this.#entry(decided.stream, decided.says.mends));
    if (!entry || !MOVING.has(entry.type)) return work(decided);
    if (decided.says.type === 'EntryVoided' && openedBy(entry)) return this.#takingBack(decided, entry, work);
    return this.#inTurn(async () => work(await this.elsewhere.held(decided)));
  }

  #takingBack<T>(decided: Decided, entry: CaseEvent, work: (decided: Decided) => Promise<T>): Promise<T> {
    const { stream, decision } = decided;
    return this.#inTurn(async () => {
      const survivors = await survivorsIn(this.readModels, caseIdOf(stream));
      const deciding: Decided['decision'] = (file) => {
        const facts = decision(file);
        if (facts.length > 0) assertNoSurvivor(entry, survivors);
        return facts;
      };
      return work({ ...decided, decision: deciding });
    });
  }

  /** Whether the other was merged into this one, over whatever others. */
  async #assertNoCircle({ networkId, into }: NetworkMerged['data']): Promise<void> {
    const { store } = this.readModels;
    if (into === networkId) refuse('merged-into-itself', 'A network is not merged into itself.', {}, '/into');
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
      if (facts.length > 0 && isNew) {
        const at = `${says.at}/survivorId`;
        assertSurvives(survivors, survivorId, at);
        const { assetId } = (before ?? data) as unknown as DuplicateDeclared['data'];
        assertCovered((file as CaseFile).asset(assetId), survivors.asset(survivorId), at);
      }
      return facts;
    };
    return { ...decided, decision: deciding };
  }
}
