import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import type { CountryCode } from '#core';
import { type Actor, idOfWords } from '#event-store';
import { askedOf, askForFigures, exportIdOf, EXPORTS_QUEUE, exportsDecider, EXPORTS_STREAM, exportFigures, type FiguresExportAsked, scopeOf } from '#reporting'; // prettier-ignore
import { addOwed, type Jobs } from '#runtime';

import { exportsWork } from '../../apps/reporter/src/exports.js';
import { emptyDatabase } from '../contracts/jobs.contract.js';
import { admit, type Somebody } from '../support/people.js';
import { noRedis, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { ana, problemOf } from './service.js';

const QUESTION = { period: '2026Q1', by: 'jurisdiction', definitions: 'value-seized@1', format: 'csv' };

describe('figures asked for as a file', () => {
  let house: House;
  beforeEach(() => void (house = new House()));
  afterEach(() => house.close());

  const ask = async (question: object = QUESTION): Promise<string> => {
    const { status, body } = await house.service.post('/v1/exports/figures', question, { 'If-Match': '' });
    expect([200, 201]).toContain(status);
    return String(body['exportId']);
  };

  const head = (): Promise<number> => house.service.book.store.head();

  const written = (exportId: string): Promise<unknown> =>
    until(
      async () => (await house.service.get(`/v1/exports/${exportId}`)).body['state'],
      (state) => state !== 'owed',
    );

  it('are written once, with the bytes of the question at its position, and can be fetched', async () => {
    house.report(await house.open());
    const asOf = await head();
    const exportId = await ask();
    expect(await written(exportId)).toBe('written');
    const { body } = await house.service.get(`/v1/exports/${exportId}`);
    const { state } = await house.service.book.recorder.read(EXPORTS_STREAM, exportsDecider);
    const asked = state.get(exportId)?.asked as FiguresExportAsked['data'];
    expect(asked).toMatchObject({ asOf, by: ['jurisdiction'], askedBy: house.service.ana.personId });
    const headers = { authorization: `Bearer ${house.service.ana.secret}` };
    const file = await fetch(`${house.service.url}${String(body['file'])}`, { headers });
    expect(await file.text()).toBe(
      await exportFigures(house.service.book.readModels, scopeOf(asked), askedOf(asked), 'csv'),
    );
    // The draft of a file goes away after it is there.
    const files = await until(() => readdirSync(house.exports), ({ length }) => length === 1); // prettier-ignore
    expect(files).toEqual([`figures-2026Q1-at-${asOf}-${exportId}.csv`]);
  });

  it('are for who asked for them: to anybody else a written file is as one that is not there, byte for byte', async () => {
    house.report(await house.open());
    const exportId = await ask();
    expect(await written(exportId)).toBe('written');
    const { url, ana, rui } = house.service;
    const fetched = async ({ secret }: Somebody, id: string): Promise<unknown[]> => {
      const headers = { authorization: `Bearer ${secret}`, 'x-request-id': 'the-same' };
      const response = await fetch(`${url}/v1/exports/${id}/file`, { headers });
      const told = ['content-type', 'content-length', 'content-disposition'].map((name) => response.headers.get(name));
      return [response.status, ...told, Buffer.from(await response.arrayBuffer()).toString('hex')];
    };
    expect((await fetched(ana, exportId)).slice(0, 2)).toEqual([200, 'text/csv; charset=utf-8']);
    const none = await fetched(rui, randomUUID());
    expect(none.slice(0, 2)).toEqual([404, 'application/problem+json']);
    expect(await fetched(rui, exportId)).toEqual(none);
    expect(await fetched(ana, randomUUID())).toEqual(none);
  });

  it('are handed out while who asked may see all that they were asked about', async () => {
    house.report(await house.open());
    const { service } = house;
    const actor = { person: 'Vera', authority: 'PJ', jurisdiction: 'PT' } as Actor;
    const held = (['PT', 'ES'] as CountryCode[]).map((jurisdiction) => ({ role: 'supervisor' as const, jurisdiction }));
    const vera = await admit(service.book.access, actor, held);
    const headers = { authorization: `Bearer ${vera.secret}` };
    const { body } = await service.propose('/v1/exports/figures', QUESTION, { ...headers, 'if-match': '' });
    const path = `/v1/exports/${String(body['exportId'])}`;
    const seen = async (): Promise<unknown> => (await service.send('GET', path, { headers })).body['state'] ?? 'none';
    await until(seen, (state) => state === 'written');
    const revocation = `/v1/people/${vera.personId}/grants/${idOfWords('grant', vera.personId, 1)}/revocation`;
    expect((await service.post(revocation, { reason: 'moved' })).status).toBe(201);
    expect(await seen()).toBe('none');
    expect((await service.send('GET', `${path}/file`, { headers })).status).toBe(404);
  });

  it('are one file for one question and position, however many ask, and whoever works', async () => {
    const [first, second] = [await house.open(), await house.open()];
    house.report(first);
    house.report(second);
    const before = await head();
    const ids = await Promise.all([1, 2, 3, 4].map(() => ask({ ...QUESTION, asOf: '0' })));
    expect(new Set(ids).size).toBe(1);
    await written(ids[0] ?? '');
    await ask({ ...QUESTION, asOf: '0' });
    await until(
      () => first.counts(EXPORTS_QUEUE),
      (counts) => Object.values(counts).every((count) => count === 0),
    );
    expect(readdirSync(house.exports)).toHaveLength(1);
    expect(await head()).toBe(before + 1);
  });

  it('are refused at once where they are of no such figure, or grouped by no word', async () => {
    await house.open();
    const refused = async (more: object): Promise<object> =>
      problemOf(await house.service.post('/v1/exports/figures', { ...QUESTION, ...more }, { 'If-Match': '' }));
    for (const definitions of ['value-invented@1', 'value-seized@9', ',', 'value-seized,'])
      expect(await refused({ definitions })).toMatchObject({
        status: 400,
        at: { '/definitions': 'definition-unknown' },
      });
    for (const by of ['', ',', 'category,'])
      expect(await refused({ by })).toMatchObject({ status: 400, at: { '/by': 'grouping-unknown' } });
  });

  it('are refused, in the log, when they ask for what is not there', async () => {
    house.report(await house.open());
    const { recorder } = house.service.book;
    await written(await ask());
    const [known] = (await recorder.read(EXPORTS_STREAM, exportsDecider)).state.values();
    const { exportId: _, ...asked } = known?.asked as FiguresExportAsked['data'];
    const question = { ...asked, definitions: ['value-invented@1'] };
    const exportId = exportIdOf(question);
    const command = { actor: ana, commandId: 'older', commandHash: 'older', expected: 'any' as const };
    await recorder.record(EXPORTS_STREAM, exportsDecider, [askForFigures(question)], command);
    expect(await written(exportId)).toBe('refused');
    const { body } = await house.service.get(`/v1/exports/${exportId}`);
    expect(body['refused']).toBe('definition-unknown');
    expect(readdirSync(house.exports)).toHaveLength(1);
    const { status } = await house.service.post(
      '/v1/exports/figures',
      { ...QUESTION, asOf: '999' },
      { 'If-Match': '' },
    );
    expect(status).toBe(400);
  });

  const comeBack = async (jobs: Jobs, empty: () => Promise<unknown>): Promise<void> => {
    const asOf = String(await head());
    const ids = [await ask(), await ask({ ...QUESTION, format: 'json' })];
    expect(await addOwed(jobs, exportsWork(house.parts(jobs)))).toBe(2);
    await empty();
    expect((await jobs.counts(EXPORTS_QUEUE)).waiting).toBe(0);
    const emptied = performance.now();
    house.report(jobs);
    expect(await Promise.all(ids.map((id) => written(id)))).toEqual(['written', 'written']);
    expect(performance.now() - emptied).toBeLessThan(60_000);
    await empty();
    await ask({ ...QUESTION, asOf });
    await until(
      () => readdirSync(house.exports).length,
      (count) => count === ids.length,
    );
    expect(await addOwed(jobs, exportsWork(house.parts(jobs)))).toBe(0);
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
