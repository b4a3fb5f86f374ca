import { caseDecider, type CaseDecision, type Known, publishRates, ratesDecider, streamOf } from '#casework';
import type { CaseId } from '#core';
import {
  type Actor,
  type Decider,
  type Decision,
  type EventStore,
  type Marks,
  openSqlEventStore,
  type Receipt,
  Recorder,
} from '#event-store';
import { shippedEcbRates } from '#intake';
import { personNamed, ReadModels } from '#read-models';
import { type Access, type BookDatabase, openAccess, openEmbedded } from '#runtime';

export const clerk = { person: 'clerk-1', authority: 'Test authority', jurisdiction: 'ES' } as Actor;

/** A whole book in memory, put together as the applications do. */
export class Book {
  #commands = 0;

  private constructor(
    readonly db: BookDatabase,
    readonly store: EventStore,
    readonly recorder: Recorder,
    readonly readModels: ReadModels,
    readonly access: Access,
  ) {}

  static async open(given?: BookDatabase, accessing: Parameters<typeof openAccess>[1] = {}): Promise<Book> {
    const db = given ?? (await openEmbedded('memory', { durable: false }));
    const store = await openSqlEventStore(db);
    const readModels = await new ReadModels(db, store).open();
    const recorder = new Recorder(store, { now: () => new Date() });
    const named = (name: string, authority: string) => personNamed(readModels, name, authority);
    const access = await openAccess({ db, recorder, named }, { alone: db.engine === 'embedded', ...accessing });
    return new Book(db, store, recorder, readModels, access);
  }

  /** The shipped ECB rates as events, from a day on. */
  async loadEcbRates(from = '1999-01-01'): Promise<void> {
    const decisions = [...shippedEcbRates()].filter((data) => data.from >= from).map((data) => publishRates(data));
    const command = { actor: clerk, commandId: `ecb-${from}`, commandHash: from, expected: 'any' as const };
    await this.recorder.record(streamOf.rates('ECB'), ratesDecider, decisions, command);
    await this.readModels.catchUp();
  }

  readonly known: Known = {
    rate: (from, to, on) => this.readModels.rates.rateBetween(from, to, on),
  };

  /** Records decisions about one case, all or none. */
  async record(caseId: CaseId, ...decisions: CaseDecision[]): Promise<Receipt> {
    return this.recordMarked(caseId, undefined, ...decisions);
  }

  /** The same, with how its provider says that it may be used. */
  recordMarked(caseId: CaseId, marks: Marks | undefined, ...decisions: CaseDecision[]): Promise<Receipt> {
    const known = decisions.map((decide) => (file: Parameters<CaseDecision>[0]) => decide(file, this.known));
    return this.recordIn(streamOf.case(caseId), caseDecider, known, marks);
  }

  /** Records decisions about anything else. */
  recordIn<State>(
    stream: string,
    decider: Decider<State>,
    decisions: readonly Decision<State>[],
    marks?: Marks,
  ): Promise<Receipt> {
    const commandId = `command-${this.#commands++}`;
    const command = {
      actor: clerk,
      commandId,
      commandHash: '0',
      expected: 'any' as const,
      ...(marks ? { marks } : {}),
    };
    return this.recorder.record(stream, decider, decisions, command);
  }

  close(): Promise<void> {
    return this.db.close();
  }
}
