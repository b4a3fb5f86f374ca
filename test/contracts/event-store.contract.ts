import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Instant } from '#core';
import { type Append, type EventStore, type RecordedEvent } from '#event-store';

import { appendOf, recordedOf, sealed } from './events.js';

const streamName = (): string => `case-${randomUUID()}`;

/** What every implementation of the log must do. Each test has streams of its own; the log may hold others. */
export const keepsTheContract = (
  engine: string,
  open: () => Promise<{ store: EventStore; close: () => Promise<void> }>,
): void => {
  describe(`the log on ${engine}`, () => {
    let store: EventStore;
    let close: () => Promise<void>;
    beforeAll(async () => ({ store, close } = await open()));
    afterAll(() => close());

    const written = async (append: Append): Promise<number> => {
      const outcome = await store.append(append);
      return outcome.outcome === 'appended' ? outcome.position : Number.NaN;
    };

    it('knows nothing of a stream that was never written', async () =>
      expect(await store.read(streamName(), 0, 10)).toEqual([]));

    const positions = (events: readonly RecordedEvent[]): number[] => events.map(({ position }) => position);
    /** Positions grow; they have no hole where the store says so. */
    const inOrder = (found: readonly number[], after: number): void => {
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      expect(found[0]).toBeGreaterThan(after);
      if (store.dense) expect(found).toEqual(found.map((_, index) => after + 1 + index));
    };

    it('gives back what was appended, whole, by stream and in the log', async () => {
      const append = appendOf(streamName(), 3);
      const before = await store.head();
      const outcome = await store.append(append);
      const events = await store.readAll(before, 10);
      inOrder(positions(events), before);
      expect(outcome).toEqual({ outcome: 'appended', revision: 2, position: events[2]?.position });
      expect(events).toEqual(recordedOf(append, positions(events)));
      expect(await store.read(append.stream, 0, 10)).toEqual(events);
      expect(await store.head()).toBe(events[2]?.position);
    });

    it('keeps every character and every depth of the data', async () => {
      const text = 'Ñ 🛥 \u0000 \ud800 "\\ \u2028';
      const data = JSON.parse(JSON.stringify({ text, none: null, '': [{ a: [[]] }, false, -0.5e-3] })) as object;
      const [event] = sealed(streamName(), 1);
      const append = { stream: streamName(), expectedRevision: -1, events: [{ ...event, data }] } as Append;
      await store.append(append);
      expect((await store.read(append.stream, 0, 1))[0]?.data).toEqual(data);
    });

    it('reads in pages', async () => {
      const append = appendOf(streamName(), 5);
      const last = await written(append);
      const revisions = async (from: number, limit: number) =>
        (await store.read(append.stream, from, limit)).map(({ revision }) => revision);
      expect([await revisions(0, 2), await revisions(2, 2), await revisions(4, 2), await revisions(5, 2)]).toEqual([
        [0, 1],
        [2, 3],
        [4],
        [],
      ]);
      const all = positions(await store.read(append.stream, 0, 5));
      expect(positions(await store.readAll(all[1] ?? 0, 2))).toEqual(all.slice(2, 4));
      expect(positions(await store.readAll(all[3] ?? 0, 9))).toEqual([last]);
      expect(await store.readAll(last, 9)).toEqual([]);
    });

    it('refuses a stale append and writes none of it', async () => {
      const append = appendOf(streamName(), 2);
      const head = await written(append);
      for (const from of [-1, 0, 4]) {
        expect(await store.append(appendOf(append.stream, 2, { from }))).toEqual({ outcome: 'conflict', revision: 1 });
      }
      expect(await store.append(appendOf(streamName(), 1, { from: 0 }))).toEqual({ outcome: 'conflict', revision: -1 });
      expect(await store.head()).toBe(head);
    });

    it('answers the same append again without writing it again', async () => {
      const append = appendOf(streamName(), 2);
      const position = await written(append);
      await store.append(appendOf(append.stream, 1, { from: 1 }));
      expect(await store.append(append)).toEqual({ outcome: 'repeated', revision: 1, position });
      const events = await store.read(append.stream, 0, 10);
      expect(await store.append({ ...append, events: append.events.slice(0, 1) })).toEqual({
        outcome: 'repeated',
        revision: 0,
        position: events[0]?.position,
      });
      expect(events).toHaveLength(3);
    });

    it('takes no part of what was written for the whole', async () => {
      const append = appendOf(streamName(), 2);
      await store.append(append);
      const longer = { ...append, events: [...append.events, ...sealed(append.stream, 1, { from: 1 })] };
      expect(await store.append(longer)).toEqual({ outcome: 'conflict', revision: 1 });
    });

    /** Of an append that is refused as a whole: an id that stands elsewhere, or more bytes than a store takes at once. */
    const unlawful = async (): Promise<Append> => {
      const stream = streamName();
      if (!store.uniqueIds) return appendOf(stream, 3, { data: { text: 'x'.repeat(600_000) } });
      const taken = appendOf(streamName());
      await store.append(taken);
      return { ...appendOf(stream, 1), events: [...sealed(stream, 1), ...taken.events] };
    };

    it('writes all events of an append or none, and harms no neighbour', async () => {
      const [bad, good] = [await unlawful(), appendOf(streamName(), 1)];
      const head = await store.head();
      const [refused, kept] = await Promise.allSettled([store.append(bad), store.append(good)]);
      const events = await store.readAll(head, 10);
      inOrder(positions(events), head);
      expect([refused.status, kept]).toEqual([
        'rejected',
        { status: 'fulfilled', value: { outcome: 'appended', revision: 0, position: events[0]?.position } },
      ]);
      expect(await store.read(bad.stream, 0, 10)).toEqual([]);
      expect(events).toEqual(recordedOf(good, positions(events)));
    });

    it('lets two appends to one stream wait together, and the second fail alone', async () => {
      const stream = streamName();
      const [first, next, late] = [appendOf(stream, 2), appendOf(stream, 1, { from: 1 }), appendOf(stream, 1)];
      const outcomes = await Promise.all([first, next, late, first].map((append) => store.append(append)));
      const [, second, third] = positions(await store.read(stream, 0, 9));
      expect(outcomes).toEqual([
        { outcome: 'appended', revision: 1, position: second },
        { outcome: 'appended', revision: 2, position: third },
        { outcome: 'conflict', revision: 2 },
        { outcome: 'repeated', revision: 1, position: second },
      ]);
    });

    it('has one winner when many append to one stream', async () => {
      const stream = streamName();
      const outcomes = await Promise.all(Array.from({ length: 32 }, () => store.append(appendOf(stream))));
      expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
      expect(await store.read(stream, 0, 40)).toHaveLength(1);
    });

    it('decides in turn on what came meanwhile, once, or does not do so at all', async () => {
      if (!store.appendInTurn) return expect(store.dense).toBeUndefined();
      const stream = streamName();
      await store.append(appendOf(stream, 3));
      const heard: number[][] = [];
      const decide = (count: number) => (newer: readonly RecordedEvent[]) => {
        heard.push(newer.map(({ revision }) => revision));
        return sealed(stream, count, { from: 2 });
      };
      const head = await store.head();
      expect(await store.appendInTurn({ stream, after: 0, decide: decide(0) })).toMatchObject({ outcome: 'appended', revision: 2 }); // prettier-ignore
      expect(await store.head()).toBe(head);
      const outcome = await store.appendInTurn({ stream, after: 2, decide: decide(2) });
      expect([heard, outcome]).toEqual([[[1, 2], []], { outcome: 'appended', revision: 4, position: head + 2 }]);
      expect((await store.read(stream, 0, 9)).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    });

    it('decides in turn beside those that append, each alone', async () => {
      if (!store.appendInTurn) return expect(store.dense).toBeUndefined();
      const [one, two, far] = [streamName(), streamName(), streamName()];
      await store.append(appendOf(far, 1_002));
      const follow = (stream: string) => (newer: readonly RecordedEvent[]) =>
        sealed(stream, 1, { from: newer.length - 1 });
      const outcomes = await Promise.all([
        store.append(appendOf(one)),
        store.appendInTurn({ stream: two, after: -1, decide: follow(two) }),
        store.appendInTurn({ stream: one, after: -1, decide: follow(one) }),
        store.append(appendOf(two)),
        store.appendInTurn({ stream: far, after: -1, decide: follow(far) }),
      ]);
      const appended = (revision: number): object => ({
        outcome: 'appended',
        revision,
        position: expect.any(Number) as unknown,
      });
      expect(outcomes.slice(0, 1)).toEqual([appended(0)]);
      // Who appends is written before who decides in turn.
      expect(outcomes.slice(1)).toEqual([
        appended(1),
        appended(1),
        appended(0),
        { outcome: 'conflict', revision: 1_001 },
      ]);
      expect(await store.read(far, 1_002, 9)).toEqual([]);
    });

    it('decides in turn on what others decide in the same stream at the same time', async () => {
      if (!store.appendInTurn) return expect(store.dense).toBeUndefined();
      const stream = streamName();
      await store.append(appendOf(stream, 3));
      const heard: number[][] = [];
      const decideAfter = (after: number) => (newer: readonly RecordedEvent[]) => {
        heard.push(newer.map(({ revision }) => revision));
        return sealed(stream, 1, { from: after + newer.length });
      };
      const known = [1, 0, 1, 9];
      const outcomes = await Promise.all(known.map((after) => store.appendInTurn?.({ stream, after, decide: decideAfter(after) }))); // prettier-ignore
      expect(heard).toEqual([[2], [1, 2, 3], [2, 3, 4]]);
      expect(outcomes).toMatchObject([{ revision: 3 }, { revision: 4 }, { revision: 5 }, { outcome: 'conflict', revision: 5 }]); // prettier-ignore
    });

    it('numbers the log in the order of the streams', async () => {
      const before = await store.head();
      const appends = Array.from({ length: 50 }, (_, index) => appendOf(streamName(), 1 + (index % 3)));
      await Promise.all(appends.map((append) => store.append(append)));
      const events = await store.readAll(before, 500);
      inOrder(positions(events), before);
      expect(events).toHaveLength(appends.flatMap(({ events: some }) => some).length);
      for (const append of appends) {
        const found = events.filter(({ stream }) => stream === append.stream);
        expect(found).toEqual(recordedOf(append, positions(found)));
      }
    });

    it('knows the position at a moment', async () => {
      const first = await written(appendOf(streamName(), 1, { at: '2031-01-01T00:00:00.000Z' }));
      const second = await written(appendOf(streamName(), 1, { at: '2031-01-01T00:00:00.002Z' }));
      const at = (moment: string): Promise<number> => store.positionAt(moment as Instant);
      expect([
        await at('1990-01-01T00:00:00.000Z'),
        await at('2031-01-01T00:00:00.000Z'),
        await at('2031-01-01T00:00:00.001Z'),
        await at('2031-01-01T00:00:00.002Z'),
      ]).toEqual([0, first, first, second]);
    });

    it('tells that something changed, and gives up when told', async () => {
      const head = await store.head();
      const none = new AbortController();
      await store.changed(head - 1, none.signal);
      const waiting = store.changed(head, none.signal);
      const position = await written(appendOf(streamName()));
      await waiting;
      const stopped = new AbortController();
      const idle = store.changed(position, stopped.signal);
      stopped.abort();
      await idle;
    });
  });
};
