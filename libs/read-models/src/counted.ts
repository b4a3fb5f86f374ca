import type { Limits } from '#access';
import type { SqlValue } from '#event-store';

import { FEW } from './atoms.js';
import type { ReadModels } from './read-models.js';
import { visible } from './scope.js';

/** How many cases are counted for one who asks. */
export interface Circle {
  /** Of the whole book. */
  readonly book: number;
  readonly counted: number;
  /** Counted also where a cell rests on few: nothing of them is withheld. */
  readonly open: number;
  /** Of which they may read at least what is said of the assets. */
  readonly readable: number;
}

/** Which cases are counted, and of each whether it is open to who asks: columns of the statement of the question. */
export const countedCases = (rm: ReadModels, limits: Limits, values: SqlValue[]): string => {
  const [few, readable, count] = (['countFew', 'assets', 'count'] as const).map((reading) =>
    visible(rm.schema, limits, reading, { caseId: 'k.case_id', jurisdiction: 'k.jurisdiction' }, values),
  );
  return `select k.case_id, ${few} or ${readable} as open, ${readable} as readable from ${rm.schema}.cases k where ${count}`;
};

export const circleOf = async (rm: ReadModels, limits: Limits): Promise<Circle> => {
  const values: SqlValue[] = [];
  const [row] = await rm.db.query<Record<keyof Circle, string>>(
    `select (select count(*) from ${rm.schema}.cases) as book, count(*) as counted, count(*) filter (where open) as open,
       count(*) filter (where readable) as readable from (${countedCases(rm, limits, values)}) k`,
    values,
  );
  const [book, counted, open, readable] = (['book', 'counted', 'open', 'readable'] as const).map((name) =>
    Number(row?.[name] ?? 0),
  ) as [number, number, number, number];
  return { book, counted, open, readable };
};

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

const wordsOf = (open: number, closed: number, withheld: boolean): string => {
  if (closed === 0) return `The cases that you may see: ${open}.`;
  const others = closed < FEW ? `and fewer than ${FEW} others` : `and ${closed} others`;
  const left = withheld ? ` What rests on fewer than ${FEW} of the others is put together with more, or left out.` : '';
  return `The cases that you may see: ${open}, ${others}.${left}`;
};

/** Without a circle, of the whole book. `open`: those of which nothing is left out in this answer. */
export const scopeTold = (circle: Circle | undefined, withheld: boolean, open = circle?.open ?? 0): ScopeTold => {
  if (!circle) return WHOLE;
  const closed = circle.counted - open;
  return {
    cases: 'counted',
    ...(closed === 0 || closed >= FEW ? { counted: circle.counted } : {}),
    open,
    closed: closed === 0 || closed >= FEW ? closed : 'few',
    withheld,
    words: wordsOf(open, closed, withheld),
  };
};
