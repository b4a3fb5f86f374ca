import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { hashPassword } from '#runtime';

import { createApi } from '../../apps/api/src/app.js';
import { type Book, openBook } from '../../apps/api/src/book.js';
import { setUpFirst } from '../../apps/api/src/access/first-start.js';
import { TestIssuer } from '../access/issuing.js';
import { clerk } from '../support/book.js';
import { admit } from '../support/people.js';

const SLOW_MS = 300_000;
const [, block = ''] = /^ *```yaml\n(.*?)^ *```$/ms.exec(readFileSync('docs/access.md', 'utf8')) ?? [];
const mapping = block.replaceAll(/^ {3}/gm, '');

let folder: string;
let issuer: TestIssuer;
let book: Book;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rastro-access-guide-'));
  writeFileSync(join(folder, 'roles.yaml'), mapping);
  issuer = await new TestIssuer().start();
  await issuer.addKey('k');
  const settings = { url: issuer.url, audience: 'rastro', roles: join(folder, 'roles.yaml') };
  book = await openBook({ data: join(folder, 'book'), issuer: settings }, { follow: 'once' });
  const app = await createApi({ ...book, publicHost: 'rastro.example.org' });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  close = () => app.close();
}, SLOW_MS);
afterAll(async () => {
  await close();
  await book.close();
  await issuer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const me = async (claims: Record<string, unknown>): Promise<{ status: number; body: Record<string, unknown> }> => {
  const token = await issuer.sign('k', claims);
  const response = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it('signs in by the mapping of the guide, and takes back what the issuer takes back', async () => {
  const ana = { sub: 'a-1', preferred_username: 'ana' };
  const granted = await me({ ...ana, groups: ['court-3'], realm_access: { roles: ['admins'] } });
  expect(granted).toMatchObject({ status: 200, body: { name: 'ana', authority: 'Court 3', jurisdiction: 'ES' } });
  const rolesIn = ({ body }: typeof granted) => (body['grants'] as { role: string }[]).map(({ role }) => role);
  expect(rolesIn(granted)).toEqual(['investigator', 'administrator']);
  expect(rolesIn(await me({ ...ana, groups: ['court-3'], iat: 1 + Math.floor(Date.now() / 1_000) }))).toEqual(['investigator']); // prettier-ignore
  expect(rolesIn(await me(ana))).toEqual([]);
  expect(await me({ sub: 'b-1', preferred_username: 'bob' })).toMatchObject({ status: 401 });
  expect(await me({ ...ana, aud: 'other' })).toMatchObject({ status: 401, body: { code: 'token-invalid' } });
});

it('makes no account of its own beside an issuer', async () => expect(await setUpFirst(book.access)).toBeUndefined());

interface Heard {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Asked by a name of the host, whatever it is connected to. */
const asked = (host: string, path = '/health/live', body?: object, more: object = {}): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json', ...more };
    const sent = request(`${url}${path}`, { headers, method: body ? 'POST' : 'GET' }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.on('error', reject).end(body && JSON.stringify(body));
  });

it.each([
  ['127.0.0.1:7070', 200, false],
  ['rastro.example.org', 200, true],
  ['Rastro.Example.org', 200, true],
  ['rastro.example.org.evil.example', 421, false],
  ['evil.example', 421, false],
])('behind a proxy, asked as %s, answers %i', async (host, status, hsts) => {
  const { status: told, headers } = await asked(host);
  expect([told, 'strict-transport-security' in headers]).toEqual([status, hsts]);
});

it('gives a cookie over TLS that never comes without, and counts attempts by who stands before the proxy', async () => {
  const { personId } = await admit(book.access, clerk, []);
  await book.access.credentials.setPassword(personId, await hashPassword('seven blue doors'));
  const right = { name: clerk.person, password: 'seven blue doors' };
  const cookieOf = async (host: string) => (await asked(host, '/v1/sessions', right)).headers['set-cookie']?.[0];
  expect(await cookieOf('rastro.example.org')).toMatch(/; Secure$/);
  expect(await cookieOf('localhost')).not.toContain('Secure');
  const from = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' };
  for (let left = 100; left > 0; left -= 1) book.access.addresses.allowed('203.0.113.9');
  expect(await asked('rastro.example.org', '/v1/sessions', right, from)).toMatchObject({ status: 429 });
  expect(await asked('rastro.example.org', '/v1/sessions', right)).toMatchObject({ status: 201 });
});
