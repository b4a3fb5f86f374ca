import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { caseDecider, type CaseFile, decide, publishRates, ratesDecider, streamOf } from '#casework';
import type { CaseId } from '#core';
import { openSqlEventStore, Recorder } from '#event-store';
import { shippedEcbRates } from '#intake';
import { ReadModels } from '#read-models';
import { type BookDatabase, openEmbedded } from '#runtime';

import { clerk } from '../support/book.js';
import { until } from '../support/until.js';

const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };
const command = (commandId: string) => ({ actor: clerk, commandId, commandHash: '0', expected: 'any' as const });

describe('facts that the answers take in', () => {
  let db: BookDatabase;
  let recorder: Recorder;
  let readModels: ReadModels;
  let sizes: number[];

  const openCases = (count: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: count }, (_, number) => {
        const caseId = crypto.randomUUID() as CaseId;
        const open = (file: CaseFile) => decide.CaseOpened({ caseId, ...opened } as never)(file, {} as never);
        return recorder.record(streamOf.case(caseId), caseDecider, [open], command(`open-${number}`));
      }),
    );

  beforeEach(async () => {
    sizes = [];
    db = await openEmbedded('memory', { durable: false });
    const store = await openSqlEventStore(db);
    recorder = new Recorder(store, { now: () => new Date() });
    readModels = await new ReadModels(db, store, (events, take) => {
      sizes.push(events.length);
      return take();
    }).open();
  });
  afterEach(() => db.close());

  it('come by the piece while they are recorded: appends wait for no more than one', async () => {
    await openCases(600);
    await readModels.catchUp();
    expect(sizes).toEqual([250, 250, 100]);
  });

  it('come all at once where nobody else records', async () => {
    await openCases(600);
    const end = new AbortController();
    const following = readModels.start(end.signal, { hurried: true });
    await until(
      () => readModels.position(),
      (position) => position === 600,
      10_000,
    );
    end.abort();
    await following;
    expect(sizes).toEqual([600]);
  });

  it('come by the page where the answers are far behind', async () => {
    const days = [...shippedEcbRates()].slice(0, 5_100).map((day) => publishRates(day));
    await recorder.record(streamOf.rates('ECB'), ratesDecider, days, command('rates'));
    await readModels.catchUp();
    expect(sizes).toEqual([2_000, 2_000, 1_100]);
  });
});
