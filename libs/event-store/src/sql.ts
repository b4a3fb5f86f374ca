/** A value PostgreSQL takes as a parameter. Arrays travel as arrays, for `unnest`. */
export type SqlValue =
  string | number | bigint | boolean | null | readonly (string | number | bigint | boolean | null)[];

/** Rows come as objects: bigint and numeric as text, json as text unless asked otherwise in SQL, dates as `YYYY-MM-DD`. */
export interface Queries {
  query<Row extends object>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** What changes rows: a statement with its values, or rows in bulk. */
export type Change =
  /** `must`: it returns what it changed, and that is something. */
  | { readonly text: string; readonly values: readonly SqlValue[]; readonly must?: boolean }
  | { readonly table: string; readonly columns: readonly string[]; readonly lines: string };

export interface Sql extends Queries {
  /** Adds rows in bulk through COPY, at less than half of what an insert costs. `lines` are made by `copyLines`. */
  copy(table: string, columns: readonly string[], lines: string): Promise<void>;
}

/** A change that must change something found nothing. Like everything that is refused, it takes back what was changed with it. */
export class NothingChanged extends Error {
  override readonly name = 'NothingChanged';
}

export type Cell = string | number | boolean | null;

const escapes: { readonly [character: string]: string } = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const ESCAPED = /[\\\t\n\r]/;

const escaped = (text: string): string =>
  ESCAPED.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? '') : text;

const copied = (cell: Cell): string =>
  typeof cell === 'string' ? escaped(cell) : cell === null ? '\\N' : String(cell);

const isCopiedAsItIs = (row: readonly Cell[]): boolean => {
  for (const cell of row) if (cell === null || (typeof cell === 'string' && ESCAPED.test(cell))) return false;
  return true;
};

/** A row in the text format of COPY. Joined at once, as all that runs for every row: put together cell by cell it takes three times as long. */
export const copyLine = (row: readonly Cell[]): string =>
  `${(isCopiedAsItIs(row) ? row : row.map(copied)).join('\t')}\n`;

/** Rows in the text format of COPY. */
export const copyLines = (rows: readonly (readonly Cell[])[]): string => rows.map(copyLine).join('');

export type LetGo = () => Promise<void>;

/**
 * A PostgreSQL database, embedded or on a server; the dialect is the same. Statements are prepared by their text,
 * so texts are constants and whatever varies is a value.
 * Whatever it is asked throws Refused `storage-unreachable` when it does not answer, `storage-full` when its disk is full.
 */
export interface Database extends Sql {
  /**
   * One transaction: committed when `work` resolves, rolled back when it rejects. Nothing else comes between. One that the
   * database broke off for the sake of another is begun again: `work` may run more than once.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** One transaction of what is known beforehand; where the database is in the process, with one message. @throws NothingChanged. */
  change(changes: readonly Change[]): Promise<void>;
  /**
   * Does work while no other process that shares the database does some under the same number; what this one does is not told apart.
   * The work may ask the database for whatever it likes.
   * @throws Refused `too-busy` when others take too long; what the work throws.
   */
  alone<T>(lock: number, work: () => Promise<T>): Promise<T>;
  /**
   * Holds a number until it is let go of, or the process ends; a line that is lost lets go of it too.
   * @returns what lets go of it; undefined when somebody holds it, be it this process.
   */
  hold(lock: number): Promise<LetGo | undefined>;
  /** Several statements without values, such as a schema. */
  execute(script: string): Promise<void>;
  /** Where it lives, for messages; without secrets. */
  readonly name: string;
  close(): Promise<void>;
}
