/** A value PostgreSQL takes as a parameter. Arrays travel as arrays, for `unnest`. */
export type SqlValue =
  string | number | bigint | boolean | null | readonly (string | number | bigint | boolean | null)[];

/** Rows come as objects: bigint and numeric as text, json as text unless asked otherwise in SQL, dates as `YYYY-MM-DD`. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

/**
 * A PostgreSQL database, embedded or on a server; the dialect is the same. Statements are prepared by their text,
 * so texts are constants and whatever varies is a value.
 */
export interface Database extends Sql {
  /** One transaction: committed when `work` resolves, rolled back when it rejects. Nothing else comes between. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Several statements without values, such as a schema. */
  execute(script: string): Promise<void>;
  /** Where it lives, for messages; without secrets. */
  readonly name: string;
  close(): Promise<void>;
}
