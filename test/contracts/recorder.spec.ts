import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Refused } from '#core';
import { AppendTooLarge, type Command, type Database, type Decider, type Decision, type EventStore, openSqlEventStore, OutcomeUnknown, type RecordedEvent, Recorder } from '#event-store'; // prettier-ignore
import { Meters, noTracing, observedStore, openEmbedded } from '#runtime';

import { clerk } from '../support/book.js';

/** A tally that never exceeds ten: small enough to see what the loop around any decision does. */
interface Tally {
  sum: number;
}

const tally: Decider<Tally> = {
  initial: () => ({ sum: 0 }),
  evolve: (state, { type, data }) => {
    if (type !== 'Added') throw new Error(`a tally does not know ${type}`);
    return { sum: state.sum + (data as { amount: number }).amount };
  },
};

const add =
  (amount: number): Decision<Tally> =>
  ({ sum }) => {
    if (sum + amount > 10) throw new Refused('too-much', 'Add less.', { sum });
    return amount === 0 ? [] : [{ type: 'Added', data: { amount } }];
  };

const command = (commandId: string, more: Partial<Command> = {}): Command => ({ actor: clerk, commandId, commandHash: commandId, expected: 'any', ...more }); // prettier-ignore

const refusal = (code: string, detail: object = {}): object =>
  expect.objectContaining({ code, detail: expect.objectContaining(detail) });

