import type { Scope } from '#access';
import type { OrderIssued } from '#casework';
import type { SqlValue } from '#event-store';

import { type OrderEntry, orderStatus } from './entries.js';
import { orderEntry, type OrderRow } from './loading.js';
import { isPast, knownAt } from './past.js';
import type { ReadModels } from './read-models.js';
import { visibleOne } from './scope.js';
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

/** The orders that who asks may read, by their ids. `which` names the first value. */
const seen = (rm: ReadModels, scope: Scope, which: string, value: string): Promise<SeenRow[]> => {
  const { schema } = rm;
  const values: SqlValue[] = [value];
  const text = `select order_id, case_id, position, detail, ${orderSealed(schema, scope, values, 'o')} as sealed from ${schema}.orders o
    where ${which} = $1 and ${visibleOne(schema, scope, 'consult', 'o.case_id', values)} order by order_id`;
  return rm.db.query<SeenRow>(text, values);
};

/** One order, now or as it was known at a position; undefined when there was none, or none for who asks. */
export const order = async (
  rm: ReadModels,
  scope: Scope,
  orderId: string,
  asOf?: number,
): Promise<OrderView | SealedOrder | undefined> => {
  const [row] = await seen(rm, scope, 'order_id', orderId);
  return row && (await viewsOf(rm, row.case_id, [row], asOf))[0];
};

/** The orders of a case, by their ids. */
export const orders = async (
  rm: ReadModels,
  scope: Scope,
  caseId: string,
  asOf?: number,
): Promise<(OrderView | SealedOrder)[]> => viewsOf(rm, caseId, await seen(rm, scope, 'case_id', caseId), asOf);

const viewsOf = async (
  rm: ReadModels,
  caseId: string,
  rows: readonly SeenRow[],
  asOf: number | undefined,
): Promise<(OrderView | SealedOrder)[]> => {
  if (!isPast(rm, asOf) || rows.length === 0)
    return Promise.all(rows.map((row) => sealedOf(row) ?? withMeasures(rm, orderEntry(row))));
  const known = await knownAt(rm, caseId, asOf);
  return rows.flatMap((row) => {
    const then = known?.order(row.order_id);
    return then ? [sealedOf(row) ?? viewOf(then, standing(known?.measures ?? [], row.order_id))] : [];
  });
};

const sealedOf = ({ order_id: orderId, case_id: caseId, sealed }: SeenRow): SealedOrder | undefined =>
  isTrue(sealed) ? { orderId, caseId, sealed: true } : undefined;
