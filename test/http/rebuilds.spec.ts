import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ReadModels } from '#read-models';
import { REBUILDS_QUEUE, REBUILDS_STREAM } from '#reporting';
import { addOwed, type Jobs, workOff } from '#runtime';

import { rebuildsWork } from '../../apps/projector/src/rebuilds.js';
import { emptyDatabase } from '../contracts/jobs.contract.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { opening, yacht } from './samples.js';

describe('a rebuild of the read models', () => {
  let house: House;
  let jobs: Jobs;
  beforeEach(async () => {
    house = new House();
    jobs = await house.open();
    const caseId = await house.service.made('/v1/cases', opening, 'caseId');
    await house.service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
    await house.service.book.readModels.catchUp();
  });
  afterEach(() => house.close());

  const ask = async (key: string, body: object = {}): Promise<string> => {
    const reply = await house.service.post('/v1/rebuilds', body, { 'idempotency-key': key, 'if-match': '' });
    expect([200, 201]).toContain(reply.status);
    return String(reply.body['rebuildId']);
  };
  const concluded = async (id: string): Promise<Record<string, unknown>> => {
    const { body } = await until(
      () => house.service.get(`/v1/rebuilds/${id}`),
      (reply) => reply.body['state'] === 'concluded',
    );
    return body['concluded'] as Record<string, unknown>;
  };
  const alter = (): Promise<unknown> =>
    house.service.book.db.query(`update ${house.service.book.readModels.schema}.cases set title = 'altered'`);
  const schemas = async (): Promise<number> => {
    const text = `select nspname from pg_namespace where nspname like 'read\\_%'`;
    return (await house.service.book.db.query(text)).length;
  };

  it('is done once, comes back when the queues are emptied, and switches when nothing differs', async () => {
    const { readModels, store } = house.service.book;
    const [before, head] = [readModels.schema, await store.head()];
    const id = await ask('one');
    expect(await ask('one')).toBe(id);
    expect(await addOwed(jobs, rebuildsWork(house.parts(jobs)))).toBe(1);
    const { body } = await house.service.get(`/v1/rebuilds/${id}`);
    expect(body).toMatchObject({ state: 'owed', job: { state: 'waiting', attempts: 0 } });
    await emptyDatabase(house.service.book.db);
    house.report(jobs);
    expect(await concluded(id)).toMatchObject({ differences: 0, switched: true, position: head + 1 });
    expect(readModels.schema).not.toBe(before);
    expect(await addOwed(jobs, rebuildsWork(house.parts(jobs)))).toBe(0);
    expect((await store.read(REBUILDS_STREAM, 0, 10)).map(({ type }) => type)).toEqual([
      'RebuildRequested',
      'RebuildConcluded',
    ]);
    await until(schemas, (count) => count === 1, 20_000);
  });

  it('keeps what stands when something differs, until that is accepted', async () => {
    const { readModels } = house.service.book;
    await alter();
    house.report(jobs);
    expect(await concluded(await ask('look'))).toMatchObject({ differences: 1, switched: false });
    expect(await concluded(await ask('take', { accept: true }))).toMatchObject({ differences: 1, switched: true });
    expect((await readModels.verify()).differences).toEqual([]);
  });

  it('is left to the process that keeps the read models', async () => {
    const { db, store } = house.service.book;
    const watching = await new ReadModels(db, store).attach();
    const id = await ask('elsewhere');
    const end = new AbortController();
    const parts = { ...house.parts(jobs), readModels: watching, store };
    const working = workOff([rebuildsWork(parts)], parts, end.signal);
    await until(
      () => jobs.told(REBUILDS_QUEUE, id),
      (told) => told?.state === 'waiting',
    );
    end.abort();
    await working;
    expect(await jobs.told(REBUILDS_QUEUE, id)).toMatchObject({ state: 'waiting', attempts: 0 });
    house.report(jobs);
    expect(await concluded(id)).toMatchObject({ switched: true });
  });

  it('that ends before the switch leaves nothing behind; one that was killed is cleared away by the next try', async () => {
    const { db, readModels } = house.service.book;
    const before = readModels.schema;
    await expect(readModels.rebuild({ name: 'one', signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped'); // prettier-ignore
    expect([readModels.schema, await schemas()]).toEqual([before, 1]);
    await db.execute(`create schema read_77; comment on schema read_77 is 'rebuild one'`);
    expect((await readModels.rebuild({ name: 'one' })).switched).toBe(true);
    await until(schemas, (count) => count === 1, 20_000);
  });
});
