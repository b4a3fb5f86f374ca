import type { Limits } from '#access';
import type { SqlValue } from '#event-store';

import { FEW } from './atoms.js';
import type { ReadModels } from './read-models.js';
import { type OfCase, visible } from './scope.js';
import { partSealed, valueSealed } from './sealing.js';

/** How many cases are counted for one who asks. */
export interface Circle {
  /** Of the whole book. */
  readonly book: number;
  readonly counted: number;
  /** Counted also where a cell rests on few, and nothing of them is sealed: nothing of them is withheld. */
  readonly open: number;
  /** Of which they may read at least what is said of the assets, all of it. */
  readonly readable: number;
  /** Of which something is sealed for them: it is in no figure. */
  readonly sealed: number;
  /** Of which they may see nothing, not by all their grants together. */
  readonly unknown: number;
}

const OF_CASE: OfCase = { caseId: 'k.case_id', jurisdiction: 'k.jurisdiction' };

/** The condition under which a case was there at a position of the log; every one where none is asked about. */
const thereAt = (asOf: number | undefined, values: SqlValue[]): string =>
  asOf === undefined ? 'true' : `first_position <= $${values.push(asOf)}`;

/**
 * Which cases are counted, and of each whether it is open to who asks, would be by their grants alone, and whether something of it is
 * sealed: columns of the statement of the question.
 */
export const countedCases = (rm: ReadModels, limits: Limits, values: SqlValue[], asOf?: number): string => {
  const [few, readable, granted, count] = (['countFew', 'assets', 'granted', 'count'] as const).map((reading) =>
    visible(rm.schema, limits, reading, OF_CASE, values),
  );
  return `select k.case_id, ${few} or ${readable} as open, ${readable} as readable, ${granted} as granted,
      ${partSealed(rm.schema, limits, values, OF_CASE)} as sealed
    from ${rm.schema}.cases k where ${count} and ${thereAt(asOf, values)}`;
};

/**
 * Over the cases that were there at a position, so that the same question about it tells the same after others were opened. Whether one
 * of them is counted, open or sealed is as of now: by the roles, teams, operations, shares and consents of who asks today, and by the
 * marks that stand today. What of these is given or taken back later changes what is told of the same position.
 */
export const circleOf = async (rm: ReadModels, limits: Limits, asOf?: number): Promise<Circle> => {
  const values: SqlValue[] = [];
  const [row] = await rm.db.query<Record<keyof Circle, string>>(
    `select (select count(*) from ${rm.schema}.cases where ${thereAt(asOf, values)}) as book, count(*) as counted,
       count(*) filter (where open and not sealed) as open, count(*) filter (where readable and not sealed) as readable,
       count(*) filter (where sealed) as sealed, count(*) filter (where not open and not granted) as unknown
     from (${countedCases(rm, limits, values, asOf)}) k`,
    values,
  );
  const of = (name: keyof Circle): number => Number(row?.[name] ?? 0);
  const [open, readable, sealed] = [of('open'), of('readable'), of('sealed')];
  return { book: of('book'), counted: of('counted'), open, readable, sealed, unknown: of('unknown') };
};

/** Cases that are not open to a token, though they are to whom it was given. */
export const knownCases = async (rm: ReadModels, limits: Limits): Promise<ReadonlySet<string>> => {
  if (!limits.granted) return new Set();
  const values: SqlValue[] = [];
  const text = `select case_id from (${countedCases(rm, limits, values)}) k where granted and not open`;
  return new Set((await rm.db.query<{ case_id: string }>(text, values)).map((row) => row.case_id));
};

/** The condition on an asset `a` of a counted case that may be in a figure: sealed ones are looked for where there are some only. */
export const inFigures = (rm: ReadModels, limits: Limits, { sealed }: Circle, values: SqlValue[]): string =>
  sealed > 0 ? `not ${valueSealed(rm.schema, limits, values, 'a')}` : 'true';

/** Whether every case of the book is counted, and open. */
export const isWhole = ({ book, counted, open }: Circle): boolean => counted === book && open === book;

/** Whose data an answer covers. */
export interface ScopeTold {
  /** All cases of the book, or those that may be counted for who asks. */
  readonly cases: 'all' | 'counted';
  /** How many. Left out where it would tell that one or two are among them that may not be seen. */
  readonly counted?: number;
  /** How many of them may be seen: nothing of these is withheld. */
  readonly open?: number;
  /** How many of them may not. */
  readonly closed?: number | 'few';
  /** Something is left out, or put together over what it would be told apart by. */
  readonly withheld: boolean;
  readonly words: string;
}

const WHOLE: ScopeTold = { cases: 'all', withheld: false, words: 'All cases of the book.' };

const isFew = (cases: number): boolean => cases > 0 && cases < FEW;

const othersOf = ({ unknown }: Circle, closed: number): string =>
  isFew(closed) ? `and fewer than ${FEW} others` : isFew(unknown) ? 'and others' : `and ${closed} others`;

const wordsOf = (circle: Circle, open: number, closed: number, withheld: boolean): string => {
  if (closed === 0) return `The cases that you may see: ${open}.`;
  const left = withheld ? ` What rests on fewer than ${FEW} of the others is put together with more, or left out.` : '';
  const sealed = circle.sealed > 0 ? ' What is sealed for you is left out.' : '';
  return `The cases that you may see: ${open}, ${othersOf(circle, closed)}.${left}${sealed}`;
};

/** Without a circle, of the whole book. `open`: those of which nothing is left out in this answer. */
export const scopeTold = (circle: Circle | undefined, withheld: boolean, open = circle?.open ?? 0): ScopeTold => {
  if (!circle) return WHOLE;
  const closed = circle.counted - open;
  const few = isFew(closed) || isFew(circle.unknown);
  return {
    cases: 'counted',
    ...(few ? {} : { counted: circle.counted }),
    open,
    closed: few ? 'few' : closed,
    withheld,
    words: wordsOf(circle, open, closed, withheld),
  };
};
