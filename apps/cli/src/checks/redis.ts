import { Redis } from 'ioredis';

import { selectDatabase, type Settings } from '#runtime';

import { type Check, type Found, ok, warning, together, wrong } from './check.js';

const CONNECT_MS = 5_000;
const [LEAST_MAJOR, LEAST_MINOR] = [6, 2] as const;

/** @param info what INFO answers: `name:value` a line */
export const redisState = (info: string): Found => {
  const told = (name: string): string => new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1] ?? '';
  const [major = 0, minor = 0] = told('redis_version').split('.').map(Number);
  const found: Found[] = [];
  if (told('maxmemory_policy') !== 'noeviction') {
    const says = `it drops keys when memory runs out (${told('maxmemory_policy')}), and jobs with them`;
    found.push(wrong(says, 'Set maxmemory-policy to noeviction: no process starts until then.'));
  }
  if (major < LEAST_MAJOR || (major === LEAST_MAJOR && minor < LEAST_MINOR))
    found.push(
      wrong(`Redis ${told('redis_version')} is too old`, `Upgrade to ${LEAST_MAJOR}.${LEAST_MINOR} or newer.`),
    );
  if (told('aof_enabled') === '1' && told('aof_last_write_status') === 'err')
    found.push(wrong('it cannot write its file', 'Look at its log, and at the room on its disk.'));
  if (told('aof_enabled') !== '1') {
    const says = 'appendonly is off: a restart forgets the jobs, which are added again from the log';
    found.push(warning(says, 'Set appendonly to yes, and appendfsync to always.'));
  }
  return together(found, ok(`Redis ${told('redis_version')} keeps what it is given`));
};

const look = async (url: string): Promise<Found> => {
  const options = { lazyConnect: true, connectTimeout: CONNECT_MS, commandTimeout: CONNECT_MS };
  const redis = new Redis(url, { ...options, retryStrategy: () => null });
  let failure: Error | undefined;
  redis.on('error', (error: Error) => (failure = error));
  try {
    await redis.connect();
    await selectDatabase(redis);
    return redisState(await redis.info());
  } catch (error) {
    const { hostname, port } = new URL(url);
    const why = (failure ?? (error as Error)).message;
    return wrong(`no Redis answers at ${hostname}:${port || 6379}: ${why}`, 'Start it, or mend REDIS_URL.');
  } finally {
    redis.disconnect();
  }
};

export const redisChecks = ({ redisUrl }: Settings): Check[] =>
  redisUrl ? [{ name: 'redis', look: () => look(redisUrl) }] : [];
