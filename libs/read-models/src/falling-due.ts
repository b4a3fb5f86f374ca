import type { Scope } from '#access';
import { type Day, isDay, isId } from '#core';
import type { SqlValue } from '#event-store';

import type { OrderEntry } from './entries.js';
import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
import type { ReadModels } from './read-models.js';
import { ofCase, visible } from './scope.js';
import { orderSealed } from './sealing.js';

/** An order that stands and has a last day. After it nothing is executed under it; that it lapsed is for an authority to say. */
export interface OrderFallingDue {
  readonly orderId: string;
  readonly caseId: string;
  readonly kind: string;
  readonly status: string;
  readonly dueOn: string;
  readonly reference: string;
  readonly authority: string;
  readonly jurisdiction: string;
}

interface DueRow {
  order_id: string;
  case_id: string;
  kind: string;
  status: string;
  due_on: string;
  detail: string;
}

const viewOf = (row: DueRow): OrderFallingDue => {
  const issued = (JSON.parse(row.detail) as OrderEntry['entries']).find(({ type }) => type === 'OrderIssued');
  if (issued?.type !== 'OrderIssued') throw new Error(`order ${row.order_id} falls due and was never issued`);
  const { reference, authority, jurisdiction } = issued.data;
  const { order_id: orderId, case_id: caseId, kind, status, due_on: dueOn } = row;
  return { orderId, caseId, kind, status, dueOn, reference, authority, jurisdiction };
};

/** Orders whose last day lies before a day, extensions counted, the soonest first. Ended and quashed ones have none; sealed ones show none. */
export const ordersFallingDue = async (
  rm: ReadModels,
  scope: Scope,
  before: Day,
  page: PageAsked,
): Promise<Page<OrderFallingDue>> => {
  const [on, id] = page.after
    ? decodeCursor<[string, string]>(page.after, isDay, isId)
    : ['0001-01-01', '00000000-0000-0000-0000-000000000000'];
  const values: SqlValue[] = [before, on, id, page.limit + 1];
  const rows = await rm.db.query<DueRow>(
    `select order_id, case_id, kind, status, due_on, detail from ${rm.schema}.orders o
     where due_on < $1 and (due_on, order_id) > ($2::date, $3::uuid) and ${readable(rm.schema, scope, values)}
     order by due_on, order_id limit $4`,
    values,
  );
  return pageOf(rows, page.limit, (row) => [row.due_on, row.order_id], viewOf);
};

const readable = (schema: string, scope: Scope, values: SqlValue[]): string =>
  `${visible(schema, scope, 'consult', ofCase(schema, 'o.case_id'), values)} and not ${orderSealed(schema, scope, values, 'o')}`;

/** How many orders are past their last day, and how many more have it before the other day. */
export const countDue = async (
  rm: ReadModels,
  scope: Scope,
  today: Day,
  soon: Day,
): Promise<{ overdue: number; dueSoon: number }> => {
  const values: SqlValue[] = [today, soon];
  const [row] = await rm.db.query<{ overdue: string; soon: string }>(
    `select count(*) filter (where due_on < $1) as overdue, count(*) filter (where due_on >= $1) as soon
     from ${rm.schema}.orders o where due_on < $2 and ${readable(rm.schema, scope, values)}`,
    values,
  );
  return { overdue: Number(row?.overdue ?? 0), dueSoon: Number(row?.soon ?? 0) };
};
