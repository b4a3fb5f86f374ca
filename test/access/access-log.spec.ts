import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type CountryCode, type Day, type Id, idOf, type PersonId, Refused } from '#core';
import {
  type AccessLog,
  type BookDatabase,
  type Look,
  type LookPage,
  openAccessLog,
  openEmbedded,
  openServer,
} from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { until } from '../support/until.js';

const newId = <Thing extends string>(): Id<Thing> => idOf<Thing>(randomUUID());
const maria = { id: newId<'person'>() satisfies PersonId, name: 'María Fernández' };

const look = (more: Partial<Look> = {}): Look => ({
  kind: 'consultation',
  outcome: 'given',
  person: maria,
  authority: 'Fiscalía de A Coruña',
  jurisdiction: 'ES' as CountryCode,
  route: 'GET /v1/cases/:caseId',
  caseIds: [newId<'case'>()],
  requestId: randomUUID(),
  ...more,
});

const many = (count: number): Look[] => Array.from({ length: count }, () => look());

/** A process that records, and says of which looks it was told that they stand. */
class Looking {
  readonly told: string[] = [];
  readonly #child: ChildProcess;

  constructor(url: string) {
    const args = ['--import', './test/support/typescript.mjs', 'test/access/looking.ts', url];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (id) => this.told.push(id));
  }

  async kill(): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** The same for every database. */
