import type { By, ProposalId } from '#access';
import type { PersonId } from '#core';
import { type Actor, type Decider, type Decision, type Fact, idOfWords } from '#event-store';

// Stored names and fields: add, never change.

export const IMPORTS_STREAM = 'requests-imports';
export const IMPORTS_QUEUE = 'imports';

/** Somebody else's register is to be taken in. File and mapping lie in the folder of imports, each under the hash of its bytes. */
export interface ImportRequested {
  readonly type: 'ImportRequested';
  readonly data: {
    readonly importId: string;
    /** SHA-256 of the register, in hex. */
    readonly file: string;
    /** SHA-256 of the mapping, in hex. */
    readonly mapping: string;
    /** What the register is called in the source of each fact. */
    readonly name: string;
    /** Who records its facts. */
    readonly by: Actor;
    /** Who asked over the API: what they may not record is refused. Without, it was asked at the machine. */
    readonly askedBy?: PersonId;
    /** Of the token they came with: the acts it is good for. */
    readonly scopes?: readonly string[];
    /** Who approved it, where a second person must. */
    readonly approved?: { readonly by: By; readonly proposalId: ProposalId };
  };
}
export type ImportAsked = Omit<ImportRequested['data'], 'importId'>;

/** It was taken in: each row stands, or raises a question. The counts are those of the whole file, however often it was begun anew. */
export interface ImportConcluded {
  readonly type: 'ImportConcluded';
  readonly data: {
    readonly importId: string;
    readonly rows: number;
    /** Rows of which all stands. */
    readonly taken: number;
    readonly questioned: number;
    readonly questionsByCode: Readonly<Record<string, number>>;
    /** Assets of the file that stand in the book. */
    readonly assets: number;
  };
}

/** It cannot be taken in and never will be: with the code of the refusal, and the place in the file or the mapping. */
export interface ImportRefused {
  readonly type: 'ImportRefused';
  readonly data: {
    readonly importId: string;
    readonly code: string;
    readonly line?: number;
    readonly column?: number | string;
  };
}

export type ImportEvent = ImportRequested | ImportConcluded | ImportRefused;

export interface Import {
  readonly asked: ImportRequested['data'];
  concluded?: ImportConcluded['data'];
  refused?: ImportRefused['data'];
}
type Imports = Map<string, Import>;

/** By their ids, in the order in which they were asked for. */
export const importsDecider: Decider<Imports> = {
  initial: () => new Map(),
  evolve(imports, { type, data }: Fact) {
    const { importId } = data as { importId: string };
    const known = imports.get(importId);
    if (type === 'ImportRequested') imports.set(importId, { asked: data as ImportRequested['data'] });
    else if (type === 'ImportConcluded' && known) known.concluded = data as ImportConcluded['data'];
    else if (type === 'ImportRefused' && known) known.refused = data as ImportRefused['data'];
    else throw new Error(`nobody knows what ${type} means for an import`);
    return imports;
  },
};

/** Why an import is refused, and what is to be done. Codes are public: add, never change. */
export const importRefusals = {
  'file-malformed': 'Mend the register at this place, upload it and ask again.',
  'mapping-malformed': 'Mend the mapping at this place, upload it and ask again.',
  forbidden: 'You may not record this. Take such rows out, or leave them to somebody who was granted it.',
  'case-exists':
    'Another case is open under the key of this row. Take the row out, or have an administrator look into it.',
  'person-barred': 'Who asked may do nothing any more. Have somebody else ask.',
  'approval-needed': 'A second person must approve it by now. Ask again: it is proposed.',
  'approver-not-allowed':
    'Who approved it may neither open such a case nor approve in it. Ask again, and have another approve.',
} as const;
export type ImportRefusal = keyof typeof importRefusals;

const OF_ITS_BYTES: readonly string[] = ['file-malformed', 'mapping-malformed'] satisfies ImportRefusal[];

type Same = Pick<ImportAsked, 'file' | 'mapping' | 'askedBy'>;

/** The id of an import derives from its bytes and who asks: the same register by the same mapping is one import. */
export const importIdOf = (
  { file, mapping, askedBy }: Pick<ImportAsked, 'file' | 'mapping' | 'askedBy'>,
  again = 0,
): string => idOfWords('import', file, mapping, ...(askedBy ? [askedBy] : []), ...(again > 0 ? [again] : []));

const askedBefore = (imports: ReadonlyMap<string, Import>, asked: Same): readonly Import[] => {
  const before: Import[] = [];
  for (;;) {
    const found = imports.get(importIdOf(asked, before.length));
    if (!found) return before;
    before.push(found);
  }
};

/** The same register by the same mapping, as this person asked for it last. */
export const importOf = (imports: ReadonlyMap<string, Import>, asked: Same): Import | undefined =>
  askedBefore(imports, asked).at(-1);

/** Whether it need not be asked for again: it may be where it was refused for who asked, and not for its bytes. */
export const stands = ({ refused }: Import): boolean => !refused || OF_ITS_BYTES.includes(refused.code);

export const requestImport =
  (asked: ImportAsked): Decision<Imports> =>
  (imports) => {
    const before = askedBefore(imports, asked);
    if (before.some(stands)) return [];
    const importId = importIdOf(asked, before.length);
    return [{ type: 'ImportRequested', data: { importId, ...asked } } satisfies ImportRequested];
  };

/** What an import came to; nothing when that is known already. */
export const settleImport =
  (outcome: Exclude<ImportEvent, ImportRequested>): Decision<Imports> =>
  (imports) => {
    const known = imports.get(outcome.data.importId);
    return !known || known.concluded || known.refused ? [] : [outcome];
  };

/** The name of its file of questions, beside the register. */
export const questionsNameOf = (importId: string): string => `${importId}-questions.csv`;
