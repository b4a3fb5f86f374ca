import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { caseDecider, type CaseFile, decide, streamOf } from '#casework';
import type { CaseId } from '#core';
import { acceptLosses, LogReplaced, type Loss, losses, ReadModels, signOf } from '#read-models';

import { Book, clerk } from '../support/book.js';
import { until } from '../support/until.js';

const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };

describe('a log that was replaced under its answers', () => {
  let book: Book;
  let count = 0;
  const openCase = (): Promise<unknown> => {
    const caseId = crypto.randomUUID() as CaseId;
    const decision = (file: CaseFile) => decide.CaseOpened({ caseId, ...opened } as never)(file, book.known);
    const command = { actor: clerk, commandId: `open-${count++}`, commandHash: '0', expected: 'any' as const };
    return book.recorder.record(streamOf.case(caseId), caseDecider, [decision], command);
  };
  const record = async (cases: number): Promise<void> => {
    for (let one = 0; one < cases; one += 1) await openCase();
  };
  /** As a restored back-up does: the log ends earlier, while the answers stand where they stood. */
  const cutOffAfter = (position: number): Promise<unknown> =>
    book.db.query('delete from log.events where position > $1', [position]);
  const casesIn = async (readModels: ReadModels): Promise<number> => {
    const [row] = await book.db.query<{ count: string }>(`select count(*) as count from ${readModels.schema}.cases`);
    return Number(row?.count);
  };
  const another = (): ReadModels => new ReadModels(book.db, book.store);

  beforeEach(async () => {
    book = await Book.open();
    await record(10);
    await book.readModels.catchUp();
  });
  afterEach(() => book.close());

  it('is answered from by nobody', async () => {
    await cutOffAfter(6);
    const watching = await another().attach();
    expect(() => watching.schema).toThrow(LogReplaced);
    expect(() => watching.rates).toThrow(LogReplaced);
  });

  it('is taken in from zero when it is opened, and what was seen before is not forgotten', async () => {
    await cutOffAfter(6);
    const again = await another().open();
    expect(again.position()).toBe(6);
    expect(again.seen).toBe(10);
    expect(await casesIn(again)).toBe(6);
    expect((await again.verify()).differences).toEqual([]);
  });

  it('is on record from then on: what the answers had taken in, until it stands there again', async () => {
    const columns = 'position, stream, revision, id, type, version, data, metadata';
    await book.db.execute(`create table kept as select ${columns} from log.events where position > 6`);
    const [tenth] = await book.store.readAll(9, 1);
    await cutOffAfter(6);
    const again = await another().open();
    const lost = { position: 10, stream: tenth?.stream, revision: 0, hash: tenth?.metadata.hash };
    expect(await losses(again)).toMatchObject([lost]);
    await again.rebuild();
    await book.db.execute('update read.current set made_by = 1');
    const anew = await another().open();
    expect(await losses(anew)).toMatchObject([lost]);
    await book.db.execute(`insert into log.events (${columns}) select * from kept`);
    expect(await losses(anew)).toEqual([]);
  });

  it('is on record, too, when an older program made the answers, and while somebody knows of it', async () => {
    await cutOffAfter(6);
    await book.db.execute('update read.current set made_by = 1');
    const again = await another().open();
    const [lost, ...others] = await losses(again);
    expect([lost?.position, lost?.acceptedAt, others]).toEqual([10, undefined, []]);
    await acceptLosses(book.db, [lost as Loss]);
    expect(await losses(again)).toEqual([{ ...lost, acceptedAt: expect.stringMatching(/Z$/) as unknown }]);
  });

  it('is noticed, too, when it has grown past the place where it differs', async () => {
    await cutOffAfter(6);
    await record(8);
    const again = await another().open();
    expect(await casesIn(again)).toBe(14);
    expect((await again.verify()).differences).toEqual([]);
  });

  it('is no other one because it grew', async () => {
    const { schema } = book.readModels;
    await record(3);
    const again = await another().open();
    expect(again.schema).toBe(schema);
    expect(again.seen).toBe(10);
  });

  it('is noticed and taken in by who keeps the answers, with no hand and no restart; others answer again after it', async () => {
    const end = new AbortController();
    const watching = await another().attach();
    const working = [book.readModels.start(end.signal), watching.watch(end.signal)];
    await cutOffAfter(6);
    await until(
      () => signOf(watching),
      ({ wrong }) => wrong?.includes('taken in at position 10') === true,
    );
    await until(
      () => signOf(watching),
      ({ wrong, figures }) => wrong === undefined && figures['position'] === 6,
    );
    expect(await casesIn(watching)).toBe(6);
    end.abort();
    await Promise.all(working);
    expect((await book.readModels.verify()).differences).toEqual([]);
  });
});

describe('answers whose tables somebody took away', () => {
  let book: Book;
  beforeEach(async () => (book = await Book.open()));
  afterEach(() => book.close());

  it('are made anew from the log', async () => {
    const caseId = crypto.randomUUID() as CaseId;
    await book.record(caseId, decide.CaseOpened({ caseId, ...opened } as never));
    await book.readModels.catchUp();
    await book.db.execute(`drop schema ${book.readModels.schema} cascade`);
    await expect(new ReadModels(book.db, book.store).attach()).rejects.toMatchObject({ code: 'schema-older' });
    const again = await new ReadModels(book.db, book.store).open();
    const text = `select reference from ${again.schema}.cases`;
    expect(await book.db.query(text)).toEqual([{ reference: '1/2026' }]);
  });
});
