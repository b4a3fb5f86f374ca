import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { addDays, type Day, lastDayOf, quarterOf } from '#core';
import { definitions } from '#read-models';
import { CLOSES_AFTER_DAYS, CLOSINGS_QUEUE } from '#reporting';
import { addOwed } from '#runtime';

import { closingsWork } from '../../apps/reporter/src/closings.js';
import { emptyDatabase } from '../contracts/jobs.contract.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { network, opening, worth, yacht } from './samples.js';
import { problemOf, type Reply } from './service.js';

type Items = readonly Record<string, unknown>[];

describe('a quarter', () => {
  let house: House;
  let base: string;
  let last = 0;
  beforeEach(async () => {
    house = new House();
    await house.open();
    base = `/v1/cases/${await house.service.made('/v1/cases', opening, 'caseId')}`;
  });
  afterEach(() => house.close());

  const post = async (path: string, body: object): Promise<Reply> => {
    const reply = await house.service.post(path, body);
    if (reply.status > 201) throw new Error(`${path}: ${JSON.stringify(reply.body)}`);
    last = Number(reply.body['recordedPosition'] ?? reply.body['position']);
    return reply;
  };
  const get = async (path: string): Promise<Reply> =>
    house.service.get(`${path}${path.includes('?') ? '&' : '?'}minPosition=${last}`);
  const close = async (body: object = {}): Promise<Record<string, unknown>> =>
    (await post('/v1/quarters/2026Q2/editions', body)).body;
  /** An asset that is identified, valued and seized in the second quarter. @returns the event of its valuation. */
  const seize = async (amount: string, on = '2026-04-15'): Promise<string> => {
    const assetId = await house.service.made(`${base}/assets`, { ...yacht, identifiedOn: on }, 'assetId');
    const valued = await post(`${base}/assets/${assetId}/valuations`, { ...worth, amount, valuedOn: on });
    await post(`${base}/assets/${assetId}/seizures`, { effectiveOn: on });
    return (valued.body['eventIds'] as string[])[0] ?? '';
  };
  const seized = async (more: string): Promise<unknown> => {
    const { body } = await get(`/v1/figures?period=2026Q2&definition=value-seized${more}`);
    return (body['totals'] as Items)[0]?.['eur'];
  };

  it('is closed by editions: each keeps its figures, and later facts appear in the next one', async () => {
    await seize('1000.00');
    expect(await close()).toMatchObject({ quarter: '2026Q2', edition: 1 });
    await seize('234.56');
    expect(await seized('&edition=1')).toBe('1000.00');
    const second = await close();
    expect(second).toMatchObject({ edition: 2 });
    expect([await seized('&edition=1'), await seized('&edition=2'), await seized('')]).toEqual(['1000.00', '1234.56', '1234.56']); // prettier-ignore
    const { body } = await get('/v1/quarters/2026Q2/editions');
    expect((body['items'] as Items).map(({ edition, position }) => [edition, position])).toEqual([
      [1, second['previous']],
      [2, second['position']],
    ]);
    const listed = (await get('/v1/quarters')).body['items'] as Items;
    expect(listed.map(({ quarter, editions }) => [quarter, (editions as Items).length])).toEqual([['2026Q2', 2]]);
    expect((await house.service.book.readModels.verify()).differences).toEqual([]);
  });

  it('bridges from edition to edition, posting by posting, to the cent, for every figure', async () => {
    const eventId = await seize('1000.00');
    await seize('500.00');
    await close();
    await seize('234.56');
    const mending = {
      type: 'AssetValued',
      data: { ...worth, amount: '900.10', valuedOn: '2026-04-15' },
      reason: 're-count',
    };
    await post(`${base}/entries/${eventId}/corrections`, mending);
    await close();
    const told: Record<string, unknown> = {};
    for (const { name, tells } of definitions) {
      const items: Record<string, unknown>[] = [];
      let page: Record<string, unknown> = {};
      do {
        const after = page['next'] ? `&after=${String(page['next'])}` : '';
        page = (await get(`/v1/quarters/2026Q2/editions/2/bridge?definition=${name}&limit=2${after}`)).body;
        items.push(...(page['items'] as Record<string, unknown>[]));
      } while (page['next']);
      const cents = items.reduce((sum, { eur = '0.00' }) => sum + BigInt(String(eur).replace('.', '')), 0n);
      const unit = tells ?? 'assets';
      const count = items.reduce((sum, item) => sum + Number(item[unit]), 0);
      const { difference, from, to } = page as Record<string, { eur?: string; assets?: number; orders?: number }>;
      expect([name, cents, count]).toEqual([name, BigInt(difference?.eur?.replace('.', '') ?? ''), difference?.[unit]]);
      const [was, is] = [from, to].map((figure) => BigInt(figure?.eur?.replace('.', '') ?? ''));
      expect((is ?? 0n) - (was ?? 0n)).toBe(cents);
      const edition = page['edition'] as { position: number; previous: number };
      for (const { position } of items) {
        expect(Number(position)).toBeGreaterThan(edition.previous);
        expect(Number(position)).toBeLessThanOrEqual(edition.position);
      }
      told[name] = difference?.eur;
    }
    expect(told).toMatchObject({ 'value-seized': '134.66', 'value-held': '134.66' });
    const whole = await get('/v1/quarters/2026Q2/editions/1/bridge?definition=value-seized');
    expect(whole.body['difference']).toEqual({ assets: 2, eur: '1500.00' });
    expect((await get('/v1/quarters/2026Q2/editions/3/bridge?definition=value-seized')).status).toBe(404);
  });

  it('names the mergers of networks between two editions, which move value without a posting', async () => {
    const networks: string[] = [];
    for (const name of ['First', 'Second'])
      networks.push(await house.service.made('/v1/networks', { ...network, name }, 'networkId'));
    const [networkId = '', into = ''] = networks;
    const attributions = [{ networkId, weightBp: 10_000, confidence: 'confirmed' }];
    await post(`${base}/attributions`, { attributions, effectiveOn: '2026-01-10' });
    await seize('1000.00');
    await close();
    const merger = { into, mergedOn: '2026-04-20', reason: 'one' };
    const { body } = await post(`/v1/networks/${networkId}/mergers`, merger);
    await close();
    const bridged = async (edition: number): Promise<object> =>
      (await get(`/v1/quarters/2026Q2/editions/${edition}/bridge?definition=value-seized`)).body;
    const mergers = [{ networkId, into, position: body['position'] }];
    expect(await bridged(1)).toMatchObject({ mergers: [] });
    expect(await bridged(2)).toMatchObject({ mergers, items: [], difference: { assets: 0, eur: '0.00' } });
  });

  it('is not closed before it ends, nor at a position behind its last edition or not in the log', async () => {
    await seize('1000.00');
    const asked = async (path: string, body: object): Promise<object> =>
      problemOf(await house.service.post(path, body));
    expect(await asked('/v1/quarters/2999Q1/editions', {})).toMatchObject({ status: 409, code: 'quarter-not-ended' });
    expect(await asked('/v1/quarters/2026Q5/editions', {})).toMatchObject({ status: 400, code: 'quarter-malformed' });
    const { position, recordedPosition } = await close();
    const behind = { asOf: String(Number(position) - 1) };
    expect(await asked('/v1/quarters/2026Q2/editions', behind)).toMatchObject({
      status: 409,
      code: 'edition-not-beyond',
    });
    expect(await asked('/v1/quarters/2026Q2/editions', { asOf: '9999' })).toMatchObject({ status: 400 });
    expect(await close({ asOf: String(position) })).toMatchObject({ edition: 1, eventIds: [], recordedPosition });
    const figures = async (query: string): Promise<number> => (await get(`/v1/figures?${query}`)).status;
    expect(await figures('period=2026Q2&edition=2')).toBe(404);
    expect(await figures('period=2026&edition=1')).toBe(400);
    expect(await figures(`period=2026Q2&edition=1&asOf=1`)).toBe(400);
  });

  it('gives the same bytes for an edition for ever', async () => {
    const jobs = await house.open();
    house.report(jobs);
    await seize('1000.00');
    await close();
    const question = { period: '2026Q2', by: 'jurisdiction', edition: '1' };
    const file = async (more: object): Promise<string> => {
      const { body } = await house.service.post('/v1/exports/figures', { ...question, ...more }, { 'if-match': '' });
      const path = join(house.exports, `figures-2026Q2-at-${String((body['asked'] as { asOf: number }).asOf)}-${String(body['exportId'])}`); // prettier-ignore
      const name = await until(
        () => readdirSync(house.exports).find((one) => path.endsWith(one.replace(/\.\w+$/, ''))),
        (found) => found !== undefined,
      );
      return readFileSync(join(house.exports, name ?? ''), 'utf8');
    };
    await get(`/v1/quarters`);
    const before = await file({ format: 'csv', definitions: 'value-seized' });
    await seize('234.56');
    // It was lost, and is written anew.
    for (const name of readdirSync(house.exports)) rmSync(join(house.exports, name));
    const after = await file({ format: 'csv', definitions: 'value-seized@1' });
    expect(after).toBe(before);
    expect(before).toContain('1000.00');
  });

  it('is closed by itself 45 days after its end, once, however often and by whomever, and not what was not known by then', async () => {
    await seize('1000.00');
    const [first, second] = [await house.open(), await house.open()];
    const owed = async (now: string): Promise<number> => {
      house.now = () => new Date(now);
      return addOwed(first, closingsWork(house.parts(first)));
    };
    await get('/v1/quarters');
    // Of the second quarter nothing was known by its closing day: it is left to whoever asks.
    expect(await owed('2099-01-01T00:00:00Z')).toBe(0);
    const today = new Date().toISOString().slice(0, 10) as Day;
    const quarter = quarterOf(today);
    await seize('50.00', today);
    await get('/v1/quarters');
    const closingDay = addDays(lastDayOf(quarter), CLOSES_AFTER_DAYS);
    expect(await owed(`${closingDay}T23:59:59Z`)).toBe(0);
    expect(await owed(`${addDays(closingDay, 1)}T00:00:59Z`)).toBe(0);
    expect(await owed(`${addDays(closingDay, 1)}T00:01:00Z`)).toBe(1);
    await emptyDatabase(house.service.book.db);
    house.report(first);
    house.report(second);
    const { body } = await until(
      () => house.service.get(`/v1/quarters/${quarter}/editions`),
      (reply) => (reply.body['items'] as Items).length > 0,
    );
    await until(
      () => first.counts(CLOSINGS_QUEUE),
      (counts) => Object.values(counts).every((count) => count === 0),
    );
    expect(body['items']).toHaveLength(1);
    expect(await addOwed(first, closingsWork(house.parts(first)))).toBe(0);
    expect(await house.service.book.store.read(`quarter-${quarter}`, 0, 10)).toHaveLength(1);
  });
});
