import type { EventId } from '#core';

import { type Cell, copyLines, type Queries, type Sql, type SqlValue } from './sql.js';
import type { Metadata, RecordedEvent, SealedEvent, StoredPage } from './store.js';

const COLUMNS = ['position', 'stream', 'revision', 'id', 'type', 'version', 'data', 'metadata'];

const JSONS = new Set(['data', 'metadata']);

type Row = [
  position: number,
  stream: string,
  revision: number,
  id: EventId,
  type: string,
  version: number,
  data: SealedEvent['data'],
  metadata: Metadata,
];

/**
 * A page of events as one JSON text: three times faster than rows of columns, each of which would be parsed and carried over apart.
 * Payloads are `json`, not `jsonb`: they stand in it byte for byte.
 */
const pageFrom = (chosen: string): string =>
  `select '[' || coalesce(string_agg(concat('[', position, ',', to_json(stream), ',', revision, ',"', id, '",', to_json(type), ',', version, ',', data, ',', metadata, ']'), ','), '') || ']' as page
   from ${chosen}`;
const pageOf = (chosen: string): string => pageFrom(`(select * from log.events where ${chosen}) e`);

/** Of a stream ($1), from a revision ($2) on, so many ($3). */
export const READ = pageOf('stream = $1 and revision >= $2 order by revision limit $3');
/** Of each of some streams ($1), after a revision ($2), so many ($3). */
export const READ_TAILS = pageFrom(`unnest($1::text[], $2::int[]) b(s, r) cross join lateral
  (select * from log.events where stream = b.s and revision > b.r order by revision limit $3) e`);
/** Of the whole log, after a position ($1), so many ($2). */
export const READ_ALL = pageOf('position > $1 order by position limit $2');

const pageText = async (sql: Queries, text: string, values: readonly SqlValue[]): Promise<string> => {
  const [row] = await sql.query<{ page: string }>(text, values);
  return row?.page ?? '[]';
};

export const readPage = async (sql: Queries, text: string, values: readonly SqlValue[]): Promise<RecordedEvent[]> =>
  (JSON.parse(await pageText(sql, text, values)) as Row[]).map(eventOf);

/** A page of the whole log, compared at once with what is read of it: event by event only where that differs. */
export const readStoredPage = async (sql: Queries, after: number, limit: number): Promise<StoredPage> => {
  const text = await pageText(sql, READ_ALL, [after, limit]);
  const rows = JSON.parse(text) as Row[];
  const isSame = JSON.stringify(rows) === text;
  return { events: rows.map(eventOf), otherwise: isSame ? new Set() : await otherwiseIn(sql, after, rows.length) };
};

const otherwiseIn = async (sql: Queries, after: number, limit: number): Promise<Set<number>> => {
  const stored = await sql.query<{ position: string; data: string; metadata: string }>(
    'select position, data::text as data, metadata::text as metadata from log.events where position > $1 order by position limit $2',
    [after, limit],
  );
  const found = stored.filter(({ data, metadata }) => isOtherwise(data) || isOtherwise(metadata));
  return new Set(found.map(({ position }) => Number(position)));
};

/** A word of a JSON text, which stays as it is, or spaces between. */
const WORD_OR_SPACES = /("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g;

/** Whether a JSON text is not what is read of it, spaces apart. */
const isOtherwise = (text: string): boolean => JSON.stringify(JSON.parse(text)) !== text.replace(WORD_OR_SPACES, '$1');

const eventOf = ([position, stream, revision, id, type, version, data, metadata]: Row): RecordedEvent => ({
  id,
  stream,
  revision,
  position,
  type,
  version,
  data,
  metadata,
});

/** An event at its place in its stream. */
export type Placed = Omit<RecordedEvent, 'position'>;

/** All but the position. */
const cellsOf = (event: Placed): Cell[] => [
  event.stream,
  event.revision,
  event.id,
  event.type,
  event.version,
  JSON.stringify(event.data),
  JSON.stringify(event.metadata),
];

const rowOf = (event: RecordedEvent): Cell[] => [event.position, ...cellsOf(event)];

/** Between JSON texts: none holds it raw. One text for a column needs no second escape, as each in a list would. */
const BETWEEN = '\u0001';

const inserted = (position: string): string => `
      insert into log.events (${COLUMNS.join(', ')}) select ${position}, stream, revision, id, type, version, data, metadata
      from unnest(streams, revisions, ids, types, versions, string_to_array(datas, chr(1))::json[], string_to_array(metadatas, chr(1))::json[])
        with ordinality e(stream, revision, id, type, version, data, metadata, n)`;

/**
 * Waits for the turn, then writes the events of every stream that ends where it is believed to end, from the end of the log on. What it looks
 * at after it has the turn is as new as the turn. A function, because its plans are made once: planned for its values each time, it
 * would cost three times as much.
 * @returns where the log ended, and which streams end elsewhere: of those nothing was written.
 */
export const APPEND_FUNCTION = `
  drop function if exists log.append_if_believed(bigint[], text[], int[], uuid[], text[], smallint[], text, text, text[], int[], bigint, bigint);
  create or replace function log.append_where_believed(streams text[], revisions int[], ids uuid[], types text[], versions smallint[],
    datas text, metadatas text, believed text[], ends int[], turn bigint, out head bigint, out elsewhere text[])
    language plpgsql set plan_cache_mode = force_generic_plan as $$
  begin
    perform pg_advisory_xact_lock(turn);
    head := coalesce((select max(position) from log.events), 0);
    elsewhere := array(select b.s from unnest(believed, ends) b(s, r)
      where coalesce((select max(e.revision) from log.events e where e.stream = b.s), -1) <> b.r);
    if cardinality(elsewhere) = 0 then ${inserted('head + n')};
    else ${inserted('head + row_number() over (order by n)')} where stream <> all (elsewhere);
    end if;
  end $$;`;

/** It does not begin as a question does: those are let through on a full disk. */
export const APPEND_WHERE_BELIEVED = `with written as (select * from log.append_where_believed($1, $2, $3, $4, $5, $6, $7, $8, $9, $10))
  select head, elsewhere from written`;

/** The first values of `APPEND_WHERE_BELIEVED`: a list a column, of JSON a text. */
export const columnsOf = (events: readonly Placed[]): SqlValue[] => {
  const rows = events.map(cellsOf);
  return COLUMNS.slice(1).map((name, column) => {
    const cells = rows.map((row) => row[column] ?? null);
    return JSONS.has(name) ? cells.join(BETWEEN) : cells;
  });
};

/** Adds events in bulk, whatever stands already. */
export const add = async (sql: Sql, events: readonly RecordedEvent[]): Promise<void> => {
  if (events.length > 0) await sql.copy('log.events', COLUMNS, copyLines(events.map(rowOf)));
};
