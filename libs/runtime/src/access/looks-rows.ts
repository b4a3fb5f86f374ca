import { type CaseId, type CountryCode, type Day, addDays, type PersonId } from '#core';
import { GENESIS, type Queries, type SqlValue } from '#event-store';

import { linked, type Look, type LookKind, type LookRecord } from './look.js';
import { LOOKS_LOCK } from './looks-schema.js';

interface Row {
  readonly id: string;
  readonly at: string;
  readonly kind: LookKind;
  readonly outcome: Look['outcome'];
  readonly person_id: PersonId;
  readonly person_name: string;
  readonly authority: string;
  readonly jurisdiction: CountryCode;
  readonly route: string;
  readonly case_ids: readonly CaseId[];
  readonly about: string | null;
  readonly reason: string | null;
  readonly recipient: string | null;
  readonly request_id: string;
  readonly behind_glass: boolean;
  readonly previous_hash: string;
  readonly hash: string;
}

/** Which records are asked for: all that say so in every respect that is given. Days are UTC, both included. */
export interface LookFilter {
  readonly kind?: LookKind | undefined;
  readonly outcome?: Look['outcome'] | undefined;
  readonly personId?: PersonId | undefined;
  readonly caseId?: CaseId | undefined;
  readonly behindGlass?: boolean | undefined;
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
}

const LAST = 'select id, hash from looks.records order by id desc limit 1';
const ADD = `with added as (
    insert into looks.records select * from json_populate_recordset(null::looks.records, $1::text::json)
    returning id, person_id, case_ids, left(at, 10) as day, outcome, reason)
  insert into looks.reasons (person_id, case_id, day, record_id)
    select distinct on (person_id, case_id, day) person_id, case_id, day, id from added, unnest(case_ids) as case_id
    where outcome = 'given' and reason is not null order by person_id, case_id, day, id
  on conflict do nothing`;
const REASON = `select reason from looks.records where id =
  (select record_id from looks.reasons where person_id = $1 and case_id = $2 and day = $3)`;

const rowOf = ({ person, caseIds, requestId, behindGlass = false, previousHash, ...same }: LookRecord): object => ({
  ...same,
  person_id: person.id,
  person_name: person.name,
  case_ids: caseIds,
  request_id: requestId,
  behind_glass: behindGlass,
  previous_hash: previousHash,
});

const recordOf = (row: Row): LookRecord => ({
  id: Number(row.id),
  at: row.at as LookRecord['at'],
  kind: row.kind,
  outcome: row.outcome,
  person: { id: row.person_id, name: row.person_name },
  authority: row.authority,
  jurisdiction: row.jurisdiction,
  route: row.route,
  caseIds: row.case_ids,
  ...(row.about !== null && { about: row.about }),
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.recipient !== null && { recipient: row.recipient }),
  requestId: row.request_id,
  ...(row.behind_glass && { behindGlass: true }),
  previousHash: row.previous_hash,
  hash: row.hash,
});

export type TimedLook = Look & Pick<LookRecord, 'at'>;

/** Adds records as they are, whatever they follow. */
export const addRecords = async (sql: Queries, records: readonly LookRecord[]): Promise<void> =>
  void (await sql.query(ADD, [JSON.stringify(records.map(rowOf))]));

/** The number and the hash of the last record; of an empty log, of what stands before the first. */
export const lastOf = async (sql: Queries): Promise<{ id: number; hash: string }> => {
  const [last] = await sql.query<{ id: string; hash: string }>(LAST);
  return { id: Number(last?.id ?? 0), hash: last?.hash ?? GENESIS };
};

/** Takes the turn of whoever records: from then on to the end of the transaction nobody else does. */
export const takeTurn = async (sql: Queries): Promise<void> =>
  void (await sql.query(`select set_config('synchronous_commit', 'on', true), pg_advisory_xact_lock($1)`, [
    LOOKS_LOCK,
  ]));

/** Adds to the end of the chain; call it in a transaction. It waits for its turn, and the commit for the disk, whatever the session's default is. */
export const addLooks = async (sql: Queries, looks: readonly TimedLook[]): Promise<void> => {
  await takeTurn(sql);
  let { id, hash: previousHash } = await lastOf(sql);
  const records = looks.map((look) => {
    const record = linked(look, { id: ++id, at: look.at, previousHash });
    previousHash = record.hash;
    return record;
  });
  await addRecords(sql, records);
};

/** The reason that a person gave first for a case on a day (UTC). */
export const findReason = async (
  sql: Queries,
  personId: PersonId,
  caseId: CaseId,
  day: Day,
): Promise<string | undefined> => (await sql.query<{ reason: string }>(REASON, [personId, caseId, day]))[0]?.reason;

/** Where there are few of a kind an index of its own finds them, which a value in the place of the word would not. */
const WORDS = { given: `outcome = 'given'`, denied: `outcome = 'denied'` } as const;

const words = ({ outcome, behindGlass }: LookFilter): string[] => [
  ...(outcome ? [WORDS[outcome]] : []),
  ...(behindGlass === undefined ? [] : [behindGlass ? 'behind_glass' : 'not behind_glass']),
];

const values = ({ kind, personId, caseId, from, to }: LookFilter): [text: string, value: SqlValue | undefined][] => [
  ['kind = $', kind],
  ['person_id = $', personId],
  ['case_ids @> array[$::uuid]', caseId],
  ['at >= $', from],
  ['at < $', to && addDays(to, 1)],
];

/** So many records behind one, in their order. */
export const readLooks = async (
  sql: Queries,
  after: number,
  limit: number,
  filter: LookFilter = {},
): Promise<LookRecord[]> => {
  const given = values(filter).flatMap(([text, value]) => (value === undefined ? [] : [{ text, value }]));
  const asked = given.map(({ text }, index) => text.replace('$', () => `$${index + 3}`));
  const where = ['id > $1', ...words(filter), ...asked].join(' and ');
  const text = `select * from looks.records where ${where} order by id limit $2`;
  return (await sql.query<Row>(text, [after, limit, ...given.map(({ value }) => value)])).map(recordOf);
};
