import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { stringify } from 'csv-stringify/sync';

import { type CaseDecision, caseDecider, type CaseEvent, type CaseFile, decide, type Known, streamOf } from '#casework';
import { Refused } from '#core';
import { type Actor, canonical, type Command, type Recorder } from '#event-store';

import type { Mapping } from './mapping.js';
import { readRows } from './read.js';
import { applies, asQuestion, fieldsOf, type Keys, keysOf, Question, type Row } from './row.js';

export interface ImportAsked {
  readonly file: string;
  readonly mapping: Mapping;
  readonly recorder: Pick<Recorder, 'record' | 'read'>;
  readonly actor: Actor;
  readonly known: Known;
  /** Which of these assets stand in the book, and in which case. */
  readonly lookup: (assetIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Where the questions go; nowhere when left out. */
  readonly questionsTo?: string;
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

interface Line {
  readonly number: number;
  readonly row: Row;
  readonly keys: Keys;
}

interface Raised {
  readonly row: number;
  readonly question: Question;
  readonly original: string;
}

const IN_FLIGHT = 512;
const LOOKED_UP = 5_000;

class Import {
  readonly #raised: Raised[] = [];
  readonly #assets = new Set<string>();
  readonly #dry = new Map<string, CaseFile>();
  #recorded = 0;
  #already = 0;
  #events = 0;
  #done = 0;

  constructor(
    private readonly asked: ImportAsked,
    private readonly rows: readonly Row[],
  ) {}

  async run(): Promise<Outcome> {
    const start = performance.now();
    const standing = await this.#standing();
    const cases = [...this.#byCase(standing).values()];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let lines = cases[next++]; lines; lines = cases[next++]) {
        const isNew = !lines.some(({ keys }) => standing.has(keys.assetId));
        for (const line of lines) await this.#take(line, isNew);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    this.#raised.sort((a, b) => a.row - b.row);
    await this.#writeQuestions();
    return {
      rows: this.rows.length,
      recorded: this.#recorded,
      alreadyRecorded: this.#already,
      questioned: this.#raised.length,
      questionsByCode: tally(this.#raised.map(({ question }) => question.code)),
      assets: this.#assets.size,
      events: this.#events,
      seconds: (performance.now() - start) / 1_000,
    };
  }

  async #standing(): Promise<Map<string, string>> {
    const ids = this.rows.flatMap((row) => {
      try {
        return [keysOf(this.asked.mapping, row).assetId];
      } catch {
        return []; // The row is asked about when it is taken.
      }
    });
    const found = new Map<string, string>();
    for (let from = 0; from < ids.length; from += LOOKED_UP) {
      for (const [id, caseId] of await this.asked.lookup(ids.slice(from, from + LOOKED_UP))) found.set(id, caseId);
    }
    return found;
  }

  /** Rows by case, each case's in the order of the file; rows about an asset that another row or case has already are asked about. */
  #byCase(standing: ReadonlyMap<string, string>): Map<string, Line[]> {
    const cases = new Map<string, Line[]>();
    const first = new Map<string, Line>();
    this.rows.forEach((row, index) => {
      const number = index + 2;
      try {
        const keys = keysOf(this.asked.mapping, row);
        const line = { number, row, keys };
        this.#assertFirst(line, first.get(keys.assetKey), standing.get(keys.assetId));
        first.set(keys.assetKey, line);
        cases.set(keys.caseId, [...(cases.get(keys.caseId) ?? []), line]);
      } catch (error) {
        this.#raise(number, row, asQuestion(error, ''));
      }
    });
    return cases;
  }

  #assertFirst({ row, keys }: Line, other: Line | undefined, inCase: string | undefined): void {
    const column = this.asked.mapping.asset.key.join(' ');
    if (other) {
      const differing = this.asked.mapping.columns.filter((name) => row[name] !== other.row[name]);
      throw new Question(
        column,
        'asset-already-recorded',
        `Row ${other.number} is about the same asset; they differ in ${differing.join(', ') || 'nothing'}.`,
      );
    }
    if (inCase && inCase !== keys.caseId)
      throw new Question(column, 'asset-already-recorded', `The asset stands in case ${inCase} already.`);
  }

  #raise(row: number, original: Row, question: Question): void {
    const kept = this.asked.mapping.columns.map((name) => original[name] ?? '');
    this.#raised.push({ row, question, original: kept.join(' | ') });
    this.#progress();
  }

  #progress(): void {
    this.#done += 1;
    this.asked.onProgress?.(this.#done, this.rows.length);
    if (this.asked.signal?.aborted)
      throw new Refused('import-stopped', 'The import was stopped. Run it again: it goes on where it was.');
  }

