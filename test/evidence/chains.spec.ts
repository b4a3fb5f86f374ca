import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type Database, type EventStore, openSqlEventStore, type Sql } from '#event-store';
import { type Flaw, verifyChains } from '#evidence';
import { openEmbedded, SqlFailure } from '#runtime';

import { sealed } from '../contracts/events.js';

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);
const [STREAMS, EACH] = [4, 5];
const ROWS = STREAMS * EACH;

class Undone extends Error {}

/** The log as it would stand after this was done to its table; then all is as before. */
const after = async <T>(db: Database, act: (sql: Sql) => Promise<unknown>, look: (store: EventStore) => Promise<T>) => {
  let seen: T | undefined;
  await db
    .transaction(async (sql) => {
      await act(sql);
      const inside = { ...db, query: sql.query.bind(sql), execute: () => Promise.resolve() } as Database;
      seen = await look(await openSqlEventStore(inside));
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return seen;
};

const brief = ({ what, stream, revision, position }: Flaw) => ({ what, stream, revision, position });
const streamOf = (position: number): string => `case-${(position - 1) % STREAMS}`;
const revisionOf = (position: number): number => Math.floor((position - 1) / STREAMS);

const columns = ['stream', 'revision', 'id', 'type', 'version', 'data', 'metadata', 'position'] as const;
type Column = (typeof columns)[number];
const typeOf: Record<Column, string> = { stream: 'text', revision: 'int', id: 'uuid', type: 'text', version: 'smallint', data: 'json', metadata: 'json', position: 'bigint' }; // prettier-ignore

const alteration = (column: Column): string =>
  `update log.events set ${column} = $1::text::${typeOf[column]} where position = $2`;

describe('the chains of a log', () => {
  let db: Database;
  let store: EventStore;
  beforeAll(async () => {
    db = await openEmbedded('memory', { durable: false });
    store = await openSqlEventStore(db);
    const chains = Array.from({ length: STREAMS }, (_, n) => sealed(`case-${n}`, EACH, { data: { amount: '10.50', share: 10_000, note: `día ${n}`, at: null, sure: true } })); // prettier-ignore
    for (let revision = 0; revision < EACH; revision += 1) {
      for (const [n, chain] of chains.entries()) {
        const events = chain.slice(revision, revision + 1);
        await store.append({ stream: `case-${n}`, expectedRevision: revision - 1, events });
      }
    }
  });
  afterAll(() => db.close());

  const flawsAfter = async (act: (sql: Sql) => Promise<unknown>): Promise<Flaw[]> => {
    const found = await after(db, act, (altered) => verifyChains(altered, { seen: ROWS }));
    return [...(found?.flaws ?? [])];
  };
  const byHand = (text: string) => (sql: Sql) => sql.query(text);

  it('are whole as they were written, however few of their ends are held in memory', async () => {
    const whole = { events: ROWS, streams: STREAMS, flaws: [] };
    expect(await verifyChains(store, { seen: ROWS })).toEqual(whole);
    expect(await verifyChains(store, { linksHeld: 1 })).toEqual(whole);
  });

  it(`show any byte that is altered in any field of any event, and name the event (seed ${seed})`, async () => {
    const reached = new Set<Column>();
    const one = fc.record({ position: fc.integer({ min: 1, max: ROWS }), column: fc.constantFrom(...columns), at: fc.nat(), byte: fc.oneof(fc.integer({ min: 48, max: 57 }), fc.integer({ min: 32, max: 126 })) }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(one, async ({ position, column, at, byte }) => {
        const [row] = await db.query<{ text: string }>(`select ${column}::text as text from log.events where position = $1`, [position]); // prettier-ignore
        const bytes = Buffer.from(row?.text ?? '');
        bytes[at % bytes.length] = byte;
        const text = bytes.toString();
        fc.pre(text !== row?.text && !(column === 'id' && text.toLowerCase() === row?.text));
        const flaws = await flawsAfter((sql) => sql.query(alteration(column), [text, position])).catch((error: unknown) => {
          if (error instanceof SqlFailure) return undefined;
          throw error;
        }); // prettier-ignore
        if (!flaws) return;
        reached.add(column);
        const named = flaws.filter(({ stream, revision }) => stream === streamOf(position) && revision === revisionOf(position)); // prettier-ignore
        const hole = flaws.filter((flaw) => flaw.position === position);
        expect({ column, text, found: named.length + hole.length > 0, flaws }).toMatchObject({ found: true });
      }),
      { seed, numRuns: 1_000 },
    );
    expect([...reached].sort()).toEqual([...columns].sort());
  });

  it('name an event whose words were altered, and no other', async () => {
    const words: [Column, string][] = [['data', `replace(data::text, '10.50', '90.50')::json`], ['metadata', `replace(metadata::text, 'clerk-1', 'clerk-2')::json`],
      ['type', `'Denied'`], ['version', '2'], ['id', `'00000000-0000-4000-8000-000000000000'`], ['revision', '77']]; // prettier-ignore
    for (const [column, value] of words) {
      const flaws = await flawsAfter(byHand(`update log.events set ${column} = ${value} where position = 6`));
      const revision = column === 'revision' ? 77 : 1;
      expect(flaws.map(brief)).toEqual([{ what: 'altered', stream: 'case-1', revision, position: 6 }]);
    }
  });

  it('name an event whose hash or whose link was altered, and no other', async () => {
    for (const key of ['hash', 'previousHash']) {
      const value = `regexp_replace(metadata::text, '"${key}":"....', '"${key}":"0000')::json`;
      const flaws = await flawsAfter(byHand(`update log.events set metadata = ${value} where position = 6`));
      expect(flaws.map(brief)).toEqual([{ what: 'altered', stream: 'case-1', revision: 1, position: 6 }]);
    }
  });

  it.each([
    ['a key given twice', 'data', `'{"amount":"1.00",' || substr(data::text, 2)`],
    ['a key given twice, as another way of writing it', 'data', `'{"\\u0061mount":"1.00",' || substr(data::text, 2)`],
    [
      'a key given twice further in',
      'metadata',
      `replace(metadata::text, '"person":', '"person":"clerk-9","person":')`,
    ],
    ['a letter as an escape', 'metadata', `replace(metadata::text, 'clerk-1', '\\u0063lerk-1')`],
    ['another form of a number', 'data', `replace(data::text, '10000', '1e4')`],
  ])('name an event whose stored text has %s, and no other', async (_, column, text) => {
    const flaws = await flawsAfter(byHand(`update log.events set ${column} = (${text})::json where position = 6`));
    expect(flaws.map(brief)).toEqual([{ what: 'altered', stream: 'case-1', revision: 1, position: 6 }]);
  });

  it('find nothing in spaces between tokens, nor in the order in which the keys stand', async () => {
    const spaced = `update log.events set data = replace(replace(data::text, ':', ' : '), ',', E',\n')::json`;
    expect(await flawsAfter(byHand(spaced))).toEqual([]);
    const sorted = `update log.events set data = data::jsonb::text::json, metadata = metadata::jsonb::text::json`;
    expect(await flawsAfter(byHand(sorted))).toEqual([]);
  });

  it('name an event that was put into another stream, and the hole it left', async () => {
    const flaws = await flawsAfter(byHand(`update log.events set stream = 'case-x' where position = 6`));
    expect(flaws.map(brief)).toEqual([
      { what: 'foreign', stream: 'case-x', revision: 1, position: 6 },
      { what: 'missing', stream: 'case-1', revision: 1, position: 10 },
    ]);
  });

  it('name an event that was deleted, by its stream and by the hole in the log', async () => {
    for (let position = 1; position <= ROWS; position += 1) {
      const flaws = await flawsAfter((sql) => sql.query('delete from log.events where position = $1', [position]));
      const [stream, revision] = [streamOf(position), revisionOf(position)];
      const shown = { what: 'missing', stream, revision, position: position + STREAMS };
      const hole = { what: 'missing', stream: undefined, revision: undefined, position };
      expect(flaws.map(brief)).toEqual(position > ROWS - STREAMS ? [hole] : [hole, shown]);
    }
  });

  it('name every event of a log that was cut off, when somebody has seen it longer', async () => {
    const flaws = await flawsAfter(byHand(`delete from log.events where position > 18`));
    expect(flaws).toEqual([
      { what: 'missing', position: 19, why: 'the log was cut off: the answers have seen it up to position 20' },
    ]);
  });

  it('name an event that stands behind a later one of its stream', async () => {
    const flaws = await flawsAfter((sql) =>
      sql.query(`update log.events set position = case position when 6 then -10 else -6 end where position in (6, 10)`)
        .then(() => sql.query('update log.events set position = -position where position < 0')),
    ); // prettier-ignore
    expect(flaws.map(brief)).toEqual([{ what: 'reordered', stream: 'case-1', revision: 1, position: 10 }]);
  });

  it('name the break where an event was replaced by one that was sealed anew', async () => {
    const [forged] = sealed('case-1', 1, { data: { amount: '1.00' } });
    const flaws = await flawsAfter((sql) =>
      sql.query('update log.events set id = $1, data = $2, metadata = $3 where position = 2', [forged?.id ?? '', JSON.stringify(forged?.data), JSON.stringify(forged?.metadata)]),
    ); // prettier-ignore
    expect(flaws.map(brief)).toEqual([{ what: 'inserted', stream: 'case-1', revision: 1, position: 6 }]);
  });

  it('cannot be told another moment of recording than the sealed one', async () => {
    await expect(db.query(`update log.events set recorded_at = '2020' where position = 1`)).rejects.toThrow(
      'recorded_at',
    );
  });
});
