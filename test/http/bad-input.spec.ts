import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openRaw, sendRaw, untilClosed } from '../support/raw.js';
import { ApiDocument, type Operation, type Schema } from './described/document.js';
import { opening, yacht } from './samples.js';
import { type Reply, Service } from './service.js';

const CODE = /^[a-z]+(-[a-z]+)*$/;
const LONG = 50_000;
const NOBODY = '11111111-1111-4111-8111-111111111111';

const deep = (levels: number): string => `{"title":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const titled = (title: string): string => JSON.stringify({ ...opening, title });
const opened = (field: string): string => JSON.stringify(opening).replace(/\}$/, `,${field}}`);
const shared = (share: string): string => `{"effectiveOn":"2026-05-01","shareBp":${share}}`;

/** Bodies that no field can hold, or that are no JSON at all. */
const bodies: readonly (readonly [
  what: string,
  body: string | Uint8Array<ArrayBuffer>,
  status: number,
  code: string,
])[] = [
  ['__proto__', opened('"__proto__":{"admin":true}'), 400, 'invalid'],
  ['constructor.prototype', opened('"constructor":{"prototype":{"admin":true}}'), 400, 'invalid'],
  ['prototype', opened('"prototype":1'), 400, 'invalid'],
  ['__proto__, escaped', opened('"\\u005f_proto__":1'), 400, 'invalid'],
  ['names every object has', opened('"toString":1,"hasOwnProperty":1'), 400, 'invalid'],
  ['a key twice', opened('"title":"another"'), 400, 'key-repeated'],
  ['a key twice, once escaped', opened('"t\\u0069tle":"another"'), 400, 'key-repeated'],
  ['33 levels', deep(33), 400, 'too-deep'],
  ['100,000 levels', deep(100_000), 400, 'too-deep'],
  ['objects 10,000 deep', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000), 400, 'too-deep'],
  ['one byte too many', titled('x'.repeat(256 * 1024 - titled('').length + 1)), 413, 'body-too-large'],
  ['the most bytes, in one text', titled('x'.repeat(256 * 1024 - titled('').length)), 400, 'invalid'],
  ['100,000 numbers', `[${'1,'.repeat(100_000)}1]`, 400, 'invalid'],
  ['2,001 keys', `{${Array.from({ length: 2_001 }, (_, n) => `"k${n}":1`).join(',')}}`, 400, 'too-many-keys'],
  ['2,000 unknown keys', `{${Array.from({ length: 2_000 }, (_, n) => `"k${n}":1`).join(',')}}`, 400, 'invalid'],
  ['a NUL', titled('a\u0000b'), 400, 'text-ill-formed'],
  ['another control sign', titled('a\u001bb'), 400, 'text-ill-formed'],
  ['half a surrogate pair', titled('a\ud800b'), 400, 'text-ill-formed'],
  ['the other half first', titled('\udc00\ud800'), 400, 'text-ill-formed'],
  ['a text that is shown backwards', titled('account \u202e321'), 400, 'text-ill-formed'],
  ['an isolate of direction', titled('a\u2066b\u2069'), 400, 'text-ill-formed'],
  ['a sign without width', titled('Break\u200bwater'), 400, 'text-ill-formed'],
  ['a mark of the order of bytes', titled('\ufeffBreakwater'), 400, 'text-ill-formed'],
  ['bytes that are no UTF-8', Uint8Array.from([0x7b, 0xc3, 0x28, 0x7d]), 400, 'json-malformed'],
  ['an overlong slash', Uint8Array.from([0x22, 0xc0, 0xaf, 0x22]), 400, 'json-malformed'],
  ['UTF-16', Uint8Array.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), 400, 'json-malformed'],
  ['NaN', opened('"caseId":NaN'), 400, 'json-malformed'],
  ['a comment', '{/* */}', 400, 'json-malformed'],
  ['two values', '{}{}', 400, 'json-malformed'],
  ['nothing', '', 400, 'body-missing'],
  ['a list where an object stands', opened('"handling":[]'), 400, 'invalid'],
  ['a list of objects where one stands', opened('"handling":[{"code":"H1"}]'), 400, 'invalid'],
  ['a blank text', titled(' \t\n\u00a0'), 400, 'invalid'],
];

const shares: readonly string[] = [
  '1e100000000',
  '-1e100000000',
  '-0',
  '1e-400',
  '9007199254740993',
  '0.1',
  '1e4000',
  '"10000"',
  '[10000]',
];

/** Texts that are words to us and commands to somebody else: they come back as they are, or are refused, and do nothing. */
const injections: readonly string[] = [
  `'; drop table log.events; --`,
  `' or '1'='1`,
  `\\'; select pg_sleep(10); --`,
  `x'||(select 1/0)||'`,
  '$(touch /tmp/x)',
  '../../../../etc/passwd',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '{{7*7}}',
  '<script>alert(1)</script>',
  `=cmd|' /C calc'!A0`,
  '+1+1',
  '@SUM(1)',
];

