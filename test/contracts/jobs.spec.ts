import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type BookDatabase, openEmbedded, openJobs, openServer } from '#runtime';

import { PACE_OF_TESTS as pace } from '../support/pace.js';
import { noServer, startPostgres } from '../support/postgres.js';
import { Proxy } from '../support/proxy.js';
import { noRedis, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { emptyDatabase, heldInDatabase, keepsTheJobContract } from './jobs.contract.js';

keepsTheJobContract('the embedded database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-jobs-'));
  let database: BookDatabase = await openEmbedded(folder, { durable: false });
  return {
    told: ['-', folder, '-'],
    open: () => openJobs({ database, pace }),
    empty: () => emptyDatabase(database),
    held: () => heldInDatabase(database),
    stepAside: () => database.close(),
    comeBack: async () => void (database = await openEmbedded(folder, { durable: false })),
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
});

if (noServer) describe.skip(`the queues on a PostgreSQL server: ${noServer}`, () => it('is tested', () => undefined));
else
  keepsTheJobContract('a PostgreSQL server', async () => {
    const server = await startPostgres();
    const database = await openServer(server.url);
    return {
      told: [server.url, '-', '-'],
      open: () => openJobs({ database, pace }),
      empty: () => emptyDatabase(database),
      held: () => heldInDatabase(database),
      close: () => database.close().then(() => server.stop()),
    };
  });

if (noServer) describe.skip(`queues that begin in an outage: ${noServer}`, () => it('work after it', () => undefined));
else
  describe('queues that begin while their database does not answer', () => {
    it.each(['refuse', 'black-hole'] as const)('work once it does, and leave the process its thread (%s)', async (fault) => {
      const server = await startPostgres();
      const proxy = await Proxy.before(server.url);
      const database = await openServer(proxy.url);
      const jobs = await openJobs({ database, pace });
      proxy.suffer(fault);
      const done: string[] = [];
      const working = jobs.work('begun', ({ id }) => Promise.resolve(void done.push(id)));
      await expect(jobs.add('begun', [{ id: 'during', data: {} }])).rejects.toThrow();
      // Long enough that whoever looked for the database has given up.
      const from = performance.now();
      await until(() => performance.now() - from, (ms) => ms > 6_000, 20_000); // prettier-ignore
      proxy.heal();
      await until(() => jobs.add('begun', [{ id: 'after', data: {} }]).then(() => true, () => false), Boolean, 60_000); // prettier-ignore
      await until(() => done.includes('after'), Boolean, 60_000);
      await (await working)();
      await jobs.close();
      await database.close();
      await proxy.close();
      await server.stop();
    }, 180_000); // prettier-ignore
  });

if (noRedis) describe.skip(`the queues on Redis: ${noRedis}`, () => it('is tested', () => undefined));
else {
  keepsTheJobContract('Redis', async () => {
    const [server, database] = [await startRedis(), await openEmbedded('memory')];
    const redis = new Redis(server.url);
    return {
      told: ['-', 'memory', server.url],
      open: () => openJobs({ database, pace, redisUrl: server.url }),
      empty: async () => void (await redis.flushall()),
      held: async () => (await redis.keys('rastro:contract:at-*')).length,
      close: async () => {
        redis.disconnect();
        await database.close();
        await server.stop();
      },
    };
  });

  describe('a Redis that is not fit for jobs', () => {
    it('is refused when it may evict', async () => {
      const [server, database] = [await startRedis('allkeys-lru'), await openEmbedded('memory')];
      const opening = openJobs({ database, redisUrl: server.url });
      await expect(opening).rejects.toMatchObject({ code: 'redis-evicts', detail: { policy: 'allkeys-lru' } });
      await database.close();
      await server.stop();
    });

    it('is refused when nobody answers', async () => {
      const [server, database] = [await startRedis('volatile-lru'), await openEmbedded('memory')];
      await server.stop();
      const opening = openJobs({ database, redisUrl: server.url });
      await expect(opening).rejects.toMatchObject({ code: 'redis-unreachable' });
      await database.close();
    });
  });
}
