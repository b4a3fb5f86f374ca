import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Refused } from '#core';
import { LOG_VERSION } from '#event-store';
import { assertBook, readSettings } from '#runtime';

import { addresses } from './addresses.js';
import { answersAt } from './answers.js';
import { examine, NotLookedAt, ok } from './check.js';
import { durability, logSchema, serverVersion } from './database.js';
import { eventStoreAddress } from './event-store.js';
import { dataFolder, nodeVersion, secretFiles, spaceLeft } from './machine.js';
import { redisState } from './redis.js';

describe('checks beside each other', () => {
  it('end each alone: one that fails, waits for ever or cannot look takes no other with it', async () => {
    const nothing = new Promise<never>(() => undefined);
    const looks = [
      () => ok('fine'),
      () => Promise.reject(new Refused('gone', 'It is gone.')),
      () => Promise.reject(new Error('down')),
      () => Promise.reject(new NotLookedAt('no database')),
      () => nothing,
    ];
    const found = await examine(looks.map((look, n) => ({ name: `${n}`, look, patienceMs: 200 })));
    expect(found).toEqual([
      { name: '0', state: 'ok', says: 'fine' },
      { name: '1', state: 'wrong', says: 'It is gone. (gone)' },
      { name: '2', state: 'wrong', says: 'down' },
      { name: '3', state: 'warning', says: 'not looked at: no database' },
      { name: '4', state: 'wrong', says: 'no answer within 0.2 s' },
    ]);
  });
});

describe('the machine', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'rastro-checks-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['20.19.0', 'ok'],
    ['20.18.9', 'wrong'],
    ['18.20.0', 'wrong'],
    ['24.1.0', 'ok'],
  ])('runs Node %s: %s', (version, state) => expect(nodeVersion(version).state).toBe(state));

  it.each([
    [199, 'wrong'],
    [200, 'warning'],
    [2_000, 'ok'],
  ])('has %d MB left: %s', (free, state) => expect(spaceLeft(free, '/data').state).toBe(state));

  it('keeps its data folder to itself', () => {
    chmodSync(folder, 0o700);
    expect(dataFolder(folder).state).toBe('ok');
    chmodSync(folder, 0o750);
    expect(dataFolder(folder)).toMatchObject({ state: 'warning', mend: `Run: chmod 700 ${folder}` });
  });

  it('is not told to close what is no folder of a book, or not its own', () => {
    const [file, mine] = [join(folder, 'passwd'), process.getuid?.() ?? 0];
    writeFileSync(file, 'x');
    expect(dataFolder(file)).toMatchObject({ state: 'wrong', says: `${file} is no folder` });
    chmodSync(folder, 0o755);
    expect(dataFolder(folder).mend).toMatch(/^Set RASTRO_DATA/);
    mkdirSync(join(folder, 'database', 'global'), { recursive: true });
    expect(dataFolder(folder).mend).toBe(`Run: chmod 700 ${folder}`);
    expect(dataFolder(folder, mine + 1).mend).toMatch(/^Set RASTRO_DATA/);
  });

  it('does not say of a folder that may not be entered that there is no book in it', async () => {
    const isRoot = process.getuid?.() === 0;
    chmodSync(folder, isRoot ? 0o700 : 0o000);
    // Root may enter any.
    if (isRoot) process.seteuid?.(65_534);
    const asked = assertBook({ data: folder }).catch((error: unknown) => error);
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o700);
    expect(await asked).toMatchObject({ code: 'book-closed', detail: { where: folder } });
    await expect(assertBook({ data: folder })).rejects.toMatchObject({ code: 'book-absent' });
  });

  it('keeps its passwords to itself', () => {
    const file = join(folder, 'url');
    writeFileSync(file, 'postgresql://h/d', { mode: 0o600 });
    expect(secretFiles({ DATABASE_URL_FILE: file }).state).toBe('ok');
    chmodSync(file, 0o644);
    expect(secretFiles({ DATABASE_URL_FILE: file })).toMatchObject({
      state: 'warning',
      mend: `Run: chmod 600 ${file}`,
    });
    const other = (process.getuid?.() ?? 0) + 1;
    expect(secretFiles({ DATABASE_URL_FILE: file }, other).mend).toMatch(/^Give .* to the account that runs Rastro/);
  });
});

