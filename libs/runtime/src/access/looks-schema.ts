import { Refused } from '#core';
import type { Database, Queries } from '#event-store';

/** Who records takes turns under this lock, and whoever makes the tables too. */
export const LOOKS_LOCK = 7_238_414;

/**
 * Records are added, and nothing else: a trigger refuses the rest, whoever asks. The owner of the database can still take the
 * trigger away, or drop the schema; the chain shows what was altered. `looks.reasons` says where the first reason of a person for a case on
 * a day (UTC) stands: it is an index, which the records outweigh. The look at pg_namespace makes the session hear of a schema
 * that another one made while it waited.
 */
const SCHEMA = `
  select pg_advisory_xact_lock(${LOOKS_LOCK});
  select from pg_catalog.pg_namespace limit 0;
  create schema if not exists looks;
  create table if not exists looks.records (
    id bigint primary key, at text collate "C" not null, kind text not null, outcome text not null,
    person_id uuid not null, person_name text not null, authority text not null, jurisdiction text not null,
    route text not null, case_ids uuid[] not null, about text, reason text, recipient text, request_id text not null,
    behind_glass boolean not null, previous_hash text not null, hash text not null);
  create table if not exists looks.reasons (
    person_id uuid, case_id uuid, day text collate "C", record_id bigint not null, primary key (person_id, case_id, day));
  create index if not exists records_at on looks.records (at);
  create index if not exists records_person on looks.records (person_id, id);
  create index if not exists records_cases on looks.records using gin (case_ids);
  create index if not exists records_denied on looks.records (id) where outcome = 'denied';
  create index if not exists records_behind_glass on looks.records (id) where behind_glass;
  create or replace function looks.refuse() returns trigger language plpgsql as
    $$ begin raise exception 'the access log is never changed' using errcode = 'insufficient_privilege'; end $$;
  create or replace trigger append_only before update or delete or truncate on looks.records
    for each statement execute function looks.refuse();
  create or replace trigger append_only before update or delete or truncate on looks.reasons
    for each statement execute function looks.refuse();
`;

/** Whether a database has an access log: that of an older program has none. */
export const hasLooks = async (db: Queries): Promise<boolean> => {
  const [row] = await db.query<{ there: boolean }>(
    `select to_regclass('looks.records') is not null and to_regclass('looks.reasons') is not null as there`,
  );
  return row?.there ?? false;
};

/** @throws Refused `schema-older` where the tables are not there and may not be made. */
export const prepareLooks = async (db: Database, create: boolean): Promise<void> => {
  if (await hasLooks(db)) return;
  if (!create) throw new Refused('schema-older', 'The access log is not set up yet: run `rastro migrate`.');
  await db.execute(SCHEMA);
};
