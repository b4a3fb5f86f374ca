import type { Database } from './sql.js';

/**
 * Does work one piece after the other in all processes that share the database. Those of this process wait before they take a
 * connection: the work may need one.
 * @throws Refused `too-busy` when other processes take too long; what the work throws.
 */
export const oneAtATime = (db: Pick<Database, 'alone'>, lock: number): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(() => db.alone(lock, work));
    last = turn.catch(() => undefined);
    return turn;
  };
};
