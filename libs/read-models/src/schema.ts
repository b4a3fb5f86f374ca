import { Refused } from '#core';
import type { Queries } from '#event-store';

/**
 * The tables of one generation of the read models, in a schema of their own. A rebuild fills another generation beside it;
 * the row of `read.current` says which one answers. Amounts are minor units, euro amounts cents. `cell_…` is what the cell of a posting
 * holds after it.
 */
export const tables = {
  checkpoint: ['position', 'stream', 'revision', 'hash'],
  cases: ['case_id', 'reference', 'title', 'authority', 'jurisdiction', 'status', 'opened_on', 'revision', 'first_position', 'position', 'detail'],
  case_networks: ['case_id', 'network_id'],
  case_operations: ['case_id', 'operation_id'],
  case_team: ['case_id', 'person_id'],
  case_shares: ['case_id', 'share_id', 'jurisdiction', 'extent', 'expires_on'],
  case_consents: ['case_id', 'event_id', 'jurisdiction', 'provider'],
  sealed: ['event_id', 'n', 'root_id', 'case_id', 'jurisdiction', 'asset_id', 'order_id', 'provider'],
  assets: ['asset_id', 'case_id', 'case_jurisdiction', 'category', 'jurisdiction', 'region', 'district', 'stage', 'state', 'currency', 'amount', 'eur', 'opening', 'first_position', 'position', 'detail'],
  facts: ['asset_id', 'part', 'facts'],
  asset_identifiers: ['kind', 'normalised', 'asset_id'],
  asset_origins: ['asset_id', 'origin_id'],
  orders: ['order_id', 'case_id', 'kind', 'status', 'due_on', 'position', 'executed', 'detail'],
  measures: ['order_id', 'asset_id', 'event_id', 'type', 'standing'],
  networks: ['network_id', 'name', 'merged_into', 'merged_position', 'revision', 'position', 'detail'],
  operations: ['operation_id', 'name', 'revision', 'position', 'detail'],
  proposals: ['proposal_id', 'case_id', 'act', 'state', 'proposed_by', 'proposed_role', 'expires_at', 'first_position', 'position', 'detail'],
  people: ['person_id', 'name', 'kind', 'barred', 'first_position', 'position', 'detail'],
  glass: ['position', 'person_id', 'case_id', 'reason', 'until', 'recorded_at'],
  editions: ['quarter', 'edition', 'position', 'previous', 'event_id', 'recorded_at'],
  rates: ['source', 'from_on', 'to_on', 'base', 'rates', 'position'],
  waiting: ['asset_id', 'currency', 'valued_on'],
  cells: ['cell_id', 'quarter', 'network', 'jurisdiction', 'region', 'category', 'from_power', 'power', 'currency', 'state', 'opening', 'from_opening', 'from_place', 'to_place', 'reason', 'amount', 'eur', 'counted', 'arrived', 'departed', 'share', 'postings'],
  postings: ['position', 'n', 'cell_id', 'asset_id', 'event_id', 'effective_on', 'amount', 'eur', 'counted', 'arrived', 'departed', 'share_bp', 'rate', 'rate_on', 'rate_source', 'cell_amount', 'cell_eur', 'cell_counted', 'cell_arrived', 'cell_departed', 'cell_share'],
} as const; // prettier-ignore

export type TableName = keyof typeof tables;

/** Keys for comparing two generations row by row, in this order. */
export const keys: { readonly [T in TableName]: readonly string[] } = {
  checkpoint: ['position'],
  cases: ['case_id'],
  case_networks: ['case_id', 'network_id'],
  case_operations: ['case_id', 'operation_id'],
  case_team: ['case_id', 'person_id'],
  case_shares: ['case_id', 'share_id'],
  case_consents: ['event_id', 'jurisdiction', 'provider'],
  sealed: ['event_id', 'n'],
  assets: ['asset_id'],
  facts: ['asset_id', 'part'],
  asset_identifiers: ['kind', 'normalised', 'asset_id'],
  asset_origins: ['asset_id', 'origin_id'],
  orders: ['order_id'],
  measures: ['order_id', 'asset_id', 'event_id'],
  networks: ['network_id'],
  operations: ['operation_id'],
  proposals: ['proposal_id'],
  people: ['person_id'],
  glass: ['position'],
  editions: ['quarter', 'edition'],
  rates: ['source', 'from_on'],
  waiting: ['asset_id', 'currency', 'valued_on'],
  cells: ['cell_id'],
  postings: ['position', 'n'],
};

