import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyChains } from '#evidence';
import { openEventStoreDb, openSqlEventStore } from '#event-store';
import { ReadModels } from '#read-models';
import { openEmbedded, openServer } from '#runtime';

import { type Book, openBook } from '../../apps/api/src/book.js';
import { serve } from '../../apps/api/src/serve.js';
import { diagnose } from '../../apps/cli/src/doctor.js';
import { ana } from '../http/service.js';
import { opening, yacht } from '../http/samples.js';
import { AppProcess } from '../processes/process.js';
import { noServer, startPostgres } from '../support/postgres.js';
import { admit, everywhere } from '../support/people.js';
import { rastro } from '../support/rastro.js';
import { until } from '../support/until.js';
import { ServerProcess } from './process.js';

const caseId = '11111111-1111-4111-8111-111111111111';
const assetId = '22222222-2222-4222-8222-222222222222';
/** Seven thousand days of rates come first, on machines that have other things to do. */
const PATIENCE_MS = 240_000;
const FIGURES = '/v1/figures?period=2026Q2&by=jurisdiction&definition=value-seized';
const worth = { amount: '110000.00', currency: 'USD', method: 'expert-appraisal', valuedOn: '2026-04-10' };

interface Receipt {
  readonly position: number;
  readonly eventIds: readonly string[];
}

