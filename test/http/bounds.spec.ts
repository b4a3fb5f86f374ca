import { once } from 'node:events';
import { request } from 'node:http';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApi } from '../../apps/api/src/app.js';
import type { Bounds } from '../../apps/api/src/http/bounds.js';
import { Book } from '../support/book.js';
import { admit, everywhere } from '../support/people.js';
import { openRaw, untilClosed } from '../support/raw.js';
import { until } from '../support/until.js';
import { ana } from './service.js';

describe('what one caller can hold of the server', () => {
  let book: Book;
  let app: NestFastifyApplication;
  let authorization: string;

  const serve = async (bounds: Partial<Bounds>): Promise<string> => {
    const { recorder, readModels, known, access } = book;
    app = await createApi({ recorder, readModels, known, access }, { lookEveryMs: 20, ...bounds });
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  };
  beforeAll(async () => {
    book = await Book.open();
    authorization = `Bearer ${(await admit(book.access, ana, everywhere('investigator'))).secret}`;
  });
  afterEach(() => app.close());
  afterAll(() => book.close());

  const statusAndCode = (raw: string): [string | undefined, unknown] => {
    const [head = '', body = '{}'] = raw.split('\r\n\r\n');
    return [head.split(' ')[1], (JSON.parse(body) as { code?: unknown }).code];
  };

  it('ends a request whose head drips in, while others are answered', async () => {
    const url = await serve({ headersMs: 200, requestMs: 400 });
    const slow = await openRaw(url);
    const answer = untilClosed(slow);
    slow.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(statusAndCode(await answer)).toEqual(['408', 'request-late']);
  });

  it('ends a request whose body drips in', async () => {
    const url = await serve({ headersMs: 200, requestMs: 400 });
    const slow = await openRaw(url);
    const answer = untilClosed(slow);
    slow.write(
      `POST /v1/cases HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    );
    expect(statusAndCode(await answer)).toEqual(['408', 'request-late']);
  });

  it('closes a connection that nobody asks by', async () => {
    const url = await serve({ keepAliveMs: 50 });
    const idle = await openRaw(url);
    idle.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await untilClosed(idle)).toContain('HTTP/1.1 200');
  });

  it('closes one connection more than it holds, unheard', async () => {
    const url = await serve({ connections: 2 });
    const held = [await openRaw(url), await openRaw(url)];
    expect(await untilClosed(await openRaw(url))).toBe('');
    for (const socket of held) socket.destroy();
  });

  /** Requests of which the body is still to come: each holds its place. */
  const hold = async (url: string, count: number): Promise<ReturnType<typeof request>[]> => {
    const headers = { authorization, 'content-type': 'application/json', 'content-length': '2', expect: '100-continue' }; // prettier-ignore
    const held = Array.from({ length: count }, () => request(`${url}/v1/cases`, { method: 'POST', headers }));
    const heard = held.map((one) => once(one, 'continue'));
    for (const one of held) one.on('error', () => undefined).flushHeaders();
    await Promise.all(heard);
    return held;
  };

  it('answers 429 to one request more than may be under way, and when to come again', async () => {
    const url = await serve({ underWay: 3 });
    const ask = (): Promise<Response> => fetch(`${url}/v1/cases`);
    const held = await hold(url, 3);
    const refused = await until(ask, ({ status }) => status === 429);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'too-many-requests', status: 429, errors: [] });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    held[0]?.end('{}');
    await until(ask, ({ status }) => status !== 429);
    for (const one of held) one.destroy();
  });

  it('gives the place of whoever goes away to others', async () => {
    const url = await serve({ underWay: 3 });
    for (let round = 0; round < 5; round += 1) {
      const held = await hold(url, 3);
      await until(() => fetch(`${url}/v1/cases`), ({ status }) => status === 429); // prettier-ignore
      for (const one of held) one.destroy();
      await until(() => fetch(`${url}/v1/cases`), ({ status }) => status !== 429); // prettier-ignore
    }
  });
});
