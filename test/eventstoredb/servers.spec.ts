import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';
import { verifyChains } from '#evidence';
import { type Append, LogUnreachable, openEventStoreDb, type OpenLog, OutcomeUnknown, Recorder } from '#event-store';

import { appendOf } from '../contracts/events.js';
import { clerk } from '../support/book.js';
import { until } from '../support/until.js';
import { makeCertificate, noCertificate } from './certificate.js';
import { ServerProcess } from './process.js';
import { type Running, TestServer } from './server.js';

const streamName = (): string => `case-${randomUUID()}`;
const nobody = { contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') };

describe('a log on an EventStoreDB', () => {
  const ending: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });

  const started = async (running: Running = {}): Promise<TestServer> => {
    const server = await TestServer.start(running);
    ending.push(() => server.stop());
    return server;
  };
  const opened = async (url: string): Promise<OpenLog> => {
    const store = await openEventStoreDb(url);
    ending.push(() => store.close());
    return store;
  };
  const apart = async (): Promise<ServerProcess> => {
    const server = await ServerProcess.start();
    ending.push(() => server.stop());
    return server;
  };
  /** As whoever does not know the outcome does. */
  const persist = async (store: OpenLog, append: Append): Promise<void> => {
    await until(
      () => store.append(append).catch((error: unknown) => error),
      (seen) => !(seen instanceof OutcomeUnknown),
    );
  };

  it('stands there as it was written: ids, types, data and metadata, and its chains hold', async () => {
    const server = await started();
    const store = await opened(server.url);
    const append = appendOf(streamName(), 3);
    await store.append(append);
    const stored = (server.log.eventsOf(append.stream) ?? []).map(({ id, type, data, metadata }) => ({
      id,
      type,
      data: JSON.parse(Buffer.from(data).toString()) as object,
      metadata: JSON.parse(Buffer.from(metadata).toString()) as object,
    }));
    expect(stored).toEqual(
      append.events.map(({ id, type, data, version, metadata }) => ({
        id,
        type,
        data,
        metadata: { ...metadata, schemaVersion: version },
      })),
    );
    expect(await verifyChains(store)).toEqual({ events: 3, streams: 1, flaws: [] });
  });

  it('holds nothing of what others write, and is written to in its own categories only', async () => {
    const server = await started();
    const store = await opened(server.url);
    const first = appendOf(streamName());
    await store.append(first);
    for (let n = 0; n < 300; n += 1)
      server.log.append(n % 2 ? 'orders-1' : 'casework', 'any', [{ id: randomUUID(), type: '$metadata', ...nobody }]);
    const head = await store.head();
    await store.append(appendOf('rates-ecb', 2));
    const all = await store.readAll(0, 100);
    expect(all.map(({ stream }) => stream)).toEqual([first.stream, 'rates-ecb', 'rates-ecb']);
    expect([head, await store.head()]).toEqual([all[0]?.position, all[2]?.position]);
    await expect(store.append(appendOf('orders-1'))).rejects.toThrow(RangeError);
    await expect(openEventStoreDb(`${server.url}&unknown=1`)).rejects.toMatchObject({ code: 'setting-malformed' });
  });

  it('stops before what stands in its streams and is not its own', async () => {
    const server = await started();
    const store = await opened(server.url);
    const { stream } = appendOf(streamName());
    server.log.append(stream, 'any', [{ id: randomUUID(), type: 'Noted', ...nobody }]);
    await expect(store.read(stream, 0, 1)).rejects.toThrow('was not written by Rastro');
    await expect(store.readAll(0, 9)).rejects.toThrow('was not written by Rastro');
  });

  const trusted = noCertificate ? it.skip : it;
  trusted(
    `is asked over TLS, by a user that the server knows${noCertificate ? `: ${noCertificate}` : ''}`,
    async () => {
      const tls = makeCertificate();
      const server = await started({ tls, user: 'ana:s3cret' });
      const store = await opened(server.url);
      await store.append(appendOf(streamName()));
      expect(await store.readAll(0, 9)).toHaveLength(1);
      for (const wrong of ['ana:wr0ng', 'eve:s3cret'])
        await expect(openEventStoreDb(server.url.replace('ana:s3cret', wrong))).rejects.toMatchObject({
          code: 'event-store-denied',
        });
      const distrusted = server.url.replace(/&tlsCAFile=.*/, '');
      await expect(openEventStoreDb(distrusted)).rejects.toMatchObject({ name: 'LogUnreachable' });
    },
  );

  describe('under the loop that decides', () => {
    const decider = { initial: () => ({}), evolve: () => ({}) };
    const recorderOn = (store: OpenLog): Recorder => new Recorder(store, { now: () => new Date() });
    const note = (recorder: Recorder, stream: string, commandId: string, text = '') =>
      recorder.record(stream, decider, [() => [{ type: 'Noted', data: { text } }]], { actor: clerk, commandId, commandHash: commandId }); // prettier-ignore

    it('gives each command its own position, though they are appended together', async () => {
      const store = await opened((await started()).url);
      const [recorder, stream] = [recorderOn(store), streamName()];
      const receipts = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => note(recorder, stream, key)));
      const events = await store.read(stream, 0, 9);
      expect(receipts.map(({ position, eventIds }) => [position, ...eventIds])).toEqual(events.map(({ position, id }) => [position, id])); // prettier-ignore
      const again = await note(recorderOn(store), stream, 'c');
      expect(again).toEqual({ ...receipts[2], repeated: true });
    });

    it('takes the same key in another stream as another command, with another id', async () => {
      const recorder = recorderOn(await opened((await started()).url));
      const [one, other] = await Promise.all([1, 2].map(() => note(recorder, streamName(), 'a')));
      expect(one?.eventIds).not.toEqual(other?.eventIds);
    });

    it.each([[0, 1], [1, 0]])('is one fact when two processes are given the same command at the same time, and both go on: %i, %i', async (first, second) => {
      const { url } = await started();
      const recorders = (await Promise.all([opened(url), opened(url)])).map(recorderOn);
      const stream = streamName();
      const receipts = await Promise.all(recorders.map((recorder) => note(recorder, stream, 'a')));
      expect(receipts[0]?.eventIds).toEqual(receipts[1]?.eventIds);
      await note(recorders[first] as Recorder, stream, 'b');
      await note(recorders[second] as Recorder, stream, 'c');
      expect(await verifyChains(await opened(url))).toEqual({ events: 3, streams: 1, flaws: [] });
    }); // prettier-ignore

    it('settles in parts what is too large together, and refuses what is too large alone', async () => {
      const store = await opened((await started()).url);
      const [recorder, stream] = [recorderOn(store), streamName()];
      const text = 'x'.repeat(300_000);
      await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => note(recorder, stream, key, text)));
      expect(await store.read(stream, 0, 9)).toHaveLength(6);
      await expect(note(recorder, stream, 'g', text.repeat(4))).rejects.toMatchObject({ name: 'AppendTooLarge' });
    });
  });

  describe('of several members', () => {
    const cluster = async (): Promise<readonly [leader: TestServer, follower: TestServer]> => {
      const leader = await started();
      return [leader, await started({ log: leader.log, members: [leader.address] })];
    };

    it('finds the leader by asking any of them', async () => {
      const [leader, follower] = await cluster();
      const store = await opened(follower.url.replace('esdb:', 'esdb+discover:'));
      await store.append(appendOf(streamName()));
      expect([leader.faults.seen.append, follower.faults.seen.append, follower.faults.seen.gossip]).toEqual([1, 0, 1]);
    });

    it('finds the leader when it came to another one, for reading and for writing', async () => {
      const [leader, follower] = await cluster();
      const store = await opened(follower.url);
      const append = appendOf(streamName());
      await store.append(append);
      leader.faults.ask('append', 'not-leader');
      const next = appendOf(append.stream, 1, { from: 0 });
      await persist(store, next);
      expect((await store.read(append.stream, 0, 9)).map(({ id }) => id)).toEqual([append, next].map(({ events }) => events[0]?.id)); // prettier-ignore
    });
  });

  it('that hangs up on everybody is asked once, not again at once by a new client', async () => {
    let tries = 0;
    const server = createServer((socket) => {
      tries += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    ending.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(openEventStoreDb(`esdb://127.0.0.1:${port}?tls=false`)).rejects.toThrow(LogUnreachable);
    expect(tries).toBe(1);
  });

  describe('in a process of its own', () => {
    it('is the same after a kill, what was acknowledged and nothing twice', async () => {
      const server = await apart();
      const store = await opened(server.url);
      const appends = Array.from({ length: 200 }, (_, n) => appendOf(streamName(), 1 + (n % 3)));
      const writing = appends.map((append) => persist(store, append));
      await until(() => store.head(), Boolean);
      await server.kill();
      await server.again();
      await Promise.all(writing);
      const events = await store.readAll(0, 1_000);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      expect(events).toHaveLength(appends.flatMap(({ events: some }) => some).length);
    });

    it('that is frozen makes nobody wait for longer than five seconds a call, and goes on when it is not', async () => {
      const server = await apart();
      const store = await opened(server.url);
      await store.append(appendOf(streamName()));
      const none = new AbortController();
      server.freeze();
      const append = appendOf(streamName());
      const start = performance.now();
      const seen = await Promise.allSettled([store.append(append), store.head(), store.changed(1e9, none.signal)]);
      expect(performance.now() - start).toBeLessThan(7_000);
      expect(seen.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      server.thaw();
      await persist(store, append);
      expect(await store.readAll(0, 9)).toHaveLength(2);
    });
  });
});
