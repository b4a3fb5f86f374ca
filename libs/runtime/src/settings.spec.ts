import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readSettings, settingsTable } from './settings.js';

const refusalOf = (env: Record<string, string>): unknown => {
  try {
    return readSettings(env);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

const refusalIn = (env: Record<string, string>): string | undefined => {
  try {
    readSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};

describe('the settings of a process', () => {
  it('stand without any', () =>
    expect(readSettings({})).toEqual({
      host: '127.0.0.1',
      port: 7070,
      data: resolve('data'),
      exports: resolve('data/exports'),
      imports: resolve('data/imports'),
      log: 'info',
    }));

  it('are read from the environment', () =>
    expect(
      readSettings({
        RASTRO_HOST: '::1',
        RASTRO_PORT: '0',
        RASTRO_DATA: '/b',
        RASTRO_EXPORTS: '/e',
        RASTRO_LOG: 'warn',
        DATABASE_URL: 'postgres://h/d',
        REDIS_URL: 'rediss://h',
        EVENTSTORE_URL: 'esdb://h:2113?tls=true',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://h:4318',
        RASTRO_ISSUER: 'https://login.example/realms/union',
        RASTRO_AUDIENCE: 'rastro',
        RASTRO_ROLES: '/etc/rastro/roles.yaml',
      }),
    ).toEqual({
      host: '::1',
      port: 0,
      data: '/b',
      exports: '/e',
      imports: '/imports',
      log: 'warn',
      logAsked: true,
      databaseUrl: 'postgres://h/d',
      redisUrl: 'rediss://h',
      eventStoreUrl: 'esdb://h:2113?tls=true',
      otlpEndpoint: 'http://h:4318',
      issuer: { url: 'https://login.example/realms/union', audience: 'rastro', roles: '/etc/rastro/roles.yaml' },
    }));

  it('leave loopback behind a proxy with TLS only', () => {
    const env = { RASTRO_HOST: '0.0.0.0', RASTRO_BEHIND_TLS_PROXY: 'rastro.example:8443' };
    expect(readSettings(env)).toMatchObject({ host: '0.0.0.0', publicHost: 'rastro.example:8443' });
  });

  it('take an address from a file, and not from two places', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rastro-settings-'));
    const file = join(folder, 'url');
    writeFileSync(file, 'postgres://u:secret@h/d\n');
    expect(readSettings({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://u:secret@h/d');
    expect(refusalOf({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://h/d' })).toBe('setting-malformed');
    expect(refusalOf({ REDIS_URL_FILE: join(folder, 'nothing') })).toBe('setting-malformed');
    rmSync(folder, { recursive: true });
  });

  it('never tell a secret again', () => {
    const reading = (): unknown => readSettings({ DATABASE_URL: 'mysql://u:secret@h/d' });
    expect(reading).toThrow('DATABASE_URL: give postgresql://user@host/database.');
    expect(reading).not.toThrow('secret');
  });

  it.each([
    ['DATABASE_URL', 'postgresql://u:SECRET#x@host/x'],
    ['DATABASE_URL', 'postgresql://u:1SECRET?x@host/x'],
    ['DATABASE_URL', 'postgresql://u:12#SECRET@host/x'],
    ['DATABASE_URL', 'postgresql://u:12/SECRET@host/x'],
    ['DATABASE_URL', 'postgresql://u:12?SECRET@host/x'],
    ['DATABASE_URL', 'postgresql://u:SECRET@host:99999/x'],
    ['REDIS_URL', 'redis://:SECRET#x@host/0'],
    ['REDIS_URL', 'redis://:SECRET@host:99999'],
  ])('say of an address that cannot be read how it is written, and not what it holds: %s=%s', (name, url) => {
    const told = refusalIn({ [name]: url });
    expect(told).toMatch(new RegExp(`^${name}: it cannot be read.* percent-encoded`));
    expect(told).not.toContain('SECRET');
  });

  it.each([
    'postgresql:///rastro?host=/var/run/postgresql',
    'postgresql://u:p%23%2F%3F%40@[::1]:5432/x?sslmode=require',
    'postgresql://h/x?user=ana@server',
  ])('take %s', (url) => expect(refusalIn({ DATABASE_URL: url })).toBeUndefined());

  it('are at most twenty, and docs/settings.md lists them as they are', () => {
    const rows = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .map((line) => line.replace(/ +/g, ' '));
    expect(rows(readFileSync('docs/settings.md', 'utf8'))).toEqual(rows(settingsTable()));
    expect(rows(settingsTable()).length).toBeLessThanOrEqual(20);
  });

  it.each([
    [{ RASTRO_HOST: '0.0.0.0' }, 'setting-malformed'],
    [{ RASTRO_HOST: '127.0.0.1; x', RASTRO_BEHIND_TLS_PROXY: 'rastro.example' }, 'setting-malformed'],
    [{ RASTRO_BEHIND_TLS_PROXY: 'https://rastro.example' }, 'setting-malformed'],
    [{ RASTRO_PORT: '65536' }, 'setting-malformed'],
    [{ RASTRO_PORT: '7e3' }, 'setting-malformed'],
    [{ DATABASE_URL: 'mysql://h/d' }, 'setting-malformed'],
    [{ REDIS_URL: 'http://h' }, 'setting-malformed'],
    [{ EVENTSTORE_URL: 'http://h' }, 'setting-malformed'],
    [{ RASTRO_LOG: 'loud' }, 'setting-malformed'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'h:4318' }, 'setting-malformed'],
    [{ RASTRO_ISSUER: 'https://h' }, 'setting-malformed'],
    [{ RASTRO_ISSUER: 'https://h', RASTRO_AUDIENCE: 'a' }, 'setting-malformed'],
    [{ RASTRO_AUDIENCE: 'a', RASTRO_ROLES: 'r' }, 'setting-malformed'],
    [{ RASTRO_ISSUER: 'http://h', RASTRO_AUDIENCE: 'a', RASTRO_ROLES: 'r' }, 'setting-malformed'],
    [{ RASTRO_ISSUER: 'https://u:p@h', RASTRO_AUDIENCE: 'a', RASTRO_ROLES: 'r' }, 'setting-malformed'],
    [{ REDIS_URL: 'redis://h/abc' }, 'setting-malformed'],
    [{ REDIS_URL: 'redis://h/0?db=abc' }, 'setting-malformed'],
    [{ RASTRO_PROT: '1' }, 'setting-unknown'],
  ])('refuse %j', (env, code) => expect(refusalOf(env as Record<string, string>)).toBe(code));
});
