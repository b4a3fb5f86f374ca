import type { Change, EventStore, Queries, RecordedEvent } from '#event-store';

import { UNDEFINED_COLUMN, UNDEFINED_TABLE } from './schema.js';

/** Up to where the rows of a generation go: the position of the event taken in last, and which event that was. */
export interface Checkpoint {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

export const checkpointOf = ({ position, stream, revision, metadata }: RecordedEvent): Checkpoint => ({
  position,
  stream,
  revision,
  hash: metadata.hash,
});

export const readCheckpoint = async (sql: Queries, schema: string): Promise<Checkpoint> => {
  const text = `select position, stream, revision, hash from ${schema}.checkpoint`;
  const [row] = await sql.query<Checkpoint>(text);
  if (!row) throw new Error(`${schema} has no checkpoint`);
  return { ...row, position: Number(row.position), revision: Number(row.revision) };
};

/** The same of answers that an older program made; undefined where they have none, or not in this form. */
export const standingCheckpoint = async (sql: Queries, schema: string): Promise<Checkpoint | undefined> => {
  try {
    return await readCheckpoint(sql, schema);
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === UNDEFINED_TABLE || code === UNDEFINED_COLUMN) return undefined;
    throw error;
  }
};

/**
 * Moves the checkpoint, and with it takes the turn. The commit need not wait for the disk: what a power cut takes back of the
 * answers is derived from the log again, and the log is always written first.
 */
export const movingCheckpoint = (schema: string, from: number, to: Checkpoint): Change => {
  const text = `update ${schema}.checkpoint set position = $2, stream = $3, revision = $4, hash = $5
    where position = $1 and set_config('synchronous_commit', 'off', true) = 'off' returning position`;
  const { position, stream, revision, hash } = to;
  return { text, values: [from, position, stream, revision, hash], must: true };
};

/** The log is not the one the answers were made from: it was restored from a back-up, or cut off. They are no answers then. */
export class LogReplaced extends Error {
  override readonly name = 'LogReplaced';

  constructor(readonly seen: Checkpoint) {
    super(
      `the log does not hold any more what was taken in at position ${seen.position}: it is another one, or was cut`,
    );
  }
}

/** Whether the event taken in last still stands in the log, where it stood. Costs one read of one event. */
export const isContinuedBy = async (
  store: EventStore,
  { position, stream, revision, hash }: Checkpoint,
): Promise<boolean> => {
  if (position === 0) return true;
  const [found] = await store.read(stream, revision, 1);
  return found?.revision === revision && found.position === position && found.metadata.hash === hash;
};