/** Addresses that ask for what is not there, or say it twice. */
const addresses: readonly (readonly [path: string, status: number, code: string])[] = [
  ['/v1/cases?limit=1&limit=2', 400, 'key-repeated'],
  ['/v1/cases?limit=1&lim%69t=2', 400, 'key-repeated'],
  ['/v1/cases?limit[]=1', 400, 'invalid'],
  ['/v1/cases?__proto__[x]=1', 400, 'invalid'],
  ['/v1/cases?constructor=1', 400, 'invalid'],
  ['/v1/cases?limit=1e100000000', 400, 'invalid'],
  ['/v1/cases?limit=-0', 400, 'invalid'],
  ['/v1/cases?limit=%EF%BC%91', 400, 'invalid'],
  ['/v1/cases?after=%00', 400, 'text-ill-formed'],
  ['/v1/assets?identifier=%E2%80%AE', 400, 'text-ill-formed'],
  ['/v1/me?x=1', 400, 'invalid'],
  ['/v1/rules?asOf=1', 400, 'invalid'],
  [`/v1/people/${NOBODY}?asOf=1`, 400, 'invalid'],
  [`/v1/exports/${NOBODY}?x=1`, 400, 'invalid'],
  [`/v1/exports/${NOBODY}/file?x=1`, 400, 'invalid'],
  [`/v1/imports/${NOBODY}?x=1`, 400, 'invalid'],
  [`/v1/imports/${NOBODY}/questions?x=1`, 400, 'invalid'],
  ['/health/live?x=1', 400, 'invalid'],
  ['/health/ready?x=1', 400, 'invalid'],
  ['/v1/..%2f..%2fetc%2fpasswd', 404, 'route-unknown'],
  ['/docs/..%2f..%2f..%2fpackage.json', 404, 'route-unknown'],
  ['/v1/exports/..%2f..%2fpackage.json/file', 400, 'id-malformed'],
  ['/v1/imports/..%2f..%2fpackage.json/questions', 400, 'id-malformed'],
  ['/v1/cases/%00', 400, 'id-malformed'],
  ['/v1/cases/%', 400, 'address-malformed'],
  ['/v1/cases/%C0%AF', 400, 'address-malformed'],
  [`/v1/cases/${'a'.repeat(201)}`, 414, 'address-too-long'],
  [`/v1/cases?after=${'a'.repeat(12_000)}`, 400, 'invalid'],
];

/** Addresses that lead to no route, and that `fetch` would mend first. */
const strays: readonly string[] = [
  '/docs/%2e%2e/package.json',
  '/docs/../package.json',
  '/docs/..\\..\\package.json',
  '//elsewhere.example/v1/cases',
  '*',
];

