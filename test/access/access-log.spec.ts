import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { type CountryCode, type Day, type Id, idOf, type PersonId } from '#core';
import { type AccessLog, type BookDatabase, type Look, openAccessLog, openEmbedded, openServer } from '#runtime';

import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';

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
};

describe('the access log of an embedded book', () => contract(() => openEmbedded('memory', { durable: false })));

if (noServer) describe.skip(`the access log on a server: ${noServer}`, () => it('stands', () => undefined));
else
  describe('the access log on a server', () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    contract(() => openServer(server.url));

    it('makes one chain of what many record at once', async () => {
      const db = await openServer(server.url);
      const log = await openAccessLog(db);
      await Promise.all(many(300).map((one) => log.record([one])));
      expect(await log.verify()).toMatchObject({ records: 300 });
      await db.close();
    });
  });