  async #take(line: Line, isNew: boolean): Promise<void> {
    const { mapping } = this.asked;
    let events = 0;
    try {
      for (const fact of mapping.facts) {
        if (!applies(fact.when, line.row)) continue;
        const chosen = fact.events.filter(({ when }) => applies(when, line.row));
        if (chosen.length > 0) events += await this.#record(line, fact.name, chosen, isNew);
        this.#assets.add(line.keys.assetId);
      }
    } catch (error) {
      return this.#raise(line.number, line.row, asQuestion(error, columnsOf(mapping, error)));
    }
    const open = mapping.questions?.find(({ when }) => applies(when, line.row));
    if (open) return this.#raise(line.number, line.row, new Question(open.column, open.code, open.reason));
    if (events > 0) this.#recorded += 1;
    else this.#already += 1;
    this.#progress();
  }

  async #record(line: Line, name: string, chosen: Mapping['facts'][number]['events'], isNew: boolean): Promise<number> {
    const { mapping, actor, file, recorder } = this.asked;
    const { row, keys, number } = line;
    const told = chosen.map(({ type, fields }) => ({ type, data: fieldsOf(fields, mapping, row, keys) }));
    const opening = { caseId: keys.caseId, ...fieldsOf(mapping.case.fields, mapping, row, keys) };
    const decisions = [
      (state: CaseFile): CaseEvent[] => (state.caseId ? [] : this.#decided('CaseOpened', opening)(state)),
      ...told.map(({ type, data }) => this.#decided(type, data)),
    ];
    const command: Command = {
      actor,
      commandId: `${mapping.name}/${keys.assetKey}/${name}`,
      commandHash: createHash('sha256').update(canonical(told)).digest('hex'),
      expected: 'any',
      source: { file: basename(file), row: number, mapping: `${mapping.name}@${mapping.version}` },
      fresh: isNew,
    };
    if (this.asked.dryRun) return this.#decideOnly(keys, decisions);
    const receipt = await recorder.record(streamOf.case(keys.caseId), caseDecider, decisions, command);
    if (receipt.repeated) return 0;
    this.#events += receipt.eventIds.length;
    return receipt.eventIds.length;
  }

  #decided(type: CaseEvent['type'], data: object): (state: CaseFile) => CaseEvent[] {
    const decision = (decide[type] as (input: object) => CaseDecision)(data);
    return (state) => decision(state, this.asked.known);
  }

  async #decideOnly(keys: Keys, decisions: readonly ((state: CaseFile) => CaseEvent[])[]): Promise<number> {
    const stream = streamOf.case(keys.caseId);
    const state = this.#dry.get(stream) ?? (await this.asked.recorder.read(stream, caseDecider)).state;
    this.#dry.set(stream, state);
    let events = 0;
    for (const decision of decisions) {
      for (const event of decision(state)) {
        state.apply(event);
        events += 1;
      }
    }
    this.#events += events;
    return events;
  }

  async #writeQuestions(): Promise<void> {
    const { questionsTo } = this.asked;
    if (!questionsTo) return;
    const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
    const lines = this.#raised.map(({ row, question, original }) =>
      [row, question.column, question.code, question.message, original].map((cell) => safe(String(cell))),
    );
    await writeFile(
      questionsTo,
      stringify([['row', 'column', 'code', 'reason', 'original'], ...lines], { record_delimiter: '\r\n' }),
    );
  }
}

/** The column a refusal of the law is most likely about: the day of the last fact, unless it says which field. */
const columnsOf = (mapping: Mapping, error: unknown): string => {
  const field = error instanceof Refused ? error.at?.slice(1) : undefined;
  for (const { events } of [...mapping.facts].reverse()) {
    for (const { fields } of events) {
      const spec = field ? fields[field] : undefined;
      if (spec && typeof spec === 'object') {
        const { day, amount, map } = spec as { day?: string; amount?: string; map?: string };
        const column = day ?? amount ?? map;
        if (typeof column === 'string') return column;
      }
    }
  }
  return field ?? '';
};

const tally = (codes: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const code of [...codes].sort()) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};

/**
 * Takes in somebody else's register. Facts of a row are taken in order; the first that is refused, and those after it, become a
 * question, the earlier stand. Importing again, or a part of it, adds nothing; after a kill it goes on where it was.
 * @throws Refused `file-malformed` before anything is recorded.
 */
export const importFile = async (asked: ImportAsked): Promise<Outcome> =>
  new Import(asked, await readRows(asked.file, asked.mapping)).run();
