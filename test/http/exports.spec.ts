import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

import { decide } from '#casework';
import type { AssetId, CaseId, CountryCode, CurrencyCode, Day } from '#core';
import { type Actor, idOfWords } from '#event-store';
import { askedOf, askForFigures, exportIdOf, EXPORTS_QUEUE, exportsDecider, EXPORTS_STREAM, exportFigures, type FiguresExportAsked, scopeOf } from '#reporting'; // prettier-ignore
import { addOwed, type Jobs, openLog } from '#runtime';

import { exportsWork } from '../../apps/reporter/src/exports.js';
import type { Reporting } from '../../apps/reporter/src/reporting.js';
import { emptyDatabase } from '../contracts/jobs.contract.js';
import { Book } from '../support/book.js';
import { admit, type Somebody } from '../support/people.js';
import { noRedis, startRedis } from '../support/redis.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { ana, problemOf, Service } from './service.js';

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

describe('figures as a file of a log that was restored', () => {
  const day = '2026-01-10' as Day;
  const exports = mkdtempSync(join(tmpdir(), 'rastro-exports-'));
  afterEach(() => rmSync(exports, { recursive: true }));

  const recordWorth = async (book: Book, amount: string): Promise<string> => {
    const [caseId, assetId] = [randomUUID() as CaseId, randomUUID() as AssetId];
    const [jurisdiction, currency] = ['PT' as CountryCode, 'EUR' as CurrencyCode];
    const { position } = await book.record(
      caseId,
      decide.CaseOpened({ caseId, reference: '1', title: '1', authority: 'PJ', jurisdiction, openedOn: day }),
      decide.AssetIdentified({ assetId, category: 'cash', description: '1', identifiers: [], identifiedOn: day, jurisdiction }),
      decide.AssetValued({ assetId, amount, currency, method: 'police-estimate', valuedOn: day }),
    ); // prettier-ignore
    await book.readModels.catchUp();
    return String(position);
  };

  /** The bytes of the file, once it is written. */
  const fileAt = async (service: Service, asOf: string, { secret }: Somebody): Promise<string> => {
    const question = { ...QUESTION, definitions: 'value-identified@1', asOf };
    const authorization = `Bearer ${secret}`;
    const { body } = await service.post('/v1/exports/figures', question, { 'If-Match': '', authorization });
    const { readModels, recorder } = service.book;
    const work = exportsWork({ readModels, recorder, exports, log: openLog('test', 'fatal') } as Reporting);
    await readModels.catchUp();
    for (const { id, data } of await work.owed()) await work.do({ id, data } as never);
    const path = `${service.url}/v1/exports/${String(body['exportId'])}/file`;
    return (await fetch(path, { headers: { authorization, 'rastro-reason': 'test' } })).text();
  };

  it('are never those of the history that was lost, though the question and the position are the same', async () => {
    const lost = await Service.start(exports, undefined, { follows: false });
    const { book, ana: asker } = lost;
    const backUp = await book.store.head();
    const asOf = await recordWorth(book, '1000');
    const before = await fileAt(lost, asOf, asker);
    expect(before).toContain('1000.00');
    expect(await fileAt(lost, asOf, asker)).toBe(before);
    expect(readdirSync(exports)).toHaveLength(1);
    await book.db.query('delete from log.events where position > $1', [backUp]);
    const again = await Book.open(book.db);
    expect(await recordWorth(again, '77')).toBe(asOf);
    const restored = await Service.start(exports, again, { follows: false });
    await again.readModels.catchUp();
    const after = await fileAt(restored, asOf, asker);
    expect(after).toContain('77.00');
    expect(after).not.toContain('1000.00');
    await restored.app.close();
    await lost.stop();
  });
});
