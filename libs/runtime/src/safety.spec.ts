import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { assertSafe, isRealBook, markInvented, unsafeAddresses } from './safety.js';

const own = 'k7Qm2xTz9vLp';
const refusalOf = (settings: object, facts: object = {}): unknown => {
  try {
    assertSafe(settings, { demo: false, folder: '/nowhere', env: {}, ...facts });
  } catch (error) {
    expect(String(error)).not.toContain(own);
    return (error as { code: string }).code;
  }
  return undefined;
};

describe('addresses', () => {
  it.each([
    { databaseUrl: 'postgresql://rastro:x@127.0.0.1:5432/rastro' },
    { databaseUrl: 'postgresql://rastro@[::1]/rastro' },
    { databaseUrl: 'postgresql:///rastro?host=/var/run/postgresql' },
    { databaseUrl: `postgresql://rastro:${own}@db.example/rastro?sslmode=require` },
    { databaseUrl: `postgresql://rastro:${own}@db.example/rastro?sslmode=verify-full` },
    { databaseUrl: 'postgresql://rastro@db.example/rastro?ssl=true' },
    { redisUrl: 'redis://localhost:6379/0' },
    { redisUrl: `rediss://:${own}@redis.example` },
    { eventStoreUrl: 'esdb://localhost:2113?tls=false' },
    { eventStoreUrl: `esdb://ana:${own}@one.example:2113,two.example?tls=true` },
  ])('of this machine, or with TLS and a password of their own, are safe: %j', (settings) =>
    expect(refusalOf(settings)).toBeUndefined(),
  );

  it.each([
    ['a database without TLS', { databaseUrl: `postgresql://rastro:${own}@db.example/rastro` }, 'address-without-tls'],
    ['one that says so', { databaseUrl: `postgresql://rastro:${own}@db.example/r?sslmode=disable` }, 'address-without-tls'],
    ['one whose certificate nobody checks', { databaseUrl: `postgresql://r:${own}@db.example/r?sslmode=no-verify` }, 'address-without-tls'],
    ['one that hides its host', { databaseUrl: `postgresql://r:${own}@localhost/r?host=db.example` }, 'address-without-tls'],
    ['a file that is not there', { databaseUrl: `postgresql://r:${own}@db.example/r?sslmode=verify-full&sslrootcert=/nowhere` }, 'setting-malformed'],
    ['a Redis without TLS', { redisUrl: `redis://:${own}@redis.example` }, 'address-without-tls'],
    ['an event store without TLS', { eventStoreUrl: `esdb://ana:${own}@es.example?tls=false` }, 'event-store-unsafe'],
    ['one without an account, too', { eventStoreUrl: 'esdb://localhost,es.example?tls=false' }, 'event-store-unsafe'],
    ['the password of the database', { databaseUrl: 'postgresql://r:postgres@db.example/r?sslmode=require' }, 'password-weak'],
    ['one with a number', { databaseUrl: 'postgresql://r:password1234!@db.example/r?sslmode=require' }, 'password-weak'],
    ['a short one', { redisUrl: 'rediss://:k7Qm2xTz9vL@redis.example' }, 'password-weak'],
    ['one written otherwise', { redisUrl: 'rediss://:%63hangeit%21%21%21%21@redis.example' }, 'password-weak'],
    ['a short one of the event store', { eventStoreUrl: 'esdb://ana:s3cret@es.example' }, 'password-weak'],
    ['the one it comes with', { eventStoreUrl: 'esdb://admin:changeit@es.example' }, 'event-store-unsafe'],
  ])('refuse %s', (_, settings, code) => expect(refusalOf(settings)).toBe(code)); // prettier-ignore

  it('are told one by one, each with what to do', () => {
    const found = unsafeAddresses({ databaseUrl: 'postgresql://r:admin@h/r', redisUrl: 'redis://h' }, {});
    expect(found.map(({ code }) => code)).toEqual(['address-without-tls', 'password-weak', 'address-without-tls']);
    expect(found.every(({ says, mend }) => says.length > 10 && mend.length > 10)).toBe(true);
  });
});

describe('a demo', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'rastro-safety-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('does not start in production', () => {
    const env = { NODE_ENV: 'production' };
    expect(refusalOf({}, { demo: true, env })).toBe('demo-in-production');
    expect(refusalOf({}, { demo: false, env })).toBeUndefined();
  });

  it('starts on nothing, and on what a demo made, and never on a book', () => {
    expect(refusalOf({}, { demo: true, folder })).toBeUndefined();
    mkdirSync(join(folder, 'database'));
    expect(refusalOf({}, { demo: true, folder })).toBe('demo-on-real-book');
    expect(refusalOf({}, { demo: false, folder })).toBeUndefined();
    markInvented(folder);
    expect(isRealBook(folder)).toBe(false);
    expect(refusalOf({}, { demo: true, folder })).toBeUndefined();
  });
});
