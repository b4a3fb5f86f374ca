import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

import { type EventStore, openSqlEventStore } from '#event-store';
import { openJobs, openLog, type Work, workOff } from '#runtime';

import type { Engine } from './engine.js';
import { print, round, secondsOf } from './measure.js';

const AT_ONCE = 8;
const ROUNDS = 3;
const PATIENCE_MS = 10_000;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** A private Redis in memory, ended with the bench. */
const startRedis = async (): Promise<{ url: string; stop: () => Promise<void> }> => {
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'rastro-bench-')), await freePort()];
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve).once('error', resolve));
  const url = `redis://127.0.0.1:${port}/0`;
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: PATIENCE_MS / 50 });
  redis.on('error', () => undefined);
  await redis.ping().finally(() => redis.disconnect());
  const stop = async (): Promise<void> => {
    server.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, stop };
};

/** Counts down, and resolves at nothing. */
const countdown = (from: number): { done: Promise<void>; tick: () => void } => {
  let [left, reach] = [from, (): void => undefined];
  const done = new Promise<void>((resolve) => (reach = resolve));
  const tick = (): void => {
    left -= 1;
    if (left === 0) reach();
  };
  return { done, tick };
};

/** As BullMQ is used by itself: added in bulk, worked, removed when done. */
const bare = async (url: string, ids: readonly string[]): Promise<number> => {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const name = `bare-${randomUUID()}`;
  const { done, tick } = countdown(ids.length);
  const queue = new Queue(name, { connection });
  const worker = new Worker(name, () => Promise.resolve(tick()), { connection, concurrency: AT_ONCE });
  await worker.waitUntilReady();
  const opts = { removeOnComplete: true };
  const seconds = await secondsOf(async () => {
    await queue.addBulk(ids.map((jobId) => ({ name, data: {}, opts: { ...opts, jobId } })));
    await done;
  });
  await Promise.all([worker.close(), queue.close()]);
  connection.disconnect();
  return seconds;
};

/** As Rastro does it: what is owed is seen, queued under its own id, and done. */
const owed = async (url: string, store: EventStore, engine: Engine, ids: readonly string[]): Promise<number> => {
  const { db, drop } = await engine.open();
  const jobs = await openJobs({ redisUrl: url, database: db });
  const open = new Set(ids);
  const { done, tick } = countdown(ids.length);
  const work: Work = {
    queue: `owed-${randomUUID()}`,
    atOnce: AT_ONCE,
    owed: () => Promise.resolve([...open].map((id) => ({ id, data: {} }))),
    do: ({ id }) => Promise.resolve(open.delete(id) ? tick() : undefined),
  };
  const end = new AbortController();
  let working = Promise.resolve();
  const seconds = await secondsOf(async () => {
    working = workOff([work], { jobs, store, log: openLog('bench', 'error') }, end.signal);
    await done;
  });
  end.abort();
  await working;
  await jobs.close();
  await drop();
  return seconds;
};

/** Jobs that do nothing, as Rastro queues and works them on Redis, beside bare BullMQ on the same Redis in turns. */
export const jobs = async (engine: Engine): Promise<void> => {
  const redis = engine.redisUrl ? { url: engine.redisUrl, stop: () => Promise.resolve() } : await startRedis();
  const { db, drop } = await engine.open();
  const store = await openSqlEventStore(db);
  const count = engine.short ? 200 : 5_000;
  let [ours, theirs] = [0, 0];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const ids = Array.from({ length: count }, () => randomUUID());
    theirs += await bare(redis.url, ids);
    ours += await owed(redis.url, store, engine, ids);
  }
  const rate = (seconds: number): number => round((ROUNDS * count) / seconds, 0);
  print({
    what: `queue and work ${ROUNDS} times ${count} jobs that do nothing, on Redis, ${AT_ONCE} at a time`,
    engine: 'redis',
    measured: rate(ours),
    unit: 'jobs/s',
    yardstick: { what: 'bare BullMQ, the same', measured: rate(theirs) },
    ratio: round(theirs / ours),
    required: '>= 0.8',
  });
  await drop();
  await redis.stop();
};
