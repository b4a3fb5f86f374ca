import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { addOwed, type Jobs, openJobs } from '#runtime';

import { rebuildsWork } from '../../apps/projector/src/rebuilds.js';
import { Book } from '../support/book.js';
import { PACE_OF_TESTS as pace } from '../support/pace.js';
import { rastro } from '../support/rastro.js';
import { sendRaw } from '../support/raw.js';
import { until } from '../support/until.js';
import { type Watched, watched } from '../support/watched.js';
import { opening } from './samples.js';
import { Service } from './service.js';

/** What must never be told, by where it is given. A new kind of secret is one line here, and given once below. */
const CANARIES = {
  databasePassword: 'canary-database-5f1c',
  redisPassword: 'canary-redis-77ab',
  logPassword: 'canary-eventstore-90de',
  bearer: 'canary-bearer-3b44',
  basic: 'canary-basic-c1d2',
  cookie: 'canary-cookie-18aa',
  bodyPassword: 'canary-password-e7f0',
  queryToken: 'canary-token-4c9b',
  idempotencyKey: 'canary-key-2266',
} as const;

/** The canaries in a text, also as base64 and percent-encoded. */
const heardIn = (text: string): string[] =>
  Object.entries(CANARIES)
    .filter(([, secret]) =>
      [secret, Buffer.from(secret).toString('base64').slice(0, 20)].some((form) => text.includes(form)),
    )
    .map(([name]) => name);

