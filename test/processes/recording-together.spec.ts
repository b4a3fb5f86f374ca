import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CountryCode } from '#core';
import { verifyChains } from '#evidence';

import { openBook } from '../../apps/api/src/book.js';
import { ServerProcess } from '../eventstoredb/process.js';
import { ana } from '../http/service.js';
import { opening, yacht } from '../http/samples.js';
import { admit } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { AppProcess } from './process.js';

const CLIENTS = 64;
const EACH = 20;
/** Seven thousand days of rates are recorded first. */
const STARTING_MS = 240_000;

type Answer = readonly [status: number, body: Record<string, unknown>];

const logs = ['PostgreSQL', 'an EventStoreDB (a double)'] as const;

if (noServer) describe.skip(`processes on a PostgreSQL server: ${noServer}`, () => it('are tested', () => undefined));
else
  describe.each(logs)('processes that record into the same cases, the log on %s', (log) => {
    let server: PostgresServer;
    let events: ServerProcess | undefined;
    let book: Awaited<ReturnType<typeof openBook>>;
    let apis: AppProcess[] = [];
    let authorization: string;

    beforeAll(async () => {
      server = await startPostgres();
      events = log === 'PostgreSQL' ? undefined : await ServerProcess.start();
      const settings = { databaseUrl: server.url, ...(events ? { eventStoreUrl: events.url } : {}) };
      book = await openBook({ data: '', ...settings }, { follow: 'once' });
      const grants = [{ role: 'investigator', jurisdiction: 'ES' as CountryCode }] as const;
      authorization = `Bearer ${(await admit(book.access, ana, grants)).secret}`;
      const env = { DATABASE_URL: server.url, ...(events ? { EVENTSTORE_URL: events.url } : {}) };
      apis = await Promise.all([AppProcess.start('api', env), AppProcess.start('api', env)]);
    }, STARTING_MS);
    afterAll(async () => {
      await Promise.all(apis.map((api) => api.end('SIGKILL')));
      await book.close();
      await events?.stop();
      await server.stop();
    });

    const post = async (n: number, path: string, body: object, key: string): Promise<Answer> => {
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key, 'if-match': '*' };
      const response = await apis[n % apis.length]?.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return [response?.status ?? 0, (await response?.json()) as Record<string, unknown>];
    }; // prettier-ignore

    it.each([1, 16])(
      'records every fact once, and sends nobody away: %i cases',
      async (count) => {
        const cases = Array.from({ length: count }, () => randomUUID());
        for (const caseId of cases) expect((await post(0, '/v1/cases', { ...opening, caseId }, caseId))[0]).toBe(201);
        const before = await book.store.head();
        const clients = Array.from({ length: CLIENTS }, async (_, client) => {
          const answers: Answer[] = [];
          for (let n = 0; n < EACH; n += 1) {
            const path = `/v1/cases/${cases[(client + n) % count] ?? ''}/assets`;
            const key = `${cases[0]}-${client}-${n}`;
            const first = await post(client, path, yacht, key);
            // Every third is sent again, to the other process: it is one fact.
            if (n % 3 === 0) expect(await post(client + 1, path, yacht, key)).toEqual(first);
            answers.push(first);
          }
          return answers;
        });
        const answers = (await Promise.all(clients)).flat();
        expect(answers.filter(([status]) => status !== 201)).toEqual([]);
        const told = answers.map(([, { eventIds, position }]) => [(eventIds as string[]).join(), position]);
        const recorded = await book.store.readAll(before, 10_000);
        expect(told.sort()).toEqual(recorded.map(({ id, position }) => [id, position]).sort());
        expect(told).toHaveLength(CLIENTS * EACH);
        expect((await verifyChains(book.store)).flaws).toEqual([]);
      },
      60_000,
    );
  });
