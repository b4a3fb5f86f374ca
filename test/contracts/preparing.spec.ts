import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openSqlEventStore } from '#event-store';
import { ReadModels } from '#read-models';
import { type BookDatabase, openAccessLog, openCredentials, openServer } from '#runtime';

import { holdLock } from '../support/holding.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { appendOf } from './events.js';

const [DATABASES, AT_ONCE] = [5, 6] as const;

const openAnswers = async (db: BookDatabase): Promise<ReadModels> =>
  new ReadModels(db, await openSqlEventStore(db)).open();

/** What makes tables, and the lock under which it takes its turn. */
const settingUp = {
  'the log': { lock: 7_238_411, open: (db: BookDatabase) => openSqlEventStore(db) },
  'the accounts': { lock: 7_238_413, open: (db: BookDatabase) => openCredentials(db) },
  'the access log': { lock: 7_238_414, open: (db: BookDatabase) => openAccessLog(db) },
  'the answers': { lock: 7_238_415, open: (db: BookDatabase) => openAnswers(db) },
} as const;

const WAITING = `select 1 from pg_locks where locktype = 'advisory' and not granted
  and database = (select oid from pg_database where datname = current_database())`;

if (noServer) describe.skip(`an empty database that many set up: ${noServer}`, () => it('is tested', () => undefined));
else
  describe('an empty database that many set up at the same moment', () => {
    let server: PostgresServer;
    let admin: BookDatabase;
    beforeAll(async () => {
      server = await startPostgres();
      admin = await openServer(server.url);
    });
    afterAll(async () => {
      await admin.close();
      await server.stop();
    });

    let made = 0;
    /**
     * Each over one connection of its own, which has made something before: the first statement of a session that makes
     * something hears of what others made, the later ones do not.
     */
    const inNewDatabase = async (work: (all: readonly BookDatabase[], url: string) => Promise<void>): Promise<void> => {
      made += 1;
      const name = `set_up_${process.pid}_${made}`;
      await admin.execute(`create database ${name}`);
      const url = server.url.replace(/\/[^/]*$/, `/${name}`);
      const all = await Promise.all(Array.from({ length: AT_ONCE }, () => openServer(url, { poolSize: 1 })));
      await Promise.all(all.map((db) => db.execute('create temporary table made_before (n int)')));
      await work(all, url).finally(() => Promise.all(all.map((db) => db.close())));
    };

    it.each(Object.entries(settingUp))(
      'has %s, though all had looked in vain before the first of them made it',
      async (_, { lock, open }) => {
        await inNewDatabase(async (all, url) => {
          const held = await holdLock(url, lock);
          const opening = Promise.allSettled(all.map((db) => open(db)));
          const watching = await openServer(url);
          await until(() => watching.query(WAITING), ({ length }) => length === AT_ONCE); // prettier-ignore
          await Promise.all([held.release(), watching.close()]);
          const outcomes = await opening;
          expect(
            outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : [])),
          ).toEqual([]);
        });
      },
      60_000,
    );

    it('has all of it, time and again', async () => {
      for (let n = 0; n < DATABASES; n += 1) {
        await inNewDatabase(async (all) => {
          const stores = await Promise.all(
            all.map(async (db) => {
              await Promise.all([openCredentials(db), openAccessLog(db), openAnswers(db)]);
              return openSqlEventStore(db);
            }),
          );
          const appended = await Promise.all(
            stores.map((store) => store.append(appendOf(`case-${crypto.randomUUID()}`))),
          );
          const [db] = all;
          const schemas = `select nspname as schema from pg_namespace where nspname like 'read\\_%'`;
          expect(await db?.query(schemas)).toEqual(await db?.query('select schema from read.current'));
          expect(appended.map(({ outcome }) => outcome)).toEqual(all.map(() => 'appended'));
        });
      }
    }, 120_000);
  });