describe('the loop that loads, decides and appends', () => {
  let db: Database;
  let store: EventStore;
  let recorder: Recorder;
  const stream = 'tally-1';
  const other = (given: EventStore = store, more: object = {}): Recorder => new Recorder(given, { now: () => new Date(), ...more }); // prettier-ignore
  const amounts = async (): Promise<unknown[]> => (await store.read(stream, 0, 100)).map(({ data }) => data['amount']);

  beforeAll(async () => {
    db = await openEmbedded('memory', { durable: false });
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.execute('drop schema if exists log cascade');
    store = await openSqlEventStore(db);
    recorder = other();
  });

  it('answers the same command with the same receipt, from memory and from the log', async () => {
    const first = await recorder.record(stream, tally, [add(1), add(2)], command('a'));
    expect(first).toMatchObject({ revision: 1, position: 2, repeated: false });
    const again = { ...first, repeated: true };
    expect(await recorder.record(stream, tally, [add(1), add(2)], command('a'))).toEqual(again);
    expect(await other().record(stream, tally, [add(1), add(2)], command('a'))).toEqual(again);
    expect(await amounts()).toEqual([1, 2]);
  });

  it('refuses a key that stands for another command; in another stream it is a key of its own', async () => {
    await recorder.record(stream, tally, [add(1)], command('a'));
    const reused = refusal('idempotency-key-reused', { commandId: 'a' });
    await expect(recorder.record(stream, tally, [add(2)], command('a', { commandHash: 'b' }))).rejects.toEqual(reused);
    const elsewhere = await recorder.record('tally-2', tally, [add(1)], command('a'));
    expect(elsewhere).toMatchObject({ revision: 0, position: 2, repeated: false });
  });

  it.each(['\u0000', '\ud83d', '\udea2', '\\\u0000'])('records no %j, in what is told or beside it', async (sign) => {
    const say =
      (data: object): Decision<Tally> =>
      () => [{ type: 'Added', data }];
    const refused = refusal('text-ill-formed', { type: 'Added' });
    const source = { file: `a${sign}`, row: 2, mapping: 'harbour@1' };
    await expect(recorder.record(stream, tally, [add(1), say({ amount: 1, by: [{ [`b${sign}`]: 'c' }] })], command('a'))).rejects.toEqual(refused); // prettier-ignore
    await expect(recorder.record(stream, tally, [add(1)], command('b', { source }))).rejects.toEqual(refused);
    expect(await store.head()).toBe(0);
    const kept = { amount: 1, path: 'C:\\u0000\\ud83d', sign: '\u0007', boat: '🚢' };
    await recorder.record(stream, tally, [say(kept)], command('c'));
    expect((await store.read(stream, 0, 2)).map(({ data }) => data)).toEqual([kept]);
  });

  it('gives a command the same ids wherever it is recorded, also where the log is watched', async () => {
    const watched = observedStore(store, { meters: new Meters('test'), tracing: noTracing });
    await other(watched).record(stream, tally, [add(1), add(2)], command('a'));
    const ids = (await store.read(stream, 0, 9)).map(({ id }) => id);
    await db.execute('truncate log.events');
    expect((await recorder.record('tally-2', tally, [add(1), add(2)], command('a'))).eventIds).not.toEqual(ids);
    expect((await other().record(stream, tally, [add(1), add(2)], command('a'))).eventIds).toEqual(ids);
  });

  it('takes the same key from another person as another command', async () => {
    await recorder.record(stream, tally, [add(1)], command('a'));
    await recorder.record(stream, tally, [add(1)], command('a', { actor: { ...clerk, person: 'clerk-2' } }));
    expect(await amounts()).toEqual([1, 1]);
  });

  it('records all decisions of a command or none', async () => {
    await expect(recorder.record(stream, tally, [add(4), add(7)], command('a'))).rejects.toEqual(refusal('too-much', { sum: 4 })); // prettier-ignore
    expect(await store.head()).toBe(0);
    expect(await recorder.record(stream, tally, [add(10)], command('a'))).toMatchObject({ revision: 0 });
  });

  it('answers with nothing new when there is nothing to record', async () => {
    await recorder.record(stream, tally, [add(3)], command('a'));
    const quiet = { stream, revision: 0, position: 1, eventIds: [], repeated: false };
    expect(await recorder.record(stream, tally, [add(0)], command('b'))).toEqual(quiet);
  });

  it('tells who comes with an old revision what changed meanwhile', async () => {
    await recorder.record(stream, tally, [add(1)], command('a', { expected: 'new' }));
    const { eventIds } = await other().record(stream, tally, [add(1)], command('b', { expected: 0 }));
    const changed = [{ revision: 1, type: 'Added', eventId: eventIds[0] }];
    await expect(recorder.record(stream, tally, [add(1)], command('c', { expected: 0 }))).rejects.toEqual(refusal('stale', { expected: 0, revision: 1, changed })); // prettier-ignore
    await expect(recorder.record(stream, tally, [add(1)], command('d', { expected: 'new' }))).rejects.toEqual(refusal('stale')); // prettier-ignore
  });

  it('decides again when somebody was faster, on what is recorded by then', async () => {
    await recorder.record(stream, tally, [add(4)], command('a'));
    await other().record(stream, tally, [add(4)], command('b'));
    await expect(recorder.record(stream, tally, [add(4)], command('c'))).rejects.toEqual(refusal('too-much', { sum: 8 })); // prettier-ignore
    expect(await recorder.record(stream, tally, [add(2)], command('d'))).toMatchObject({ revision: 2 });
  });

  it('keeps every rule though many write to one stream from two processes, and sends nobody away', async () => {
    const [one, two] = [other(), other()];
    const all = Array.from({ length: 40 }, (_, n) => (n % 2 ? one : two).record(stream, tally, [add(1)], command(`c${n}`))); // prettier-ignore
    const done = await Promise.allSettled(all);
    const refused = done.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Refused).code] : []));
    expect(refused).toEqual(Array.from({ length: 30 }, () => 'too-much'));
    expect(await amounts()).toHaveLength(10);
  });

  it('answers all that are too large together, when they are overtaken, too', async () => {
    let overtaken = false;
    const small: Pick<EventStore, 'append' | 'read'> & { appendInTurn: undefined } = {
      append: async (append) => {
        if (append.events.length > 6) throw new AppendTooLarge('too large');
        if (append.events.length === 4 && !overtaken) {
          overtaken = true;
          await recorder.record(stream, tally, [add(5)], command('beside'));
        }
        return store.append(append);
      },
      appendInTurn: undefined,
      read: (...asked) => store.read(...asked),
    };
    const one = other(Object.assign(Object.create(store) as EventStore, small));
    const told = Array.from({ length: 5 }, (_, n) => one.record(stream, tally, [add(1), add(1)], command(`c${n}`)));
    const done = await Promise.allSettled(told);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(await amounts()).toEqual([1, 1, 5, 1, 1]);
  });

  it('ends commands that are told one after the other with the first that is refused', async () => {
    const told = [4, 4, 4, 1].map((amount, n) => ({ decisions: [add(amount)], command: command(`c${n}`) }));
    const { receipts, refusal: refused } = await recorder.recordInTurn(stream, tally, told);
    expect(receipts.map(({ revision, repeated }) => [revision, repeated])).toEqual([[0, false], [1, false]]); // prettier-ignore
    expect(refused).toEqual(refusal('too-much', { sum: 8 }));
    expect(await amounts()).toEqual([4, 4]);
    const again = await recorder.recordInTurn(stream, tally, [...told.slice(0, 2), { decisions: [add(2)], command: command('c2') }]); // prettier-ignore
    expect(again.receipts.map(({ repeated }) => repeated)).toEqual([true, true, false]);
    expect(await amounts()).toEqual([4, 4, 2]);
  });

  it('ends them, too, where a key stands for another command, and where nothing can be written', async () => {
    await recorder.record(stream, tally, [add(1)], command('a', { commandHash: 'other' }));
    const told = ['a', 'b'].map((id) => ({ decisions: [add(1)], command: command(id) }));
    const reused = await recorder.recordInTurn(stream, tally, told);
    expect(reused).toEqual({ receipts: [], refusal: refusal('idempotency-key-reused') });
    const overtaken = () => Promise.resolve({ outcome: 'conflict' as const, revision: 7 });
    const never: EventStore = Object.assign(Object.create(store) as EventStore, {
      append: overtaken,
      appendInTurn: overtaken,
    });
    expect(await other(never).recordInTurn(stream, tally, told.slice(1))).toMatchObject({ receipts: [] });
    expect(await amounts()).toEqual([1]);
  });

  it('decides them again together when somebody was faster', async () => {
    await recorder.record(stream, tally, [add(4)], command('a'));
    await other().record(stream, tally, [add(4)], command('b'));
    const told = [3, 1, 2].map((amount, n) => ({ decisions: [add(amount)], command: command(`c${n}`) }));
    const { receipts, refusal: refused } = await recorder.recordInTurn(stream, tally, told);
    expect([receipts, refused]).toEqual([[], refusal('too-much', { sum: 8 })]);
    expect(await amounts()).toEqual([4, 4]);
    expect(await recorder.recordInTurn(stream, tally, told.slice(1))).toMatchObject({ receipts: [{ revision: 2 }], refusal: { code: 'too-much' } }); // prettier-ignore
  });

  it('gives up, and says so, when others never stop writing', async () => {
    const overtaken = () => Promise.resolve({ outcome: 'conflict' as const, revision: 7 });
    const always: EventStore = Object.assign(Object.create(store) as EventStore, {
      append: overtaken,
      appendInTurn: overtaken,
    });
    await expect(other(always).record(stream, tally, [add(1)], command('a'))).rejects.toEqual(refusal('too-busy', { stream })); // prettier-ignore
  });

  it('tries an unanswered write once more with the same ids, and then says that it does not know', async () => {
    const unanswered = (times: number): EventStore => {
      let left = times;
      return Object.assign(Object.create(store) as EventStore, {
        append: async (append: Parameters<EventStore['append']>[0]) => {
          const outcome = await store.append(append);
          if (left-- > 0) throw new OutcomeUnknown('the line went dead');
          return outcome;
        },
      });
    };
    expect(await other(unanswered(1)).record(stream, tally, [add(1)], command('a'))).toMatchObject({ revision: 0 });
    await expect(other(unanswered(2)).record(stream, tally, [add(1)], command('b'))).rejects.toThrow(OutcomeUnknown);
    expect(await recorder.record(stream, tally, [add(1)], command('b'))).toMatchObject({ revision: 1, repeated: true });
    expect(await amounts()).toEqual([1, 1]);
  });

  it('does the same where others write to the stream, too', async () => {
    let [unanswered, unsent] = [0, 0];
    const dead = async <T>(outcome: Promise<T>): Promise<T> => {
      await outcome;
      if (unanswered-- > 0) throw new OutcomeUnknown('the line went dead');
      return outcome;
    };
    const dying: Pick<EventStore, 'append' | 'appendInTurn'> = {
      append: (append) => dead(store.append(append)),
      appendInTurn: (deciding) => {
        if (unsent-- > 0) return Promise.reject(new OutcomeUnknown('the line was dead before'));
        return dead(store.appendInTurn?.(deciding) ?? Promise.reject(new Error('it has no turns')));
      },
    };
    const wary = other(Object.assign(Object.create(store) as EventStore, dying));
    for (const id of ['a', 'c']) {
      await wary.record(stream, tally, [add(1)], command(id));
      await recorder.record(stream, tally, [add(1)], command(`${id}-beside`));
    }
    unanswered = 1;
    expect(await wary.record(stream, tally, [add(1)], command('e'))).toMatchObject({ revision: 4, repeated: false });
    unsent = 1;
    expect(await wary.record(stream, tally, [add(0)], command('e'))).toMatchObject({ revision: 4, repeated: true });
    unanswered = 2;
    await expect(wary.record(stream, tally, [add(1)], command('f'))).rejects.toThrow(OutcomeUnknown);
    expect(await wary.record(stream, tally, [add(1)], command('f'))).toMatchObject({ revision: 5, repeated: true });
    await recorder.record(stream, tally, [add(1)], command('g'));
    await expect(wary.record(stream, tally, [add(4)], command('h'))).rejects.toEqual(refusal('too-much', { sum: 7 }));
    await expect(wary.record(stream, tally, [add(1), add(3)], command('i'))).rejects.toEqual(refusal('too-much', { sum: 8 })); // prettier-ignore
    expect(await wary.record(stream, tally, [add(0)], command('j'))).toMatchObject({ eventIds: [], revision: 6 });
    expect((await wary.read(stream, tally)).state).toEqual({ sum: 7 });
  });

  it('answers nobody on what was written beside it and taken back again', async () => {
    let forged: RecordedEvent | undefined;
    const tried: Pick<EventStore, 'append' | 'appendInTurn'> = {
      append: (append) => store.append(append),
      appendInTurn: async (deciding) => {
        if (!forged) return store.appendInTurn?.(deciding) ?? Promise.reject(new Error('it has no turns'));
        deciding.decide([forged]);
        forged = undefined;
        return { outcome: 'conflict', revision: deciding.after };
      },
    };
    const one = other(Object.assign(Object.create(store) as EventStore, tried));
    await one.record(stream, tally, [add(1)], command('a'));
    await recorder.record(stream, tally, [add(1)], command('b'));
    await one.record(stream, tally, [add(1)], command('c'));
    const [last] = await store.read(stream, 2, 1);
    if (!last) throw new Error('nothing was recorded');
    forged = { ...last, revision: 3, metadata: { ...last.metadata, commandId: 'd', commandHash: 'd' } };
    expect(await one.record(stream, tally, [add(1)], command('d'))).toMatchObject({ revision: 3, repeated: false });
    expect(await amounts()).toEqual([1, 1, 1, 1]);
  });

  it('a stream that is wrongly believed to be new is read after all', async () => {
    await recorder.record(stream, tally, [add(8)], command('a'));
    const fresh = command('b', { fresh: true });
    await expect(other().record(stream, tally, [add(8)], fresh)).rejects.toEqual(refusal('too-much', { sum: 8 }));
    expect(await other().record(stream, tally, [add(2)], { ...fresh, commandId: 'c', commandHash: 'c' })).toMatchObject({ revision: 1 }); // prettier-ignore
  });

  it('stops at an event it does not understand', async () => {
    await recorder.record(stream, tally, [() => [{ type: 'Added', data: { amount: 1 } }]], command('a'));
    await db.query("update log.events set type = 'Subtracted'");
    await expect(other().record(stream, tally, [add(1)], command('b'))).rejects.toThrow('does not know Subtracted');
  });

  it('lifts an event of an older version before it is taken in, and writes the version of today', async () => {
    await recorder.record(stream, tally, [add(2)], command('a'));
    const lifting = other(store, {
      versionOf: () => 2,
      upcast: (event: { version: number; data: object }) =>
        event.version === 1 ? { ...event, data: { amount: 2 * (event.data as { amount: number }).amount } } : event,
    });
    expect((await lifting.read(stream, tally)).state).toEqual({ sum: 4 });
    await lifting.record(stream, tally, [add(6)], command('b'));
    expect((await store.read(stream, 0, 9)).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('answers the same with room for one stream in memory as with room for all', async () => {
    const narrow = other(store, { cacheBytes: 1 });
    for (let n = 0; n < 30; n += 1)
      await narrow.record(`tally-${n % 3}`, tally, [add(1)], command(`c${n}`)).catch((error: unknown) => error);
    const sums = await Promise.all([0, 1, 2].map(async (n) => (await narrow.read(`tally-${n}`, tally)).state.sum));
    expect(sums).toEqual([10, 10, 10]);
  });

  it('keeps in memory what there is room for, by the length of what was said: what was used last', async () => {
    const narrow = other(store, { cacheBytes: 100_000 });
    const told = async (name: string, length: number): Promise<void> =>
      void (await narrow.record(name, tally, [() => [{ type: 'Added', data: { amount: 1, note: 'x'.repeat(length) } }]], command(name))); // prettier-ignore
    const kept = (): string[] => ['a', 'b', 'c', 'd'].filter((name) => narrow.kept(name, tally) !== undefined);
    for (const name of ['a', 'b', 'c']) await told(name, 30_000);
    expect(kept()).toEqual(['b', 'c']);
    await told('d', 200_000);
    expect(kept()).toEqual([]);
  });

  it('never lets the clock of what it records go back', async () => {
    const moments = ['2024-03-01T10:00:00Z', '2024-03-01T09:00:00Z'].map((text) => new Date(text));
    const wandering = other(store, { now: () => moments.shift() ?? new Date('2024-03-01T11:00:00Z') });
    for (const id of ['a', 'b', 'c']) await wandering.record(stream, tally, [add(1)], command(id));
    const recorded = (await store.read(stream, 0, 9)).map(({ metadata }) => metadata.recordedAt.slice(11, 16));
    expect(recorded).toEqual(['10:00', '10:00', '11:00']);
  });
});