export const createTables = (schema: string): string => `
  create schema ${schema};
  create table ${schema}.checkpoint (position bigint not null, stream text not null, revision int not null, hash text not null);
  insert into ${schema}.checkpoint values (0, '', -1, '');
  create table ${schema}.cases (case_id uuid primary key, reference text not null, title text not null, authority text not null,
    jurisdiction text not null, status text not null, opened_on date not null, revision int not null,
    first_position bigint not null, position bigint not null, detail json not null);
  create table ${schema}.case_networks (case_id uuid, network_id uuid, primary key (network_id, case_id));
  create index on ${schema}.case_networks (case_id);
  create table ${schema}.case_operations (case_id uuid, operation_id uuid, primary key (operation_id, case_id));
  create index on ${schema}.case_operations (case_id);
  create table ${schema}.case_team (case_id uuid, person_id uuid, primary key (person_id, case_id));
  create index on ${schema}.case_team (case_id);
  create table ${schema}.case_shares (case_id uuid, share_id uuid, jurisdiction text not null, extent text not null, expires_on date,
    primary key (case_id, share_id));
  create index on ${schema}.case_shares (jurisdiction, extent, case_id);
  create table ${schema}.case_consents (case_id uuid not null, event_id uuid, jurisdiction text, provider text,
    primary key (event_id, jurisdiction, provider));
  create index on ${schema}.case_consents (case_id);
  create table ${schema}.sealed (event_id uuid, n int, root_id uuid not null, case_id uuid not null, jurisdiction text not null,
    asset_id uuid, order_id uuid, provider text, primary key (event_id, n));
  create index on ${schema}.sealed (case_id);
  create table ${schema}.assets (asset_id uuid primary key, case_id uuid not null, case_jurisdiction text not null, category text not null,
    jurisdiction text not null, region text not null, district text not null, stage text not null, state text not null, currency text not null,
    amount numeric not null, eur numeric not null, opening boolean not null, first_position bigint not null, position bigint not null,
    detail json not null) with (fillfactor = 70);
  create index on ${schema}.assets (case_id);
  create table ${schema}.facts (asset_id uuid, part int, facts json not null, primary key (asset_id, part)) with (fillfactor = 70);
  create table ${schema}.asset_identifiers (kind text, normalised text, asset_id uuid, primary key (normalised, kind, asset_id));
  create index on ${schema}.asset_identifiers (asset_id);
  create table ${schema}.asset_origins (asset_id uuid, origin_id uuid, primary key (asset_id, origin_id));
  create table ${schema}.orders (order_id uuid primary key, case_id uuid not null, kind text not null, status text not null,
    due_on date, position bigint not null, executed json not null, detail json not null);
  create index on ${schema}.orders (case_id);
  create index on ${schema}.orders (due_on, order_id) where due_on is not null;
  create table ${schema}.measures (order_id uuid, asset_id uuid, event_id uuid, type text not null, standing boolean not null, primary key (order_id, asset_id, event_id));
  create index on ${schema}.measures (event_id);
  create table ${schema}.networks (network_id uuid primary key, name text not null, merged_into uuid, merged_position bigint, revision int not null, position bigint not null, detail json not null);
  create table ${schema}.operations (operation_id uuid primary key, name text not null, revision int not null, position bigint not null, detail json not null);
  create table ${schema}.proposals (proposal_id uuid primary key, case_id uuid, act text not null, state text not null,
    proposed_by uuid not null, proposed_role text not null, expires_at text not null, first_position bigint not null, position bigint not null,
    detail json not null);
  create index on ${schema}.proposals (case_id);
  create index on ${schema}.proposals (first_position);
  create table ${schema}.people (person_id uuid primary key, name text not null, kind text not null, barred boolean not null,
    first_position bigint not null, position bigint not null, detail json not null);
  create index on ${schema}.people (first_position);
  create table ${schema}.glass (position bigint primary key, person_id uuid not null, case_id uuid not null, reason text not null,
    until text not null, recorded_at text not null);
  create table ${schema}.editions (quarter text, edition int, position bigint not null, previous bigint, event_id uuid not null,
    recorded_at text not null, primary key (quarter, edition));
  create table ${schema}.rates (source text, from_on date, to_on date not null, base text not null, rates json not null, position bigint not null,
    primary key (source, from_on));
  create table ${schema}.waiting (asset_id uuid, currency text, valued_on date, primary key (asset_id, currency, valued_on));
  create table ${schema}.cells (cell_id int primary key, quarter text not null, network text not null, jurisdiction text not null, region text not null,
    category text not null, from_power text not null, power text not null, currency text not null, state text not null, opening boolean not null,
    from_opening boolean not null, from_place text not null, to_place text not null, reason text not null, amount numeric not null, eur numeric not null,
    counted bigint not null, arrived bigint not null, departed bigint not null, share bigint not null, postings bigint not null);
  create index on ${schema}.cells (quarter);
  create table ${schema}.postings (position bigint not null, n int not null, cell_id int not null, asset_id uuid not null, event_id uuid not null,
    effective_on date not null, amount numeric not null, eur numeric not null, counted smallint not null, arrived smallint not null, departed smallint not null,
    share_bp int not null, rate text not null, rate_on text not null, rate_source text not null, cell_amount numeric not null,
    cell_eur numeric not null, cell_counted bigint not null, cell_arrived bigint not null, cell_departed bigint not null, cell_share bigint not null);
`;

