import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CountryCode, PersonId } from '#core';
import { carryIntoSql, openSqlEventStore } from '#event-store';
import { verifyChains } from '#evidence';
import { type Look, openEmbedded, readSettings } from '#runtime';

import { seedDemo } from '../../apps/standalone/src/demo.js';
import { moveBook } from '../../apps/cli/src/move.js';
import { openSource, openTarget, type Place } from '../../apps/cli/src/places.js';
import { openBookOn } from '../../apps/api/src/book.js';
import { ServerProcess } from '../eventstoredb/process.js';

const personId = randomUUID() as PersonId;
const look: Look = {
  ...{ kind: 'consultation', outcome: 'given', person: { id: personId, name: 'María' }, authority: 'Fiscalía' },
  ...{ jurisdiction: 'ES' as CountryCode, route: 'GET /v1/cases', caseIds: [], requestId: randomUUID() },
};

/** Both places are closed, whatever happens. */
const between = async (from: Place, to: Place) =>
  moveBook(from, to).finally(() => Promise.all([from.close(), to.close()]));

describe('a book that is moved to an EventStoreDB', () => {
  let [folder, data]: [string, string] = ['', ''];
  let server: ServerProcess;
  let events: number;
  let [looks, tokens] = [0, 0];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-union-'));
    data = join(folder, 'book');
    server = await ServerProcess.start();
    const book = await openBookOn(await openEmbedded(data, { durable: false }), { follow: 'once' });
    await seedDemo(book);
    await book.access.credentials.issue({ kind: 'token', personId, name: 'quarterly', lifetimeMs: 60_000 });
    await book.access.log.record([look]);
    events = await book.store.head();
    const [row] = await book.db.query<{ looks: string; tokens: string }>(
      `select (select count(*) from looks.records) as looks, (select count(*) from access.secrets where kind <> 'session') as tokens`,
    );
    [looks, tokens] = [Number(row?.looks), Number(row?.tokens)];
    await book.close();
  }, 240_000);
  afterAll(async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const source = (): Promise<Place> => openSource(readSettings({ RASTRO_DATA: data }));

  it('is there whole after the server was killed on the way, and moving again adds nothing', async () => {
    const [from, to] = [await source(), await openTarget(server.url)];
    const cut = carryingUntilKilled(from, to);
    await expect(cut).rejects.toThrow();
    await Promise.all([from.close(), to.close()]);
    await server.again();

    const { fine, told } = await between(await source(), await openTarget(server.url));
    expect([fine, told.already + told.moved]).toEqual([true, events]);
    expect(told.verification).toMatchObject({ alike: events, flaws: [], difference: null, accounts: null });
    expect([told.accessLog, told.accounts, told.notCarried]).toEqual([null, null, expect.stringContaining(data)]);
    expect(await between(await source(), await openTarget(server.url))).toMatchObject({ told: { moved: 0 } });
  }, 240_000);

  it('says what it did not find beside the log', async () => {
    const nowhere = join(folder, 'nowhere');
    const from = await openSource(readSettings({ EVENTSTORE_URL: server.url, RASTRO_DATA: nowhere }));
    const { fine, told } = await between(from, await openTarget(server.url));
    expect([fine, told.moved, told.notCarried]).toEqual([true, 0, expect.stringContaining('DATABASE_URL')]);
    expect(existsSync(nowhere)).toBe(false);
  }, 120_000);

  it('comes back as it was: every id, hash, moment and position', async () => {
    const back = join(folder, 'back');
    const db = await openEmbedded(back, { durable: false });
    const store = await openSqlEventStore(db);
    const to: Place = { name: back, store, into: carryIntoSql(db), db, close: () => Promise.resolve() };
    const from = await openSource(readSettings({ EVENTSTORE_URL: server.url, RASTRO_DATA: data }));
    const { fine, told } = await between(from, to);
    expect([fine, told.notCarried]).toEqual([true, undefined]);
    expect(told).toMatchObject({ accessLog: { moved: looks }, accounts: { moved: tokens } });
    expect(told.verification.accounts).toMatchObject({ copy: { tokens }, missing: 0, other: 0 });
    const original = await source();
    expect(await store.readAll(0, events + 1)).toEqual(await original.store.readAll(0, events + 1));
    expect((await verifyChains(store)).flaws).toEqual([]);
    await original.close();
    await db.close();
  }, 240_000);

  /** The server dies after the first hundred events. */
  const carryingUntilKilled = (from: Place, to: Place) => {
    let carried = 0;
    const into: Place['into'] = async (some, end) => {
      const first = some.slice(0, 100);
      carried += first.length;
      const last = await to.into(first, end);
      if (carried >= 100) await server.kill();
      return to.into(some.slice(100), last);
    };
    return moveBook(from, { ...to, into });
  };
});