const heads: readonly (readonly [what: string, head: string, status: number, code: string])[] = [
  [
    'an address of 20 kB',
    `GET /v1/cases?after=${'a'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n`,
    431,
    'head-too-large',
  ],
  ['a flood of headers', `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-A: 1\r\n'.repeat(20_000)}`, 431, 'head-too-large'],
  [
    'two lengths',
    'POST /v1/cases HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n',
    400,
    'request-malformed',
  ],
  [
    'a length and chunks',
    'POST /v1/cases HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n',
    400,
    'request-malformed',
  ],
  [
    'chunks that are none',
    'POST /v1/cases HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n',
    400,
    'request-malformed',
  ],
  ['a blank in a name', 'GET /v1/cases HTTP/1.1\r\nHost: localhost\r\nX y : 1\r\n', 400, 'request-malformed'],
  ['a NUL in a value', 'GET /v1/cases HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n', 400, 'request-malformed'],
  ['no host', 'GET /v1/cases HTTP/1.1\r\nConnection: close\r\n', 421, 'host-unknown'],
  ['a method that is none', 'G\u00c3T / HTTP/1.1\r\nHost: localhost\r\n', 400, 'request-malformed'],
  ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'request-malformed'],
];

const statusAndCode = (raw: string): readonly [number, unknown] => {
  const at = raw.indexOf('\r\n\r\n');
  const [, status] = raw.split(' ', 2);
  return [Number(status), (JSON.parse(raw.slice(at + 4)) as { code: unknown }).code];
};