/** Takes away what a fill has written that must begin again. */
export const emptyTables = (schema: string): string => `
  truncate ${named(schema)};
  insert into ${schema}.checkpoint values (0, '', -1, '');
`;

/** All tables, or all but one. */
const named = (schema: string, without?: TableName): string =>
  Object.keys(tables)
    .filter((table) => table !== without)
    .map((table) => `${schema}.${table}`)
    .join(', ');

/** Says for which rebuild a generation is made, so that the next try finds what one left behind that was killed. */
export const nameSchema = (schema: string, name: string): string => {
  if (!/^[\w-]{1,100}$/.test(name)) throw new TypeError(`a rebuild is not called ${name}`);
  return `comment on schema ${schema} is 'rebuild ${name}'`;
};

/** With the number of a generation: held by who fills it, or has questions under way in it. */
export const SCHEMA_LOCK = 7_238_418_000_000;

/** All generations but the one that answers. */
export const schemasUnanswering = async (db: Queries): Promise<string[]> => {
  const rows = await db.query<{ schema: string }>(
    `select nspname as schema from pg_namespace where nspname ~ '^read_[0-9]{1,9}$' and nspname not in (select schema from read.current)`,
  );
  return rows.map(({ schema }) => schema);
};

/** Generations made for a rebuild, the one that answers apart. */
export const schemasNamed = async (db: Queries, name: string): Promise<string[]> => {
  const rows = await db.query<{ schema: string }>(
    `select nspname as schema from pg_namespace where nspname like 'read\\_%' and obj_description(oid, 'pg_namespace') = $1
     and nspname not in (select schema from read.current)`,
    [`rebuild ${name}`],
  );
  return rows.map(({ schema }) => schema);
};

