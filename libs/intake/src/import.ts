import { hash } from 'node:crypto';
import { basename } from 'node:path';
import { setImmediate as breath } from 'node:timers/promises';

import { type CaseDecision, caseDecider, type CaseEvent, type CaseFile, decide, type Known, streamOf } from '#casework';
import { Refused, secondsOf, withoutPrivateKeys } from '#core';
import { type Actor, canonical, type Command, type Recorder } from '#event-store';

import { type Admission, admitting, assertAdmitted, NotAdmitted, openingOf } from './admission.js';
import { InFlight } from './in-flight.js';
import type { MappedEvent, MappedFact, Mapping } from './mapping.js';
import { type AssertNamed, namedIn } from './named.js';
import { prepareQuestions, Question, type Raised, writeQuestions } from './question.js';
import { type Numbered, readRows } from './read.js';
import { type CaseStep, Rehearsal, type Told } from './rehearsal.js';
import { applies, columnIn, columnsOf, fieldsOf, type Keys, keysOf } from './row.js';
import { type Lookup, type Survey, surveyOf } from './survey.js';

export interface ImportAsked {
  readonly file: string;
  /** What it is called in the source of each fact; as the file is unless told. */
  readonly name?: string;
  readonly mapping: Mapping;
  readonly recorder: Pick<Recorder, 'recordInTurn' | 'read'>;
  readonly actor: Actor;
  /** The second person who approved it, where somebody must. */
  readonly approvedBy?: Actor;
  /** What may be recorded of it; all, for an operator at the book. */
  readonly admission?: Admission;
  readonly known: Known;
  /** Which of these assets stand in the book, and in which case. It must have seen all that is recorded. */
  readonly lookup: Lookup;
  /** Where the questions go, of a dry run too; nowhere when left out. */
  readonly questionsTo?: string;
  /** Where the mapping was read from, so that no questions take its place. */
  readonly mappingFile?: string;
  /** Decide, and record nothing. */
  readonly dryRun?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** `rows` is the sum of the three: recorded, recorded before, and those that raise a question. */
export interface Outcome {
  readonly rows: number;
  readonly recorded: number;
  readonly alreadyRecorded: number;
  readonly questioned: number;
  readonly questionsByCode: Readonly<Record<string, number>>;
  /** Assets of the file that stand in the book afterwards. */
  readonly assets: number;
  readonly events: number;
  readonly seconds: number;
}

interface Line extends Numbered {
  readonly keys: Keys;
  /** The event that is being decided: the one to blame when the law refuses. */
  deciding?: MappedEvent;
  /** Its asset is counted. */
  stands?: boolean;
}

type Decision = (state: CaseFile) => CaseEvent[];

const IN_FLIGHT = 1_024;
/** After so many rows the answers of the log are heard: it would have nothing to write until all rows at hand were read. */
const BREATH = 32;

/** No word of the law about a row, but trouble with the book: the import stops, and goes on when it is run again. */
const TROUBLE = new Set(['too-busy', 'stale']);

class Import {
  readonly #raised: Raised[] = [];
  /** Assets of several rows that stand; the others are counted. */
  readonly #repeated = new Set<string>();
  #assets = 0;
  readonly #firsts = new Map<string, Numbered>();
  readonly #rehearsal: Rehearsal;
  #recorded = 0;
  #already = 0;
  #events = 0;
  #done = 0;

  constructor(
    private readonly asked: ImportAsked,
    private readonly survey: Survey,
    private readonly assertNamed: AssertNamed,
  ) {
    this.#rehearsal = new Rehearsal(asked.recorder);
  }

