import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { noPrivateServer, type PostgresServer, startPrivatePostgres } from '../support/postgres.js';
import { migrate } from './callers.js';
import { House } from './house.js';
import { Plan, seed, sized } from './plan.js';

const CLIENTS = 50;

interface Answer {
  readonly status: number;
  readonly etag: string | null;
}

if (noPrivateServer)
  describe.skip(`many clients on one case: ${noPrivateServer}`, () => it('take turns', () => undefined));
else
  describe(`fifty clients on one case, over two processes (seed ${seed})`, () => {
    const plan = new Plan('revisions');
    let server: PostgresServer;
    let house: House;
    let keys = 0;

    beforeAll(async () => {
      server = await startPrivatePostgres();
      house = new House(server.url, await migrate(server.url));
      await house.start('api', 'api');
    });
    afterAll(async () => {
      await house.stop();
      await server.stop();
    });

    const post = async (
      path: string,
      body: object,
      ifMatch: string,
    ): Promise<Answer & { ids: Record<string, string> }> => {
      const authorization = `Bearer ${house.callers.ana}`;
      const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': `turn-${keys++}`, 'if-match': ifMatch }; // prettier-ignore
      const sent = await plan.of(house.of('api')).fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
      const { ids } = (await sent.json()) as { ids: Record<string, string> };
      return { status: sent.status, etag: sent.headers.get('etag'), ids };
    };

    it('have exactly one winner of each revision; the others are told the newer one', async () => {
      const told = { reference: '1', title: 'One for all', authority: 'Court 3', jurisdiction: 'ES', openedOn: '2026-01-10' }; // prettier-ignore
      const { ids, etag: first } = await post('/v1/cases', told, '*');
      let etag = first ?? '';
      for (let round = 0; round < sized(40, 10); round += 1) {
        const one = (client: number): object => ({ category: 'vessel', description: `Yacht ${round}.${client}`, identifiers: [], identifiedOn: '2026-01-12', jurisdiction: 'ES' }); // prettier-ignore
        const path = `/v1/cases/${ids['caseId']}/assets`;
        const answers = await Promise.all(
          Array.from({ length: CLIENTS }, (_, client) => post(path, one(client), etag)),
        );
        const won = answers.filter(({ status }) => status === 201);
        const next = `"${Number(etag.replaceAll('"', '')) + 1}"`;
        expect(won.map((answer) => answer.etag)).toEqual([next]);
        const others = answers.filter((answer) => answer !== won[0]);
        expect(new Set(others.map(({ status, etag: newer }) => `${status} ${newer}`))).toEqual(
          new Set([`412 ${next}`]),
        );
        etag = next;
      }
    });
  });