/** All that the queues hold, as text. */
const jobsIn = async (db: Book['db']): Promise<string> => {
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'bullmq' and table_name <> 'migration'`,
  );
  const rows = await Promise.all(tables.map(({ name }) => db.query(`select t::text as row from bullmq.${name} t`)));
  return JSON.stringify(rows);
};

/** Heads that bear secrets. */
const secretHeads: Readonly<Record<string, string>> = {
  'proxy-authorization': `Basic ${Buffer.from(`ana:${CANARIES.basic}`).toString('base64')}`,
  cookie: `session=${CANARIES.cookie}`,
  'x-api-key': CANARIES.bearer,
};

describe('a secret that is given to the API', () => {
  const answers: string[] = [];
  let book: Book;
  let operations: Watched['operations'];
  let lines: Watched['lines'];
  let collector: Watched['collector'];
  let service: Service;
  let jobs: Jobs;

  beforeAll(async () => {
    ({ operations, lines, collector } = await watched());
    book = await Book.open();
    jobs = await openJobs({ database: book.db, pace });
    service = await Service.start('data/exports', book, { operations, jobs });
  });
  afterAll(async () => {
    await jobs.close();
    await service.stop();
    await collector.stop();
  });

  /** What people and jobs sign in with: each is told once, to them, and kept nowhere in clear. */
  const signedIn = async (): Promise<string[]> => {
    const password = `${CANARIES.bodyPassword} of one who signs in`;
    const nobody = { authorization: '' };
    const person = { kind: 'person', authority: 'PJ', jurisdiction: 'PT' };
    const admitted = (await service.post('/v1/people', { ...person, name: 'canary.person' })).body;
    const setUp = String((admitted['setUp'] as Record<string, unknown>)['secret']);
    answers.push(JSON.stringify((await service.propose('/v1/passwords', { secret: setUp, password }, nobody)).body));
    const asked = { name: 'canary.person', password };
    const session = String((await service.propose('/v1/sessions', asked, nobody)).body['secret']);
    const wrong = await service.propose('/v1/sessions', { ...asked, password: `${password}!` }, nobody);
    answers.push(JSON.stringify(wrong.body));
    const { personId = '' } = admitted['ids'] as Record<string, string>;
    const token = { name: 'canary', scopes: ['figures'], days: '1' };
    const issued = String((await service.post(`/v1/people/${personId}/tokens`, token)).body['secret']);
    for (const secret of [session, issued, setUp]) {
      const me = await service.send('GET', '/v1/me', { headers: { authorization: `Bearer ${secret}` } });
      answers.push(JSON.stringify(me.body));
      const cookie = await service.send('GET', '/v1/me', {
        headers: { ...nobody, cookie: `rastro-session=${secret}` },
      });
      answers.push(JSON.stringify(cookie.body));
    }
    return [setUp, session, issued, service.ana.secret];
  };

  /** All that the log of the book holds, and what is kept of credentials, as text. */
  const kept = async (): Promise<string> => {
    const tables = await book.db.query<{ name: string }>(
      `select table_schema || '.' || table_name as name from information_schema.tables
       where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    const rows = await Promise.all(tables.map(({ name }) => book.db.query(`select t::text as row from ${name} t`)));
    return JSON.stringify(rows);
  };

  /** Every kind of answer the API gives, asked for with secrets wherever one can stand. */
  const provoke = async (): Promise<void> => {
    const { bodyPassword: password, queryToken: token, idempotencyKey: key } = CANARIES;
    const post = (path: string, body: unknown, headers = {}): Promise<unknown> =>
      service
        .post(path, body, { ...secretHeads, 'idempotency-key': key, ...headers })
        .then(({ status, body: told, headers: head }) => answers.push(JSON.stringify([status, told, [...head]])));
    const get = (path: string, headers = {}): Promise<unknown> =>
      service
        .send('GET', path, { headers: { ...secretHeads, ...headers } })
        .then(({ status, body: told, headers: head }) => answers.push(JSON.stringify([status, told, [...head]])));
    await post('/v1/cases', opening);
    await post('/v1/cases', { ...opening, title: 'Another' });
    await post('/v1/cases', { ...opening, password });
    await post('/v1/cases', { ...opening, jurisdiction: password, openedOn: password });
    await post('/v1/cases', `{"password":"${password}",`);
    await post('/v1/cases', `{"password":"${password}","password":"${password}"}`);
    await post('/v1/cases', `{"password":"${password}\\u0000"}`);
    await post('/v1/cases', password, { 'content-type': 'text/plain' });
    await post('/v1/cases', `{"title":"${password.repeat(20_000)}"}`);
    await post('/v1/rebuilds', {}, { 'idempotency-key': `${key}-rebuild` });
    await post('/v1/exports/figures', { period: '2026Q1', format: 'csv' }, { 'idempotency-key': `${key}-export` });
    await post(`/v1/cases/${crypto.randomUUID()}/assets`, {}, { 'if-match': password });
    await get(`/v1/cases?access_token=${token}`);
    await get(`/v1/cases?after=${token}`);
    await get(`/v1/cases/${token}`);
    await get(`/v1/rates?currency=${token}&day=2026-01-01`);
    await get(`/${token}`);
    await get(`/%${token}`);
    await get('/v1/cases', { authorization: `Bearer ${CANARIES.bearer}` });
    await get('/v1/cases', { authorization: `Basic ${Buffer.from(`ana:${CANARIES.basic}`).toString('base64')}` });
    answers.push(
      await sendRaw(service.url, `GET / HTTP/1.1\r\nAuthorization: Bearer ${CANARIES.bearer}\r\nX Y: 1\r\n\r\n`),
    );
    await book.db.execute('alter table log.events rename to hidden');
    await post('/v1/cases', { ...opening, title: password });
    await get(`/v1/assets?asOf=2026-01-01T00:00:00Z&identifier=${token}`);
    await book.db.execute('alter table log.hidden rename to events');
  };

  it('is told in no answer, no line of the log, no metric, no trace and no job', async () => {
    const secrets = await signedIn();
    await provoke();
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    await until(() => lines.filter((line) => line.includes('"request"')).length, (count) => count >= answers.length - 2); // prettier-ignore
    await operations.tracing.close();
    await addOwed(jobs, rebuildsWork({ readModels: book.readModels, recorder: book.recorder, log: operations.log }));
    const queued = await jobsIn(book.db);
    expect(queued).toContain('rebuild');
    expect(collector.spans.length).toBeGreaterThan(10);
    expect(lines.some((line) => line.includes('"defect"'))).toBe(true);
    expect(heardIn(lines.join(''))).toEqual([]);
    expect(heardIn(metrics)).toEqual([]);
    expect(heardIn(collector.text)).toEqual([]);
    expect(heardIn(queued)).toEqual([]);
    expect(answers.flatMap(heardIn)).toEqual([]);
    const everywhere = [lines.join(''), metrics, collector.text, queued, answers.join(''), await kept()];
    expect(secrets.filter((secret) => !/^rastro_\w_[\w-]{43}$/.test(secret))).toEqual([]);
    for (const secret of secrets)
      for (const text of everywhere) expect(text.includes(secret.slice('rastro_s_'.length))).toBe(false);
    expect((await kept()).includes(CANARIES.bodyPassword)).toBe(false);
  });
});

describe('a password in the settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rastro-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const given = {
    DATABASE_URL: `postgresql://ana:${CANARIES.databasePassword}@127.0.0.1:1/book`,
    REDIS_URL: `redis://:${CANARIES.redisPassword}@127.0.0.1:1`,
    EVENTSTORE_URL: `esdb://ana:${CANARIES.logPassword}@127.0.0.1:1?tls=true`,
  };
  const [database, redis] = Object.values(given);

  it.each([
    ['an engine that is away', { DATABASE_URL: database ?? '' }, ['verify']],
    ['every engine away', given, ['doctor']],
    ['an address that is none', { DATABASE_URL: `${database}:x:y` }, ['verify']],
    ['an address of something else', { DATABASE_URL: redis ?? '' }, ['verify']],
    ['a Redis where the log should be', { EVENTSTORE_URL: redis ?? '' }, ['verify']],
    ['a name that is mistyped', { RASTRO_DATABASE_URL: database ?? '' }, ['verify']],
    ['a book carried to nowhere', { RASTRO_DATA: join(folder, 'book') }, ['move', '--to', database ?? '']],
  ])('is not told by `rastro` over %s', async (_, env, asked) => {
    const { code, stdout, stderr } = await rastro({ RASTRO_DATA: join(folder, 'data'), ...env }, ...asked);
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).not.toBe('');
    expect(heardIn(stdout + stderr)).toEqual([]);
  });
});
