import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { securityHeaders } from '../../apps/api/src/http/security-headers.js';
import { sendRaw } from '../support/raw.js';
import { opening } from './samples.js';
import { Service } from './service.js';

const ALWAYS = {
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const NEVER = ['x-powered-by', 'server', 'strict-transport-security', 'access-control-allow-origin'];

describe('the head of every answer', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  const headers = async (path: string, init: RequestInit = {}): Promise<Headers> =>
    (await fetch(`${service.url}${path}`, init)).headers;

  const seen = (found: Headers): object => ({
    ...Object.fromEntries(Object.keys(ALWAYS).map((name) => [name, found.get(name)])),
    never: NEVER.filter((name) => found.has(name)),
  });

  it.each([
    ['/v1/cases', {}],
    ['/v1/cases?limit=0', {}],
    ['/v1/cases/%E0%A4%A', {}],
    [`/v1/cases/${'a'.repeat(201)}`, {}],
    ['/v1/nowhere', {}],
    ['/v1/cases', { method: 'PUT' }],
    ['/v1/cases', { method: 'OPTIONS', headers: { origin: 'https://elsewhere.example' } }],
    ['/v1/cases', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } }],
    ['/v1/cases', { method: 'POST', body: 'x', headers: { 'content-encoding': 'gzip' } }],
    ['/v1/cases', { method: 'POST', body: 'x'.repeat(300_000), headers: { 'content-type': 'application/json' } }],
    ['/health/live', {}],
    ['/metrics', {}],
    ['/openapi.json', {}],
  ])('lets nothing be kept, framed, guessed or loaded: %s %j', async (path, init) => {
    const found = await headers(path, init);
    expect(seen(found)).toEqual({ ...ALWAYS, never: [] });
    expect(found.get('cache-control')).toBe('no-store');
    expect(found.get('content-security-policy')).toBe(
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  it('sends whoever gives no path to the page, with the same head', async () => {
    const reply = await fetch(service.url, { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/docs']);
    expect(seen(reply.headers)).toEqual({ ...ALWAYS, never: [] });
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is the same where something was recorded', async () => {
    const { status, headers: found } = await service.post('/v1/cases', opening);
    expect(status).toBe(201);
    expect(seen(found)).toEqual({ ...ALWAYS, never: [] });
    expect(found.get('cache-control')).toBe('no-store');
  });

  it.each(['/docs', '/docs/start.js', '/docs/swagger-ui.css', '/docs/favicon-32x32.png'])(
    'lets %s load only what is here, and run nothing that stands in the page',
    async (path) => {
      const found = await headers(path);
      expect(seen(found)).toEqual({ ...ALWAYS, never: [] });
      const policy = found.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
    },
  );

  it.each([
    ['what is no HTTP', 'rubbish\r\n\r\n', '400', 'request-malformed'],
    [
      'too large a head',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431',
      'head-too-large',
    ],
  ])('stands on the refusal of %s too', async (_, bytes, status, code) => {
    const [head = '', body = ''] = (await sendRaw(service.url, bytes)).split('\r\n\r\n');
    expect(head.split('\r\n')[0]).toContain(`HTTP/1.1 ${status}`);
    for (const [name, value] of Object.entries(ALWAYS)) expect(head).toContain(`${name}: ${value}`);
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status: Number(status), code, errors: [] });
  });

  it('says over TLS that there is nothing without it', () => {
    expect(securityHeaders(true)['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });
});