describe('a PostgreSQL server', () => {
  it.each([
    [130_022, 'wrong'],
    [140_000, 'ok'],
    [170_005, 'ok'],
  ])('of version %d is %s', (number, state) => expect(serverVersion(number, 'h/d').state).toBe(state));

  it.each(['fsync', 'full_page_writes', 'synchronous_commit'] as const)('without %s is not safe', (name) => {
    const safe = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'remote_apply' };
    expect(durability(safe).state).toBe('ok');
    expect(durability({ ...safe, [name]: 'off' })).toMatchObject({ state: 'wrong', mend: `Set ${name} to on in postgresql.conf.` }); // prettier-ignore
  });

  it.each([
    [0, 'wrong', 'Stop the processes and run: rastro migrate'],
    [LOG_VERSION, 'ok', undefined],
    [LOG_VERSION + 1, 'wrong', 'Run the newer program here too.'],
  ])('with a log of version %d: %s', (found, state, mend) => {
    const { mend: told, ...rest } = logSchema(found);
    expect([rest.state, told]).toEqual([state, mend]);
  });
});

describe('the answers', () => {
  it.each([
    ['at the end of the log', { head: 9, before: 9, now: 9 }, 'ok'],
    ['at the end, with a projector', { head: 9, before: 9, now: 9, led: true }, 'ok'],
    ['that nobody keeps', { head: 9, before: 9, now: 9, led: false }, 'wrong'],
    ['behind, of a book that is closed', { head: 9, before: 5, now: 5 }, 'warning'],
    ['behind, and following', { head: 9, before: 5, now: 6, led: true }, 'warning'],
    ['behind, and standing still', { head: 9, before: 5, now: 5, led: true }, 'wrong'],
    ['in front of a log that was restored', { head: 9, before: 12, now: 12, led: true }, 'wrong'],
  ])('%s', (_, standing, state) => expect(answersAt(standing).state).toBe(state));
});

describe('a Redis', () => {
  const info = {
    redis_version: '7.0.15',
    maxmemory_policy: 'noeviction',
    aof_enabled: '1',
    aof_last_write_status: 'ok',
  };
  const stateOf = (told: object) => redisState(Object.entries({ ...info, ...told }).map(([name, value]) => `${name}:${value}\r\n`).join('')); // prettier-ignore

  it.each([
    [{}, 'ok', 'keeps'],
    [{ maxmemory_policy: 'allkeys-lru' }, 'wrong', 'allkeys-lru'],
    [{ redis_version: '6.0.16' }, 'wrong', 'too old'],
    [{ aof_enabled: '0' }, 'warning', 'appendonly'],
    [{ aof_last_write_status: 'err' }, 'wrong', 'cannot write'],
    [{ aof_enabled: '0', maxmemory_policy: 'volatile-ttl' }, 'wrong', 'volatile-ttl), and jobs with them; appendonly'],
  ])('that says %j is %s', (told, state, words) => {
    expect(stateOf(told)).toMatchObject({ state, says: expect.stringContaining(words) as unknown });
  });
});

describe('the addresses', () => {
  const found = (env: Record<string, string>) => addresses(readSettings(env), env);

  it('are well on this machine', () => {
    expect(found({}).state).toBe('ok');
    expect(
      found({ DATABASE_URL: 'postgresql://rastro:x@127.0.0.1/rastro', REDIS_URL: 'redis://localhost' }).state,
    ).toBe('ok');
  });

  it('are wrong by the rules by which a process does not start, and say what to do', () => {
    const { state, says, mend } = found({ DATABASE_URL: 'postgresql://rastro:hunter2@db.example/rastro', REDIS_URL: 'redis://r.example' }); // prettier-ignore
    expect(state).toBe('wrong');
    expect(says).toContain(
      'DATABASE_URL leaves this machine without TLS; DATABASE_URL: its password is one that is guessed',
    );
    expect(mend).toContain('rediss://');
    expect(says + String(mend)).not.toContain('hunter2');
  });
});

describe('the address of an EventStoreDB', () => {
  it.each([
    ['esdb://clerk:secret@h:2113?tls=true', undefined, 'ok', 'TLS'],
    ['esdb+discover://clerk:secret@one,two:2114,[::1]:2115', undefined, 'ok', 'TLS'],
    ['esdb://h:2113', undefined, 'warning', 'without user'],
    ['esdb://clerk:secret@h?tls=false', undefined, 'wrong', 'drops user and password'],
    ['esdb://h?TLS=false', undefined, 'wrong', 'in clear'],
    ['esdb://127.0.0.1?tls=false', undefined, 'warning', 'this machine only'],
    ['esdb://admin:changeit@h', undefined, 'wrong', 'everybody knows'],
    ['esdb://ops:changeit@h', undefined, 'wrong', 'everybody knows'],
    ['esdb://c:s@h?tlsVerifyCert=false', undefined, 'wrong', 'no effect'],
    ['esdb://c:s@h', 'http,esdb:*', 'wrong', 'DEBUG'],
  ])('%s with DEBUG=%s: %s', (url, debug, state, words) => {
    const found = eventStoreAddress(url, debug);
    expect(found).toMatchObject({ state, says: expect.stringContaining(words) as unknown });
    expect(JSON.stringify(found)).not.toMatch(/secret|changeit/);
  });
});
