import type pg from 'pg';

import type { Change } from '#event-store';

/** Rows of a table in the text format of COPY. */
export type Copied = Extract<Change, { readonly table: string }>;

const DATA = 0x64;
const DONE = Buffer.from([0x63, 0, 0, 0, 4]);
/** What a length takes, which counts itself. */
const LENGTH = 4;

const headOf = (lines: string): Buffer => {
  const head = Buffer.alloc(1 + LENGTH);
  head.writeUInt8(DATA, 0);
  head.writeUInt32BE(Buffer.byteLength(lines) + LENGTH, 1);
  return head;
};

/**
 * COPY into several tables with one answer at the end. Rows are sent behind the statements, not when the server asks for those of each
 * table: it reads them in their turn, and what comes after a failure it drops ("Frontend/Backend Protocol: COPY Operations").
 */
class Copying implements pg.Submittable {
  /** The statements, as they are sent. */
  readonly text: string;

  constructor(
    private readonly copied: readonly Copied[],
    readonly query_timeout: number | undefined,
    /** The client puts its own in the place of it, which minds the time: whoever tells asks for it then. */
    public callback: (error?: Error) => void,
  ) {
    this.text = copied.map(({ table, columns }) => `copy ${table} (${columns.join(', ')}) from stdin`).join(';');
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.text);
    for (const { lines } of this.copied) {
      stream.write(headOf(lines));
      stream.write(lines);
      stream.write(DONE);
    }
    stream.uncork();
  }

  handleCopyInResponse(): void {
    // What it asks for is on its way.
  }

  handleCommandComplete(): void {
    // One table of several.
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback();
  }
}

/** Adds rows to tables in this order, all or none. @param answerMs how long each of them may take; for ever unless told. */
export const copyInto = (
  client: pg.ClientBase,
  copied: readonly Copied[],
  answerMs: number | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    client.query(
      new Copying(copied, answerMs && answerMs * copied.length, (error) => (error ? reject(error) : resolve())),
    );
  });
