import { Refused } from '#core';

import { APPEND_FUNCTION } from './rows.js';
import type { Database } from './sql.js';

/** Appends take turns under this lock, so that positions become visible in their order and no reader skips one. */
export const LOCK = 7_238_411;

/** Grows when the tables of the log change: an older program does not write into what it does not know. */
export const LOG_VERSION = 2;

/**
 * `recorded_at` cannot say another moment than the sealed metadata do: the database derives it. One message, hence one
 * transaction. The look at pg_namespace makes a session that has looked in vain hear of the schema that another one made while
 * it waited: an advisory lock alone does not.
 */
const SCHEMA = `
  select pg_advisory_xact_lock(${LOCK});
  select from pg_catalog.pg_namespace limit 0;
  create schema if not exists log;
  create table if not exists log.events (
    position bigint primary key, stream text not null, revision int not null, id uuid not null unique, type text not null,
    version smallint not null, data json not null, metadata json not null, unique (stream, revision));
  do $$ begin
    if not exists (select from information_schema.columns where table_schema = 'log' and column_name = 'recorded_at' and is_generated = 'ALWAYS') then
      alter table log.events drop column if exists recorded_at;
      alter table log.events add column recorded_at text collate "C" generated always as (metadata ->> 'recordedAt') stored;
    end if;
  end $$;
  create index if not exists events_recorded_at on log.events (recorded_at);
  ${APPEND_FUNCTION}
  create table if not exists log.made_by (one boolean primary key default true check (one), version int not null);
  insert into log.made_by (version) values (${LOG_VERSION})
    on conflict (one) do update set version = greatest(log.made_by.version, excluded.version);
`;

/** The version of the log that stands in a database; 0 where there is none, or one of before it had a version. */
export const logVersion = async (db: Database): Promise<number> => {
  const [table] = await db.query<{ there: boolean }>(`select to_regclass('log.made_by') is not null as there`);
  if (!table?.there) return 0;
  const [row] = await db.query<{ version: number }>('select version from log.made_by');
  return Number(row?.version ?? 0);
};

const assertKnown = (found: number): void => {
  const versions = { known: LOG_VERSION, found };
  if (found > LOG_VERSION)
    throw new Refused('schema-newer', 'A newer program has changed the log: run that one here too.', versions);
  if (found < LOG_VERSION)
    throw new Refused('schema-older', 'The log is not set up for this program yet: run `rastro migrate`.', versions);
};

/** Stands in the database while a log is carried into it: what is there is a part of a book until it is gone. */
const MARK = `create schema if not exists log; create table if not exists log.moving ();`;
/** A log that is made for a move is a part of a book from the beginning. */
const MARK_WHERE_NONE = `do $$ begin if to_regclass('log.events') is null then ${MARK} end if; end $$;`;

export const beginMoving = (db: Database): Promise<void> => db.execute(MARK);
export const endMoving = (db: Database): Promise<void> => db.execute('drop table if exists log.moving');

/** Whether a book was carried here and not all of it came, as far as is known. */
export const isMoving = async (db: Database): Promise<boolean> => {
  const [row] = await db.query<{ moving: boolean }>(`select to_regclass('log.moving') is not null as moving`);
  return row?.moving ?? false;
};

export interface Preparing {
  /** What is missing is made, and what an older program made is brought up; otherwise nothing is touched. */
  readonly create?: boolean;
  /** For who carries a log to here. */
  readonly moving?: boolean;
}

/**
 * Sees to it that the log is the one this program knows, and whole.
 * @throws Refused `schema-newer`; `schema-older` where nothing may be created; `move-unfinished`.
 */
export const prepareLog = async (db: Database, { create = true, moving = false }: Preparing): Promise<void> => {
  if (create && (await logVersion(db)) < LOG_VERSION) await db.execute(moving ? MARK_WHERE_NONE + SCHEMA : SCHEMA);
  assertKnown(await logVersion(db));
  if (moving || !(await isMoving(db))) return;
  throw new Refused(
    'move-unfinished',
    'A book was being moved to here, and not all of it came: start `rastro move` again.',
  );
};
