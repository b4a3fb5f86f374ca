import type { EventId, OrderId } from '#core';
import type { CorrectableEvent } from '#casework';

import type { At } from './batch.js';
import type { OrderEntry } from './entries.js';
import { factOf, type Told } from './facts.js';
import { NotThere } from './memory.js';
import { addFact, replaceFact } from './values.js';

/** A fact about an order: it stands in the order's file, and where it moves value, in that of every asset under it. */
export const applyToOrder = async (at: At, told: OrderEntry['entries'][number]): Promise<void> => {
  const { orderId } = told.data;
  const order = at.batch.memory.orders.get(orderId) ?? newOrder(at, orderId);
  order.entries.push(told);
  touchOrder(at, order);
  if (told.type !== 'OrderBecameFinal' && told.type !== 'AppealDecided' && told.type !== 'OrderEnded') return;
  if (told.type === 'OrderEnded' && !told.data.undoes) return;
  for (const asset of await at.batch.assetsUnderOrder(orderId)) await addFact(at, asset, factOf(told, asset.assetId));
};

const newOrder = ({ batch: { memory, changes }, entry: { caseId } }: At, orderId: OrderId): OrderEntry => {
  const order: OrderEntry = { orderId, caseId, position: 0, executed: {}, entries: [] };
  memory.orders.set(orderId, order);
  changes.newOrders.add(orderId);
  return order;
};

const touchOrder = ({ batch, event }: At, order: OrderEntry): void => {
  order.position = event.position;
  batch.changes.orders.set(order.orderId, order);
};

/** Puts what should have been said, or nothing, in the place of an entry about an order. */
export const correctOrder = async (
  at: At,
  orderId: OrderId,
  eventId: EventId,
  now: Told<CorrectableEvent> | undefined,
): Promise<void> => {
  const order = at.batch.memory.orders.get(orderId);
  if (!order) throw new NotThere(`order ${orderId} was never issued`);
  const index = order.entries.findIndex((told) => told.eventId === eventId);
  const { revision } = order.entries[index] ?? {};
  const instead = now && revision !== undefined ? { ...now, revision } : undefined;
  if (revision !== undefined)
    order.entries.splice(index, 1, ...(instead ? [instead as OrderEntry['entries'][number]] : []));
  touchOrder(at, order);
  for (const asset of await at.batch.assetsUnderOrder(orderId))
    await replaceFact(at, asset, eventId, instead && factOf(instead, asset.assetId));
};
