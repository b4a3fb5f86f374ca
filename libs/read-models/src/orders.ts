import type { Scope } from '#access';
import type { OrderIssued } from '#casework';
import { isId } from '#core';
import type { SqlValue } from '#event-store';

import { type OrderEntry, orderStatus } from './entries.js';
import { orderEntry, type OrderRow } from './loading.js';
import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
import { isPast, type Known, knownAt } from './past.js';
import { sharedProceeds, type SharedProceeds } from './proceeds.js';
import type { ReadModels } from './read-models.js';
import { ofCase, visibleOne } from './scope.js';
import { isTrue, orderSealed, type Sealed } from './sealing.js';
import type { Measure } from './writes.js';

export interface OrderView {
  readonly orderId: string;
  readonly caseId: string;
  readonly kind: string;
  readonly status: string;
  readonly issued?: Omit<OrderIssued['data'], 'orderId' | 'kind'>;
  /** What became of it, entry by entry, as corrected. */
  readonly entries: OrderEntry['entries'];
  /** Measures taken under it. */
  readonly measures: readonly { readonly assetId: string; readonly eventId: string; readonly type: string }[];
}

export interface OrderFile extends OrderView {
  /** Of a confiscation order of another State: what its execution brought, by executing State, and how it is shared. */
  readonly sharedProceeds?: readonly SharedProceeds[];
}

/** An order of which some entry, or some measure under it, is sealed for who asks. */
export interface SealedOrder extends Sealed, Pick<OrderView, 'orderId' | 'caseId'> {}

type Measured = OrderView['measures'];

const viewOf = ({ orderId, caseId, entries }: OrderEntry, measures: Measured): OrderView => {
  const first = entries.find((entry) => entry.type === 'OrderIssued');
  const { kind, ...issued } = first?.type === 'OrderIssued' ? withoutId(first.data) : { kind: '' };
  return {
    orderId,
    caseId,
    kind,
    status: first ? orderStatus(entries) : 'voided',
    ...(first ? { issued: issued as NonNullable<OrderView['issued']> } : {}),
    entries,
    measures,
  };
};

const withoutId = ({ orderId: _, ...data }: OrderIssued['data']): Omit<OrderIssued['data'], 'orderId'> => data;

const standing = (measures: readonly Measure[], orderId: string): Measured =>
  measures
    .filter((measure) => measure.standing && measure.orderId === orderId)
    .map(({ assetId, eventId, type }) => ({ assetId, eventId, type }))
    .sort((a, b) => (`${a.assetId}${a.eventId}` < `${b.assetId}${b.eventId}` ? -1 : 1));

const withMeasures = async (rm: ReadModels, entry: OrderEntry): Promise<OrderView> => {
  const text = `select asset_id, event_id, type from ${rm.schema}.measures where order_id = $1 and standing order by asset_id, event_id`;
  const rows = await rm.db.query<{ asset_id: string; event_id: string; type: string }>(text, [entry.orderId]);
  const measures = rows.map(({ asset_id: assetId, event_id: eventId, type }) => ({ assetId, eventId, type }));
  return viewOf(entry, measures);
};

interface SeenRow extends OrderRow {
  sealed: unknown;
}

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Orders that who asks may read, by their ids. `which` names the first values, of which the last says how many. */
const seen = (rm: ReadModels, scope: Scope, which: string, values: SqlValue[]): Promise<SeenRow[]> => {
  const { schema } = rm;
  const limit = `limit $${values.length}`;
  const text = `select order_id, case_id, position, executed, detail, ${orderSealed(schema, scope, values, 'o')} as sealed from ${schema}.orders o
    where ${which} and ${visibleOne(schema, scope, 'consult', ofCase(schema, 'o.case_id'), values)} order by order_id ${limit}`;
  return rm.db.query<SeenRow>(text, values);
};

/** What was known at a position; undefined when what is known now is asked for. */
interface Past {
  readonly known: Known | undefined;
}

const pastOf = async (rm: ReadModels, caseId: string, asOf: number | undefined): Promise<Past | undefined> =>
  isPast(rm, asOf) ? { known: await knownAt(rm, caseId, asOf) } : undefined;

/** One order, now or as it was known at a position; undefined when there was none, or none for who asks. */
export const order = async (
  rm: ReadModels,
  scope: Scope,
  orderId: string,
  asOf?: number,
): Promise<OrderFile | SealedOrder | undefined> => {
  const [row] = await seen(rm, scope, 'order_id = $1', [orderId, 1]);
  if (!row) return undefined;
  const past = await pastOf(rm, row.case_id, asOf);
  const [view] = await viewsOf(rm, [row], past);
  if (!view || !('measures' in view) || view.kind !== 'confiscation' || !view.issued) return view;
  const assetIds = [...new Set(view.measures.map(({ assetId }) => assetId))];
  const asked = { orderId, jurisdiction: view.issued.jurisdiction, assetIds };
  return { ...view, sharedProceeds: await sharedProceeds(rm, scope, asked, past?.known) };
};

/** The orders of a case, by their ids. With `asOf`, a page may hold fewer than its limit, though another follows. */
export const orders = async (
  rm: ReadModels,
  scope: Scope,
  caseId: string,
  page: PageAsked & { asOf?: number | undefined },
): Promise<Page<OrderView | SealedOrder>> => {
  const [after] = page.after ? decodeCursor<[string]>(page.after, isId) : [BEFORE_ALL];
  const rows = await seen(rm, scope, 'case_id = $1 and order_id > $2', [caseId, after, page.limit + 1]);
  if (rows.length === 0) return { items: [] };
  const { items, ...next } = pageOf(rows, page.limit, ({ order_id: id }) => [id], (row) => row); // prettier-ignore
  return { items: await viewsOf(rm, items, await pastOf(rm, caseId, page.asOf)), ...next };
};

const viewsOf = async (
  rm: ReadModels,
  rows: readonly SeenRow[],
  past: Past | undefined,
): Promise<(OrderView | SealedOrder)[]> => {
  if (!past) return Promise.all(rows.map((row) => sealedOf(row) ?? withMeasures(rm, orderEntry(row))));
  const { known } = past;
  return rows.flatMap((row) => {
    const then = known?.order(row.order_id);
    return then ? [sealedOf(row) ?? viewOf(then, standing(known?.measures ?? [], row.order_id))] : [];
  });
};

const sealedOf = ({ order_id: orderId, case_id: caseId, sealed }: SeenRow): SealedOrder | undefined =>
  isTrue(sealed) ? { orderId, caseId, sealed: true } : undefined;

/** In which case an order stands; undefined of one that stands in none. For recording: it is asked by no user. */
export const caseOfOrder = async (rm: ReadModels, orderId: string): Promise<string | undefined> => {
  const text = `select case_id from ${rm.schema}.orders where order_id = $1`;
  return (await rm.db.query<{ case_id: string }>(text, [orderId]))[0]?.case_id;
};
