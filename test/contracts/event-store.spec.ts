import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '#core';
import {
  type EventStore,
  LOG_VERSION,
  logVersion,
  openSqlEventStore,
  OutcomeUnknown,
  type RecordedEvent,
} from '#event-store';
import { openEmbedded, openServer } from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { keepsTheContract } from './event-store.contract.js';
import { appendOf } from './events.js';

const streamName = (): string => `case-${randomUUID()}`;

keepsTheContract('PGlite', async () => {
  const db = await openEmbedded('memory');
  return { store: await openSqlEventStore(db), close: () => db.close() };
});

describe('a log of an older release', () => {
  it('whose moments stood in a column of their own is taken over as it is', async () => {
    const db = await openEmbedded('memory');
    await (await openSqlEventStore(db)).append(appendOf('case-1', 1, { at: '2031-01-01T00:00:00.000Z' }));
    await db.execute(`alter table log.events drop column recorded_at; alter table log.events add column recorded_at timestamptz;
      update log.events set recorded_at = '2031-01-01T00:00:00Z'; alter table log.events alter column recorded_at set not null; drop table log.made_by`);
    const store = await openSqlEventStore(db);
    await store.append(appendOf('case-2', 1, { at: '2032-01-01T00:00:00.000Z' }));
    expect(await store.positionAt('2031-06-01T00:00:00.000Z' as Instant)).toBe(1);
    await db.close();
  });

  it('is brought up by who may create, and refused by who may not', async () => {
    const db = await openEmbedded('memory');
    await expect(openSqlEventStore(db, { create: false })).rejects.toMatchObject({ code: 'schema-older' });
    await (await openSqlEventStore(db)).append(appendOf('case-1'));
    await db.execute('drop table log.made_by');
    await expect(openSqlEventStore(db, { create: false })).rejects.toMatchObject({ code: 'schema-older' });
    expect(await (await openSqlEventStore(db)).head()).toBe(1);
    expect(await (await openSqlEventStore(db, { create: false })).head()).toBe(1);
    await db.close();
  });

  it('is refused when a newer program has changed it, and not touched', async () => {
    const db = await openEmbedded('memory');
    await openSqlEventStore(db);
    await db.execute('update log.made_by set version = version + 1');
    const refused = { code: 'schema-newer', detail: { known: LOG_VERSION, found: LOG_VERSION + 1 } };
    await expect(openSqlEventStore(db)).rejects.toMatchObject(refused);
    await expect(openSqlEventStore(db, { create: false })).rejects.toMatchObject(refused);
    expect(await logVersion(db)).toBe(LOG_VERSION + 1);
    await db.close();
  });
});

if (noServer) describe.skip(`the log on a PostgreSQL server: ${noServer}`, () => it('is tested', () => undefined));
else {
  keepsTheContract('a PostgreSQL server', async () => {
    const server = await startPostgres();
    const db = await openServer(server.url);
    return { store: await openSqlEventStore(db), close: () => db.close().then(() => server.stop()) };
  });

  describe('several processes on one PostgreSQL server', () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    const opened = async () => {
      const db = await openServer(server.url, { poolSize: 3 });
      return { db, store: await openSqlEventStore(db) };
    };

    it('create the log together', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, opened));
      expect(await Promise.all(all.map(({ store }) => store.head()))).toEqual([0, 0, 0, 0, 0, 0]);
      await Promise.all(all.map(({ db }) => db.close()));
    });

    it('append at the same time without a gap, a fault, or a reader that skips', async () => {
      const [first, second, third] = await Promise.all([opened(), opened(), opened()]);
      const start = await first.store.head();
      const [writers, each] = [[first.store, second.store], 150];
      const seen: RecordedEvent[] = [];
      const reading = (async () => {
        while (seen.length < 2 * each) seen.push(...(await third.store.readAll(seen.at(-1)?.position ?? start, 7)));
      })();
      const append = async (store: EventStore): Promise<string[]> => {
        const outcomes = [];
        for (let count = 0; count < each / 3; count += 1) {
          outcomes.push(...(await Promise.all([1, 2, 3].map(() => store.append(appendOf(streamName()))))));
        }
        return outcomes.map(({ outcome }) => outcome);
      };
      const outcomes = (await Promise.all(writers.map(append))).flat();
      await reading;
      expect(outcomes).toEqual(Array(2 * each).fill('appended'));
      expect(seen.map(({ position }) => position)).toEqual(seen.map((_, index) => start + 1 + index));
      await Promise.all([first, second, third].map(({ db }) => db.close()));
    });

    it('wait for an append whose commit is late, so that its number is seen first', async () => {
      const [late, prompt] = await Promise.all([opened(), opened()]);
      const start = await prompt.store.head();
      await prompt.store.append(appendOf(streamName()));
      const { events, stream } = appendOf(streamName());
      let commit = (): void => undefined;
      let inserted = (): void => undefined;
      const isInserted = new Promise<void>((resolve) => (inserted = resolve));
      const transaction = late.db.transaction(async (sql) => {
        await sql.query('select pg_advisory_xact_lock($1)', [7_238_411]);
        const text = `insert into log.events select $1::bigint, $2, 0, $3::uuid, 'Noted', 1::smallint, '{}', '{}'`;
        await sql.query(text, [start + 2, stream, events[0]?.id ?? '']);
        inserted();
        await new Promise<void>((resolve) => (commit = resolve));
      });
      await isInserted;
      const behind = prompt.store.append(appendOf(streamName()));
      const meanwhile = await Promise.race([behind, new Promise((resolve) => setTimeout(resolve, 200, 'waiting'))]);
      expect([meanwhile, await late.store.head()]).toEqual(['waiting', start + 1]);
      commit();
      await transaction;
      expect(await behind).toEqual({ outcome: 'appended', revision: 0, position: start + 3 });
      await Promise.all([late, prompt].map(({ db }) => db.close()));
    });

    it('say that an outcome is unknown when the connection breaks, and find it by the same ids', async () => {
      const [one, other] = await Promise.all([opened(), opened()]);
      await one.store.append(appendOf(streamName()));
      const append = appendOf(streamName());
      const held = await other.db.transaction(async (sql) => {
        await sql.query('select pg_advisory_xact_lock($1)', [7_238_411]);
        const outcome = one.store.append(append).catch((error: unknown) => error);
        const waiting = `select count(pg_terminate_backend(pid)) as n from pg_stat_activity where wait_event = 'advisory'`;
        for (let n = 0; n === 0;) n = Number((await sql.query<{ n: string }>(waiting))[0]?.n);
        return outcome;
      });
      expect(held).toBeInstanceOf(OutcomeUnknown);
      expect(await one.store.append(append)).toMatchObject({ outcome: 'appended', revision: 0 });
      expect(await other.store.append(append)).toMatchObject({ outcome: 'repeated', revision: 0 });
      await Promise.all([one, other].map(({ db }) => db.close()));
    });
  });
}
