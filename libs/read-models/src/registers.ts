import { isId } from '#core';

import { decodeCursor, isText, type Page, type PageAsked, pageOf } from './pages.js';
import { isPast, streamUntil } from './past.js';
import type { ReadModels } from './read-models.js';
import { type NetworkDetail, type OperationDetail, type Register, rowAfter } from './register-rows.js';
import type { Row } from './rows.js';

export type NetworkView = NetworkDetail & { readonly networkId: string; readonly revision: number };
export type OperationView = OperationDetail & { readonly operationId: string; readonly revision: number };

interface RegisterRow {
  id: string;
  name: string;
  revision: number;
  detail: string;
}

interface RegisterPage extends PageAsked {
  readonly asOf?: number | undefined;
}

const keyOf = (table: Register): string => (table === 'networks' ? 'network_id' : 'operation_id');

const columnsOf = (table: Register): string => `${keyOf(table)}::text as id, name, revision, detail`;

/** One row more than a page has, by name, from where the page before ended. */
const rowsOf = (rm: ReadModels, table: Register, { limit, after }: PageAsked): Promise<RegisterRow[]> => {
  const [name, id] = after ? decodeCursor<[string, string]>(after, isText, isId) : ['', ''];
  const place = `name, ${keyOf(table)}::text`;
  const text = `select ${columnsOf(table)} from ${rm.schema}.${table} where (${place}) > ($1, $2) order by ${place} limit $3`;
  return rm.db.query<RegisterRow>(text, [name, id, limit + 1]);
};

const networkView = ({ id, revision, detail }: RegisterRow): NetworkView => ({
  networkId: id,
  revision: Number(revision),
  ...(JSON.parse(detail) as NetworkDetail),
});

const operationView = ({ id, revision, detail }: RegisterRow): OperationView => ({
  operationId: id,
  revision: Number(revision),
  ...(JSON.parse(detail) as OperationDetail),
});

/** Rows of a register as they were known at a position: each stream is folded again up to it. */
const rowsAt = async (
  rm: ReadModels,
  table: Register,
  ids: readonly string[],
  until: number,
): Promise<RegisterRow[]> => {
  const rows: RegisterRow[] = [];
  for (const id of ids) {
    const events = await streamUntil(rm, `${table === 'networks' ? 'network' : 'operation'}-${id}`, until);
    let row: Row | undefined;
    for (const event of events) row = rowAfter(table, id, row?.at(-1), event);
    if (row) rows.push({ id, name: String(row[1]), revision: events.length - 1, detail: String(row.at(-1)) });
  }
  return rows;
};

const asKnown = async (
  rm: ReadModels,
  table: Register,
  rows: readonly RegisterRow[],
  asOf?: number,
): Promise<readonly RegisterRow[]> =>
  isPast(rm, asOf) ? rowsAt(rm, table, rows.map(({ id }) => id), asOf) : rows; // prettier-ignore

const registered = async <View>(
  rm: ReadModels,
  table: Register,
  page: RegisterPage,
  view: (row: RegisterRow) => View,
): Promise<Page<View>> => {
  const rows = await rowsOf(rm, table, page);
  const { items, ...next } = pageOf(rows, page.limit, ({ name, id }) => [name, id], (row) => row); // prettier-ignore
  return { items: (await asKnown(rm, table, items, page.asOf)).map(view), ...next };
};

const registeredOne = async (
  rm: ReadModels,
  table: Register,
  id: string,
  asOf?: number,
): Promise<RegisterRow | undefined> => {
  const text = `select ${columnsOf(table)} from ${rm.schema}.${table} where ${keyOf(table)} = $1`;
  return (await asKnown(rm, table, await rm.db.query<RegisterRow>(text, [id]), asOf))[0];
};

// The registers say nothing of any case: they are for whoever may consult registers, and take no scope.

/**
 * Networks by the name that they have now. With `asOf`, those that were known then, as they were known: a page may hold fewer than
 * its limit then, though another follows.
 */
export const networks = (rm: ReadModels, page: RegisterPage): Promise<Page<NetworkView>> =>
  registered(rm, 'networks', page, networkView);

export const network = async (rm: ReadModels, id: string, asOf?: number): Promise<NetworkView | undefined> => {
  const row = await registeredOne(rm, 'networks', id, asOf);
  return row && networkView(row);
};

/** A few of the other networks that have or had this name or alias, letter case apart, as far as the answers know. */
export const networksNamed = async (rm: ReadModels, name: string, except: string): Promise<string[]> => {
  const among = (field: string): string =>
    `exists (select from json_array_elements_text(detail -> '${field}') a where lower(a) = lower($1))`;
  const text = `select network_id::text as id from ${rm.schema}.networks
    where network_id <> $2 and (lower(name) = lower($1) or ${among('aliases')} or ${among('formerNames')}) order by 1 limit 3`;
  return (await rm.db.query<{ id: string }>(text, [name, except])).map(({ id }) => id);
};

/** Joint operations, likewise. */
export const operations = (rm: ReadModels, page: RegisterPage): Promise<Page<OperationView>> =>
  registered(rm, 'operations', page, operationView);

export const operation = async (rm: ReadModels, id: string, asOf?: number): Promise<OperationView | undefined> => {
  const row = await registeredOne(rm, 'operations', id, asOf);
  return row && operationView(row);
};
