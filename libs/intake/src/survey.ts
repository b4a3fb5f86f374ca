import type { Mapping } from './mapping.js';
import { readRows } from './read.js';
import { keysOf } from './row.js';
import { Question } from './question.js';

/** What a first reading of a whole file tells, before anything of it is recorded. */
export interface Survey {
  readonly rows: number;
  /** The case in which assets of the file stand in the book. */
  readonly standing: ReadonlyMap<string, string>;
  /** Cases of the file none of whose assets stands in the book. */
  readonly isNew: (caseId: string) => boolean;
  /** Assets with more than one row. */
  readonly repeated: ReadonlySet<string>;
}

/** Which of these assets stand in the book, and in which case. */
export type Lookup = (assetIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

const LOOKED_UP = 5_000;

/** Reads all of it once. @throws Refused `file-malformed`, `file-unreadable`. */
export const surveyOf = async (file: string, mapping: Mapping, lookup: Lookup): Promise<Survey> => {
  const cases = new Map<string, string>();
  const repeated = new Set<string>();
  let rows = 0;
  for await (const { row } of readRows(file, mapping)) {
    rows += 1;
    try {
      const { assetId, caseId } = keysOf(mapping, row);
      if (cases.has(assetId)) repeated.add(assetId);
      else cases.set(assetId, caseId);
    } catch (error) {
      if (!(error instanceof Question)) throw error; // The row is asked about when it is taken.
    }
  }
  const standing = await standingOf([...cases.keys()], lookup);
  const old = new Set(standing.values());
  for (const assetId of standing.keys()) old.add(cases.get(assetId) ?? '');
  return { rows, standing, isNew: (caseId) => !old.has(caseId), repeated };
};

const standingOf = async (assetIds: readonly string[], lookup: Lookup): Promise<Map<string, string>> => {
  const standing = new Map<string, string>();
  for (let from = 0; from < assetIds.length; from += LOOKED_UP) {
    for (const [assetId, caseId] of await lookup(assetIds.slice(from, from + LOOKED_UP))) standing.set(assetId, caseId);
  }
  return standing;
};
