import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { carryIntoSql, openSqlEventStore } from '#event-store';
import { verifyChains } from '#evidence';
import { openEmbedded, readSettings } from '#runtime';

import { seedDemo } from '../../apps/standalone/src/demo.js';
import { moveBook } from '../../apps/cli/src/move.js';
import { openSource, openTarget, type Place } from '../../apps/cli/src/places.js';
import { openBookOn } from '../../apps/api/src/book.js';
import { ServerProcess } from '../eventstoredb/process.js';

/** Both places are closed, whatever happens. */
const between = async (from: Place, to: Place) =>
  moveBook(from, to).finally(() => Promise.all([from.close(), to.close()]));

describe('a book that is moved to an EventStoreDB', () => {
  let [folder, data]: [string, string] = ['', ''];
  let server: ServerProcess;
  let events: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rastro-union-'));
    data = join(folder, 'book');
    server = await ServerProcess.start();
    const book = await openBookOn(await openEmbedded(data, { durable: false }), { follow: 'once' });
    await seedDemo(book);
    events = await book.store.head();
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
    expect(told.verification).toMatchObject({ alike: events, flaws: [], difference: null });
    expect(await between(await source(), await openTarget(server.url))).toMatchObject({ told: { moved: 0 } });
  }, 240_000);

  it('comes back as it was: every id, hash, moment and position', async () => {
    const back = join(folder, 'back');
    const db = await openEmbedded(back, { durable: false });
    const store = await openSqlEventStore(db);
    const to: Place = { name: back, store, into: carryIntoSql(db), close: () => Promise.resolve() };
    const from = await openSource(readSettings({ EVENTSTORE_URL: server.url }));
    expect((await between(from, to)).fine).toBe(true);
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