const contract = (open: () => Promise<BookDatabase>): void => {
  let db: BookDatabase;
  let log: AccessLog;
  let today = new Date('2026-03-01T23:59:59.000Z');
  beforeAll(async () => void (db = await open()));
  afterAll(() => db.close());
  beforeEach(async () => {
    today = new Date('2026-03-01T23:59:59.000Z');
    log = await openAccessLog(db, { now: () => today });
  });
  afterEach(() => db.execute('drop schema looks cascade'));

  it('keeps each look as it was, in a chain', async () => {
    const whole = look({
      kind: 'disclosure',
      outcome: 'denied',
      about: 'a'.repeat(64),
      reason: 'Asked by the court, "now"\n\u202e',
      recipient: 'Europol',
      behindGlass: true,
      caseIds: [newId<'case'>(), newId<'case'>()],
    });
    const bare = look({ caseIds: [], behindGlass: false });
    await log.record([whole, bare]);
    const { behindGlass: _, ...rest } = bare;
    const [first, second, ...none] = await log.page({});
    const at = '2026-03-01T23:59:59.000Z';
    expect(first).toEqual({ ...whole, id: 1, at, previousHash: '0'.repeat(64), hash: first?.hash });
    expect(second).toEqual({ ...rest, id: 2, at, previousHash: first?.hash, hash: second?.hash });
    expect(none).toEqual([]);
    expect(await log.verify()).toEqual({ records: 2, head: second?.hash });
  });

  it('remembers a reason for its person, its case and its day, and the first of them', async () => {
    const caseId = newId<'case'>();
    const of = (day: string, who = maria.id, which = caseId) => log.reasonOf(who, which, day as Day);
    expect(await of('2026-03-01')).toBeUndefined();
    await log.record([look({ caseIds: [caseId] }), look({ caseIds: [caseId], reason: 'no', outcome: 'denied' })]);
    expect(await of('2026-03-01')).toBeUndefined();
    await log.record([look({ caseIds: [caseId, newId<'case'>()], reason: 'The hearing of tomorrow' })]);
    await log.record([look({ caseIds: [caseId], reason: 'Another' })]);
    expect(await of('2026-03-01')).toBe('The hearing of tomorrow');
    expect(await of('2026-03-02')).toBeUndefined();
    expect(await of('2026-03-01', newId())).toBeUndefined();
    expect(await of('2026-03-01', maria.id, newId())).toBeUndefined();
    today = new Date('2026-03-02T00:00:00.000Z');
    await log.record([look({ caseIds: [caseId], reason: 'The day after' })]);
    expect(await of('2026-03-02')).toBe('The day after');
    expect(await (await openAccessLog(db)).reasonOf(maria.id, caseId, '2026-03-01' as Day)).toBe(
      'The hearing of tomorrow',
    );
  });

  it('tells pages in order, by all that is asked together', async () => {
    const [caseId, other] = [newId<'case'>(), newId<'person'>()];
    await log.record([look({ caseIds: [newId<'case'>(), caseId] }), look({ outcome: 'denied' })]);
    today = new Date('2026-03-02T00:00:00.000Z');
    await log.record([look({ kind: 'disclosure', behindGlass: true, caseIds: [caseId] })]);
    await log.record([look({ person: { id: other, name: 'Another' } })]);
    const ids = async (asked: LookPage): Promise<number[]> => (await log.page(asked)).map(({ id }) => id);
    expect(await ids({})).toEqual([1, 2, 3, 4]);
    expect(await ids({ limit: 2 })).toEqual([1, 2]);
    expect(await ids({ after: 2, limit: 2 })).toEqual([3, 4]);
    expect(await ids({ after: 4 })).toEqual([]);
    expect(await ids({ caseId })).toEqual([1, 3]);
    expect(await ids({ personId: other })).toEqual([4]);
    expect(await ids({ outcome: 'denied' })).toEqual([2]);
    expect(await ids({ outcome: 'given' })).toEqual([1, 3, 4]);
    expect(await ids({ behindGlass: true })).toEqual([3]);
    expect(await ids({ behindGlass: false })).toEqual([1, 2, 4]);
    expect(await ids({ kind: 'disclosure' })).toEqual([3]);
    expect(await ids({ to: '2026-03-01' as Day })).toEqual([1, 2]);
    expect(await ids({ from: '2026-03-02' as Day, to: '2026-03-02' as Day })).toEqual([3, 4]);
    expect(await ids({ caseId, personId: maria.id, from: '2026-03-02' as Day, kind: 'consultation' })).toEqual([]);
    for (const limit of [0, -1, 1.5, 501, Number.NaN])
      await expect(log.page({ limit })).rejects.toMatchObject({ code: 'limit-malformed' });
  });

  it.each([
    `update looks.records set reason = 'x'`,
    'delete from looks.records where false',
    'truncate looks.records',
    'delete from looks.reasons',
    'truncate looks.reasons, looks.records',
  ])('refuses: %s', async (statement) => {
    await log.record([look({ reason: 'The hearing' })]);
    await expect(db.execute(statement)).rejects.toThrow('never changed');
    expect(await log.verify()).toMatchObject({ records: 1 });
  });

  /** As its owner can. */
  const behindTheTrigger = (statement: string): Promise<void> =>
    db.execute(`alter table looks.records disable trigger append_only; ${statement};
      alter table looks.records enable trigger append_only`);

  it.each([
    ['a word', `update looks.records set reason = 'Another' where id = 3`, 3, 'altered'],
    ['what was left open', `update looks.records set recipient = 'x' where id = 3`, 3, 'altered'],
    ['the moment', `update looks.records set at = replace(at, '.000', '.001') where id = 3`, 3, 'altered'],
    ['the outcome', `update looks.records set outcome = 'denied' where id = 1`, 1, 'altered'],
    ['the glass', `update looks.records set behind_glass = true where id = 5`, 5, 'altered'],
    ['the cases', `update looks.records set case_ids = '{}' where id = 2`, 2, 'altered'],
    ['a hash', `update looks.records set hash = repeat('0', 64) where id = 2`, 2, 'altered'],
    ['one taken out', 'delete from looks.records where id = 3', 3, 'missing'],
    ['the first taken out', 'delete from looks.records where id = 1', 1, 'missing'],
    ['one taken out, and the gap closed', 'delete from looks.records where id = 3; update looks.records set id = id - 1 where id > 3', 3, 'unlinked'],
    ['two changed about', 'update looks.records set id = 9 where id = 3; update looks.records set id = 3 where id = 4; update looks.records set id = 4 where id = 9', 3, 'unlinked'],
  ] as const)('sees the chain broken: %s', async (_, statement, id, why) => {
    for (let count = 0; count < 5; count += 1) await log.record([look({ reason: `Reason ${count}` })]);
    const before = await log.page({});
    await behindTheTrigger(statement);
    const head = before[id - 2]?.hash ?? '0'.repeat(64);
    expect(await log.verify()).toEqual({ records: id - 1, head, broken: { id, why } });
  }); // prettier-ignore

  it('walks more records than one page holds', async () => {
    await log.record(many(1_000));
    expect(await log.verify()).toMatchObject({ records: 1_000 });
    await log.record(many(5));
    expect(await log.verify()).toMatchObject({ records: 1_005 });
    await behindTheTrigger(`update looks.records set route = 'GET /' where id = 1002`);
    expect(await log.verify()).toMatchObject({ records: 1_001, broken: { id: 1_002, why: 'altered' } });
  });

  it.each([
    ['a reason that no database takes', { reason: 'a\0b' }, '/reason'],
    ['half a character', { reason: 'a\ud800b' }, '/reason'],
    ['a blank reason', { reason: ' ' }, '/reason'],
    ['a reason without end', { reason: 'x'.repeat(2_001) }, '/reason'],
    ['a name in the place of an id', { about: 'María Fernández' }, '/about'],
    ['a person without an id', { person: { id: 'maria' as PersonId, name: 'María' } }, '/personId'],
    ['a case without an id', { caseIds: ['x' as Look['caseIds'][number]] }, '/caseIds'],
  ])('refuses %s, and what is beside it stands', async (_, wrong: Partial<Look>, at) => {
    const [bad, good] = await Promise.allSettled([log.record([look(), look(wrong)]), log.record([look()])]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'look-malformed', at } });
    expect(good.status).toBe('fulfilled');
    expect(await log.page({})).toHaveLength(1);
  });

  it('gathers what waits into one transaction, and sends away whoever is too many', async () => {
    let transactions = 0;
    const transaction: BookDatabase['transaction'] = (work) => ((transactions += 1), db.transaction(work));
    const counted = await openAccessLog({ ...boundTo(db), transaction });
    await Promise.all(many(1_000).map((one) => counted.record([one])));
    expect(transactions).toBe(1);
    const waiting = counted.record(many(10_000));
    await expect(counted.record([look()])).rejects.toMatchObject({ code: 'too-busy' });
    await waiting;
    await counted.record([]);
    expect(await log.verify()).toMatchObject({ records: 11_000 });
  });

  it('rejects all who waited when nothing was written, and goes on', async () => {
    const gone = new Refused('storage-unreachable', 'The database does not answer.');
    let fails = true;
    const transaction: BookDatabase['transaction'] = (work) => (fails ? Promise.reject(gone) : db.transaction(work));
    const failing = await openAccessLog({ ...boundTo(db), transaction });
    const outcomes = await Promise.allSettled(many(3).map((one) => failing.record([one])));
    expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: gone })));
    fails = false;
    await failing.record([look()]);
    expect(await log.verify()).toMatchObject({ records: 1 });
  });

  it('asks for a reason once, and then knows it', async () => {
    const caseId = newId<'case'>();
    let asked = 0;
    const query: BookDatabase['query'] = (...of) => ((asked += 1), db.query(...of));
    const counted = await openAccessLog({ ...boundTo(db), query }, { now: () => today });
    const of = () => counted.reasonOf(maria.id, caseId, '2026-03-01' as Day);
    asked = 0;
    expect([await of(), await of(), asked]).toEqual([undefined, undefined, 2]);
    await counted.record([look({ caseIds: [caseId], reason: 'The hearing' })]);
    expect([await of(), await of(), asked]).toEqual(['The hearing', 'The hearing', 3]);
  });
};

