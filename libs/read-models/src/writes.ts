import type { AssetId, OrderId } from '#core';
import type { Change } from '#event-store';

import type { Sums } from './kept-cells.js';

/** What was done to an asset under an order; `standing` unless its entry was voided or corrected. */
export interface Measure {
  readonly orderId: OrderId;
  readonly assetId: AssetId;
  readonly eventId: string;
  readonly type: string;
  standing: boolean;
}

/** An amount that waits for a rate no longer. */
export type Served = readonly [assetId: AssetId, currency: string, on: string];

export const removingParts = (schema: string, parts: readonly [assetId: string, part: number][]): Change[] => {
  if (parts.length === 0) return [];
  const text = `delete from ${schema}.facts f using unnest($1::uuid[], $2::int[]) p(asset_id, part) where f.asset_id = p.asset_id and f.part = p.part`;
  return [{ text, values: [parts.map(([id]) => id), parts.map(([, part]) => part)] }];
};

/** What entries measured that were voided or corrected does not stand; where the corrected entry says the same, it is added again. */
export const revoking = (schema: string, events: readonly string[], again: readonly Measure[]): Change[] => {
  if (events.length === 0) return [];
  const update = `update ${schema}.measures set standing = false where event_id = any($1::uuid[])`;
  const told = again.filter(({ eventId }) => events.includes(eventId));
  const text = `delete from ${schema}.measures m using unnest($1::uuid[], $2::uuid[], $3::uuid[]) t(order_id, asset_id, event_id)
      where m.order_id = t.order_id and m.asset_id = t.asset_id and m.event_id = t.event_id`;
  const columns = (['orderId', 'assetId', 'eventId'] as const).map((name) => told.map((one) => one[name]));
  return [
    { text: update, values: [events] },
    { text, values: columns },
  ];
};

export const serving = (schema: string, rows: readonly Served[]): Change[] => {
  if (rows.length === 0) return [];
  const text = `delete from ${schema}.waiting w using unnest($1::uuid[], $2::text[], $3::date[]) s(asset_id, currency, valued_on)
      where w.asset_id = s.asset_id and w.currency = s.currency and w.valued_on = s.valued_on`;
  const values = [rows.map(([id]) => id), rows.map(([, currency]) => currency), rows.map(([, , on]) => on)];
  return [{ text, values }];
};

export const settingCells = (schema: string, rows: readonly [id: number, ...Sums][]): Change[] => {
  if (rows.length === 0) return [];
  const text = `update ${schema}.cells c set amount = d.amount, eur = d.eur, counted = d.counted, arrived = d.arrived, departed = d.departed,
         share = d.share, postings = d.postings
       from unnest($1::int[], $2::numeric[], $3::numeric[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
         as d(cell_id, amount, eur, counted, arrived, departed, share, postings)
       where c.cell_id = d.cell_id`;
  return [{ text, values: [0, 1, 2, 3, 4, 5, 6, 7].map((column) => rows.map((row) => row[column] ?? 0)) }];
};
