import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { caseDecider, type CaseDecision, decide, publishRates, ratesDecider, streamOf } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, Day, Quarter } from '#core';
import { openSqlEventStore, Recorder } from '#event-store';
import { shippedEcbRates } from '#intake';
import { figures, ReadModels } from '#read-models';
import { type BookDatabase, openEmbedded } from '#runtime';

import { clerk } from '../support/book.js';
import { until } from '../support/until.js';

const day = (text: string): Day => text as Day;
const ES = 'ES' as CountryCode;
const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: ES, openedOn: day('2024-01-01') }; // prettier-ignore
const command = (commandId: string) => ({ actor: clerk, commandId, commandHash: '0', expected: 'any' as const });

/** Seized, and worth 100 dollars of a day. */
const seized = (on: Day): CaseDecision[] => {
  const assetId = crypto.randomUUID() as AssetId;
  return [
    decide.AssetIdentified({ assetId, category: 'cash', description: 'Cash', identifiers: [], identifiedOn: on, jurisdiction: ES }),
    decide.AssetValued({ assetId, amount: '100', currency: 'USD' as CurrencyCode, method: 'face-value', valuedOn: on }),
    decide.AssetSeized({ assetId, effectiveOn: on }),
  ]; // prettier-ignore
};

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
  let recorder: Recorder;
  let readModels: ReadModels;
  let sizes: number[];

  const openCases = (count: number, facts: () => CaseDecision[] = () => []): Promise<unknown> =>
    Promise.all(
      Array.from({ length: count }, (_, number) => {
        const caseId = crypto.randomUUID() as CaseId;
        const decisions = [decide.CaseOpened({ caseId, ...opened }), ...facts()];
        const known = decisions.map((decision) => (file: Parameters<CaseDecision>[0]) => decision(file, {} as never));
        return recorder.record(streamOf.case(caseId), caseDecider, known, command(`open-${number}`));
      }),
    );

  beforeEach(async () => {
    ({ db, written } = await openCounting());
    sizes = [];
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
    const days = [...shippedEcbRates()].slice(0, 5_100).map((data) => publishRates(data));
    await recorder.record(streamOf.rates('ECB'), ratesDecider, days, command('rates'));
    await readModels.catchUp();
    expect(sizes).toEqual([2_000, 2_000, 1_100]);
  });

  it('are written in parts where each of them changes a great many: rates for which assets waited', async () => {
    const days = Array.from({ length: 20 }, (_, number) => day(`2024-01-${String(number + 2).padStart(2, '0')}`));
    await openCases(40, () => days.flatMap((on) => [...seized(on), ...seized(on), ...seized(on), ...seized(on)]));
    await readModels.catchUp();
    written.length = 0;
    const rates = days.map((on) => publishRates({ source: 'ECB', base: 'EUR' as CurrencyCode, from: on, to: on, rates: { USD: '2' } })); // prettier-ignore
    await recorder.record(streamOf.rates('ECB'), ratesDecider, rates, command('rates'));
    await readModels.catchUp();
    expect(written.length).toBeGreaterThan(1);
    expect(Math.max(...written)).toBeLessThan(12_000);
    const quarter = '2024Q1' as Quarter;
    const asked = { period: { first: quarter, last: quarter }, by: [], definitions: ['value-seized'] };
    expect((await figures(readModels, 'whole', asked)).totals).toMatchObject([{ assets: 3_200, eur: '160000.00' }]);
    expect((await readModels.verify()).differences).toEqual([]);
  });
});