/** The same database, some of which is then done otherwise. */
const boundTo = (db: BookDatabase): BookDatabase => ({
  name: db.name,
  engine: db.engine,
  query: (...of) => db.query(...of),
  copy: (...of) => db.copy(...of),
  change: (...of) => db.change(...of),
  execute: (...of) => db.execute(...of),
  transaction: (...of) => db.transaction(...of),
  close: () => db.close(),
  jobPool: () => db.jobPool(),
  lead: (...of) => db.lead(...of),
  alone: (...of) => db.alone(...of),
  hold: (...of) => db.hold(...of),
});

describe('the access log of an embedded book', () => {
  contract(() => openEmbedded('memory', { durable: false }));

  it('is not set up where nothing may be created', async () => {
    const db = await openEmbedded('memory', { durable: false });
    await expect(openAccessLog(db, { create: false })).rejects.toMatchObject({ code: 'schema-older' });
    await openAccessLog(db);
    await openAccessLog(db, { create: false });
    await db.close();
  });
});

if (noServer) describe.skip(`the access log on a server: ${noServer}`, () => it('stands', () => undefined));
else
  describe('the access log on a server', () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    contract(() => openServer(server.url));

    it('is set up once by those that start together', async () => {
      const both = await Promise.all([openServer(server.url), openServer(server.url)]);
      for (let count = 0; count < 20; count += 1) {
        await both[0].execute('drop schema if exists looks cascade');
        await Promise.all([...both, ...both].map((db) => openAccessLog(db)));
      }
      await Promise.all(both.map((db) => db.close()));
    });

    it('waits for the disk though the session does not', async () => {
      const db = await openServer(server.url);
      const seen: string[] = [];
      const transaction: BookDatabase['transaction'] = (work) =>
        db.transaction(async (sql) => {
          await sql.query('select set_config($1, $2, false)', ['synchronous_commit', 'off']);
          const done = await work(sql);
          const [row] = await sql.query<{ setting: string }>(`select current_setting('synchronous_commit') as setting`);
          seen.push(row?.setting ?? '');
          return done;
        });
      await (await openAccessLog({ ...boundTo(db), transaction })).record([look()]);
      expect(seen).toEqual(['on']);
      await db.close();
    });

    it('is one chain, without a fork and a hole, of two processes one of which is killed', async () => {
      const [one, two] = [new Looking(server.url), new Looking(server.url)];
      await until(() => Math.min(one.told.length, two.told.length), (count) => count > 300); // prettier-ignore
      await one.kill();
      const then = two.told.length;
      await until(() => two.told.length, (count) => count > then + 300); // prettier-ignore
      await two.kill();
      const db = await openServer(server.url);
      const log = await openAccessLog(db);
      const verified = await log.verify();
      expect(verified.broken).toBeUndefined();
      const rows = await db.query<{ request_id: string }>('select request_id from looks.records order by id');
      const stored = rows.map(({ request_id }) => request_id);
      expect(verified.records).toBe(stored.length);
      expect(new Set(stored).size).toBe(stored.length);
      expect([...one.told, ...two.told].filter((id) => !new Set(stored).has(id))).toEqual([]);
      const turns = stored.filter((id, at) => one.told.includes(id) !== one.told.includes(stored[at - 1] ?? id));
      expect(turns.length).toBeGreaterThan(2);
      await db.close();
    });
  });
