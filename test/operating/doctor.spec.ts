import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { LOG_VERSION, openSqlEventStore } from '#event-store';
import { LEADER_LOCK, ReadModels } from '#read-models';
import { type BookDatabase, connectRedis, openEmbedded, openServer } from '#runtime';

import { diagnose } from '../../apps/cli/src/doctor.js';
import { TestIssuer } from '../access/issuing.js';
import { appendOf } from '../contracts/events.js';
import { freePort } from '../support/free-port.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { noRedis, startRedis } from '../support/redis.js';
import { rastro } from '../support/rastro.js';
import { until } from '../support/until.js';

const folder = mkdtempSync(join(tmpdir(), 'rastro-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const states = async (env: Record<string, string>): Promise<Record<string, string>> => {
  const found = await diagnose({ RASTRO_DATA: folder, ...env });
  return Object.fromEntries(found.map(({ name, state, says }) => [name, `${state}: ${says}`]));
};

/** Accepts connections and never answers. */
const silent = async (): Promise<{ port: number; stop: () => void }> => {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => void sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, stop };
};

describe('the doctor', () => {
  it('says what is wrong with the settings, and looks at what needs none', async () => {
    const found = await states({ RASTRO_PROT: '1' });
    expect(found['settings']).toContain('wrong: RASTRO_PROT is not a setting');
    expect(found['node']).toMatch(/^ok/);
  });

  it('looks at the machine though nothing else is up, and at a book that is not there without making one', async () => {
    const port = await freePort();
    const down = { DATABASE_URL: `postgres://127.0.0.1:${port}/x`, REDIS_URL: `redis://127.0.0.1:${port}`, EVENTSTORE_URL: `esdb://a:b@127.0.0.1:${port}` }; // prettier-ignore
    const found = await states(down);
    for (const name of ['database', 'redis', 'event store']) expect(found[name]).toMatch(/^wrong/);
    for (const name of ['node', 'settings', 'disk space', 'exports', 'data folder']) expect(found[name]).toMatch(/^ok/);
    expect(found['answers']).toBe('warning: not looked at: the database could not be opened');
    expect((await states({ RASTRO_DATA: join(folder, 'none') }))['database']).toContain('warning: There is no book');
  });

  it('says of a damaged folder to put one back from a back-up', async () => {
    const damaged = join(folder, 'damaged');
    await (await openEmbedded(damaged)).close();
    truncateSync(join(damaged, 'database', 'global', 'pg_control'), 100);
    const why = expect.stringMatching(/cannot be opened: it is damaged.* Put one back from a back-up \(docs\/backup.md\)/) as unknown; // prettier-ignore
    expect((await states({ RASTRO_DATA: damaged }))['database']).toEqual(why);
    expect(await rastro({ RASTRO_DATA: damaged }, 'verify')).toMatchObject({ code: 2, stdout: '', stderr: why });
  });

  it('says who signs people in, and whether the issuer answers', async () => {
    expect((await states({}))['sign-in']).toMatch(/^ok: by accounts/);
    const roles = join(folder, 'roles.yaml');
    writeFileSync(roles, 'person: sub\nname: sub\ngrants: []\n');
    const issuer = await new TestIssuer().start();
    const set = { RASTRO_ISSUER: issuer.url, RASTRO_AUDIENCE: 'rastro', RASTRO_ROLES: roles };
    expect((await states(set))['sign-in']).toMatch(/^warning: by .* no claim makes an administrator/);
    await issuer.stop();
    expect((await states(set))['sign-in']).toMatch(/^wrong: .* does not answer/);
    expect((await states({ ...set, RASTRO_ROLES: join(folder, 'none') }))['sign-in']).toMatch(/^wrong: RASTRO_ROLES/);
    expect((await states({ RASTRO_BEHIND_TLS_PROXY: 'rastro.example' }))['reached']).toContain('rastro.example');
  });

  it('gives up an engine that accepts and says nothing', async () => {
    const { port, stop } = await silent();
    const found = await states({
      DATABASE_URL: `postgres://127.0.0.1:${port}/x`,
      REDIS_URL: `redis://127.0.0.1:${port}`,
    });
    stop();
    expect([found['database'], found['redis']]).toEqual([
      expect.stringMatching(/^wrong/),
      expect.stringMatching(/^wrong/),
    ]);
  });

  (noRedis ? it.skip : it)(`sees what a Redis keeps${noRedis ? ` (${noRedis})` : ''}`, async () => {
    for (const [policy, state] of [
      ['noeviction', 'warning: appendonly is off'],
      ['allkeys-lru', 'wrong: it drops keys'],
    ]) {
      // prettier-ignore
      const redis = await startRedis(policy);
      expect((await states({ REDIS_URL: redis.url }))['redis']).toContain(state);
      const none = new URL('/99', redis.url).href;
      expect((await states({ REDIS_URL: none }))['redis']).toMatch(
        /^wrong: no Redis answers .*: ERR DB index is out of range/,
      );
      await expect(connectRedis(none)).rejects.toMatchObject({ code: 'redis-unreachable', message: expect.stringContaining('ERR DB index is out of range. Start') as unknown }); // prettier-ignore
      await redis.stop();
    }
  });
});

if (noServer) describe.skip(`the doctor of a server: ${noServer}`, () => it('looks', () => undefined));
else
  describe('the doctor of a server', () => {
    let server: PostgresServer;
    let db: BookDatabase;
    beforeAll(async () => {
      server = await startPostgres();
      db = await openServer(server.url);
    });
    afterAll(async () => {
      await db.close();
      await server.stop();
    });
    const seen = () => states({ DATABASE_URL: server.url });

    it('says that nothing is set up yet, and sets nothing up', async () => {
      const found = await seen();
      expect([found['database'], found['durability']]).toEqual([
        expect.stringMatching(/^ok/),
        expect.stringMatching(/^ok/),
      ]);
      expect(found['schema of the log']).toContain('wrong: no log');
      const [schemas] = await db.query<{ n: string }>(
        `select count(*) as n from pg_namespace where nspname in ('log', 'read', 'bullmq')`,
      );
      expect(schemas?.n).toBe('0');
    });

    it('says who keeps the answers, how far they are, and when they were never possible', async () => {
      const store = await openSqlEventStore(db);
      const readModels = await new ReadModels(db, store).open();
      expect((await seen())['answers']).toContain('wrong: nobody keeps the answers');
      const end = new AbortController();
      let leads = false;
      const leading = db.lead(LEADER_LOCK, end.signal, {
        lead: (signal) => {
          leads = true;
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      });
      await until(() => leads, Boolean);
      expect(await seen()).toMatchObject({ answers: 'ok: the answers stand at the end of the log, 0', 'schema of the log': expect.stringMatching(/^ok/), 'schema of the answers': expect.stringMatching(/^ok/) }); // prettier-ignore
      await store.append(appendOf('case-unknown'));
      expect((await seen())['answers']).toBe('wrong: the answers are 1 events behind and do not move');
      await db.execute(`update ${readModels.schema}.checkpoint set position = 7`);
      expect((await seen())['answers']).toMatch(
        /^wrong: the log does not hold any more what was taken in at position 7/,
      );
      await db.execute('update log.made_by set version = version + 1');
      expect((await seen())['schema of the log']).toMatch(
        new RegExp(`^wrong: the log is of version ${LOG_VERSION + 1}`),
      );
      end.abort();
      await leading;
    });
  });
