import type { EventStore, Queries } from '#event-store';

import { type Checkpoint, isContinuedBy, standingCheckpoint } from './checkpoint.js';
import { type Current, UNDEFINED_TABLE } from './schema.js';

interface Answers {
  readonly db: Queries;
  readonly store: EventStore;
}

/**
 * What the answers had taken in last when the log was found without it: it was restored from an older copy, or cut off. The answers are
 * made anew then and know nothing of it; this outlives them.
 */
export interface Loss extends Checkpoint {
  /** In UTC. */
  readonly noticedAt: string;
  /** When somebody said that it is known, in UTC. */
  readonly acceptedAt?: string;
}

const nowInUtc = (): string => new Date().toISOString();

/** Noted once, by its hash. */
export const noteLoss = async (sql: Queries, lost: Checkpoint & Partial<Loss>): Promise<void> => {
  const { position, stream, revision, hash, noticedAt = nowInUtc(), acceptedAt = null } = lost;
  const text = `insert into read.losses (hash, position, stream, revision, noticed_at, accepted_at) values ($1, $2, $3, $4, $5, $6)
    on conflict (hash) do nothing`;
  await sql.query(text, [hash, position, stream, revision, noticedAt, acceptedAt]);
};

/** Answers of an older program go: before that it is seen whether the log still holds what they had taken in last. */
export const noteIfLost = async ({ db, store }: Answers, { schema, dense }: Current): Promise<void> => {
  // Positions in a log of another kind mean nothing here.
  if (dense !== String(store.dense ?? false)) return;
  const checkpoint = await standingCheckpoint(db, schema);
  if (checkpoint && !(await isContinuedBy(store, checkpoint))) await noteLoss(db, checkpoint);
};

interface LossRow extends Omit<Checkpoint, 'position' | 'revision'> {
  position: string;
  revision: string;
  noticed_at: string;
  accepted_at: string | null;
}

const lossOf = ({
  position,
  stream,
  revision,
  hash,
  noticed_at: noticedAt,
  accepted_at: acceptedAt,
}: LossRow): Loss => ({
  position: Number(position),
  stream,
  revision: Number(revision),
  hash,
  noticedAt,
  ...(acceptedAt === null ? {} : { acceptedAt }),
});

/** In the order in which they were noticed; without what stands in the log again, where it stood. */
export const losses = async ({ db, store }: Answers): Promise<Loss[]> => {
  const text =
    'select position, stream, revision, hash, noticed_at, accepted_at from read.losses order by noticed_at, position';
  const rows = await db.query<LossRow>(text).catch((error: unknown) => {
    if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return [];
    throw error;
  });
  const found: Loss[] = [];
  for (const loss of rows.map(lossOf)) if (!(await isContinuedBy(store, loss))) found.push(loss);
  return found;
};

/** Somebody knows of these. They stay on record, each with the moment. */
export const acceptLosses = async (sql: Queries, known: readonly Loss[]): Promise<void> => {
  const text = 'update read.losses set accepted_at = $2 where hash = any($1::text[]) and accepted_at is null';
  await sql.query(text, [known.map(({ hash }) => hash), nowInUtc()]);
};

/** Notes them in another database too, to which the log is carried. */
export const carryLosses = async (from: Answers, to: Queries): Promise<void> => {
  for (const loss of await losses(from)) await noteLoss(to, loss);
};
