import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { caseDecider, type CaseDecision, decide, publishRates, ratesDecider, streamOf } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, Day, EventId, Quarter } from '#core';
import { type EventStore, openSqlEventStore, Recorder } from '#event-store';
import { shippedEcbRates } from '#intake';
import { asset, caseFile, figures, ReadModels } from '#read-models';
import { type BookDatabase, openEmbedded } from '#runtime';

import { clerk } from '../support/book.js';
import { until } from '../support/until.js';

const day = (text: string): Day => text as Day;
const ES = 'ES' as CountryCode;
const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: ES, openedOn: day('2024-01-01') }; // prettier-ignore
const command = (commandId: string) => ({ actor: clerk, commandId, commandHash: '0', expected: 'any' as const });

/** Seized, and worth 100 dollars of a day. */
const seized = (on: Day, assetId = crypto.randomUUID() as AssetId): CaseDecision[] => [
  decide.AssetIdentified({ assetId, category: 'cash', description: 'Cash', identifiers: [], identifiedOn: on, jurisdiction: ES }),
  decide.AssetValued({ assetId, amount: '100', currency: 'USD' as CurrencyCode, method: 'face-value', valuedOn: on }),
  decide.AssetSeized({ assetId, effectiveOn: on }),
]; // prettier-ignore

/** An embedded database that tells how many rows of assets and postings each write adds. */
const openCounting = async (): Promise<{ db: BookDatabase; written: number[] }> => {
  const [db, written]: [BookDatabase, number[]] = [await openEmbedded('memory', { durable: false }), []];
  const change: BookDatabase['change'] = (changes) => {
    const lines = changes.flatMap((one) =>
      'table' in one && /\.(assets|postings)$/.test(one.table) ? [one.lines.split('\n').length - 1] : [],
    );
    written.push(lines.reduce((sum, count) => sum + count, 0));
    return db.change(changes);
  };
  const counting = new Proxy(db, {
    get: (_, name: keyof BookDatabase) => {
      if (name === 'change') return change;
      const found: unknown = db[name];
      return typeof found === 'function' ? (found.bind(db) as unknown) : found;
    },
  });
  return { db: counting, written };
};

