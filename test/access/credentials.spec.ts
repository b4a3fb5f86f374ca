import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type BookDatabase, type Credentials, Lease, openCredentials, openEmbedded, openServer } from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The same for every database; `open` gives another connection to it. */
const contract = (open: () => Promise<BookDatabase>): void => {
  let db: BookDatabase;
  let credentials: Credentials;
  let today = new Date('2026-03-01T08:00:00.000Z');
  const now = (): Date => today;
  beforeAll(async () => {
    db = await open();
    credentials = await openCredentials(db, { now });
  });
  afterAll(() => db.close());

  const issue = (kind: 'session' | 'token' | 'setup', personId: string = randomUUID(), lifetimeMs = 20 * MINUTE) =>
    credentials.issue({ kind, personId, name: 'the laptop', scopes: ['record', 'read'], lifetimeMs });

  it('finds what was issued, and keeps only its hash', async () => {
    const personId = randomUUID();
    const { secretId, secret, expiresAt } = await issue('token', personId, HOUR);
    expect(secret).toMatch(/^rastro_t_[A-Za-z0-9_-]{43}$/);
    expect(expiresAt).toBe('2026-03-01T09:00:00.000Z');
    const standing = { secretId, personId, kind: 'token', name: 'the laptop', scopes: ['record', 'read'] };
    const found = { ...standing, createdAt: '2026-03-01T08:00:00.000Z', expiresAt };
    expect(await credentials.find(secret)).toEqual(found);
    expect(await credentials.list(personId, 'token')).toEqual([found]);
    expect(JSON.stringify(await db.query('select * from access.secrets'))).not.toContain(secret.slice(9));
  });

  it('finds neither what was never issued nor what it is not', async () => {
    const { secret } = await issue('token');
    expect(await credentials.find(secret.replace('_t_', '_s_'))).toBeUndefined();
    expect(await credentials.find(`rastro_t_${'A'.repeat(43)}`)).toBeUndefined();
    for (const text of ['', 'x', `${secret} `, `${secret}\n`, secret.slice(1), '\0', 'a'.repeat(50_000)])
      expect(await credentials.find(text)).toBeUndefined();
  });

  it('holds until its moment, and not at it', async () => {
    const { secret } = await issue('session');
    const start = today;
    today = new Date(start.getTime() + 20 * MINUTE - 1);
    expect(await credentials.find(secret)).toBeDefined();
    today = new Date(start.getTime() + 20 * MINUTE);
    expect(await credentials.find(secret)).toBeUndefined();
    today = start;
  });

  it('is refused here and elsewhere from when it is told to be revoked; asking twice is quiet', async () => {
    const elsewhere = await openCredentials(db, { now });
    const { secretId, secret } = await issue('session');
    expect(await credentials.find(secret)).toBeDefined();
    expect(await elsewhere.find(secret)).toBeDefined();
    expect(await credentials.revoke(secretId)).toBe(true);
    expect(await elsewhere.find(secret)).toBeUndefined();
    expect(await credentials.find(secret)).toBeUndefined();
    expect(await credentials.revoke(secretId)).toBe(false);
  });

  it('asks the database once a second whether anything was changed, and nothing else while nothing was', async () => {
    const [{ secret }, other] = [await issue('session'), await issue('token')];
    let [asked, clock] = [0, 0];
    const counting = { ...db, query: ((...of) => ((asked += 1), db.query(...of))) as BookDatabase['query'] };
    const counted = await openCredentials(counting, { now, lease: new Lease(counting, () => [clock]) });
    const askedBy = async (secrets: readonly string[]): Promise<number> => {
      asked = 0;
      const found = await Promise.all(Array.from({ length: 100 }, (_, n) => counted.find(secrets[n % secrets.length] ?? ''))); // prettier-ignore
      expect(found).not.toContain(undefined);
      return asked;
    };
    expect(await askedBy([secret, other.secret])).toBe(3);
    expect(await askedBy([secret, other.secret])).toBe(0);
    clock += 1_000;
    expect(await askedBy([secret, other.secret])).toBe(1);
    clock += 1_000;
    await credentials.revoke((await issue('session')).secretId);
    expect(await askedBy([secret])).toBe(2);
  });

  it('is read anew after thirty seconds, for whoever changed it may have been killed before it was told', async () => {
    let clock = 0;
    const held = await openCredentials(db, { now, lease: new Lease(db, () => [clock]) });
    const { secret, secretId } = await issue('session');
    expect(await held.find(secret)).toBeDefined();
    await db.query('update access.secrets set revoked_at = created_at where secret_id = $1', [secretId]);
    clock += 29_999;
    expect(await held.find(secret)).toBeDefined();
    clock += 1;
    expect(await held.find(secret)).toBeUndefined();
  });

  it('does not ask again where no other process is, and refuses at once what is revoked here', async () => {
    const [alone, elsewhere] = [
      await openCredentials(db, { now, lease: new Lease() }),
      await openCredentials(db, { now }),
    ];
    const { secretId, secret } = await issue('session');
    for (const one of [alone, elsewhere]) expect(await one.find(secret)).toBeDefined();
    await credentials.revoke(secretId);
    expect(await elsewhere.find(secret)).toBeUndefined();
    expect(await alone.find(secret)).toBeDefined();
    await alone.revoke(secretId);
    expect(await alone.find(secret)).toBeUndefined();
  });

  it('revokes all of a person, or all of a kind, and nothing of another', async () => {
    const [personId, other] = [randomUUID(), randomUUID()];
    const [session, token, foreign] = [await issue('session', personId), await issue('token', personId), await issue('session', other)]; // prettier-ignore
    expect(await credentials.revokeAll(personId, 'session')).toBe(1);
    expect(await credentials.find(session.secret)).toBeUndefined();
    expect(await credentials.find(token.secret)).toBeDefined();
    expect(await credentials.revokeAll(personId)).toBe(1);
    expect(await credentials.find(token.secret)).toBeUndefined();
    expect(await credentials.find(foreign.secret)).toBeDefined();
    expect(await credentials.list(personId, 'token')).toMatchObject([{ revokedAt: '2026-03-01T08:00:00.000Z' }]);
  });

  it('gives a link of set-up to one of those who come with it, and never as a session', async () => {
    const { secret, secretId } = await issue('setup');
    expect(await credentials.find(secret)).toBeUndefined();
    const got = await Promise.all(Array.from({ length: 10 }, () => credentials.redeem(secret)));
    expect(got.filter(Boolean)).toMatchObject([{ secretId, kind: 'setup' }]);
    expect(await credentials.redeem((await issue('session')).secret)).toBeUndefined();
    const late = await issue('setup');
    const start = today;
    today = new Date(start.getTime() + 20 * MINUTE);
    expect(await credentials.redeem(late.secret)).toBeUndefined();
    today = start;
  });

  it('replaces a password, and signs out whoever came with the one before', async () => {
    const personId = randomUUID();
    expect(await credentials.passwordOf(personId)).toBeUndefined();
    await credentials.setPassword(personId, 'one');
    const [session, token] = [await issue('session', personId), await issue('token', personId)];
    await credentials.rehash(personId, { from: 'another', to: 'two' });
    expect(await credentials.passwordOf(personId)).toBe('one');
    await credentials.rehash(personId, { from: 'one', to: 'two' });
    expect(await credentials.find(session.secret)).toBeDefined();
    await credentials.setPassword(personId, 'three');
    expect(await credentials.passwordOf(personId)).toBe('three');
    expect(await credentials.find(session.secret)).toBeUndefined();
    expect(await credentials.find(token.secret)).toBeDefined();
  });

  it('forgets sessions that ended long ago, and lists tokens for ever', async () => {
    const personId = randomUUID();
    await issue('session', personId);
    await issue('token', personId);
    const start = today;
    today = new Date(start.getTime() + 31 * 24 * HOUR);
    await issue('session');
    expect(await credentials.list(personId, 'session')).toEqual([]);
    expect(await credentials.list(personId, 'token')).toHaveLength(1);
    today = start;
  });

  it.each([
    ['a link that outlives half an hour', { kind: 'setup', lifetimeMs: 30 * MINUTE + 1 }, '/lifetimeMs'],
    ['a session of two days', { kind: 'session', lifetimeMs: 48 * HOUR }, '/lifetimeMs'],
    ['a token for ever', { kind: 'token', lifetimeMs: Infinity }, '/lifetimeMs'],
    ['one that has ended', { kind: 'token', lifetimeMs: 0 }, '/lifetimeMs'],
    ['one without a name', { name: ' ' }, '/name'],
    ['a name that no database takes', { name: 'a\0b' }, '/name'],
    ['scopes without end', { scopes: Array.from({ length: 51 }, String) }, '/scopes'],
  ] as const)('refuses %s', async (_, wrong, at) => {
    const sound = { kind: 'token', personId: randomUUID(), name: 'a job', lifetimeMs: HOUR } as const;
    await expect(credentials.issue({ ...sound, ...wrong })).rejects.toMatchObject({ code: 'secret-malformed', at });
  });
};

describe('the secrets of an embedded book', () => {
  contract(() => openEmbedded('memory', { durable: false }));

  it('are not set up where nothing may be created', async () => {
    const db = await openEmbedded('memory', { durable: false });
    await expect(openCredentials(db, { create: false })).rejects.toMatchObject({ code: 'schema-older' });
    await openCredentials(db);
    await openCredentials(db, { create: false });
    await db.close();
  });
});

if (noServer) describe.skip(`the secrets on a server: ${noServer}`, () => it('stand', () => undefined));
else
  describe('the secrets on a server', () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    it('are set up once by two that start together', async () => {
      const both = await Promise.all([openServer(server.url), openServer(server.url)]);
      for (let count = 0; count < 30; count += 1) {
        await both[0].execute('drop schema if exists access cascade');
        await Promise.all([...both, ...both].map((db) => openCredentials(db)));
      }
      await Promise.all(both.map((db) => db.close()));
    });

    contract(() => openServer(server.url));
  });
