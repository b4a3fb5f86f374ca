import type { OrderIssued } from '#casework';

import type { OrderEntry } from './entries.js';
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

interface OrderRow {
  order_id: string;
  case_id: string;
  kind: string;
  status: string;
  detail: string;
}

const viewOf = async (rm: ReadModels, row: OrderRow): Promise<OrderView> => {
  const entries = JSON.parse(row.detail) as OrderEntry['entries'];
  const first = entries.find((entry) => entry.type === 'OrderIssued');
  const text = `select asset_id, event_id, type from ${rm.schema}.measures where order_id = $1 order by asset_id, event_id`;
  const measures = await rm.db.query<{ asset_id: string; event_id: string; type: string }>(text, [row.order_id]);
  const issuedOf = ({
    orderId: _,
    kind: __,
    ...issued
  }: OrderIssued['data']): Omit<OrderIssued['data'], 'orderId' | 'kind'> => issued;
  return {
    orderId: row.order_id,
    caseId: row.case_id,
    kind: row.kind,
    status: row.status,
    ...(first?.type === 'OrderIssued' ? { issued: issuedOf(first.data) } : {}),
    entries,
    measures: measures.map(({ asset_id: assetId, event_id: eventId, type }) => ({ assetId, eventId, type })),
  };
};

const COLUMNS = 'order_id, case_id, kind, status, detail';

export const order = async (rm: ReadModels, orderId: string): Promise<OrderView | undefined> => {
  const [row] = await rm.db.query<OrderRow>(`select ${COLUMNS} from ${rm.schema}.orders where order_id = $1`, [
    orderId,
  ]);
  return row && viewOf(rm, row);
};

export const orders = async (rm: ReadModels, caseId: string): Promise<OrderView[]> => {
  const rows = await rm.db.query<OrderRow>(
    `select ${COLUMNS} from ${rm.schema}.orders where case_id = $1 order by order_id`,
    [caseId],
  );
  return Promise.all(rows.map((row) => viewOf(rm, row)));
};
