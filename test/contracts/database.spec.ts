import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { NothingChanged, openSqlEventStore } from '#event-store';
import { type BookDatabase, openEmbedded, openServer } from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { appendOf } from './events.js';

const MOST_WAITING = 10_000;

describe('a log that cannot write just now', () => {
  it('sends away at once whoever comes when too many wait, and writes those that do', async () => {
    const db = await openEmbedded('memory', { durable: false });
    const store = await openSqlEventStore(db);
    let [go, begun] = [(): void => undefined, (): void => undefined];
    const isHeld = new Promise<void>((resolve) => (begun = resolve));
    const held = db.transaction(() => new Promise<void>((resolve) => ((go = resolve), begun())));
    await isHeld;
    const appends = Array.from({ length: MOST_WAITING + 1 }, () => store.append(appendOf(`case-${randomUUID()}`)));
    await expect(appends.pop()).rejects.toMatchObject({ code: 'too-busy' });
    go();
    await held;
    const outcomes = await Promise.all(appends);
    expect(outcomes.every(({ outcome }) => outcome === 'appended')).toBe(true);
    await db.close();
  }, 240_000);
});

/** Both make the same of changes that are known beforehand. */
const makesChanges = async (db: BookDatabase): Promise<void> => {
  await db.execute('create table tally (n int primary key, sum int)');
  const adding = { table: 'tally', columns: ['n', 'sum'], lines: '1\t10\n2\t20\n' };
  const moving = (n: number) => ({
    text: 'update tally set sum = sum + 1 where n = $1 returning n',
    values: [n],
    must: true,
  });
  await db.change([adding, moving(1)]);
  await expect(db.change([moving(2), moving(3)])).rejects.toBeInstanceOf(NothingChanged);
  await expect(db.change([moving(2), adding])).rejects.toMatchObject({ code: '23505' });
  await db.change([]);
  const sums = [11, 20].map((sum, index) => ({ n: index + 1, sum }));
  expect(await db.query('select n, sum from tally order by n')).toEqual(sums);
};

const LONG = `${'ñ'.repeat(1_000)}\\\\`;
const MANY = 3_000;

/** Both take the rows of several tables at once, megabytes of them, or none of any. */
const addsInBulk = async (db: BookDatabase): Promise<void> => {
  await db.execute('create table short (n int primary key); create table long (n int primary key, told text)');
  const numbers = (from: number): number[] => Array.from({ length: MANY }, (_, index) => from + index);
  const short = (from: number) => ({ table: 'short', columns: ['n'], lines: numbers(from).join('\n') + '\n' });
  const lines = (from: number): string =>
    numbers(from)
      .map((n) => `${LONG}\t${n}\n`)
      .join('');
  const long = (from: number) => ({ table: 'long', columns: ['told', 'n'], lines: lines(from) });
  const held = (): Promise<object[]> =>
    db.query(
      'select (select count(*)::int from short) as short, count(*)::int as long, sum(length(told))::int as length from long',
    );
  await db.change([short(0), long(0)]);
  const all = { short: MANY, long: MANY, length: MANY * (LONG.length - 1) };
  expect(await held()).toEqual([all]);
  // What comes behind the failure is megabytes of rows that nobody wants any more.
  await expect(db.change([short(MANY), short(0), long(MANY), long(2 * MANY)])).rejects.toMatchObject({ code: '23505' });
  await expect(db.copy('long', ['n'], 'one\n')).rejects.toMatchObject({ code: '22P02' });
  expect(await held()).toEqual([all]);
  await db.change([long(MANY), short(MANY)]);
  expect(await held()).toEqual([{ short: 2 * MANY, long: 2 * MANY, length: 2 * all.length }]);
};

describe('the embedded database', () => {
  it('takes the rows of several tables together, all or none', async () => {
    const db = await openEmbedded('memory', { durable: false });
    await addsInBulk(db);
    await db.close();
  });

  it('makes changes that are known beforehand all or none, and says when one found nothing', async () => {
    const db = await openEmbedded('memory', { durable: false });
    await makesChanges(db);
    await db.close();
  });
});

