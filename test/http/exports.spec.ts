import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { periodOf } from '#core';
import { exportFigures } from '#reporting';
import { type Jobs, openJobs, openLog } from '#runtime';

import { addOwedExports, EXPORTS_QUEUE, reportExports } from '../../apps/reporter/src/exports.js';
import { emptyDatabase } from '../contracts/jobs.contract.js';
import { PACE_OF_TESTS as pace } from '../support/pace.js';
import { noRedis, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { Service } from './service.js';

const QUESTION = { period: '2026Q1', by: 'jurisdiction', definitions: 'value-seized@1', format: 'csv' };

/** A book, its API, and reporters over it: as they stand in one process, with queues of their own. */
class House {
  readonly folder = mkdtempSync(join(tmpdir(), 'rastro-exports-'));
  readonly #end = new AbortController();
  readonly #working: Promise<void>[] = [];
  readonly #jobs: Jobs[] = [];
  service!: Service;

  async open(redisUrl?: string): Promise<Jobs> {
    this.service ??= await Service.start(this.folder);
    const jobs = await openJobs({ database: this.service.book.db, pace, ...(redisUrl ? { redisUrl } : {}) });
    this.#jobs.push(jobs);
    return jobs;
  }

  parts(jobs: Jobs) {
    const { readModels, recorder } = this.service.book;
    return { readModels, recorder, jobs, folder: this.folder, log: openLog('test', 'fatal'), sweepMs: 200 };
  }

  report(jobs: Jobs): void {
    this.#working.push(reportExports(this.parts(jobs), this.#end.signal));
  }

  written(exportId: string): Promise<unknown> {
    return until(
      async () => (await this.service.get(`/v1/exports/${exportId}`)).body['state'],
      (state) => state !== 'owed',
    );
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#working);
    await Promise.all(this.#jobs.map((jobs) => jobs.close()));
    await this.service.stop();
    rmSync(this.folder, { recursive: true });
  }
}

describe('figures asked for as a file', () => {
  let house: House;
  beforeEach(() => void (house = new House()));
  afterEach(() => house.close());

  const ask = async (question: object = QUESTION): Promise<string> => {
    const { status, body } = await house.service.post('/v1/exports/figures', question, { 'If-Match': '' });
    expect([200, 201]).toContain(status);
    return String(body['exportId']);
  };

  it('are written once, with the bytes of the question at its position, and can be fetched', async () => {
    house.report(await house.open());
    const exportId = await ask();
    expect(await house.written(exportId)).toBe('written');
    const { body } = await house.service.get(`/v1/exports/${exportId}`);
    const asked = {
      period: periodOf('2026Q1'),
      by: ['jurisdiction' as const],
      definitions: ['value-seized@1'],
      asOf: 0,
    };
    const file = await fetch(`${house.service.url}${String(body['file'])}`);
    expect(await file.text()).toBe(await exportFigures(house.service.book.readModels, asked, 'csv'));
    expect(readdirSync(house.folder)).toEqual([`figures-2026Q1-at-0-${exportId}.csv`]);
  });

  it('are one file for one question and position, however many ask, and whoever works', async () => {
    const [first, second] = [await house.open(), await house.open()];
    house.report(first);
    house.report(second);
    const ids = await Promise.all([1, 2, 3, 4].map(() => ask({ ...QUESTION, asOf: '0' })));
    expect(new Set(ids).size).toBe(1);
    await house.written(ids[0] ?? '');
    await ask({ ...QUESTION, asOf: '0' });
    await until(
      () => first.counts(EXPORTS_QUEUE),
      (counts) => Object.values(counts).every((count) => count === 0),
    );
    expect(readdirSync(house.folder)).toHaveLength(1);
    expect(await house.service.book.store.head()).toBe(1);
  });

  it('are refused, in the log, when they ask for what is not there', async () => {
    house.report(await house.open());
    const exportId = await ask({ ...QUESTION, definitions: 'value-invented@1' });
    expect(await house.written(exportId)).toBe('refused');
    const { body } = await house.service.get(`/v1/exports/${exportId}`);
    expect(body['refused']).toBe('definition-unknown');
    expect(readdirSync(house.folder)).toEqual([]);
    const { status } = await house.service.post(
      '/v1/exports/figures',
      { ...QUESTION, asOf: '999' },
      { 'If-Match': '' },
    );
    expect(status).toBe(400);
  });

  const comeBack = async (jobs: Jobs, empty: () => Promise<unknown>): Promise<void> => {
    const ids = [await ask(), await ask({ ...QUESTION, format: 'json' })];
    expect(await addOwedExports(house.parts(jobs))).toBe(2);
    await empty();
    expect((await jobs.counts(EXPORTS_QUEUE)).waiting).toBe(0);
    const emptied = performance.now();
    house.report(jobs);
    expect(await Promise.all(ids.map((id) => house.written(id)))).toEqual(['written', 'written']);
    expect(performance.now() - emptied).toBeLessThan(60_000);
    await empty();
    await ask({ ...QUESTION, asOf: '0' });
    await until(
      () => readdirSync(house.folder).length,
      (count) => count === ids.length,
    );
    expect(await addOwedExports(house.parts(jobs))).toBe(0);
  };

  it('come back when the tables of the queues are emptied, and none is written twice', async () => {
    const jobs = await house.open();
    await comeBack(jobs, () => emptyDatabase(house.service.book.db));
  });

  (noRedis ? it.skip : it)(`come back when Redis is flushed${noRedis ? `: ${noRedis}` : ''}`, async () => {
    const server = await startRedis();
    const redis = new Redis(server.url);
    await comeBack(await house.open(server.url), () => redis.flushall());
    redis.disconnect();
    await house.close();
    house = new House();
    await house.open();
    await server.stop();
  });
});
