import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Redis } from 'ioredis';

import { freePort } from './free-port.js';
import { until } from './until.js';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

const given = process.env['TEST_REDIS_URL'];
const folders = (process.env['PATH'] ?? '').split(':');
const binary = folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));

/** Why there is no Redis to test against, or undefined when there is one. */
export const noRedis: string | undefined =
  given || binary ? undefined : 'no TEST_REDIS_URL and no redis-server installed';

const answers = async (url: string): Promise<boolean> => {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
};

/** An empty Redis: that of TEST_REDIS_URL, or a private one in memory on a free port. */
export const startRedis = async (policy = 'noeviction'): Promise<RedisServer> => {
  if (given && policy === 'noeviction') return { url: given, stop: () => Promise.resolve() };
  if (!binary) throw new Error('no redis-server installed');
  const folder = mkdtempSync(join(tmpdir(), 'rastro-redis-'));
  const port = await freePort();
  const settings = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--maxmemory-policy',
    policy,
  ];
  const server = spawn(binary, settings, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const kill = (): boolean => server.kill('SIGKILL');
  process.once('exit', kill);
  const url = `redis://127.0.0.1:${port}/0`;
  await until(() => answers(url), Boolean);
  return {
    url,
    stop: async () => {
      process.removeListener('exit', kill);
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
