import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Append, openEventStoreDb, type OpenLog, OutcomeUnknown, Recorder } from '#event-store';

import { appendOf } from '../contracts/events.js';
import { clerk } from '../support/book.js';
import { until } from '../support/until.js';
import { TestServer } from './server.js';

const ANSWER_MS = 5_000;
const streamName = (): string => `case-${randomUUID()}`;

/** Each was seen in version 6.2 of the client; the numbers are those of ADR 10. */
describe('a defect of the client of EventStoreDB:', () => {
  let server: TestServer;
  let store: OpenLog;
  const opened: OpenLog[] = [];
  const open = async (at: TestServer): Promise<OpenLog> => {
    const one = await openEventStoreDb(at.url);
    opened.push(one);
    return one;
  };

  beforeEach(async () => {
    server = await TestServer.start();
    store = await open(server);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    server.stop();
  });

  const count = (append: Append): number => server.log.eventsOf(append.stream)?.length ?? 0;
  /** @returns after how long it was unknown. */
  const unknownAfter = async (append: Append, by = store): Promise<number> => {
    const start = performance.now();
    await expect(by.append(append)).rejects.toThrow(OutcomeUnknown);
    return performance.now() - start;
  };
  const inTime = (ms: number): void => {
    expect(ms).toBeGreaterThan(ANSWER_MS - 100);
    expect(ms).toBeLessThan(ANSWER_MS + 2_000);
  };

  it('1. an append that is not answered is given up, unknown, and tried again with the same ids', async () => {
    await store.append(appendOf(streamName()));
    const [lost, mute] = [appendOf(streamName()), appendOf(streamName())];
    server.faults.ask('append', 'silent');
    server.faults.ask('append', 'mute');
    const both = await Promise.all([unknownAfter(lost), unknownAfter(mute)]);
    inTime(Math.min(...both));
    expect([count(lost), count(mute)]).toEqual([0, 1]);
    const again = await Promise.all([store.append(lost), store.append(mute)]);
    expect(again).toEqual([expect.objectContaining({ revision: 0 }), expect.objectContaining({ revision: 0 })]);
    expect([count(lost), count(mute)]).toEqual([1, 1]);
  });

  it('1. the one loop of the recorder does so by itself, and the fact is there once', async () => {
    const stream = streamName();
    const decider = { initial: () => ({}), evolve: () => ({}) };
    const command = { actor: clerk, commandId: 'a', commandHash: 'a' };
    server.faults.ask('append', 'cut-after');
    const recorder = new Recorder(store, { now: () => new Date() });
    const receipt = await recorder.record(stream, decider, [() => [{ type: 'Noted', data: { n: 1 } }]], command);
    const events = await store.read(stream, 0, 9);
    expect(events.map(({ id, position }) => [id, position])).toEqual([[receipt.eventIds[0], receipt.position]]);
    expect(server.faults.seen.append).toBe(2);
  });

  it('1. and says within ten seconds that it does not know', async () => {
    const decider = { initial: () => ({}), evolve: () => ({}) };
    const command = { actor: clerk, commandId: 'a', commandHash: 'a' };
    const recorder = new Recorder(store, { now: () => new Date() });
    server.faults.ask('append', 'silent', 9);
    const start = performance.now();
    const noting = [() => [{ type: 'Noted', data: {} }]];
    await expect(recorder.record(streamName(), decider, noting, command)).rejects.toThrow(OutcomeUnknown);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(server.faults.seen.append).toBe(2);
  });

  it('2. a server that does not tell its features stops no append longer than that', async () => {
    server.faults.ask('features', 'silent');
    inTime(await unknownAfter(appendOf(streamName())));
    expect(await store.append(appendOf(streamName()))).toMatchObject({ outcome: 'appended' });
  });

  it('3. a failed look for the features is not remembered', async () => {
    server.faults.ask('features', 'internal');
    await unknownAfter(appendOf(streamName()));
    expect(await store.append(appendOf(streamName()))).toMatchObject({ outcome: 'appended' });
  });

  it('4. what breaks for one client breaks for another in the process: unknown, and tried again', async () => {
    const other = await TestServer.start();
    const beside = await open(other);
    await Promise.all([store, beside].map((one) => one.append(appendOf(streamName()))));
    const [mine, theirs] = [appendOf(streamName()), appendOf(streamName())];
    other.faults.ask('append', 'mute');
    const early = unknownAfter(theirs, beside);
    await until(
      () => other.faults.seen.append,
      (seen) => seen === 2,
    );
    server.faults.ask('append', 'internal');
    await unknownAfter(mine);
    expect(await early).toBeLessThan(ANSWER_MS - 500);
    await Promise.all([store.append(mine), beside.append(theirs)]);
    expect([count(mine), other.log.eventsOf(theirs.stream)?.length]).toEqual([1, 1]);
    await beside.close();
    other.stop();
  });

  it('6. what JSON cannot say is refused before it is sent, and what changes later is sent as it was', async () => {
    const append = appendOf(streamName(), 1, { data: { name: 'before' } });
    const [event] = append.events as [Append['events'][0]];
    const wrong = { ...append, events: [{ ...event, data: { amount: 1n } as object as Record<string, unknown> }] };
    await expect(store.append(wrong)).rejects.toThrow(TypeError);
    expect(server.faults.seen.append).toBe(0);
    const sent = store.append(append);
    (event.data as { name: string }).name = 'after';
    await sent;
    expect((await store.read(append.stream, 0, 1))[0]?.data).toEqual({ name: 'before' });
  });

  it('8. no read stays open, come to its end or not', async () => {
    const append = appendOf(streamName(), 40);
    await store.append(append);
    await store.read(append.stream, 0, 3);
    await store.readAll(0, 2);
    await store.read(streamName(), 0, 3);
    server.faults.ask('read', 'silent');
    await expect(store.head()).rejects.toMatchObject({ name: 'LogUnreachable' });
    await until(
      () => server.openReads,
      (open) => open === 0,
    );
  });

  it('9. a failure says what it is', async () => {
    server.faults.ask('append', 'timeout');
    await expect(store.append(appendOf(streamName()))).rejects.toThrow(/not answered.*DeadlineExceeded/);
    server.faults.ask('append', 'denied');
    await expect(store.append(appendOf(streamName()))).rejects.toMatchObject({ code: 'event-store-denied' });
  });

  it('7, 10, 11. a subscription that breaks begins again behind the last event that was told', async () => {
    const none = new AbortController();
    const beside = await TestServer.start({ log: server.log });
    const writer = await open(beside);
    const first = await writer.append(appendOf(streamName()));
    const from = await store.head();
    void store.changed(from, none.signal);
    const second = await writer.append(appendOf(streamName()));
    await store.changed(from, none.signal);
    // What is nobody's makes the server tell how far it has looked.
    for (let n = 0; n < 100; n += 1) server.log.append('orders-1', 'any', [{ id: randomUUID(), type: 'Ordered', contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('{}') }]); // prettier-ignore
    server.faults.ask('subscribe', 'internal', 2);
    server.stop();
    await server.again();
    await until(
      () => server.subscribedAt.length,
      (times) => times >= 4,
    );
    const behind = [first, second].map((one) => ('position' in one ? one.position : 0));
    expect(server.subscribedAt).toEqual([behind[0], behind[1], behind[1], behind[1]]);
    const waiting = store.changed(behind[1] ?? 0, none.signal);
    await writer.append(appendOf(streamName()));
    await waiting;
    await writer.close();
    beside.stop();
  });
});