if (noServer) describe.skip(`a PostgreSQL server: ${noServer}`, () => it('may be slow', () => undefined));
else
  describe('a PostgreSQL server', () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    it('that does not answer in time is given up, and asked again on another line', async () => {
      const db = await openServer(server.url, { answerMs: 1_000 });
      const asking = db.query('select pg_sleep(30)::text');
      await expect(asking).rejects.toMatchObject({ code: 'storage-unreachable' });
      expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
      const working = db.transaction((sql) => sql.query('select pg_sleep(30)::text'));
      await expect(working).rejects.toMatchObject({ code: 'storage-unreachable' });
      expect(await db.query('select 1 as one')).toEqual([{ one: 1 }]);
      await db.close();
    });

    it('takes the rows of several tables together, all or none, and is asked on over the same line', async () => {
      const db = await openServer(server.url, { poolSize: 1 });
      const line = await db.query('select pg_backend_pid() as pid');
      await addsInBulk(db);
      expect(await db.query('select pg_backend_pid() as pid')).toEqual(line);
      await db.close();
    });

    it.each([
      ['that does not take rows in time is given up', { answerMs: 2_000 }, `select 1`],
      [
        'that cuts the line while it takes rows leaves none',
        {},
        `select pg_terminate_backend(pid) from pg_locks where not granted`,
      ],
    ])('%s', async (_, options, meanwhile) => {
      const [db, other] = await Promise.all([openServer(server.url, options), openServer(server.url)]);
      await db.execute('drop table if exists fast, slow; create table fast (n int); create table slow (n int)');
      let [free, locked] = [(): void => undefined, (): void => undefined];
      const isLocked = new Promise<void>((resolve) => (locked = resolve));
      const freed = new Promise<void>((resolve) => (free = resolve));
      const held = other.transaction(async (sql) => {
        await sql.query('lock table slow in access exclusive mode');
        locked();
        await freed;
      });
      await isLocked;
      try {
        const copying = db.change(['fast', 'slow'].map((table) => ({ table, columns: ['n'], lines: '1\n' })));
        const refused = expect(copying).rejects.toMatchObject({ code: 'storage-unreachable' });
        const waiting = `select 1 from pg_locks where relation = 'slow'::regclass and not granted`;
        await until(() => other.query(waiting), (rows) => rows.length === 1); // prettier-ignore
        await other.query(meanwhile);
        await refused;
      } finally {
        free();
        await held;
      }
      expect(await db.query('select n from fast union all select n from slow')).toEqual([]);
      await Promise.all([db.close(), other.close()]);
    });

    it('makes changes that are known beforehand all or none, and says when one found nothing', async () => {
      const db = await openServer(server.url);
      await makesChanges(db);
      await db.close();
    });

    it('that is lost before a transaction is rolled back tells what the work had thrown', async () => {
      const [db, other] = await Promise.all([1, 2].map(() => openServer(server.url, { poolSize: 1 })));
      const refused = new Error('refused by the work');
      const working = db?.transaction(async (sql) => {
        const [row] = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
        const pid = row?.pid ?? 0;
        await other?.query('select pg_terminate_backend($1)', [pid]);
        const gone = () => other?.query('select 1 from pg_stat_activity where pid = $1', [pid]);
        await until(gone, (left) => left?.length === 0);
        throw refused;
      });
      await expect(working).rejects.toMatchObject({ code: 'storage-unreachable', cause: refused });
      expect(await db?.query('select 1 as one')).toEqual([{ one: 1 }]);
      await Promise.all([db?.close(), other?.close()]);
    });

    it('lets one process at a time do work of a kind, whatever that asks, and sends away who waits too long', async () => {
      const [db, other] = await Promise.all([1, 2].map(() => openServer(server.url, { answerMs: 8_000 })));
      let [end, begun] = [(): void => undefined, (): void => undefined];
      const isBegun = new Promise<void>((resolve) => (begun = resolve));
      const ended = new Promise<void>((resolve) => (end = resolve));
      const first = db?.alone(1, async () => {
        begun();
        await ended;
        return db.query('select 1 as one');
      });
      await isBegun;
      expect(await other?.alone(2, () => Promise.resolve('of another kind'))).toBe('of another kind');
      await expect(other?.alone(1, () => Promise.reject(new Error('begun too soon')))).rejects.toMatchObject({ code: 'too-busy' }); // prettier-ignore
      const next = other?.alone(1, () => Promise.resolve('next'));
      end();
      expect(await Promise.all([first, next])).toEqual([[{ one: 1 }], 'next']);
      await expect(db?.alone(1, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
      expect(await other?.alone(1, () => Promise.resolve('free'))).toBe('free');
      await Promise.all([db?.close(), other?.close()]);
    });

    it('holds a number for one at a time, and no longer than there is a line to who holds it', async () => {
      const [db, other] = await Promise.all([1, 2].map(() => openServer(server.url)));
      const letGo = await db?.hold(7);
      expect(await Promise.all([db?.hold(7), other?.hold(7)])).toEqual([undefined, undefined]);
      await (
        await other?.hold(8)
      )?.();
      await letGo?.();
      expect(await other?.hold(7)).toBeDefined();
      await other?.close();
      expect(await db?.hold(7)).toBeDefined();
      await db?.close();
    });

    it('that breaks a transaction off for another one is given it again', async () => {
      const db = await openServer(server.url);
      await db.execute('create table turns (n int primary key, taken int); insert into turns values (1, 0), (2, 0)');
      let begun = 0;
      let met = (): void => undefined;
      const meeting = new Promise<void>((resolve) => (met = resolve));
      const take = (...order: number[]): Promise<void> =>
        db.transaction(async (sql) => {
          for (const n of order) {
            await sql.query('update turns set taken = taken + 1 where n = $1', [n]);
            begun += 1;
            if (begun === 2) met();
            await meeting;
          }
        });
      await Promise.all([take(1, 2), take(2, 1)]);
      expect(begun).toBeGreaterThan(4);
      expect(await db.query('select n, taken from turns order by n')).toEqual([
        { n: 1, taken: 2 },
        { n: 2, taken: 2 },
      ]);
      await db.close();
    });
  });