describe('whatever is sent', () => {
  let service: Service;
  let document: ApiDocument;
  let caseId: string;
  let seizures: string;
  let head: number;

  beforeAll(async () => {
    service = await Service.start();
    document = new ApiDocument((await service.get('/openapi.json')).body);
    caseId = await service.made('/v1/cases', opening, 'caseId');
    seizures = `/v1/cases/${caseId}/assets/${await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId')}/seizures`;
    head = await service.book.store.head();
  });
  afterAll(() => service.stop());

  const refused = async ({ status, headers, body }: Reply): Promise<readonly [number, unknown]> => {
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body['code']).toMatch(CODE);
    expect(await service.book.store.head()).toBe(head);
    return [status, body['code']];
  };

  it.each(bodies)('refuses a body with %s', async (_, body, status, code) => {
    expect(await refused(await service.post('/v1/cases', body))).toEqual([status, code]);
  });

  it.each(shares)('takes %s for no share', async (share) => {
    expect(await refused(await service.post(seizures, shared(share)))).toEqual([400, 'invalid']);
  });

  it.each(addresses)('answers GET %s with %i %s', async (path, status, code) => {
    expect(await refused(await service.get(path))).toEqual([status, code]);
  });

  it.each(strays)('knows no route for %s', async (path) => {
    const raw = await sendRaw(service.url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(statusAndCode(raw)).toEqual([404, 'route-unknown']);
  });

  it.each(heads)('refuses a head with %s', async (_, bytes, status, code) => {
    expect(statusAndCode(await sendRaw(service.url, `${bytes}\r\n`))).toEqual([status, code]);
    expect(await service.book.store.head()).toBe(head);
  });

  it('answers what came whole before the rubbish behind it, then closes', async () => {
    const socket = await openRaw(service.url);
    const answer = untilClosed(socket);
    socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nrubbish\r\n\r\n');
    expect((await answer).match(/HTTP\/1\.1 (\d+)/g)).toContain('HTTP/1.1 400');
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 415, 'media-type-unsupported'],
    [{ 'content-type': 'application/xml' }, 415, 'media-type-unsupported'],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 415, 'media-type-unsupported'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media-type-unsupported'],
    [{ 'content-type': 'application/octet-stream' }, 415, 'media-type-unsupported'],
    [{ 'content-type': '' }, 415, 'media-type-unsupported'],
    [{ 'content-encoding': 'gzip' }, 415, 'encoding-unsupported'],
    [{ 'content-encoding': 'deflate, gzip' }, 415, 'encoding-unsupported'],
    [{ 'content-encoding': 'identity, br' }, 415, 'encoding-unsupported'],
    [{ 'idempotency-key': 'k, k2' }, 400, 'idempotency-key-malformed'],
  ])('refuses a write with %j', async (headers, status, code) => {
    expect(await refused(await service.post('/v1/cases', opening, headers))).toEqual([status, code]);
  });

  it('never unpacks what is packed', async () => {
    const bomb = Uint8Array.from(gzipSync(Buffer.alloc(50_000_000, ' ')));
    const headers = { 'content-encoding': 'gzip' };
    expect(await refused(await service.post('/v1/cases', bomb, headers))).toEqual([415, 'encoding-unsupported']);
    expect(await refused(await service.post('/v1/imports/files', bomb, { ...headers, 'content-type': 'application/octet-stream' }))).toEqual([415, 'encoding-unsupported']); // prettier-ignore
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])('takes no method from %s', async (name) => {
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect(await refused(await service.send(method, `/v1/cases/${caseId}`, { headers: { [name]: 'GET' } }))).toEqual([405, 'method-not-allowed']); // prettier-ignore
  });

  /** Where a text can stand in a body, as pointers into it. */
  const textsIn = (given: Schema, at: readonly string[] = []): string[][] => {
    const schema = document.resolved(given);
    if (schema.type === 'string') return [[...at]];
    if (schema.items) return textsIn(schema.items, [...at, '0']);
    return Object.entries(schema.properties ?? {}).flatMap(([name, part]) => textsIn(part, [...at, name]));
  };
  const placed = ([name, ...more]: readonly string[], text: string): unknown => {
    if (name === undefined) return text;
    return name === '0' ? [placed(more, text)] : { [name]: placed(more, text) };
  };
  const written = (): readonly Operation[] =>
    document.operations.filter(({ contentType }) => contentType === 'application/json');
  const pathOf = ({ path }: Operation): string =>
    path.replace('{quarter}', '2026Q1').replaceAll(/\{\w+\}/g, '00000000-0000-0000-0000-000000000000');

  it('refuses 50 kB in every text of every body, and names the place', async () => {
    let tried = 0;
    for (const operation of written()) {
      for (const at of textsIn(operation.body ?? {})) {
        for (const sign of ['0', 'a,']) {
          const text = sign.repeat(LONG / sign.length);
          const reply = await service.post(pathOf(operation), JSON.stringify(placed(at, text)));
          expect([operation.id, ...(await refused(reply))]).toEqual([operation.id, 400, 'invalid']);
          // A list may be refused as a whole, for what stands in it.
          const errors = reply.body['errors'] as { pointer: string }[];
          const named = errors.some(({ pointer }) => `/${at.join('/')}`.startsWith(pointer));
          expect([operation.id, at, named]).toEqual([operation.id, at, true]);
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(200);
  });

  it('takes no command for anything but words, in any query', async () => {
    for (const { id, method, path, parameters } of document.operations.filter(({ method: m }) => m === 'GET')) {
      for (const { name } of parameters.filter((parameter) => parameter.in === 'query')) {
        for (const text of injections) {
          const asked = `${path.replace('{quarter}', '2026Q1').replaceAll(/\{\w+\}/g, caseId)}?${name}=${encodeURIComponent(text)}`;
          const { status } = await service.send(method, asked);
          // What is for the auditor is refused to others before it is read.
          expect([id, name, text, [200, 400, 403, 404].includes(status)]).toEqual([id, name, text, true]);
        }
      }
    }
    expect(await service.book.store.head()).toBe(head);
  });

  it('keeps such words as they were told', async () => {
    for (const title of injections) {
      const made = await service.made('/v1/cases', { ...opening, title }, 'caseId');
      const receipt = await service.book.store.head();
      expect((await service.get(`/v1/cases/${made}?minPosition=${receipt}`)).body['title']).toBe(title);
    }
    head = await service.book.store.head();
  });
});
