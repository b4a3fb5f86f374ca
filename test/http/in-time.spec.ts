import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';

import { Refused } from '#core';
import { OutcomeUnknown } from '#event-store';

import { endInTime } from '../../apps/api/src/http/deadline.js';

describe('a request that takes too long', () => {
  let server: FastifyInstance;
  let finish: (answer: object) => void;
  let told: unknown[];
  let body: PassThrough;
  let url: string;

  beforeEach(async () => {
    told = [];
    const late = new Promise<object>((resolve) => (finish = resolve));
    server = fastify();
    endInTime(server, 20);
    server.setErrorHandler((error, _, reply) => {
      told.push(error);
      return reply.status(503).send({ late: true });
    });
    server.all('/late', () => late);
    body = new PassThrough();
    body.write('begin, ');
    server.get('/slow', (_, reply) => reply.send(body));
    const knows = new Promise<void>(() => undefined);
    server.get('/unknown', { onRequest: () => knows }, () => ({ late: false }));
    server.all('/soon', () => ({ late: false }));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close());

  it('is ended: a question as unanswered, a write as one whose outcome is not known', async () => {
    const [asked, wrote] = [await fetch(`${url}/late`), await fetch(`${url}/late`, { method: 'POST' })];
    expect([asked.status, wrote.status]).toEqual([503, 503]);
    expect(told).toEqual([expect.any(Refused), expect.any(OutcomeUnknown)]);
    expect(told[0]).toMatchObject({ code: 'answer-late' });
  });

  it('is answered once, whatever its handler says after that', async () => {
    const late = await fetch(`${url}/late`);
    finish({ late: false });
    expect(await late.json()).toEqual({ late: true });
    expect(await (await fetch(`${url}/soon`)).json()).toEqual({ late: false });
    expect(told).toHaveLength(1);
  });

  it('is one that waits for its answer, not one whose answer takes long to read', async () => {
    const slow = await fetch(`${url}/slow`);
    expect((await fetch(`${url}/late`)).status).toBe(503);
    body.end('end');
    expect([slow.status, await slow.text()]).toEqual([200, 'begin, end']);
    expect(told).toHaveLength(1);
  });

  it('is ended also while somebody is signed in', async () => {
    expect((await fetch(`${url}/unknown`)).status).toBe(503);
    expect(told).toMatchObject([{ code: 'answer-late' }]);
  });
});
