import { resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { readSettings } from './settings.js';

const refusalOf = (env: Record<string, string>): unknown => {
  try {
    return readSettings(env);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the settings of a process', () => {
  it('stand without any', () =>
    expect(readSettings({})).toEqual({ host: '127.0.0.1', port: 7070, data: resolve('data') }));

  it('are read from the environment', () =>
    expect(
      readSettings({ RASTRO_HOST: '::1', RASTRO_PORT: '0', RASTRO_DATA: '/b', DATABASE_URL: 'postgres://h/d' }),
    ).toEqual({ host: '::1', port: 0, data: '/b', databaseUrl: 'postgres://h/d' }));

  it.each([
    [{ RASTRO_HOST: '0.0.0.0' }, 'setting-malformed'],
    [{ RASTRO_PORT: '65536' }, 'setting-malformed'],
    [{ RASTRO_PORT: '7e3' }, 'setting-malformed'],
    [{ DATABASE_URL: 'mysql://h/d' }, 'setting-malformed'],
    [{ RASTRO_PROT: '1' }, 'setting-unknown'],
  ])('refuse %j', (env, code) => expect(refusalOf(env as Record<string, string>)).toBe(code));
});
