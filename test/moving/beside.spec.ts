import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CaseId, CountryCode, Day, PersonId } from '#core';
import { openSqlEventStore } from '#event-store';
import {
  type BookDatabase,
  carryLooks,
  hashPassword,
  type Look,
  LONGEST_MS,
  openAccessLog,
  openCredentials,
  openEmbedded,
  openServer,
  openToRead,
  readSettings,
  type SecretKind,
  verifyPassword,
} from '#runtime';

import { moveBook } from '../../apps/cli/src/move.js';
import { openSource, openTarget } from '../../apps/cli/src/places.js';
import { Book, clerk } from '../support/book.js';
import { holdLock } from '../support/holding.js';
import { admit } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { rastro, startRastro, type Told, toldBy } from '../support/rastro.js';
import { until } from '../support/until.js';

const LOOKS = 2_500;
/** A lock at which the server stands still in the middle of a page, so that the move is killed just there. */
const STOP = 4_712;
const PASSWORD = 'a heron at the lock of the canal';
const COST = { log2N: 10, r: 8, p: 1 };

const maria = { id: randomUUID() as PersonId, name: 'María' };
const caseId = randomUUID() as CaseId;

const look = (n: number): Look => ({
  kind: 'consultation',
  outcome: n % 7 === 0 ? 'denied' : 'given',
  person: maria,
  authority: 'Fiscalía de A Coruña',
  jurisdiction: 'ES' as CountryCode,
  route: 'GET /v1/cases/:caseId',
  caseIds: n === 1 ? [caseId] : [randomUUID() as CaseId],
  ...(n % 2 === 1 && { reason: `The hearing,\t"${n}"\n` }),
  ...(n % 5 === 0 && { about: 'a'.repeat(64), recipient: 'Europol', behindGlass: true }),
  requestId: randomUUID(),
});

/** All that signs somebody in, and what it is known by. */
interface Given {
  readonly personId: PersonId;
  readonly hash: string;
  readonly secrets: Readonly<Record<SecretKind | 'revoked', string>>;
}

/** A book of few events, with accounts of every kind, and many looks. */
const writeBook = async (data: string): Promise<Given> => {
  const book = await Book.open(await openEmbedded(data, { durable: false }));
  const { personId, secret: session } = await admit(book.access, clerk, [{ role: 'auditor', jurisdiction: 'ES' as CountryCode }]); // prettier-ignore
  const { credentials, log } = book.access;
  const hash = await hashPassword(PASSWORD, { cost: COST });
  const issue = (kind: SecretKind, scopes: string[] = []) =>
    credentials.issue({ kind, personId, name: `of "kind" ${kind}`, scopes, lifetimeMs: LONGEST_MS[kind] });
  await credentials.setPassword(personId, hash);
  const [token, revoked, setup] = [
    await issue('token', ['figures', 'assets']),
    await issue('token'),
    await issue('setup'),
  ];
  await credentials.revoke(revoked.secretId);
  await log.record(Array.from({ length: LOOKS }, (_, index) => look(index + 1)));
  await book.db.close();
  return { personId, hash, secrets: { session, token: token.secret, revoked: revoked.secret, setup: setup.secret } };
};

/** All rows, of the sessions none. */
const everything = async (db: BookDatabase): Promise<unknown> => ({
  records: await db.query('select * from looks.records order by id'),
  reasons: await db.query('select * from looks.reasons order by record_id, case_id'),
  passwords: await db.query('select * from access.passwords order by person_id'),
  secrets: await db.query(`select * from access.secrets where kind <> 'session' order by secret_id`),
});

if (noServer)
  describe.skip(`moving accounts and the access log to a server: ${noServer}`, () => it('is tested', () => undefined));
