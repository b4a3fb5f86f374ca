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
  };
}

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

/** The id of an import derives from its bytes: the same register by the same mapping is one import. */
export const importIdOf = ({ file, mapping }: Pick<ImportRequested['data'], 'file' | 'mapping'>): string =>
  idOfWords('import', file, mapping);

export const requestImport =
  (asked: Omit<ImportRequested['data'], 'importId'>): Decision<Imports> =>
  (imports) => {
    const importId = importIdOf(asked);
    if (imports.has(importId)) return [];
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
