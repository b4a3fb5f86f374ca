import type { Scope } from '#access';
import { type Period, type Quarter, Refused } from '#core';
import type { SqlValue } from '#event-store';

import { FEW } from './atoms.js';
import { circleOf, countedCases, inFigures } from './counted.js';
import type { ReadModels } from './read-models.js';

/** A quarter as it was closed: it counts what was known up to a position of the log, for ever. */
export interface EditionView {
  readonly quarter: string;
  readonly edition: number;
  readonly position: number;
  /** The position of the edition before. */
  readonly previous?: number;
  readonly eventId: string;
  readonly recordedAt: string;
}

export interface QuarterView {
  readonly quarter: string;
  readonly editions: readonly EditionView[];
}

interface EditionRow {
  quarter: string;
  edition: number;
  position: string;
  previous: string | null;
  event_id: string;
  recorded_at: string;
}

const viewOf = (row: EditionRow): EditionView => ({
  quarter: row.quarter,
  edition: Number(row.edition),
  position: Number(row.position),
  ...(row.previous === null ? {} : { previous: Number(row.previous) }),
  eventId: row.event_id,
  recordedAt: row.recorded_at,
});

const FIELDS = 'quarter, edition, position, previous, event_id, recorded_at';

/** The editions of a quarter, the first one first. */
export const editions = async (rm: ReadModels, quarter: string): Promise<EditionView[]> => {
  const text = `select ${FIELDS} from ${rm.schema}.editions where quarter = $1 order by edition`;
  return (await rm.db.query<EditionRow>(text, [quarter])).map(viewOf);
};

/** Quarters in which a case that may be seen has value, or at least three of those that are only counted. */
const valuedQuarters = async (rm: ReadModels, scope: Scope, values: SqlValue[]): Promise<string> => {
  const { schema } = rm;
  if (scope === 'whole') return `select quarter from ${schema}.cells where postings > 0`;
  const told = inFigures(rm, scope, await circleOf(rm, scope), values);
  return `select quarter from (${countedCases(rm, scope, values)}) k join ${schema}.assets a using (case_id) join ${schema}.postings using (asset_id)
      join ${schema}.cells using (cell_id)
    where ${told} group by quarter
    having bool_or(open) or greatest(count(distinct case_id) filter (where granted), count(distinct case_id) filter (where not granted)) >= ${FEW}`;
};

/** Quarters with value in them or closed, the newest first, each with its editions, which are those of the whole book. */
export const quarters = async (rm: ReadModels, scope: Scope): Promise<QuarterView[]> => {
  const { schema } = rm;
  const values: SqlValue[] = [];
  const known = await rm.db.query<{ quarter: string }>(
    `select quarter from (${await valuedQuarters(rm, scope, values)}) q union select quarter from ${schema}.editions order by 1 desc`,
    values,
  );
  const closed = await rm.db.query<EditionRow>(`select ${FIELDS} from ${schema}.editions order by quarter, edition`);
  return known.map(({ quarter }) => ({
    quarter,
    editions: closed.filter((row) => row.quarter === quarter).map(viewOf),
  }));
};

/** Quarters before this one with value in them that nobody has closed yet. */
export const unclosedBefore = async (rm: ReadModels, quarter: Quarter): Promise<Quarter[]> => {
  const { schema } = rm;
  const text = `select quarter from ${schema}.cells where quarter < $1 and postings > 0
    except select quarter from ${schema}.editions order by 1`;
  return (await rm.db.query<{ quarter: Quarter }>(text, [quarter])).map((row) => row.quarter);
};

/** Whether a quarter had value in it at a position of the log. */
export const hadPostings = async (rm: ReadModels, quarter: Quarter, until: number): Promise<boolean> => {
  const text = `select 1 from ${rm.schema}.cells c where c.quarter = $1
    and exists (select 1 from ${rm.schema}.postings p where p.cell_id = c.cell_id and p.position <= $2) limit 1`;
  return (await rm.db.query(text, [quarter, until])).length > 0;
};

/**
 * Between two positions of the log one case may have moved, and no other: who counts cases that they may not see asks about
 * now, or about an edition of the quarter, of which the position is the same for everybody.
 * @throws Refused `as-of-needs-the-cases`.
 */
export const assertMayLookBack = async (
  rm: ReadModels,
  scope: Scope,
  { period, asOf }: { readonly period: Period; readonly asOf?: number | undefined },
): Promise<void> => {
  if (scope === 'whole' || asOf === undefined || asOf >= rm.position()) return;
  const { counted, open } = await circleOf(rm, scope);
  const known = period.first === period.last ? await editions(rm, period.first) : [];
  if (counted === open || known.some(({ position }) => position === asOf)) return;
  const hint =
    'Cases are counted here that you may not see, or not all of: ask as known now, or by an edition of the quarter.';
  throw new Refused('as-of-needs-the-cases', hint, {}, '/asOf');
};
