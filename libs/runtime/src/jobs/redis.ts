import { Redis } from 'ioredis';

import { Refused } from '#core';

const CONNECT_MS = 10_000;
/** A line on which an answer does not come for so long is given up; workers wait for jobs up to ten seconds at a time. */
const SILENT_MS = 15_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * A connection to the Redis of the queues, once it answers and keeps what it is given.
 * @throws Refused `redis-evicts`, `redis-unreachable`.
 */
export const connectRedis = async (url: string): Promise<Redis> => {
  let answered = false;
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    lazyConnect: true,
    retryStrategy: (times) => (answered ? Math.min(times * 50, LONGEST_PAUSE_MS) : null),
  });
  // It reconnects by itself; a command that waits says when it took too long. Unheard, the event would be printed.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await selectDatabase(redis);
    assertKeeps(await redis.info('memory'));
    answered = true;
    return redis;
  } catch (error) {
    if (redis.status !== 'end') redis.disconnect();
    if (error instanceof Refused) throw error;
    const { hostname, port } = new URL(url);
    const why = (error as Error).message;
    const hint = `No Redis answers at ${hostname}:${port || 6379}: ${why}. Start it, or mend REDIS_URL.`;
    throw new Refused('redis-unreachable', hint, { why });
  }
};

/** Its client goes on in database 0, without a word, where there is none of that number. */
export const selectDatabase = async (redis: Redis): Promise<void> => {
  const { db = 0 } = redis.options;
  if (db !== 0) await redis.select(db);
};

/** A Redis that evicts drops jobs when memory runs out. */
const assertKeeps = (memory: string): void => {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'unknown';
  if (policy === 'noeviction') return;
  const hint = `Redis drops keys when memory runs out (${policy}): set maxmemory-policy to noeviction.`;
  throw new Refused('redis-evicts', hint, { policy });
};
