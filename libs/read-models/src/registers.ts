import { isPast, streamUntil } from './past.js';
import type { ReadModels } from './read-models.js';
import { type NetworkDetail, type OperationDetail, type Register, rowAfter } from './register-rows.js';
import type { Row } from './rows.js';

export type NetworkView = NetworkDetail & { readonly networkId: string; readonly revision: number };
export type OperationView = OperationDetail & { readonly operationId: string; readonly revision: number };

interface RegisterRow {
  id: string;
  revision: number;
  detail: string;
}

const rowsOf = (rm: ReadModels, table: Register, id?: string): Promise<RegisterRow[]> => {
  const key = table === 'networks' ? 'network_id' : 'operation_id';
  const where = id === undefined ? '' : `where ${key} = $1`;
  const text = `select ${key} as id, revision, detail from ${rm.schema}.${table} ${where} order by name, 1`;
  return rm.db.query<RegisterRow>(text, id === undefined ? [] : [id]);
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
    if (row) rows.push({ id, revision: events.length - 1, detail: String(row.at(-1)) });
  }
  return rows;
};

const registered = async (rm: ReadModels, table: Register, asOf?: number, id?: string): Promise<RegisterRow[]> => {
  const rows = await rowsOf(rm, table, id);
  return isPast(rm, asOf) ? rowsAt(rm, table, rows.map((row) => row.id), asOf) : rows; // prettier-ignore
};

// The registers say nothing of any case: they are for whoever may consult registers, and take no scope.

/** All networks by name, now or as they were known at a position. */
export const networks = async (rm: ReadModels, asOf?: number): Promise<NetworkView[]> =>
  (await registered(rm, 'networks', asOf)).map(networkView);

export const network = async (rm: ReadModels, id: string, asOf?: number): Promise<NetworkView | undefined> =>
  (await registered(rm, 'networks', asOf, id)).map(networkView)[0];

/** All joint operations by name, now or as they were known at a position. */
export const operations = async (rm: ReadModels, asOf?: number): Promise<OperationView[]> =>
  (await registered(rm, 'operations', asOf)).map(operationView);

export const operation = async (rm: ReadModels, id: string, asOf?: number): Promise<OperationView | undefined> =>
  (await registered(rm, 'operations', asOf, id)).map(operationView)[0];
