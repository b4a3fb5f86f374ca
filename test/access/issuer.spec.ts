import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';

import { type Issuer, openIssuer, parseRoles } from '#runtime';

import { type Claims, TestIssuer } from './issuing.js';

const mapping = parseRoles(`person: sub
name: preferred_username
grants: [{ claim: groups, value: asset-recovery-es, role: investigator, authority: Guardia Civil, jurisdiction: ES }]
`);
const investigator = { role: 'investigator', authority: 'Guardia Civil', jurisdiction: 'ES' };
const seconds = (count: number): number => Math.floor(Date.now() / 1_000) + count;
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let server: TestIssuer;
let issuer: Issuer;
let ahead_ms = 0;
const open = (more = {}): Issuer => {
  const now = (): Date => new Date(Date.now() + ahead_ms);
  return openIssuer({ issuer: server.url, audience: 'rastro', mapping, now, ...more });
};
beforeEach(async () => {
  ahead_ms = 0;
  server = await new TestIssuer().start();
  await server.addKey('one');
  issuer = open();
});
afterEach(() => server.stop());

const refused = (token: string, code: string): Promise<void> =>
  expect(issuer.verify(token)).rejects.toMatchObject({ name: 'Refused', code });

describe('a token of the issuer', () => {
  it('tells who it is and what they may be', async () => {
    const exp = seconds(300);
    const token = await server.sign('one', { exp, preferred_username: 'Ana', groups: ['x', 'asset-recovery-es'] });
    const claimed = { subject: 'u-1', name: 'Ana', grants: [investigator], expiresAt: new Date(exp * 1_000) };
    expect(await issuer.verify(token)).toEqual(claimed);
  });

  it.each(['RS256', 'PS256', 'ES384', 'EdDSA'])('may be signed by %s', async (alg) => {
    await server.addKey('other', alg);
    expect(await issuer.verify(await server.sign('other'))).toMatchObject({ subject: 'u-1' });
  });

  it.each([
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['of an issuer that begins alike', { iss: undefined }],
    ['for somebody else', { aud: 'another' }],
    ['for nobody', { aud: undefined }],
    ['of nobody', { sub: undefined }],
    ['of an empty name', { sub: '' }],
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['that begins later', { nbf: seconds(90) }],
    ['that was made later', { iat: seconds(90) }],
    ['whose end is a text', { exp: 'never' as unknown as number }],
  ] as [string, Claims][])('%s lets nobody in', async (_, claims) =>
    refused(await server.sign('one', claims), 'token-invalid'),
  );

  it.each([['logout+jwt'], ['dpop+jwt'], ['secevent+jwt'], [7 as unknown as string]])('of type %s lets nobody in', async (typ) =>
    refused(await server.sign('one', {}, { typ }), 'token-invalid'),
  ); // prettier-ignore

  it('may be of an access token, or of no type', async () => {
    for (const typ of ['at+jwt', 'application/at+jwt', undefined])
      expect(await issuer.verify(await server.sign('one', {}, { typ }))).toMatchObject({ subject: 'u-1' });
  });

  it('that was made a day ago is asked for anew, however late it ends', async () =>
    refused(await server.sign('one', { iat: seconds(-90_000) }), 'token-expired'));

  it('may be for several', async () =>
    expect(await issuer.verify(await server.sign('one', { aud: ['a', 'rastro'] }))).toMatchObject({ subject: 'u-1' }));

  it('that is not signed, or by what everybody knows, lets nobody in', async () => {
    const claims = { iss: server.url, aud: 'rastro', sub: 'u-1', iat: seconds(0), exp: seconds(300) };
    for (const alg of ['none', 'None', 'NONE']) await refused(`${part({ alg, typ: 'JWT' })}.${part(claims)}.`, 'token-invalid');
    const publicKey = new TextEncoder().encode(JSON.stringify(await server.publicKey('one')));
    const hmac = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(publicKey);
    await refused(hmac, 'token-invalid');
    const token = await server.sign('one');
    const [header = '', payload = '', signature = ''] = token.split('.');
    await refused(`${header}.${part({ ...claims, sub: 'u-2' })}.${signature}`, 'token-invalid');
    await refused(`${header}.${payload}.${randomBytes(64).toString('base64url')}`, 'token-invalid');
    await refused(`${header}.${payload}.`, 'token-invalid');
  }); // prettier-ignore

  it.each(['', '.', '..', 'a.b.c', '\0', 'x'.repeat(16_385), `${'a'.repeat(5_000)}.${'b'.repeat(5_000)}.c`])(
    'that is none lets nobody in (%#)',
    (text) => refused(text, 'token-invalid'),
  );

  it('is never told again in a refusal', async () => {
    const token = await server.sign('one', { aud: 'another', preferred_username: 'Ana Secret' });
    const refusal: unknown = await issuer.verify(token).catch((error: unknown) => error);
    const told = JSON.stringify([refusal, String(refusal), (refusal as Error).cause ?? '']);
    expect(told).not.toContain('Secret');
    expect(told).not.toContain(token.slice(-20));
  });

  it('holds to its end and the tolerance of clocks, verified before or not', async () => {
    const token = await server.sign('one', { exp: seconds(10) });
    await issuer.verify(token);
    ahead_ms = 35_000;
    await issuer.verify(token);
    await open().verify(token);
    ahead_ms = 41_000;
    await refused(token, 'token-expired');
    issuer = open();
    await refused(token, 'token-expired');
    expect(() => open({ clockToleranceS: 61 })).toThrow(RangeError);
  });
});

