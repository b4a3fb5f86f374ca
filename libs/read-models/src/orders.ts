import type { OrderIssued } from '#casework';

import type { Measure } from './changes.js';
import { type OrderEntry, orderStatus } from './entries.js';
import { loadOrders } from './loading.js';
import { isPast, knownAt } from './past.js';
import type { ReadModels } from './read-models.js';

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

/** One order, now or as it was known at a position; undefined when there was none. */
export const order = async (rm: ReadModels, orderId: string, asOf?: number): Promise<OrderView | undefined> => {
  const [entry] = await loadOrders(rm.db, rm.schema, [orderId]);
  if (!entry) return undefined;
  if (!isPast(rm, asOf)) return withMeasures(rm, entry);
  const known = await knownAt(rm, entry.caseId, asOf);
  const then = known?.order(orderId);
  return then && viewOf(then, standing(known?.measures ?? [], orderId));
};

/** The orders of a case, by their ids. */
export const orders = async (rm: ReadModels, caseId: string, asOf?: number): Promise<OrderView[]> => {
  if (isPast(rm, asOf)) {
    const known = await knownAt(rm, caseId, asOf);
    const views = known?.orders.map((entry) => viewOf(entry, standing(known.measures, entry.orderId))) ?? [];
    return views.sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  }
  const text = `select order_id from ${rm.schema}.orders where case_id = $1`;
  const ids = (await rm.db.query<{ order_id: string }>(text, [caseId])).map((row) => row.order_id);
  const entries = (await loadOrders(rm.db, rm.schema, ids)).sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  return Promise.all(entries.map((entry) => withMeasures(rm, entry)));
};
