import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { decide } from '#casework';
import type { AssetId, CaseId } from '#core';
import type { EventStore, RecordedEvent } from '#event-store';
import { ReadModels } from '#read-models';

import { Book } from '../support/book.js';
import { until } from '../support/until.js';
import { Plan, seed } from './plan.js';

type Deliver = (events: readonly RecordedEvent[], after: number) => readonly RecordedEvent[];

/** The log, but for how it delivers. */
const delivering = (store: EventStore, deliver: Deliver): EventStore => ({
  dense: true,
  append: (append) => store.append(append),
  read: (stream, from, limit) => store.read(stream, from, limit),
  readAll: async (after, limit) => [...deliver(await store.readAll(after, limit), after)],
  head: () => store.head(),
  positionAt: (moment) => store.positionAt(moment),
  changed: (position, signal) => store.changed(position, signal),
});

const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };
const identified = { category: 'vessel', description: 'Yacht', identifiers: [], identifiedOn: '2026-01-12', jurisdiction: 'ES' }; // prettier-ignore
const worth = (amount: string): object => ({ amount, currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-01-12' }); // prettier-ignore

describe(`events that come otherwise than they should (seed ${seed})`, () => {
  const plan = new Plan('delivery');
  let book: Book;
  let all: RecordedEvent[];
  let end: AbortController;
  let following: Promise<void>;

  beforeAll(async () => {
    book = await Book.open();
    for (let n = 0; n < 12; n += 1) {
      const [caseId, assetId] = [crypto.randomUUID() as CaseId, crypto.randomUUID() as AssetId];
      await book.record(
        caseId,
        decide.CaseOpened({ caseId, ...opened } as never),
        decide.AssetIdentified({ assetId, ...identified } as never),
        decide.AssetValued({ assetId, ...worth(`${1_000 + n}.00`) } as never),
        decide.AssetSeized({ assetId, effectiveOn: '2026-02-01', shareBp: 5_000 } as never),
      );
    }
    all = await book.store.readAll(0, 1_000);
  });
  /** The answers begin from nothing each time. */
  beforeEach(async () => {
    end = new AbortController();
    await book.db.execute('drop schema read cascade');
    await new ReadModels(
      book.db,
      delivering(book.store, () => []),
    ).open();
  });
  afterEach(async () => {
    end.abort();
    await following;
  });
  afterAll(() => book.close());

  const follow = async (deliver: Deliver): Promise<ReadModels> => {
    const readModels = await new ReadModels(book.db, delivering(book.store, deliver)).attach();
    following = readModels.start(end.signal);
    return readModels;
  };
  const equalsReplay = async (readModels: ReadModels): Promise<void> => {
    await until(() => readModels.position(), (position) => position === all.length); // prettier-ignore
    const honest = await new ReadModels(book.db, book.store).attach();
    expect(await honest.verify()).toMatchObject({ events: all.length, differences: [] });
  };

  it('are the same rows though each is delivered twice, in small pages', async () =>
    equalsReplay(await follow((events) => events.slice(0, 5).flatMap((event) => [event, event]))));

  it('are the same rows though they come again from an older checkpoint', async () => {
    const older = (after: number): number => Math.max(0, after - plan.between(1, 9));
    await equalsReplay(await follow((_, after) => all.slice(older(after), after + 4)));
  });

  it('are the same rows though one comes late: nothing goes past it', async () => {
    const late = plan.between(2, all.length - 1);
    let times = 0;
    const withheld: Deliver = (events) => {
      const has = events.some(({ position }) => position === late);
      return has && times++ < 2 ? events.filter(({ position }) => position !== late) : events;
    };
    await equalsReplay(await follow(withheld));
    expect(times).toBeGreaterThan(2);
  });

  it('stop the projection where one is skipped, and it says so', async () => {
    const skipped = plan.between(2, all.length - 1);
    const readModels = await follow((events) => events.filter(({ position }) => position !== skipped));
    const [status] = await until(() => readModels.status(), ([{ failure } = {}]) => failure !== undefined); // prettier-ignore
    expect(status?.failure).toContain(`Position ${skipped} is missing from the log`);
    expect(readModels.position()).toBeLessThan(skipped);
  });
});
