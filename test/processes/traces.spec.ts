import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openServer } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { ana } from '../http/service.js';
import { Collector, type SpanSent } from '../support/collector.js';
import { admit, everywhere } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';
import { AppProcess } from './process.js';

/** Processes compile themselves as they start. */
const STARTING_MS = 180_000;

const opened = { reference: '1/2026', title: 'A case', authority: 'Court', jurisdiction: 'ES', openedOn: '2026-01-10' };

if (noServer) describe.skip(`traces through processes: ${noServer}`, () => it('are tested', () => undefined));
else
  describe('a trace', () => {
    const collector = new Collector();
    const exports = mkdtempSync(join(tmpdir(), 'rastro-exports-'));
    let server: PostgresServer;
    let running: AppProcess[] = [];
    let api: AppProcess;
    let headers: Record<string, string>;

    beforeAll(async () => {
      server = await startPostgres();
      const book = await openBookOn(await openServer(server.url), { follow: 'once' });
      const { secret } = await admit(book.access, ana, everywhere('investigator', 'reporting-job'));
      await book.close();
      headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', 'if-match': '*' };
      const env = {
        DATABASE_URL: server.url,
        RASTRO_EXPORTS: exports,
        OTEL_EXPORTER_OTLP_ENDPOINT: await collector.start(),
      };
      running = await Promise.all(['api', 'projector', 'reporter'].map((app) => AppProcess.start(app, env)));
      api = running[0] as AppProcess;
    }, STARTING_MS);
    afterAll(async () => {
      await Promise.all(running.map((one) => one.end('SIGKILL')));
      await collector.stop();
      await server.stop();
      rmSync(exports, { recursive: true });
    });

    const told = (path: string, key: string, body: object, more: Record<string, string> = {}): Promise<Response> =>
      api.fetch(path, { method: 'POST', headers: { ...headers, 'idempotency-key': key, ...more }, body: JSON.stringify(body) }); // prettier-ignore
    const spansOf = (traceId: string, ...names: string[]): Promise<SpanSent[]> =>
      until(
        () => collector.spans.filter((span) => span.traceId === traceId),
        (spans) => names.every((name) => spans.some((span) => span.name === name)),
      );

    it('goes from the caller through the command and the append to the answers, in three processes', async () => {
      const [traceId, caller] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
      const traceparent = `00-${traceId}-${caller}-01`;
      expect((await told('/v1/cases', 'traced-1', opened, { traceparent })).status).toBe(201);
      const spans = await spansOf(traceId, 'request', 'append', 'project');
      const [request] = spans.filter(({ name }) => name === 'request');
      expect(request?.parentSpanId).toBe(caller);
      for (const name of ['append', 'project'])
        expect(spans.find((span) => span.name === name)?.parentSpanId).toBe(request?.spanId);
    });

    it('goes on to the job that the request owes', async () => {
      const traceId = '1af7651916cd43dd8448eb211c80319c';
      const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
      const asked = { period: '2026Q1', by: 'jurisdiction', format: 'csv' };
      expect((await told('/v1/exports/figures', 'traced-2', asked, { traceparent })).status).toBe(201);
      expect((await spansOf(traceId, 'request', 'append', 'job')).length).toBeGreaterThanOrEqual(3);
    });

    it('is not followed when the caller does not record it', async () => {
      const traceId = '2af7651916cd43dd8448eb211c80319c';
      await told('/v1/cases', 'traced-3', opened, { traceparent: `00-${traceId}-b7ad6b7169203331-00` });
      const marker = '3af7651916cd43dd8448eb211c80319c';
      await told('/v1/cases', 'traced-4', opened, { traceparent: `00-${marker}-b7ad6b7169203331-01` });
      await spansOf(marker, 'request', 'append', 'project');
      expect(collector.text).not.toContain(traceId);
    });
  });