/**
 * For the questions. Made when a generation is filled: nothing in filling it reads postings, and it is twice as fast without.
 * The registers are walked in their order; what few assets have is found by itself. The postings take as long as all others together.
 * @returns two scripts that wait for nothing of each other.
 */
export const createIndexes = (schema: string): readonly [postings: string, others: string] => [
  `alter table ${schema}.postings add primary key (position, n);
  create index on ${schema}.postings (asset_id);
  create index on ${schema}.postings (cell_id, position, n);
  analyze ${schema}.postings;`,
  `create index on ${schema}.measures (asset_id);
  create index on ${schema}.cases (first_position);
  create index on ${schema}.cases (jurisdiction, case_id);
  create index on ${schema}.assets (first_position);
  create index on ${schema}.assets (stage, first_position);
  create index on ${schema}.assets (jurisdiction, first_position);
  analyze ${named(schema, 'postings')};`,
];

/** Those who make the pointer together take turns. */
const POINTER_LOCK = 7_238_415;

/**
 * The pointer to the generation that answers, and a place for what must outlive generations. The look at pg_namespace makes the
 * session hear of a schema that another one made while it waited.
 */
export const createPointer = `
  select pg_advisory_xact_lock(${POINTER_LOCK});
  select from pg_catalog.pg_namespace limit 0;
  create schema if not exists read;
  create table if not exists read.current (one boolean primary key default true check (one), schema text not null, made_by int not null);
  alter table read.current add column if not exists dense boolean not null default true;
  create table if not exists read.losses (hash text primary key, position bigint not null, stream text not null, revision int not null,
    noticed_at text not null, accepted_at text);
`;

/** Grows when the tables or the rules behind them change: an older generation is rebuilt at the start. */
export const MADE_BY = 11;

/**
 * A pointer of an older program says nothing of the log that its answers were made over: that was one in SQL. Answers whose
 * tables somebody took away are as old as can be.
 */
export const readPointer = `select schema, case when made_by = ${MADE_BY} and to_regclass(schema || '.checkpoint') is null then 0 else made_by end as made_by,
  coalesce(to_jsonb(c) ->> 'dense', 'true') as dense from read.current c`;

/** The schema of the generation that answers; no row where there is none. */
export const liveSchema = 'select schema from read.current';

/** The generation that answers, and the rules it was made by. */
export interface Current {
  readonly schema: string;
  readonly made_by: number;
  /** Whether they were made over a log that numbers its events densely: `true` or `false`. */
  readonly dense: string;
}

/** Whoever holds it keeps the answers; the others of one database watch. */
export const LEADER_LOCK = 7_238_412;

export const UNDEFINED_TABLE = '42P01';
export const UNDEFINED_COLUMN = '42703';

/** Another process was faster: what was to be made is there. */
export const isTaken = (error: unknown): boolean => /^(42P06|23505)$/.test(String((error as { code?: unknown }).code));

/** @throws Refused `schema-older`, `schema-newer`. */
export const assertKnown = (current: Current | undefined): Current => {
  const versions = { known: MADE_BY, found: Number(current?.made_by ?? 0) };
  if (current && versions.found === MADE_BY) return current;
  if (versions.found > MADE_BY)
    throw new Refused('schema-newer', 'A newer program has changed the book: run that one here too.', versions);
  throw new Refused('schema-older', 'The book is not set up for this program yet: run `rastro migrate`.', versions);
};

/**
 * The settings name a log of another kind than the one that these answers were made over. Made anew over it, they would tell what
 * stands in a log that was left behind, and what is recorded would go there.
 */
export const logElsewhere = ({ dense }: Pick<Current, 'dense'>): Refused => {
  const hint =
    dense === 'true'
      ? 'These answers are of a log in SQL: take EVENTSTORE_URL out. Where the book was moved to that EventStoreDB, run `rastro migrate --another-log` once.'
      : 'These answers are of an EventStoreDB: set EVENTSTORE_URL.';
  return new Refused('log-elsewhere', hint);
};
