import { LOCK } from './log-schema.js';
import { add, APPEND_WHERE_BELIEVED, columnsOf, type Placed, READ_TAILS, readPage } from './rows.js';
import type { Queries, Sql } from './sql.js';
import { type Append, type Appended, type Deciding, MOST_NEWER, NO_STREAM, type RecordedEvent } from './store.js';

/** What is decided when the turn has come; undefined when it was decided before. */
export type InTurn = Omit<Deciding, 'decide'> & {
  readonly decide: (newer: readonly RecordedEvent[]) => Append['events'] | undefined;
};

/** A transaction that is begun again has been decided before. */
export const inTurn = ({ decide, ...known }: Deciding): InTurn => {
  let decided = false;
  return {
    ...known,
    decide: (newer) => {
      if (decided) return undefined;
      decided = true;
      return decide(newer);
    },
  };
};

/** A belief that grew old, a deadlock, a serialisation: in a transaction with the turn to itself it may pass. */
const PASSING = new Set(['23505', '40001', '40P01']);

/**
 * One statement, one round trip: it writes to every stream that ends where it is believed to end.
 * @returns an outcome for each append that was written; none is, where an id stands already.
 */
export const writeAtOnce = async (
  sql: Queries,
  batch: readonly (Append | InTurn)[],
): Promise<(Appended | undefined)[]> => {
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  const rows: Placed[] = [];
  /** Follows in its stream what is written before it. */
  const isNext = (one: Append | InTurn): one is Append =>
    'events' in one && (ends.get(one.stream) ?? one.expectedRevision) === one.expectedRevision;
  const written = batch.map((one) => {
    if (!isNext(one)) return undefined;
    const { stream, expectedRevision, events } = one;
    if (!starts.has(stream)) starts.set(stream, expectedRevision);
    events.forEach((event, index) => rows.push({ ...event, stream, revision: expectedRevision + 1 + index }));
    ends.set(stream, expectedRevision + events.length);
    return one;
  });
  if (rows.length === 0) return batch.map(() => undefined);
  const believed = [[...starts.keys()], [...starts.values()]];
  try {
    const values = [...columnsOf(rows), ...believed, LOCK];
    const [found] = await sql.query<{ head: string; elsewhere: string[] }>(APPEND_WHERE_BELIEVED, values);
    return placesOf(written, Number(found?.head), new Set(found?.elsewhere));
  } catch (error) {
    if (!PASSING.has(String((error as { code?: unknown }).code))) throw error;
    return batch.map(() => undefined);
  }
};

/** Where appends stand that were written one after the other, from the end of the log on. */
const placesOf = (
  written: readonly (Append | undefined)[],
  head: number,
  elsewhere: ReadonlySet<string>,
): (Appended | undefined)[] => {
  let position = head;
  return written.map((one) => {
    if (!one || elsewhere.has(one.stream)) return undefined;
    position += one.events.length;
    return { outcome: 'appended', revision: one.expectedRevision + one.events.length, position };
  });
};

/** What came in each stream after the revision up to which it is known to whoever knows least of it. */
const tailsOf = async (sql: Sql, asked: readonly InTurn[]): Promise<Map<string, RecordedEvent[]>> => {
  const known = new Map<string, number>();
  for (const { stream, after } of asked) known.set(stream, Math.min(after, known.get(stream) ?? after));
  const tails = new Map<string, RecordedEvent[]>([...known.keys()].map((stream) => [stream, []]));
  if (asked.length === 0) return tails;
  const values = [[...known.keys()], [...known.values()], MOST_NEWER];
  for (const event of await readPage(sql, READ_TAILS, values)) tails.get(event.stream)?.push(event);
  return tails;
};

/** What is to be appended to a stream that ends at the revision, once it is decided; nothing, where more came than was looked at. */
const decidedOn = (
  { stream, after, decide }: InTurn,
  tail: readonly RecordedEvent[],
  expectedRevision: number,
): Append | undefined => {
  const newer = tail.filter(({ revision }) => revision > after);
  const events = after + newer.length === expectedRevision ? decide(newer) : undefined;
  return events && { stream, expectedRevision, events };
};

/** In a transaction, while nobody else writes. Each succeeds or conflicts alone. */
export const writeInTurn = async (sql: Sql, batch: readonly (Append | InTurn)[]): Promise<Appended[]> => {
  const streams = [...new Set(batch.map(({ stream }) => stream))];
  await sql.query('select pg_advisory_xact_lock($1)', [LOCK]);
  const [state] = await sql.query<{ head: string; heads: string | null }>(
    `select coalesce((select max(position) from log.events), 0) as head,
       (select json_object_agg(s, r) from (select s, (select max(revision) from log.events where stream = s) as r from unnest($1::text[]) s) x where r is not null)::text as heads`,
    [streams],
  );
  const tails = await tailsOf(sql, batch.filter((one) => 'decide' in one)); // prettier-ignore
  const revisions = new Map(Object.entries(JSON.parse(state?.heads ?? '{}') as Record<string, number>));
  let position = Number(state?.head ?? 0);
  const rows: RecordedEvent[] = [];
  const outcomes: Appended[] = [];
  for (const one of batch) {
    const revision = revisions.get(one.stream) ?? NO_STREAM;
    const append = 'decide' in one ? decidedOn(one, tails.get(one.stream) ?? [], revision) : one;
    if (!append) {
      outcomes.push({ outcome: 'conflict', revision });
      continue;
    }
    const { stream, expectedRevision, events } = append;
    if (revision !== expectedRevision) {
      outcomes.push(await repeatedOrConflict(sql, append, revision, rows));
    } else {
      const written = events.map((event, index) => ({ ...event, stream, revision: revision + 1 + index, position: ++position })); // prettier-ignore
      rows.push(...written);
      tails.get(stream)?.push(...written);
      revisions.set(stream, revision + events.length);
      outcomes.push({ outcome: 'appended', revision: revision + events.length, position });
    }
  }
  await add(sql, rows);
  return outcomes;
};

const repeatedOrConflict = async (
  sql: Sql,
  { stream, expectedRevision, events }: Append,
  revision: number,
  pending: readonly RecordedEvent[],
): Promise<Appended> => {
  const stored = await sql.query<{ id: string; revision: number; position: string }>(
    'select id, revision, position from log.events where stream = $1 and revision > $2 order by revision limit $3',
    [stream, expectedRevision, events.length],
  );
  const ours = pending.filter((event) => event.stream === stream && event.revision > expectedRevision);
  const found = [...stored, ...ours].slice(0, events.length);
  const last = found.at(-1);
  const same = found.length === events.length && found.every(({ id }, index) => id === events[index]?.id);
  if (same && last) return { outcome: 'repeated', revision: Number(last.revision), position: Number(last.position) };
  return { outcome: 'conflict', revision };
};
