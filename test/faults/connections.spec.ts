import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ServerProcess } from '../eventstoredb/process.js';
import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';
import { type Fault, faults, Proxy } from '../support/proxy.js';
import { noRedis, type RedisServer, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { type Callers, migrate } from './callers.js';
import { House } from './house.js';
import { isFull, Plan, seed } from './plan.js';
import type { Env, Slot } from './slot.js';

const FAULT_MS = 12_000;
const MOST_MS = 10_000;
const HEALED_MS = 60_000;
const ASKED_EVERY_MS = 250;
/** Of the loops that look by themselves: the log and the answers, who leads, what is owed, health. */
const BEATS_PER_S = 6;
const CODES = ['outcome-unknown', 'storage-unreachable', 'log-unreachable', 'answer-late', 'too-busy', undefined];

interface Asked {
  readonly status: number;
  readonly code: string | undefined;
  readonly retryAfter: string | null;
  readonly tookMs: number;
}

const plan = new Plan('connections');
let keys = 0;
let authorization = '';

const houseOver = (databaseUrl: string, callers: Callers, env: Env = {}): House => {
  authorization = `Bearer ${callers.ana}`;
  return new House(databaseUrl, callers, env);
};

const asked = async (slot: Slot, path: string, init?: RequestInit): Promise<Asked> => {
  const start = performance.now();
  const response = await slot.fetch(path, init);
  const body = (await response.json()) as { code?: string };
  const tookMs = performance.now() - start;
  return { status: response.status, code: body.code, retryAfter: response.headers.get('retry-after'), tookMs };
};

/** A fact, under a key of its own. */
const record = (slot: Slot): Promise<Asked> => {
  const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': `fault-${keys++}` };
  const told = { reference: '1', title: 'Fault', authority: 'Court 3', jurisdiction: 'ES', openedOn: '2026-01-10' };
  return asked(slot, '/v1/cases', { method: 'POST', headers, body: JSON.stringify(told) });
};

/** What the API is asked while its line is spoilt: a write, a question, its health, by turns. */
const askings = [
  record,
  (slot: Slot) => asked(slot, '/v1/cases', { headers: { authorization } }),
  (slot: Slot) => asked(slot, '/health/ready'),
];

const askDuring = async (slot: Slot): Promise<Asked[]> => {
  const answers: Promise<Asked>[] = [];
  const end = performance.now() + FAULT_MS;
  while (performance.now() < end) {
    const ask = slot.app === 'api' ? plan.of(askings) : (askings[2] as (typeof askings)[number]);
    answers.push(ask(slot));
    await pause(ASKED_EVERY_MS);
  }
  return Promise.all(answers);
};

/** In time; and where not with what was asked for, with "try again" in words that stay. */
const assertTold = (slot: Slot, answers: readonly Asked[]): void => {
  const late = answers.filter(({ tookMs }) => tookMs > MOST_MS);
  const others = answers.filter(({ status, code, retryAfter }) => {
    const tryAgain = status === 503 && CODES.includes(code) && (slot.app !== 'api' || retryAfter !== null || !code);
    return status >= 300 && !tryAgain;
  });
  expect({ late, others }).toEqual({ late: [], others: [] });
};

const apps = ['api', 'projector', 'reporter'];
const cases = apps.flatMap((app) => faults.map((fault) => [app, fault] as const));
const some = (short: number) => (isFull ? cases : plan.some(cases, short));

/** A line of one process is spoilt for a while: all is told in time, and heals without a hand. */
const suffers = async (house: House, proxies: ReadonlyMap<string, Proxy>, app: string, fault: Fault): Promise<void> => {
  const [slot, proxy] = [house.one(app), proxies.get(app) as Proxy];
  const [before, starts, files] = [proxy.attempts, slot.starts, house.files.length];
  proxy.suffer(fault);
  const answers = await askDuring(slot);
  const tries = proxy.attempts - before;
  proxy.heal();
  const healedAfter = performance.now();
  await until(() => record(house.one('api')).catch(() => undefined), (answer) => answer?.status === 201, HEALED_MS); // prettier-ignore
  await house.askForFile(`after-${app}-${fault}`);
  await until(() => house.files.length, (count) => count > files, HEALED_MS - (performance.now() - healedAfter)); // prettier-ignore
  await house.healed(HEALED_MS - (performance.now() - healedAfter));
  assertTold(slot, answers);
  expect(tries).toBeLessThanOrEqual(2 * (answers.length + (BEATS_PER_S * FAULT_MS) / 1_000));
  expect(slot.starts).toBe(starts);
};

if (noPrivateServer)
  describe.skip(`lines to a PostgreSQL server: ${noPrivateServer}`, () => it('may fail', () => undefined));
else
  describe(`between a process and the PostgreSQL server (seed ${seed})`, () => {
    const proxies = new Map<string, Proxy>();
    let server: PostgresServer;
    let house: House;

    beforeAll(async () => {
      server = await startPrivatePostgres();
      house = houseOver(server.url, await migrate(server.url));
      for (const app of apps) proxies.set(app, await Proxy.before(server.url));
      await house.start(...apps.map((app) => [app, { DATABASE_URL: proxies.get(app)?.url ?? '' }] as const));
      await house.healed();
    });
    afterAll(async () => {
      await house.stop();
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      await server.stop();
    });

    it.each(some(2))('%s: %s', (app, fault) => suffers(house, proxies, app, fault));
  });

if (noPrivateServer)
  describe.skip(`lines to an EventStoreDB: ${noPrivateServer}`, () => it('may fail', () => undefined));
else
  describe(`between a process and the EventStoreDB of its log (seed ${seed})`, () => {
    const proxies = new Map<string, Proxy>();
    let server: PostgresServer;
    let log: ServerProcess;
    let house: House;

    beforeAll(async () => {
      [server, log] = [await startPrivatePostgres(), await ServerProcess.start()];
      house = houseOver(server.url, await migrate(server.url, log.url));
      for (const app of apps) proxies.set(app, await Proxy.before(log.url));
      await house.start(...apps.map((app) => [app, { EVENTSTORE_URL: proxies.get(app)?.url ?? '' }] as const));
      await house.healed();
    });
    afterAll(async () => {
      await house.stop();
      await Promise.all([...proxies.values()].map((proxy) => proxy.close()));
      await log.kill();
      await server.stop();
    });

    it.each(some(1))('%s: %s', (app, fault) => suffers(house, proxies, app, fault));
  });

const missing = noPrivateServer ?? noRedis;
if (missing) describe.skip(`lines to a Redis: ${missing}`, () => it('may fail', () => undefined));
else
  describe(`between the reporter and the Redis of its queues (seed ${seed})`, () => {
    let server: PostgresServer;
    let redis: RedisServer;
    let proxy: Proxy;
    let house: House;

    beforeAll(async () => {
      [server, redis] = [await startPrivatePostgres(), await startRedis()];
      const callers = await migrate(server.url);
      proxy = await Proxy.before(redis.url);
      house = houseOver(server.url, callers, { REDIS_URL: proxy.url });
      await house.start('api', 'projector', 'reporter');
    });
    afterAll(async () => {
      await house.stop();
      await proxy.close();
      await redis.stop();
      await server.stop();
    });

    it.each(isFull ? faults : plan.some(faults, 1))('%s', async (fault) => {
      const slot = house.one('reporter');
      const [before, starts, files] = [proxy.attempts, slot.starts, house.files.length];
      proxy.suffer(fault);
      await house.askForFile(`during-${fault}`);
      const answers = await askDuring(slot);
      const tries = proxy.attempts - before;
      proxy.heal();
      await record(house.one('api'));
      await house.askForFile(`after-${fault}`);
      await until(() => house.files.length, (count) => count === files + 2, HEALED_MS); // prettier-ignore
      assertTold(slot, answers);
      expect(tries).toBeLessThanOrEqual(2 * (answers.length + (BEATS_PER_S * FAULT_MS) / 1_000));
      expect(slot.starts).toBe(starts);
      await house.healed();
    });
  });
