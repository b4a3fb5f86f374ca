import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { carryIntoSql, carryLog, carryThroughPort, type EventStore, openSqlEventStore } from '#event-store';
import { compareLogs, verifyChains } from '#evidence';
import { type BookDatabase, openEmbedded } from '#runtime';

import { sealed } from '../contracts/events.js';

let databases: BookDatabase[] = [];
let free: BookDatabase[] = [];
beforeAll(async () => {
  databases = await Promise.all([1, 2, 3].map(() => openEmbedded('memory', { durable: false })));
});
beforeEach(() => void (free = [...databases]));
afterAll(() => Promise.all(databases.map((db) => db.close())));

const newLog = async (): Promise<{ db: BookDatabase; store: EventStore }> => {
  const db = free.pop();
  if (!db) throw new Error('three logs are enough');
  await db.execute('drop schema if exists log cascade');
  return { db, store: await openSqlEventStore(db) };
};

/** Streams whose events stand between those of others, and one that is long. */
const write = async (store: EventStore): Promise<number> => {
  const names = ['case', 'case', 'network'].map((kind) => `${kind}-${randomUUID()}`);
  const chains = names.map((stream) => ({
    stream,
    events: sealed(stream, 4, { data: { amount: '10.50', at: null } }),
  }));
  for (let revision = 0; revision < 4; revision += 1) {
    for (const { stream, events } of chains)
      await store.append({ stream, expectedRevision: revision - 1, events: events.slice(revision, revision + 1) });
  }
  await store.append({ stream: 'rates-ECB', expectedRevision: -1, events: sealed('rates-ECB', 1_200) });
  return store.head();
};

const everything = (store: EventStore) => store.readAll(0, 10_000);
const from = (store: EventStore) => ({ from: store, after: 0, end: 0 });

describe('a log that is carried over', () => {
  it('is the same log there: every event whole, at its position, its chains as they were', async () => {
    const [source, target] = [await newLog(), await newLog()];
    const written = await write(source.store);
    expect(await carryLog({ ...from(source.store), into: carryIntoSql(target.db) })).toBe(written);
    expect(await everything(target.store)).toEqual(await everything(source.store));
    expect(await verifyChains(target.store)).toMatchObject({ events: written, streams: 4, flaws: [] });
  });

  it('goes through the port of a log the same way, when only that is there', async () => {
    const [source, target] = [await newLog(), await newLog()];
    await write(source.store);
    const seen: number[] = [];
    const into = carryThroughPort(target.store);
    await carryLog({ ...from(source.store), into, onProgress: (done, total) => seen.push(done, total) });
    expect(await everything(target.store)).toEqual(await everything(source.store));
    expect(seen).toEqual([1_212, 1_212]);
  });

  it('keeps a hole in the numbers of a log that numbers densely, and numbers anew where none does', async () => {
    const [source, whole, anew] = [await newLog(), await newLog(), await newLog()];
    const written = await write(source.store);
    await source.db.execute('delete from log.events where position = 5');
    await carryLog({ ...from(source.store), into: carryIntoSql(whole.db) });
    expect([await whole.store.head(), (await everything(whole.store)).length]).toEqual([written, written - 1]);
    const { dense: _, ...port } = { ...source.store, readAll: source.store.readAll.bind(source.store) };
    const sparse = { ...port, head: () => source.store.head() } as EventStore;
    await carryLog({ ...from(sparse), into: carryIntoSql(anew.db) });
    expect((await everything(anew.store)).map(({ position }) => position)).toEqual(
      Array.from({ length: written - 1 }, (_none, index) => index + 1),
    );
  });

  it('is not mixed with what somebody else writes meanwhile', async () => {
    const [source, target] = [await newLog(), await newLog()];
    await write(source.store);
    await target.store.append({ stream: 'case-x', expectedRevision: -1, events: sealed('case-x', 1) });
    const refused = { code: 'target-in-use', detail: { expected: 0, found: 1 } };
    await expect(carryLog({ ...from(source.store), into: carryIntoSql(target.db) })).rejects.toMatchObject(refused);
    await target.store.append({ stream: 'rates-ECB', expectedRevision: -1, events: sealed('rates-ECB', 1) });
    const through = carryLog({ ...from(source.store), into: carryThroughPort(target.store) });
    await expect(through).rejects.toMatchObject({ code: 'target-in-use', detail: { stream: 'rates-ECB', found: 0 } });
  });
});

describe('two logs beside each other', () => {
  const twice = async () => {
    const [original, copy] = [await newLog(), await newLog()];
    const written = await write(original.store);
    await carryLog({ ...from(original.store), into: carryIntoSql(copy.db) });
    return { original, copy, written, compare: () => compareLogs(original.store, copy.store) };
  };

  it('are alike, and counted by kind of stream', async () => {
    const { compare, written } = await twice();
    const kinds = {
      case: { streams: 2, events: 8 },
      network: { streams: 1, events: 4 },
      rates: { streams: 1, events: 1_200 },
    };
    expect(await compare()).toEqual({
      alike: written,
      original: written,
      copy: written,
      kinds: { original: kinds, copy: kinds },
    });
  });

  it('differ in the first event of which one byte is another, whatever it says', async () => {
    const { copy, compare } = await twice();
    for (const [column, value] of [
      ['data', `replace(data::text, '10.50', '10.51')::json`],
      ['metadata', `replace(metadata::text, 'clerk-1', 'clerk-2')::json`],
      ['type', `'Denied'`],
      ['version', '2'],
      ['id', `'00000000-0000-4000-8000-000000000000'`],
      ['stream', `'case-other'`],
      ['revision', '77'],
      ['position', '100000'],
    ]) {
      await copy.db.execute('create table kept as select * from log.events where position = 7');
      await copy.db.execute(`update log.events set ${column} = ${value} where position = 7`);
      const found = await compare();
      expect([column, found.alike, found.difference?.what]).toEqual([column, 6, 'other']);
      await copy.db.execute(`delete from log.events where position in (7, 100000);
        insert into log.events (position, stream, revision, id, type, version, data, metadata)
          select position, stream, revision, id, type, version, data, metadata from kept; drop table kept`);
    }
    expect((await compare()).difference).toBeUndefined();
  });

  it('differ where one ends before the other', async () => {
    const { original, copy, compare } = await twice();
    await copy.db.execute('delete from log.events where position > 10');
    expect(await compare()).toMatchObject({ alike: 10, difference: { what: 'missing', position: 11 } });
    await original.db.execute('delete from log.events where position > 9');
    expect(await compare()).toMatchObject({ alike: 9, difference: { what: 'more', position: 10 } });
  });
});
