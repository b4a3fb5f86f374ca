import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { CountryCode } from '#core';
import { verifyChains } from '#evidence';
import { openServer } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';
import { ana } from '../http/service.js';
import { opening, yacht } from '../http/samples.js';
import { admit } from '../support/people.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { AppProcess } from './process.js';

const CLIENTS = 32;
const EACH = 15;

if (noServer) describe.skip(`processes on a PostgreSQL server: ${noServer}`, () => it('are tested', () => undefined));
else
  describe('processes that record into the same cases', () => {
    let server: PostgresServer;
    let book: Awaited<ReturnType<typeof openBookOn>>;
    let apis: AppProcess[] = [];
    let authorization: string;

    beforeAll(async () => {
      server = await startPostgres();
      book = await openBookOn(await openServer(server.url), { follow: 'once' });
      const grants = [{ role: 'investigator', jurisdiction: 'ES' as CountryCode }] as const;
      authorization = `Bearer ${(await admit(book.access, ana, grants)).secret}`;
      const env = { DATABASE_URL: server.url };
      apis = await Promise.all([AppProcess.start('api', env), AppProcess.start('api', env)]);
    }, 120_000);
    afterAll(async () => {
      await Promise.all(apis.map((api) => api.end('SIGKILL')));
      await book.close();
      await server.stop();
    });

    const post = async (n: number, path: string, body: object, key: string): Promise<[number, Record<string, unknown>]> => {
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key, 'if-match': '*' };
      const response = await apis[n % apis.length]?.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return [response?.status ?? 0, (await response?.json()) as Record<string, unknown>];
    }; // prettier-ignore

    it.each([1, 3])(
      'record every fact once, and send nobody away: %i cases',
      async (count) => {
        const cases = Array.from({ length: count }, () => randomUUID());
        for (const caseId of cases) expect((await post(0, '/v1/cases', { ...opening, caseId }, caseId))[0]).toBe(201);
        const before = await book.store.head();
        const clients = Array.from({ length: CLIENTS }, async (_, client) => {
          const answers: (readonly [number, Record<string, unknown>])[] = [];
          for (let n = 0; n < EACH; n += 1) {
            const caseId = cases[(client + n) % count] ?? '';
            // Every third is sent again, to the other process: it is one fact.
            const key = `${cases[0]}-${client}-${n}`;
            const first = await post(client, `/v1/cases/${caseId}/assets`, yacht, key);
            if (n % 3 === 0) expect(await post(client + 1, `/v1/cases/${caseId}/assets`, yacht, key)).toEqual(first);
            answers.push(first);
          }
          return answers;
        });
        const answers = (await Promise.all(clients)).flat();
        expect(answers.filter(([status]) => status !== 201)).toEqual([]);
        const ids = answers.flatMap(([, { eventIds }]) => eventIds as string[]);
        expect(new Set(ids).size).toBe(CLIENTS * EACH);
        const recorded = await book.store.readAll(before, 10_000);
        expect(recorded.map(({ id }) => id).sort()).toEqual([...ids].sort());
        const positions = new Map(recorded.map(({ id, position }) => [id as string, position]));
        for (const [, { eventIds, position }] of answers)
          expect(positions.get((eventIds as string[])[0] ?? '')).toBe(position);
        expect((await verifyChains(book.store)).flaws).toEqual([]);
      },
      60_000,
    );
  });