else
  describe('what lies beside the log of a book that is moved', () => {
    let folder: string;
    let server: PostgresServer;
    let given: Given;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'rastro-beside-'));
      [server, given] = await Promise.all([startPostgres(), writeBook(join(folder, 'book'))]);
    }, 300_000);
    afterAll(async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const env = () => ({ RASTRO_DATA: join(folder, 'book') });
    let databases = 0;
    const newDatabase = async (): Promise<string> => {
      const db = await openServer(server.url);
      const name = `beside_${process.pid}_${(databases += 1)}`;
      await db.execute(`create database ${name}`);
      await db.close();
      return server.url.replace(/\/[^/]*$/, `/${name}`);
    };
    /** In this process: how it is put together is seen below. */
    const moved = async (url: string, source: NodeJS.ProcessEnv = env()): ReturnType<typeof moveBook> => {
      const from = await openSource(readSettings(source));
      try {
        const to = await openTarget(url);
        return await moveBook(from, to).finally(() => to.close());
      } finally {
        await from.close();
      }
    };
    const untouched = async (db: BookDatabase): Promise<void> => {
      expect(await db.query('select position from log.events')).toEqual([]);
    };
    const assertNothingTold = ({ stdout, stderr }: Told): void => {
      for (const secret of [PASSWORD, given.hash, ...Object.values(given.secrets)])
        expect(stdout + stderr).not.toContain(secret);
      expect(stdout + stderr).not.toMatch(/scrypt|rastro_[stu]_/);
    };

    it('goes on after a kill, is the same there to the last row, and lets people in as before', async () => {
      const url = await newDatabase();
      const db = await openServer(url);
      await openAccessLog(db);
      await db.execute(
        `create function wait() returns trigger as $$ begin perform pg_advisory_xact_lock_shared(${STOP}); return new; end $$ language plpgsql;
         create trigger stop before insert on looks.records for each row when (new.id = 1500) execute function wait()`,
      );
      const held = await holdLock(url, STOP);
      const child = startRastro(env(), 'move', '--to', url);
      const killed = toldBy(child);
      const waits = `select 1 from pg_locks where locktype = 'advisory' and objid = ${STOP} and not granted`;
      await until(() => db.query(waits), ({ length }) => length > 0, 120_000); // prettier-ignore
      child.kill('SIGKILL');
      expect((await killed).code).toBeNull();
      await held.release();
      expect(await db.query('select count(*) as count from looks.records')).toEqual([{ count: '1000' }]);
      await db.execute('drop trigger stop on looks.records');

      const told = await rastro(env(), 'move', '--to', url);
      expect([told.code, told.stderr]).toEqual([0, expect.anything()]);
      assertNothingTold(told);
      const counts = { passwords: 1, tokens: 2, links: 1 };
      const chain = { records: LOOKS, head: expect.any(String) };
      expect(JSON.parse(told.stdout)).toMatchObject({
        moved: 0,
        accessLog: { already: 1_000, moved: LOOKS - 1_000 },
        accounts: { already: 0, moved: 4 },
        verification: {
          accessLog: { alike: LOOKS, source: chain, target: chain },
          accounts: { original: counts, copy: counts, alike: 4, missing: 0, other: 0 },
        },
      });

      const original = await openToRead({ data: join(folder, 'book') });
      expect(await everything(db)).toEqual(await everything(original));
      await original.close();
      expect(await moved(url)).toMatchObject({
        fine: true,
        told: { accessLog: { already: LOOKS, moved: 0 }, accounts: { already: 4, moved: 0 } },
      });
      const { access } = await Book.open(db);
      const { personId, secrets } = given;
      expect(await verifyPassword(PASSWORD, await access.credentials.passwordOf(personId))).toBe(true);
      expect(await access.credentials.find(secrets.token)).toMatchObject({ personId, scopes: ['figures', 'assets'] });
      expect(await access.credentials.find(secrets.revoked)).toBeUndefined();
      expect(await access.credentials.find(secrets.session)).toBeUndefined();
      expect(await access.credentials.redeem(secrets.setup)).toMatchObject({ personId });
      const today = new Date().toISOString().slice(0, 10) as Day;
      expect(await access.log.reasonOf(maria.id, caseId, today)).toBe('The hearing,\t"1"\n');
      await access.log.record([look(1)]);
      expect(await access.log.verify()).toMatchObject({ records: LOOKS + 1 });
      await expect(moved(url)).rejects.toMatchObject({ code: 'target-has-looks', detail: { what: 'more' } });
      await db.close();
    }, 300_000);

    it('is refused by a target with another access log, to which nothing is written', async () => {
      const url = await newDatabase();
      const db = await openServer(url);
      await (await openAccessLog(db)).record([look(2)]);
      const detail = { what: 'other', id: 1 };
      await expect(moved(url)).rejects.toMatchObject({ code: 'target-has-looks', detail });
      await untouched(db);
      await db.close();
    }, 120_000);

    it('is refused by a target with other accounts, to which nothing is written', async () => {
      const url = await newDatabase();
      const db = await openServer(url);
      const credentials = await openCredentials(db);
      const refused = { code: 'target-has-accounts', detail: { other: 1 } };
      await credentials.setPassword(given.personId, await hashPassword(PASSWORD, { cost: COST }));
      await expect(moved(url)).rejects.toMatchObject(refused);
      await db.execute('delete from access.passwords');
      const asked = { kind: 'token', personId: randomUUID(), name: 'another', lifetimeMs: 1_000 } as const;
      await credentials.issue(asked);
      await expect(moved(url)).rejects.toMatchObject(refused);
      expect(await db.query('select count(*) as count from looks.records')).toEqual([{ count: '0' }]);
      await untouched(db);
      await db.close();
    }, 120_000);

    it('is not mixed with what somebody looks at meanwhile', async () => {
      const db = await openServer(await newDatabase());
      await (await openAccessLog(db)).record([look(1)]);
      const from = await openToRead({ data: join(folder, 'book') });
      const refused = { code: 'target-in-use', detail: { expected: 0, found: 1 } };
      await expect(carryLooks({ from, to: db, after: 0 })).rejects.toMatchObject(refused);
      await Promise.all([from.close(), db.close()]);
    }, 60_000);

    it('is carried with its flaws, which are told', async () => {
      const [source, target] = [await newDatabase(), await newDatabase()];
      const db = await openServer(source);
      await openSqlEventStore(db);
      await (await openAccessLog(db)).record([1, 2, 3, 4].map(look));
      await db.execute(`alter table looks.records disable trigger append_only; delete from looks.records where id = 2;
        update looks.records set route = 'GET /v1/nothing' where id = 3`);
      await db.close();
      const { fine, told } = await moved(target, { DATABASE_URL: source });
      const broken = { id: 2, why: 'missing' };
      expect(fine).toBe(false);
      expect(told.accessLog).toEqual({ already: 0, moved: 3 });
      expect(told.verification.accessLog).toMatchObject({ alike: 3, source: { broken }, target: { broken } });
    }, 120_000);

    it('is nothing in a book of before it was there', async () => {
      const [source, target] = [await newDatabase(), await newDatabase()];
      const db = await openServer(source);
      await openSqlEventStore(db);
      await db.close();
      const { fine, told } = await moved(target, { DATABASE_URL: source });
      expect(fine).toBe(true);
      expect(told).toMatchObject({ accessLog: { already: 0, moved: 0 }, accounts: { already: 0, moved: 0 } });
    }, 120_000);
  });
