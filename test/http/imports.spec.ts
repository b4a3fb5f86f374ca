import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { IMPORTS_QUEUE, IMPORTS_STREAM } from '#reporting';
import { addOwed, type Jobs, keep } from '#runtime';

import { importsWork } from '../../apps/reporter/src/imports.js';
import { emptyDatabase } from '../contracts/jobs.contract.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { problemOf, type Reply } from './service.js';

const MAPPING = `name: sheds
version: 1
file: { encoding: utf-8, delimiter: ',' }
columns: [Docket, Seen]
days: [YYYY-MM-DD]
case:
  key: ['{Docket}']
  fields: { reference: '{case.key}', title: Shed, authority: Customs, jurisdiction: PT, openedOn: { day: Seen } }
asset: { key: ['{Docket}'] }
facts:
  - name: seen
    events:
      - type: AssetIdentified
        fields: { assetId: '{asset.id}', category: goods, description: Shed, identifiers: [], jurisdiction: PT, identifiedOn: { day: Seen } }
`;
const sheds = (count: number): string =>
  `Docket,Seen\n${Array.from({ length: count }, (_, n) => `S${n},2014-05-06\n`).join('')}`;

describe('an import that is asked for', () => {
  let house: House;
  let jobs: Jobs;
  beforeEach(async () => {
    house = new House();
    jobs = await house.open();
  });
  afterEach(() => house.close());

  const upload = async (text: string, type = 'application/octet-stream', path = '/v1/imports/files'): Promise<Reply> =>
    house.service.send('POST', path, { body: text, headers: { 'content-type': type } });
  const ask = async (register: string, mapping = MAPPING): Promise<Reply> => {
    const [file, by] = [(await upload(register)).body['sha256'], (await upload(mapping)).body['sha256']];
    return house.service.post('/v1/imports', { file, mapping: by, name: 'sheds.csv' }, { 'if-match': '' });
  };
  const asked = async (register: string): Promise<string> => {
    const { status, body } = await ask(register);
    expect([200, 201]).toContain(status);
    return String(body['importId']);
  };
  const settled = async (id: string): Promise<Record<string, unknown>> => {
    const { body } = await until(
      () => house.service.get(`/v1/imports/${id}`),
      (reply) => reply.body['state'] !== 'owed',
    );
    return body;
  };
  const cases = async (): Promise<number> => {
    const [row] = await house.service.book.db.query<{ n: string }>(
      `select count(*) as n from log.events where type = 'CaseOpened'`,
    );
    return Number(row?.n);
  };

  it('is taken in once, by the name and actor it was asked with, and comes back when the queues are emptied', async () => {
    const register = `${sheds(20)}S20,soon\n`;
    const id = await asked(register);
    expect(await asked(register)).toBe(id);
    expect(await addOwed(jobs, importsWork(house.parts(jobs)))).toBe(1);
    await emptyDatabase(house.service.book.db);
    house.report(jobs);
    house.report(await house.open());
    const body = await settled(id);
    const counts = { rows: 21, taken: 20, questioned: 1, assets: 20, questionsByCode: { 'day-unreadable': 1 } };
    expect(body).toMatchObject({ state: 'concluded', concluded: counts });
    const headers = { authorization: `Bearer ${house.service.ana.secret}` };
    const questions = await fetch(`${house.service.url}${String(body['questions'])}`, { headers });
    expect(await questions.text()).toContain('22,Seen,day-unreadable');
    expect(await cases()).toBe(20);
    const { store } = house.service.book;
    const [event] = (await store.readAll(0, 1_000)).filter(({ type }) => type === 'CaseOpened');
    expect(event?.metadata).toMatchObject({ actor: { person: 'Ana P' }, source: { file: 'sheds.csv' } });
    expect(await addOwed(jobs, importsWork(house.parts(jobs)))).toBe(0);
    expect(await store.read(IMPORTS_STREAM, 0, 10)).toHaveLength(2);
  });

  it('tells its progress, and goes on where it was when who took it in goes away', async () => {
    const rows = 12_000;
    const id = await asked(sheds(rows));
    let seen: Reply | undefined;
    const ending = new Promise<void>((resolve, reject) => {
      const end = jobs.work(IMPORTS_QUEUE, (job) => {
        const progress = async (done: number, total: number): Promise<void> => {
          await job.progress(done, total);
          if (done < 100 || seen) return;
          seen = await house.service.get(`/v1/imports/${id}`);
          await (
            await end
          )();
          resolve();
        };
        return importsWork(house.parts(jobs)).do({ ...job, progress });
      });
      end.catch(reject);
    });
    await addOwed(jobs, importsWork(house.parts(jobs)));
    await ending;
    expect(seen?.body).toMatchObject({ state: 'owed', job: { state: 'active', progress: { total: rows } } });
    const before = await cases();
    expect(before).toBeGreaterThan(100);
    expect(before).toBeLessThan(rows);
    house.report(jobs);
    const counts = { rows, taken: rows, questioned: 0, assets: rows };
    expect(await settled(id)).toMatchObject({ state: 'concluded', concluded: counts });
    expect(await cases()).toBe(rows);
  }, 240_000);

  it('is refused for good, in the log, when its bytes are no such register', async () => {
    house.report(jobs);
    const body = await settled(await asked('Docket,Seen\nS1\n'));
    expect(body).toMatchObject({ state: 'refused', refused: { code: 'file-malformed', line: 2 } });
    const malformed = { status: 400, code: 'mapping-malformed', at: { '/mapping': 'mapping-malformed' } };
    expect(problemOf(await ask(sheds(1), 'name: sheds'))).toEqual(malformed);
    expect(problemOf(await ask(sheds(1), `${MAPPING}a: &a [b]\nc: *a\n`))).toEqual(malformed);
    expect(problemOf(await ask(sheds(1), `${MAPPING}#${'-'.repeat(256 * 1024)}`))).toEqual(malformed);
    const [file, mapping] = ['0'.repeat(64), '1'.repeat(64)];
    const unknown = await house.service.post('/v1/imports', { file, mapping, name: 'x' }, { 'if-match': '' });
    expect(problemOf(unknown)).toEqual({ status: 404, code: 'file-unknown', at: { '/file': 'file-unknown' } });
    const name = await house.service.post('/v1/imports', { file, mapping, name: '../x' }, { 'if-match': '' });
    expect(problemOf(name)).toMatchObject({ status: 400, at: { '/name': 'name-malformed' } });
  });

  it('keeps uploads under their hash, whole, once, and bounded; other routes take JSON as before', async () => {
    const text = sheds(50_000);
    const sha256 = createHash('sha256').update(text).digest('hex');
    expect(text.length).toBeGreaterThan(256 * 1024);
    expect(await upload(text)).toMatchObject({ status: 201, body: { sha256, bytes: text.length } });
    expect((await upload(text)).body['sha256']).toBe(sha256);
    const kept = [sha256, `${sha256}-sent-by-${house.service.ana.personId}`];
    expect(readdirSync(house.imports).sort()).toEqual(kept);
    expect(readFileSync(join(house.imports, sha256), 'utf8')).toBe(text);
    await expect(keep(house.imports, Readable.from([Buffer.alloc(9)]), 8)).rejects.toMatchObject({
      code: 'file-too-large',
    });
    expect(readdirSync(house.imports).sort()).toEqual(kept);
    for (const type of ['application/json', 'text/csv', 'multipart/form-data; boundary=x']) {
      const detail = 'Send the bytes with Content-Type: application/octet-stream.';
      expect(await upload('{}', type)).toMatchObject({ status: 415, body: { detail } });
    }
    const json = 'Send JSON with Content-Type: application/json.';
    expect(await upload('x', 'application/octet-stream', '/v1/cases')).toMatchObject({
      status: 415,
      body: { detail: json },
    });
    const nobody = { 'content-type': 'application/octet-stream', authorization: '' };
    expect((await house.service.send('POST', '/v1/imports/files', { body: 'x', headers: nobody })).status).toBe(401);
  });
});