describe('a book whose log lies on an EventStoreDB', () => {
  let server: ServerProcess;
  const ending: (() => unknown)[] = [];
  beforeEach(async () => void (server = await ServerProcess.start()));
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
    await server.stop();
  });

  /** @returns how to write and ask over HTTP, the book behind it, and how to close both. */
  const served = async (settings: Parameters<typeof openBook>[0], follow: 'lead' | 'watch') => {
    const book = await openBook(settings, { follow });
    const serving = await serve(book, { host: '127.0.0.1', port: 0, exports: 'data/exports' });
    const { secret } = await admit(book.access, ana, everywhere('investigator', 'supervisor'));
    const authorization = `Bearer ${secret}`;
    let open = true;
    const close = async (): Promise<void> => {
      if (!open) return;
      open = false;
      await serving.stop();
      await book.close();
    };
    ending.push(close);
    const send = async (path: string, key: string, body: object): Promise<Receipt | number> => {
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key, 'if-match': '*' }; // prettier-ignore
      const response = await fetch(`${serving.address}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }); // prettier-ignore
      return response.ok ? ((await response.json()) as Receipt) : response.status;
    };
    /** As a client does that is told to try again. */
    const post = async (path: string, key: string, body: object): Promise<Receipt> => {
      const receipt = await until(
        () => send(path, key, body),
        (seen) => seen !== 503,
      );
      if (typeof receipt === 'number') throw new Error(`${path}: ${receipt}`);
      return receipt;
    };
    const get = async (path: string): Promise<unknown> =>
      (await fetch(`${serving.address}${path}`, { headers: { authorization, 'rastro-reason': 'test' } })).json();
    return { book, send, post, get, close };
  };

  const isWhole = async ({ store, readModels }: Book): Promise<void> => {
    const { flaws } = await verifyChains(store, { seen: readModels.position() });
    expect([flaws, (await readModels.verify()).differences]).toEqual([[], []]);
  };

  const tellsTheStory = async (settings: Parameters<typeof openBook>[0], follow: 'lead' | 'watch'): Promise<void> => {
    const first = await served(settings, follow);
    await first.post('cases', 'a', { caseId, ...opening });
    await first.post(`cases/${caseId}/assets`, 'b', { assetId, ...yacht });
    const valued = await first.post(`cases/${caseId}/assets/${assetId}/valuations`, 'c', worth);
    await server.kill();
    expect(await first.send('cases', 'e', opening)).toBe(503);
    await server.again();
    const seized = await first.post(`cases/${caseId}/assets/${assetId}/seizures`, 'd', { effectiveOn: '2026-04-20' });
    expect(await first.post(`cases/${caseId}/assets/${assetId}/seizures`, 'd', { effectiveOn: '2026-04-20' })).toMatchObject({ eventIds: seized.eventIds, position: seized.position }); // prettier-ignore
    const asked = `${FIGURES}&minPosition=${seized.position}`;
    const figure = await first.get(asked);
    const row = { group: { jurisdiction: 'ES' }, eur: '93928.78', valued: 1 };
    expect(figure).toMatchObject({ rows: [row] });
    expect(await first.get(`${asked}&asOf=${valued.position}`)).toMatchObject({ rows: [] });
    expect(await first.get(`${asked}&asOf=2001-01-01T00:00:00Z`)).toMatchObject({ rows: [] });
    expect(await first.get(`${asked}&asOf=${new Date().toISOString()}`)).toMatchObject({ rows: [row] });
    if (follow === 'lead') await isWhole(first.book);
    await first.close();
    const second = await served(settings, follow);
    expect(await second.get(asked)).toEqual(figure);
  };

  const whole = noServer ? it.skip : it;

  it('makes answers anew that were made over a log of another kind only where it is asked to', async () => {
    const db = await openEmbedded('memory', { durable: false });
    ending.push(() => db.close());
    const [sql, log] = [await openSqlEventStore(db), await openEventStoreDb(server.url)];
    ending.push(() => log.close());
    const before = await new ReadModels(db, sql).open();
    const elsewhere = { code: 'log-elsewhere', message: expect.stringContaining('take EVENTSTORE_URL out') as unknown };
    await expect(new ReadModels(db, log).attach()).rejects.toMatchObject(elsewhere);
    await expect(new ReadModels(db, log).open()).rejects.toMatchObject(elsewhere);
    const after = await new ReadModels(db, log).open(undefined, { anotherLog: true });
    expect(after.schema).not.toBe(before.schema);
    expect((await new ReadModels(db, log).attach()).schema).toBe(after.schema);
    await db.execute('update read.current set made_by = made_by - 1');
    for (const opening of [() => new ReadModels(db, sql).attach(), () => new ReadModels(db, sql).open()])
      await expect(opening()).rejects.toMatchObject({ code: 'log-elsewhere', message: expect.stringMatching(/: set EVENTSTORE_URL\.$/) as unknown }); // prettier-ignore
  });

  whole(
    `is not mistaken for the one that was left behind in SQL${noServer ? `: ${noServer}` : ''}`,
    async () => {
      const postgres = await startPostgres();
      ending.push(() => postgres.stop());
      const [left, both] = [{ DATABASE_URL: postgres.url }, { DATABASE_URL: postgres.url, EVENTSTORE_URL: server.url }];
      const says = async (env: Record<string, string>): Promise<unknown> =>
        (await diagnose(env)).find(({ name }) => name === 'schema of the answers');
      const elsewhere = { code: 2, stderr: expect.stringContaining('(log-elsewhere)') as unknown };
      expect(await rastro(left, 'migrate')).toMatchObject({ code: 0 });
      expect(await rastro(left, 'move', '--to', server.url)).toMatchObject({ code: 0 });
      expect(await rastro(both, 'migrate')).toMatchObject(elsewhere);
      expect(await says(both)).toMatchObject({ state: 'wrong', says: expect.stringContaining('--another-log') as unknown }); // prettier-ignore
      expect(await rastro(both, 'migrate', '--another-log')).toMatchObject({ code: 0 });

      const db = await openServer(postgres.url);
      ending.push(() => db.close());
      const stands = () =>
        db.query('select (select count(*) from log.events) as events, schema, dense from read.current');
      const before = await stands();
      for (const asked of [
        ['migrate'],
        ['people', 'list'],
        ['verify'],
        ['move', '--to', 'esdb://127.0.0.1:1?tls=false'],
      ])
        expect([asked, await rastro(left, ...asked)]).toEqual([asked, expect.objectContaining(elsewhere)]);
      for (const name of ['api', 'projector'] as const)
        await expect(AppProcess.start(name, left)).rejects.toThrow('log-elsewhere');
      expect(await says(left)).toMatchObject({ state: 'wrong', says: expect.stringContaining(': set EVENTSTORE_URL. (log-elsewhere)') as unknown }); // prettier-ignore
      expect(await stands()).toEqual(before);

      expect(await rastro(both, 'people', 'list')).toMatchObject({ code: 0 });
      expect(await rastro(both, 'move', '--to', postgres.url)).toMatchObject({ code: 0 });
      expect(await rastro(left, 'verify')).toMatchObject({ code: 0 });
    },
    PATIENCE_MS,
  );

  it(
    'with its answers in the embedded database',
    async () => {
      const data = await mkdtemp(join(tmpdir(), 'rastro-book-'));
      ending.push(() => rm(data, { recursive: true, force: true }));
      await tellsTheStory({ data, eventStoreUrl: server.url }, 'lead');
    },
    PATIENCE_MS,
  );

  whole(
    `with its answers on a PostgreSQL server, kept by a projector${noServer ? `: ${noServer}` : ''}`,
    async () => {
      const postgres = await startPostgres();
      ending.push(() => postgres.stop());
      const settings = { data: '', databaseUrl: postgres.url, eventStoreUrl: server.url };
      await (await openBook(settings, { follow: 'once' })).close();
      const projector = await AppProcess.start('projector', { DATABASE_URL: postgres.url, EVENTSTORE_URL: server.url });
      ending.push(() => projector.end());
      await tellsTheStory(settings, 'watch');
      expect(await projector.end()).toBe(0);
      const book = await openBook(settings, { follow: 'once' });
      await isWhole(book);
      await book.close();
    },
    PATIENCE_MS,
  );
});