describe('facts that the answers take in', () => {
  let db: BookDatabase;
  let written: number[];
  let store: EventStore;
  let recorder: Recorder;
  let readModels: ReadModels;
  let sizes: number[];

  const tell = (caseId: CaseId, decisions: readonly CaseDecision[]): Promise<unknown> => {
    const known = decisions.map((decision) => (file: Parameters<CaseDecision>[0]) => decision(file, {} as never));
    return recorder.record(streamOf.case(caseId), caseDecider, known, command(crypto.randomUUID()));
  };
  const openCase = async (facts: readonly CaseDecision[] = []): Promise<CaseId> => {
    const caseId = crypto.randomUUID() as CaseId;
    await tell(caseId, [decide.CaseOpened({ caseId, ...opened }), ...facts]);
    return caseId;
  };
  const openCases = (count: number, facts: () => CaseDecision[] = () => []): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, () => openCase(facts())));

  /** Follows the log up to a position. */
  const following = async (how: { gently?: boolean }, position: number): Promise<void> => {
    const end = new AbortController();
    const work = readModels.start(end.signal, how);
    await until(
      () => readModels.position(),
      (reached) => reached === position,
      10_000,
    );
    end.abort();
    await work;
  };

  beforeEach(async () => {
    ({ db, written } = await openCounting());
    sizes = [];
    store = await openSqlEventStore(db);
    recorder = new Recorder(store, { now: () => new Date() });
    readModels = await new ReadModels(db, store, (events, take) => {
      sizes.push(events.length);
      return take();
    }).open();
  });
  afterEach(() => db.close());

  it('come by the piece where others append to the same database: those wait for no more than one', async () => {
    await openCases(600);
    await following({ gently: true }, 600);
    expect(sizes).toEqual([250, 250, 100]);
  });

  it('come all at once where nobody else does', async () => {
    await openCases(600);
    await following({}, 600);
    expect(sizes).toEqual([600]);
  });

  it('come by the page once twenty pieces were not all', async () => {
    const days = [...shippedEcbRates()].slice(0, 6_600).map((data) => publishRates(data));
    await recorder.record(streamOf.rates('ECB'), ratesDecider, days, command('rates'));
    await following({ gently: true }, 6_600);
    expect(sizes).toEqual([...Array.from({ length: 20 }, () => 250), 1_600]);
  });

  describe('where each of them changes a great many: rates for which assets waited', () => {
    const days = Array.from({ length: 20 }, (_, number) => day(`2024-01-${String(number + 2).padStart(2, '0')}`));
    const publish = (): Promise<unknown> => {
      const rates = days.map((on) => publishRates({ source: 'ECB', base: 'EUR' as CurrencyCode, from: on, to: on, rates: { USD: '2' } })); // prettier-ignore
      return recorder.record(streamOf.rates('ECB'), ratesDecider, rates, command('rates'));
    };
    const assertAllConverted = async (answers: ReadModels): Promise<void> => {
      const quarter = '2024Q1' as Quarter;
      const asked = { period: { first: quarter, last: quarter }, by: [], definitions: ['value-seized'] };
      expect((await figures(answers, 'whole', asked)).totals).toMatchObject([{ assets: 3_200, eur: '160000.00' }]);
      expect((await answers.verify()).differences).toEqual([]);
    };

    beforeEach(async () => {
      await openCases(40, () => days.flatMap((on) => [...seized(on), ...seized(on), ...seized(on), ...seized(on)]));
      await readModels.catchUp();
      written.length = 0;
    });

    it('are written in parts', async () => {
      await publish();
      await readModels.catchUp();
      expect(written.length).toBeGreaterThan(1);
      expect(Math.max(...written)).toBeLessThan(12_000);
      await assertAllConverted(readModels);
    });

    it('stand up to the part before an event that cannot be taken in, and are gone on with from there', async () => {
      await publish();
      const end = readModels.position() + days.length;
      await db.query(`update log.events set type = 'Unheard' where position = $1`, [end]);
      await expect(readModels.catchUp()).rejects.toThrow('Unheard');
      const stands = (await new ReadModels(db, store).attach()).position();
      expect(stands).toBeGreaterThan(end - days.length);
      expect(stands).toBeLessThan(end);
      await db.query(`update log.events set type = 'RatesPublished' where position = $1`, [end]);
      expect(await readModels.catchUp()).toBe(end);
      await assertAllConverted(readModels);
    });

    it('are taken in once where two processes do it', async () => {
      await publish();
      const other = await new ReadModels(db, store).attach();
      await Promise.all([readModels.catchUp(), other.catchUp()]);
      await assertAllConverted(other);
    });
  });

  it('hold no entry that was taken back, though the rows could not be read again when the batch failed', async () => {
    const assetId = crypto.randomUUID() as AssetId;
    const caseId = await openCase(seized(day('2024-01-02'), assetId));
    const [, , valued] = await store.read(streamOf.case(caseId), 0, 10);
    let unread = false;
    const query: BookDatabase['query'] = (text, values) =>
      unread && text.includes('.checkpoint') ? Promise.reject(new Error('no line')) : db.query(text, values);
    const failing = new Proxy(db, {
      get: (_, name: keyof BookDatabase) => {
        const found: unknown = name === 'query' ? query : db[name];
        return typeof found === 'function' ? (found.bind(db) as unknown) : found;
      },
    });
    readModels = await new ReadModels(failing, store).open();
    await tell(caseId, [decide.EntryVoided({ eventId: valued?.id as EventId, reason: 'slip', approvedBy: 'head', author: 'clerk' })]); // prettier-ignore
    await openCase();
    const head = await store.head();
    await db.query(`update log.events set type = 'Unheard' where position = $1`, [head]);
    unread = true;
    await expect(readModels.catchUp()).rejects.toThrow();
    unread = false;
    await db.query(`update log.events set type = 'CaseOpened' where position = $1`, [head]);
    await following({}, head);
    expect((await readModels.verify()).differences).toEqual([]);
  });

  it('are all told of a large case as it was known before the last of them', async () => {
    const on = day('2024-01-02');
    const assetId = crypto.randomUUID() as AssetId;
    const facts = Array.from({ length: 3_000 }, () => seized(on)).flat();
    const caseId = await openCase();
    for (let from = 0; from < facts.length; from += 300) await tell(caseId, facts.slice(from, from + 300));
    await tell(caseId, seized(on, assetId));
    await tell(caseId, [decide.CaseClosed({ closedOn: day('2024-02-01'), reason: 'done' })]);
    const head = await readModels.catchUp();
    expect(await caseFile(readModels, 'whole', caseId, head - 1)).toMatchObject({
      status: 'open',
      revision: facts.length + 3,
    });
    expect(await asset(readModels, 'whole', assetId, head - 1)).toMatchObject({ stage: 'seized' });
    expect(await asset(readModels, 'whole', assetId, head - 2)).toMatchObject({ stage: 'identified' });
  });
});
