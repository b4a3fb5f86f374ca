import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BookDatabase, Job, Jobs } from '#runtime';

import { until } from '../support/until.js';

export interface Engine {
  /** Opens the queues as one more process would. */
  open(): Promise<Jobs>;
  /** Forgets all that the queues hold. */
  empty(): Promise<void>;
  /** How many jobs lie in the engine, in whatever state. */
  held(): Promise<number>;
  /** What a process of its own is told, so that it works the same queues: DATABASE_URL, folder, REDIS_URL, or "-". */
  readonly told: readonly string[];
  /** Where only one process at a time may work, it steps aside for another one, and comes back. */
  stepAside?(): Promise<void>;
  comeBack?(): Promise<void>;
  close(): Promise<void>;
}

export const heldInDatabase = async (database: BookDatabase): Promise<number> => {
  const [row] = await database.query<{ count: string }>('select count(*) as count from bullmq.job');
  return Number(row?.count);
};

export const emptyDatabase = async (database: BookDatabase): Promise<void> => {
  const rows = await database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'bullmq' and table_name <> 'migration'`,
  );
  const truncate = `truncate ${rows.map(({ name }) => `bullmq.${name}`).join(', ')} cascade`;
  // Beside workers that lock the same tables in another order it may be broken off, and begins again.
  await database.transaction((sql) => sql.query(truncate));
};

const QUEUE = 'contract';
const job = (id: string, data: Job['data'] = {}): { id: string; data: Job['data'] } => ({ id, data });

/** What holds for the queues on every engine. */
export const keepsTheJobContract = (name: string, start: () => Promise<Engine>): void => {
  describe(`the queues on ${name}`, () => {
    let engine: Engine;
    let open: Jobs[] = [];
    const opened = async (): Promise<Jobs> => {
      const jobs = await engine.open();
      open.push(jobs);
      return jobs;
    };
    const none = async (jobs: Jobs): Promise<void> =>
      void (await until(
        () => jobs.counts(QUEUE),
        (counts) => Object.values(counts).every((count) => count === 0),
      ));

    beforeAll(async () => void (engine = await start()));
    afterAll(() => engine.close());
    afterEach(async () => {
      await Promise.all(open.map((jobs) => jobs.close()));
      open = [];
      await engine.empty();
    });

    it('work each job once, with its data, and keep nothing of it', async () => {
      const jobs = await opened();
      const seen: Job['data'][] = [];
      await jobs.work(QUEUE, async ({ data }) => void seen.push(data), 4);
      await jobs.add(
        QUEUE,
        [1, 2, 3, 4, 5].map((position) => job(`at-${position}`, { position })),
      );
      await until(
        () => seen.length,
        (count) => count === 5,
      );
      await none(jobs);
      expect(seen.map(({ position }) => position).sort()).toEqual([1, 2, 3, 4, 5]);
      expect(await engine.held()).toBe(0);
    });

    it('hold a job once, however often it is added', async () => {
      const jobs = await opened();
      await Promise.all([1, 2, 3].map(() => jobs.add(QUEUE, [job('same', { position: 7 })])));
      await jobs.add(QUEUE, [job('same', { position: 8 }), job('other')]);
      expect(await jobs.counts(QUEUE)).toEqual({ waiting: 2, delayed: 0, active: 0, failed: 0 });
      const seen: unknown[] = [];
      await jobs.work(QUEUE, async ({ id, data }) => void seen.push([id, data]));
      await none(jobs);
      expect(seen).toEqual([
        ['same', { position: 7 }],
        ['other', {}],
      ]);
    });

    it('begin at once, though the worker had nothing to do', async () => {
      const jobs = await opened();
      const begun: string[] = [];
      await jobs.work(QUEUE, async ({ id }) => void begun.push(id));
      for (const id of ['one', 'two', 'three']) {
        const added = performance.now();
        await jobs.add(QUEUE, [job(id)]);
        await until(
          () => begun.at(-1),
          (last) => last === id,
        );
        expect(performance.now() - added).toBeLessThan(2_000);
        await none(jobs);
      }
    });

    it('take ids only', async () => {
      const jobs = await opened();
      await expect(jobs.add(QUEUE, [job('one', { title: 'Ana María' })])).rejects.toThrow('ids only');
      expect(await jobs.told(QUEUE, 'one')).toBeUndefined();
    });

    it('tell how far a job is', async () => {
      const jobs = await opened();
      let go = (): void => undefined;
      const gone = new Promise<void>((resolve) => (go = resolve));
      await jobs.work(QUEUE, async ({ progress }) => {
        await progress(3, 9);
        await gone;
      });
      await jobs.add(QUEUE, [job('long')]);
      try {
        // Its state is asked first: what is told of how far it is may be newer.
        const told = await until(
          () => jobs.told(QUEUE, 'long'),
          (seen) => seen?.state === 'active' && seen.progress !== undefined,
        );
        expect(told).toEqual({ state: 'active', attempts: 0, progress: { done: 3, total: 9 } });
      } finally {
        go();
      }
      await none(jobs);
    });

    it('try again with pauses, then give up, and try anew when told', async () => {
      const jobs = await opened();
      const tries: number[] = [];
      let heals = false;
      await jobs.work(QUEUE, async ({ attempt }) => {
        tries.push(attempt);
        if (!heals) throw new Error('the disk is full');
      });
      await jobs.add(QUEUE, [job('bad')]);
      const failed = await until(
        () => jobs.told(QUEUE, 'bad'),
        (seen) => seen?.state === 'failed',
      );
      expect(failed).toEqual({ state: 'failed', attempts: 3, failure: 'the disk is full' });
      await jobs.add(QUEUE, [job('bad')]);
      expect((await jobs.counts(QUEUE)).failed).toBe(1);
      expect(tries).toEqual([1, 2, 3]);
      heals = true;
      expect(await jobs.retry(QUEUE, 'bad')).toBe(true);
      await none(jobs);
      expect(tries).toEqual([1, 2, 3, 1]);
      expect(await jobs.retry(QUEUE, 'bad')).toBe(false);
    });

    it('forget what failed for good once it is not owed any more', async () => {
      const jobs = await opened();
      await jobs.work(QUEUE, () => Promise.reject(new Error('the disk is full')));
      await jobs.add(QUEUE, [job('owed'), job('done')]);
      await until(
        () => jobs.counts(QUEUE),
        ({ failed }) => failed === 2,
      );
      await jobs.dropFailed(QUEUE, new Set(['owed']));
      expect(await jobs.told(QUEUE, 'done')).toBeUndefined();
      expect(await jobs.told(QUEUE, 'owed')).toMatchObject({ state: 'failed', attempts: 3 });
    });

    it('add a scheduled job again and again', async () => {
      const jobs = await opened();
      let runs = 0;
      await jobs.work(QUEUE, async () => void (runs += 1));
      await jobs.every(QUEUE, 'often', 100);
      await until(
        () => runs,
        (count) => count >= 3,
      );
    });

    it('keep the turn of a scheduled job that is told again', async () => {
      const jobs = await opened();
      let runs = 0;
      await jobs.work(QUEUE, async () => void (runs += 1));
      for (const _ of [1, 2, 3]) {
        await jobs.every(QUEUE, 'daily', 86_400_000);
        await until(
          () => jobs.counts(QUEUE),
          ({ waiting, active, delayed }) => waiting + active === 0 && delayed === 1,
        );
      }
      expect(runs).toBe(1);
    });

    it('hand a job on when who has it works the queue no more', async () => {
      const jobs = await opened();
      const tries: string[] = [];
      const end = await jobs.work(QUEUE, ({ attempt, signal }) => {
        tries.push(`first ${attempt}`);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))));
      });
      await jobs.add(QUEUE, [job('long')]);
      await until(
        () => tries.length,
        (count) => count === 1,
      );
      await end();
      expect(await jobs.told(QUEUE, 'long')).toEqual({ state: 'waiting', attempts: 0 });
      await jobs.work(QUEUE, async ({ attempt }) => void tries.push(`second ${attempt}`));
      await none(jobs);
      expect(tries).toEqual(['first 1', 'second 1']);
    });

    it('give back at a stop what does not end, and it counts as no try', async () => {
      const [first, second] = [await opened(), await opened()];
      const tries: string[] = [];
      let has = (): void => undefined;
      const started = new Promise<void>((resolve) => (has = resolve));
      await first.work(QUEUE, ({ attempt, signal }) => {
        tries.push(`first ${attempt}`);
        has();
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
      });
      await first.add(QUEUE, [job('long')]);
      await started;
      await first.close();
      expect(await second.told(QUEUE, 'long')).toEqual({ state: 'waiting', attempts: 0 });
      await second.work(QUEUE, async ({ attempt }) => void tries.push(`second ${attempt}`));
      await none(second);
      expect(tries).toEqual(['first 1', 'second 1']);
    });

    it('end at a stop though a job does not', async () => {
      const jobs = await opened();
      let [has, end] = [(): void => undefined, (): void => undefined];
      const started = new Promise<void>((resolve) => (has = resolve));
      const ended = new Promise<void>((resolve) => (end = resolve));
      await jobs.work(QUEUE, () => {
        has();
        return ended;
      });
      await jobs.add(QUEUE, [job('endless')]);
      await started;
      try {
        await jobs.close();
      } finally {
        end();
      }
    });

    it('have nothing after they were emptied, and work what is added again', async () => {
      const jobs = await opened();
      const seen: string[] = [];
      await jobs.add(QUEUE, [job('one'), job('two')]);
      await engine.empty();
      expect(await jobs.told(QUEUE, 'one')).toBeUndefined();
      await jobs.work(QUEUE, async ({ id }) => void seen.push(id));
      await jobs.add(QUEUE, [job('two')]);
      await until(
        () => seen,
        ({ length }) => length > 0,
      );
      await engine.empty();
      await jobs.add(QUEUE, [job('three')]);
      await until(
        () => seen,
        ({ length }) => length > 1,
      );
      expect(seen).toEqual(['two', 'three']);
    });

    it('hand the job of a killed process to another one', async () => {
      await engine.stepAside?.();
      const started = performance.now();
      const child: ChildProcess = spawn(
        process.execPath,
        ['--import', './test/support/typescript.mjs', 'test/contracts/jobs-worker.ts', ...engine.told],
        { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'] } },
      );
      let told = '';
      child.stdout?.on('data', (bytes: Buffer) => (told += bytes.toString()));
      await until(
        () => [told, child.exitCode],
        ([text]) => text === 'has orphan\n',
        40_000,
      );
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await engine.comeBack?.();
      const jobs = await opened();
      expect((await jobs.told(QUEUE, 'orphan'))?.state).toBe('active');
      const seen: string[] = [];
      await jobs.work(QUEUE, async ({ id, attempt }) => void seen.push(`${id} ${attempt}`));
      await none(jobs);
      expect(seen).toEqual(['orphan 1']);
      expect(performance.now() - started).toBeLessThan(50_000);
    });
  });
};