describe('the keys of an issuer', () => {
  it('are asked for once, however many come', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => server.sign('one', { sub: `u-${n}` })));
    await Promise.all(tokens.map((token) => issuer.verify(token)));
    expect(server.asked).toEqual({ discovery: 1, keys: 1 });
  });

  it('are asked for again when one is unknown, and what was withdrawn lets nobody in', async () => {
    issuer = open({ coolDownMs: 0 });
    await issuer.verify(await server.sign('one'));
    const old = await server.sign('one', { sub: 'u-2' });
    await server.addKey('two');
    server.dropKey('one');
    expect(await issuer.verify(await server.sign('two'))).toMatchObject({ subject: 'u-1' });
    await refused(old, 'token-invalid');
  });

  it('are not asked for by a flood of unknown ones', async () => {
    await issuer.verify(await server.sign('one'));
    for (let n = 0; n < 50; n += 1) await refused(await server.sign('one', {}, { kid: `x-${n}` }), 'token-invalid');
    expect(server.asked).toEqual({ discovery: 1, keys: 1 });
  });

  it('serve on while the issuer is down, and unknown ones let nobody in', async () => {
    issuer = open({ coolDownMs: 0 });
    await issuer.verify(await server.sign('one'));
    const [known, unknown] = [await server.sign('one', { sub: 'u-2' }), await server.sign('one', {}, { kid: 'two' })];
    await server.stop();
    expect(await issuer.verify(known)).toMatchObject({ subject: 'u-2' });
    await refused(unknown, 'issuer-unreachable');
    expect(await issuer.verify(await server.sign('one', { sub: 'u-3' }))).toMatchObject({ subject: 'u-3' });
  });

  it.each([
    ['is not there', (server: TestIssuer) => server.stop()],
    ['answers 500', (server: TestIssuer) => (server.discovery = (response) => response.writeHead(500).end())],
    ['answers with a page', (server: TestIssuer) => (server.discovery = (response) => response.end('<html>'))],
    ['answers without an end', (server: TestIssuer) => (server.discovery = (response) => response.end('x'.repeat(1_000_001)))],
    ['sends elsewhere', (server: TestIssuer) => (server.discovery = (response) => response.writeHead(302, { location: '/realms/union/keys' }).end())],
    ['is another one', (server: TestIssuer) => (server.discovery = (response) => response.end(JSON.stringify({ issuer: 'https://elsewhere.example', jwks_uri: `${server.url}/keys` })))],
    ['keeps its keys without TLS', (server: TestIssuer) => (server.discovery = (response) => response.end(JSON.stringify({ issuer: server.url, jwks_uri: 'http://elsewhere.example/keys' })))],
    ['has no keys', (server: TestIssuer) => (server.keySet = (response) => response.end('{}'))],
    ['has keys that nobody can read', (server: TestIssuer) => (server.keySet = (response) => response.end('{'))],
  ] as [string, (server: TestIssuer) => unknown][])('of one that %s let nobody in, and it is not asked at once again', async (_, spoil) => {
    const token = await server.sign('one');
    await spoil(server);
    await refused(token, 'issuer-unreachable');
    const { discovery, keys } = server.asked;
    for (let n = 0; n < 5; n += 1) await refused(token, 'issuer-unreachable');
    expect(server.asked).toEqual({ discovery, keys });
  }); // prettier-ignore

  it('of one that never answers are given up in time', async () => {
    server.discovery = () => undefined;
    await refused(await server.sign('one'), 'issuer-unreachable');
  });
});

it.each(['http://issuer.example', 'https://user:pass@issuer.example', 'ftp://localhost', 'issuer', 'https://i.example/?a=1'])(
  'an issuer at %s is refused',
  (url) => expect(() => open({ issuer: url })).toThrow(expect.objectContaining({ code: 'setting-malformed' })),
); // prettier-ignore
