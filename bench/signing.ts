import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT } from 'jose';

import { hashPassword, openCredentials, openIssuer, verifyPassword } from '#runtime';

import type { Engine } from './engine.js';
import { print, round, secondsOf } from './measure.js';

const IN_FLIGHT = 64;

/** So many at a time, until all are done. */
const inFlight = async <T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) await work(all[index] as T);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
};

/** An issuer on the loopback with one key, and tokens of it for so many people. */
const issuerFor = async (people: number) => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  let issuer = '';
  const server = createServer(({ url = '' }, response) => {
    const told = url.endsWith('/keys') ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sign = (n: number): Promise<string> =>
    new SignJWT({ groups: ['staff', 'asset-recovery-es'], preferred_username: `person-${n}` })
      .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'JWT' })
      .setIssuer(issuer).setAudience('rastro').setSubject(`u-${n}`).setIssuedAt().setExpirationTime('1h')
      .sign(privateKey); // prettier-ignore
  const tokens: string[] = [];
  for (let n = 0; n < people; n += 1) tokens.push(await sign(n));
  return { issuer, tokens, key: await importJWK(jwk, 'ES256'), stop: () => server.close() };
};

const rule = { claim: 'groups', value: 'asset-recovery-es', authority: 'Bench', jurisdiction: 'ES' } as const;
const mapping = { person: 'sub', name: 'preferred_username', grants: [{ ...rule, role: 'investigator' as const }] };

/** Tokens never seen before, and the same ones again, beside bare `jose` with a key that it has at hand; in turns. */
const tokens = async ({ short, name: engine }: Engine): Promise<void> => {
  const [rounds, each] = short ? [1, 64] : [5, 2_000];
  const made = await issuerFor(rounds * each);
  const settings = { issuer: made.issuer, audience: 'rastro', mapping };
  const ours = openIssuer(settings);
  await openIssuer(settings).verify(made.tokens[0] as string);
  const bare = (token: string): Promise<unknown> =>
    jwtVerify(token, made.key, { issuer: made.issuer, audience: 'rastro', algorithms: ['ES256'] });
  let [first, again, yardstick] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const batch = made.tokens.slice(round * each, (round + 1) * each);
    yardstick += await secondsOf(() => inFlight(batch, bare));
    first += await secondsOf(() => inFlight(batch, (token) => ours.verify(token)));
    again += await secondsOf(() => inFlight(batch, (token) => ours.verify(token)));
  }
  made.stop();
  const rate = (seconds: number): number => round((rounds * each) / seconds, 0);
  const beside = { what: 'bare jose, its key at hand', measured: rate(yardstick) };
  const line = { engine, unit: 'tokens/s', yardstick: beside };
  print({
    ...line,
    what: 'verify a token of an issuer, ES256',
    measured: rate(first),
    ratio: round(yardstick / first),
  });
  print({
    ...line,
    what: 'verify it again within a minute',
    measured: rate(again),
    ratio: round(yardstick / again),
  });
};

const BARE = 'select * from access.secrets where digest = $1';

/** Secrets asked for once each, and one asked for again and again, beside a bare look-up in the same table. */
const secrets = async (engine: Engine): Promise<void> => {
  const opened = await engine.open();
  const credentials = await openCredentials(opened.db);
  const personId = randomUUID();
  const count = engine.short ? 64 : 5_000;
  const asked = { kind: 'session', personId, name: 'bench', lifetimeMs: 3_600_000 } as const;
  const issued: string[] = [];
  for (let n = 0; n < count; n += 1) issued.push((await credentials.issue(asked)).secret);
  const rows = await opened.db.query<{ digest: string }>('select digest from access.secrets');
  const yardstick = await secondsOf(() => inFlight(rows, ({ digest }) => opened.db.query(BARE, [digest])));
  const first = await secondsOf(() => inFlight(issued, (secret) => credentials.find(secret)));
  const same = Array.from({ length: count }, () => issued[0] as string);
  const again = await secondsOf(() => inFlight(same, (secret) => credentials.find(secret)));
  await opened.drop();
  const rate = (seconds: number): number => round(count / seconds, 0);
  const beside = { what: 'a bare look-up in the same table', measured: rate(yardstick) };
  const line = { engine: engine.name, unit: 'secrets/s', yardstick: beside };
  print({ ...line, what: 'find a session, asked for once', measured: rate(first), ratio: round(yardstick / first) });
  print({
    ...line,
    what: 'find a session, asked for again and again',
    measured: rate(again),
    ratio: round(yardstick / again),
  });
};

/** What a sign-in with a password costs on purpose. */
const passwords = async ({ short, name: engine }: Engine): Promise<void> => {
  const hash = await hashPassword('marmalade over the viaduct');
  const times = short ? 1 : 10;
  const seconds = await secondsOf(async () => {
    for (let n = 0; n < times; n += 1) await verifyPassword('marmalade under the viaduct', hash);
  });
  print({
    what: 'verify a password, scrypt over 128 MB',
    engine,
    measured: round((1_000 * seconds) / times),
    unit: 'ms',
  });
};

/** How fast somebody is known by what they bring. */
export const signing = async (engine: Engine): Promise<void> => {
  await tokens(engine);
  await secrets(engine);
  await passwords(engine);
};
