import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type BookDatabase, openEmbedded, openJobs, openServer } from '#runtime';

import { PACE_OF_TESTS as pace } from '../support/pace.js';
import { noServer, startPostgres } from '../support/postgres.js';
import { noRedis, startRedis } from '../support/redis.js';
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