  async run(start: number): Promise<Outcome> {
    const flight = new InFlight(IN_FLIGHT);
    try {
      for await (const numbered of readRows(this.asked.file, this.asked.mapping)) {
        this.#assertGoing();
        await this.asked.admission?.renew();
        await flight.start(() => this.#take(numbered));
        if (numbered.number % BREATH === 0) await breath();
      }
    } finally {
      await flight.land();
    }
    flight.assertUnharmed();
    this.#raised.sort((a, b) => a.row - b.row);
    if (this.asked.questionsTo) await writeQuestions(this.asked.questionsTo, this.#raised);
    return this.#outcome(secondsOf(performance.now() - start));
  }

  #outcome(seconds: number): Outcome {
    return {
      rows: this.#done,
      recorded: this.#recorded,
      alreadyRecorded: this.#already,
      questioned: this.#raised.length,
      questionsByCode: tally(this.#raised.map(({ question }) => question.code)),
      assets: this.#assets + this.#repeated.size,
      events: this.#events,
      seconds,
    };
  }

  #assertGoing(): void {
    if (this.asked.signal?.aborted)
      throw new Refused('import-stopped', 'The import was stopped. Run it again: it goes on where it was.');
  }

  /** One row. What it says is sent before this first waits, so that rows of one case are decided in the order of the file. */
  async #take(numbered: Numbered): Promise<void> {
    const { mapping } = this.asked;
    let line: Line | undefined;
    try {
      line = { ...numbered, keys: keysOf(mapping, numbered.row) };
      this.#assertFirst(line);
      const events = await this.#tell(line);
      if (events > 0) this.#recorded += 1;
      else this.#already += 1;
    } catch (error) {
      this.#raise(numbered, this.#question(error, line?.deciding));
    }
    this.#done += 1;
    this.asked.onProgress?.(this.#done, this.survey.rows);
  }

  /** Tells the facts of a row in order; the first that is refused ends it. The number of events recorded. */
  async #tell(line: Line): Promise<number> {
    const { steps, refusal } = this.#steps(line);
    const outcome = await this.#record(line, steps);
    if (outcome.told > 0) this.#stands(line);
    this.#events += outcome.events;
    const ended = outcome.refusal ?? refusal;
    if (ended !== undefined) throw ended;
    const open = this.asked.mapping.questions?.find(({ when }) => applies(this.asked.mapping, line.row, when));
    if (open) throw new Question(open.column, open.code, open.reason);
    if (steps.length === 0) throw new Question('', 'nothing-told', 'The mapping finds no fact in this row.');
    return outcome.events;
  }

  /** What a row says, up to what cannot be read of it. */
  #steps(line: Line): { steps: CaseStep[]; refusal?: unknown } {
    const { mapping } = this.asked;
    const steps: CaseStep[] = [];
    try {
      for (const fact of mapping.facts) {
        if (!applies(mapping, line.row, fact.when)) continue;
        const chosen = fact.events.filter(({ when }) => applies(mapping, line.row, when));
        if (chosen.length > 0) steps.push(this.#step(line, fact, chosen));
      }
      return { steps };
    } catch (refusal) {
      return { steps, refusal };
    }
  }

  #stands(line: Line): void {
    if (line.stands) return;
    line.stands = true;
    if (this.survey.repeated.has(line.keys.assetId)) this.#repeated.add(line.keys.assetId);
    else this.#assets += 1;
  }

