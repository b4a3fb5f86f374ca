import type { Mapping } from './mapping.js';
import { readRows } from './read.js';
import { keysOf } from './row.js';
import { orNone } from './question.js';

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
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const standing = new Map<string, string>();
  const old = new Set<string>();
  let unknown = new Map<string, string>();
  let rows = 0;
  const lookUp = async (): Promise<void> => {
    for (const [assetId, caseId] of await lookup([...unknown.keys()])) {
      standing.set(assetId, caseId);
      old.add(caseId).add(unknown.get(assetId) ?? '');
    }
    unknown = new Map();
  };
  for await (const { row } of readRows(file, mapping)) {
    rows += 1;
    // Without keys, the row is asked about when it is taken.
    for (const { assetId, caseId } of orNone(() => [keysOf(mapping, row)])) {
      if (seen.has(assetId)) repeated.add(assetId);
      else unknown.set(assetId, caseId);
      seen.add(assetId);
    }
    if (unknown.size >= LOOKED_UP) await lookUp();
  }
  if (unknown.size > 0) await lookUp();
  return { rows, standing, isNew: (caseId) => !old.has(caseId), repeated };
};
