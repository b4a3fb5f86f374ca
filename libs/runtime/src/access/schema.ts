import { Refused } from '#core';
import type { Database, Queries } from '#event-store';

/** Those who start together make the tables one after the other. */
const LOCK = 7_238_413;

/**
 * Secrets are kept as hashes only. They are no facts: they end, and then they are gone. The look at pg_namespace makes the
 * session hear of a schema that another one made while it waited: an advisory lock alone does not.
 */
const SCHEMA = `
  select pg_advisory_xact_lock(${LOCK});
  select from pg_catalog.pg_namespace limit 0;
  create schema if not exists access;
  create table if not exists access.passwords (person_id uuid primary key, hash text not null, set_at timestamptz not null);
  create table if not exists access.secrets (
    secret_id uuid primary key, kind text not null, person_id uuid not null, name text not null,
    digest text not null unique, scopes text[] not null, created_at timestamptz not null, expires_at timestamptz not null,
    revoked_at timestamptz);
  create index if not exists secrets_person on access.secrets (person_id, kind, created_at);
  create index if not exists secrets_expiry on access.secrets (expires_at);
  create table if not exists access.changes (number bigint not null);
  insert into access.changes select 0 where not exists (select from access.changes);
`;

/** Whether a database has accounts: that of an older program has none. */
export const hasAccounts = async (db: Queries): Promise<boolean> => {
  const [row] = await db.query<{ there: boolean }>(
    `select to_regclass('access.passwords') is not null and to_regclass('access.secrets') is not null as there`,
  );
  return row?.there ?? false;
};

/** The tables of before were without the count of what was changed. */
const isPrepared = async (db: Queries): Promise<boolean> => {
  const [row] = await db.query<{ there: boolean }>(`select to_regclass('access.changes') is not null as there`);
  return row?.there ?? false;
};

/** @throws Refused `schema-older` where the tables are not there and may not be made. */
export const prepareAccess = async (db: Database, create: boolean): Promise<void> => {
  if (await isPrepared(db)) return;
  if (!create) throw new Refused('schema-older', 'The accounts are not set up yet: run `rastro migrate`.');
  await db.execute(SCHEMA);
};