  #assertFirst(line: Line): void {
    const { number, row, keys } = line;
    const { mapping } = this.asked;
    const column = columnsOf(mapping.asset.key);
    if (this.survey.repeated.has(keys.assetId)) {
      const first = this.#firsts.get(keys.assetId);
      if (!first) this.#firsts.set(keys.assetId, { number, row });
      else {
        const differing = mapping.columns.filter((name) => row[name] !== first.row[name]);
        const say = differing.length > 0 ? `they differ in ${differing.join(', ')}` : 'they differ in nothing';
        throw new Question(column, 'asset-already-recorded', `Row ${first.number} is about the same asset; ${say}.`);
      }
    }
    const inCase = this.survey.standing.get(keys.assetId);
    if (!inCase) return;
    this.#stands(line);
    if (inCase === keys.caseId) return;
    // Which case it is may not be for who has it taken in.
    const which = this.asked.admission ? 'another case' : `case ${inCase}`;
    throw new Question(column, 'asset-already-recorded', `The asset stands in ${which} already.`);
  }

  #raise({ number, row }: Numbered, question: Question): void {
    const original = this.asked.mapping.columns.map((name) => row[name] ?? '').join(' | ');
    this.#raised.push({ row: number, question, original: withoutPrivateKeys(original) });
  }

  #step(line: Line, { name }: MappedFact, chosen: readonly MappedEvent[]): CaseStep {
    const { mapping, actor, approvedBy, admission, file, name: called = basename(file) } = this.asked;
    const { row, keys, number } = line;
    const told = chosen.map(({ type, fields }) => ({ type, data: fieldsOf(type, fields, mapping, row, keys) }));
    const decisions = [
      this.#opening(line),
      ...told.map(({ type, data }, index) => this.#decided(line, chosen[index], type, data)),
    ];
    const command: Command = {
      actor,
      commandId: `${mapping.name}/${keys.assetKey}/${name}`,
      commandHash: hash('sha256', canonical(told), 'hex'),
      expected: 'any',
      source: { file: called, row: number, mapping: `${mapping.name}@${mapping.version}` },
      fresh: this.survey.isNew(keys.caseId),
      ...(approvedBy ? { approvedBy } : {}),
      ...(admission ? { admit: admitting(admission, mapping, line, keys) } : {}),
    };
    return { decisions, command };
  }

  async #record({ keys }: Line, steps: readonly CaseStep[]): Promise<Told> {
    const stream = streamOf.case(keys.caseId);
    if (this.asked.dryRun) return this.#rehearsal.decideInTurn(stream, steps);
    const { receipts, refusal } = await this.asked.recorder.recordInTurn(stream, caseDecider, steps);
    const fresh = receipts.filter(({ repeated }) => !repeated);
    return { told: receipts.length, events: fresh.reduce((sum, { eventIds }) => sum + eventIds.length, 0), refusal };
  }

  #opening(line: Line): Decision {
    const { mapping, admission } = this.asked;
    return (state) => {
      if (state.caseId) return [];
      const data = openingOf(mapping, line, line.keys, admission?.team);
      return this.#decided(line, undefined, 'CaseOpened', data)(state);
    };
  }

  #decided(line: Line, event: MappedEvent | undefined, type: CaseEvent['type'], data: CaseEvent['data']): Decision {
    const decision = (decide[type] as (input: object) => CaseDecision)(data);
    return (state) => {
      if (event) line.deciding = event;
      this.assertNamed(type, data, state);
      return decision(state, this.asked.known);
    };
  }

  /** What is asked about a row that was refused. @throws what is no answer about the row. */
  #question(error: unknown, event: MappedEvent | undefined): Question {
    if (error instanceof Question) return error;
    if (!(error instanceof Refused) || error instanceof NotAdmitted || TROUBLE.has(error.code)) throw error;
    if (error.code === 'idempotency-key-reused') {
      const say = 'This asset was taken in before with other details. Correct its entries.';
      return new Question(columnsOf(this.asked.mapping.asset.key), 'asset-already-recorded', say);
    }
    return new Question(blamed(event, error.at), error.code, error.message);
  }
}

/** The column a refusal of the law is about: the one of the field it names, else of the day of the event. */
const blamed = (event: MappedEvent | undefined, at: string | undefined): string => {
  if (!event) return '';
  const named = columnIn(event.fields[at?.split('/')[1] ?? '']);
  const day = Object.entries(event.fields).find(([name]) => name.endsWith('On'))?.[1];
  return named ?? columnIn(day) ?? '';
};

const tally = (codes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const code of [...codes].sort()) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};

/**
 * Takes in somebody else's register. Facts of a row are taken in order; the first that is refused, and those after it, become a
 * question, the earlier stand. Importing again, or a part of it, adds nothing; after a kill it goes on where it was.
 * @throws Refused `file-malformed`, `file-unreadable` and `questions-unwritable` before anything is recorded, `import-stopped` when the signal aborts;
 * NotAdmitted when a row is not for who has it taken in: before anything is recorded, but for what changed since.
 */
export const importFile = async (asked: ImportAsked): Promise<Outcome> => {
  const start = performance.now();
  const survey = await surveyOf(asked.file, asked.mapping, asked.lookup);
  if (asked.admission) await assertAdmitted({ ...asked, admission: asked.admission });
  const assertNamed = await namedIn({ ...asked, sees: asked.admission?.sees });
  const { file, mappingFile, questionsTo } = asked;
  if (questionsTo) await prepareQuestions(questionsTo, mappingFile === undefined ? [file] : [file, mappingFile]);
  return new Import(asked, survey, assertNamed).run(start);
};
