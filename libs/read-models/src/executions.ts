import type { OrderId } from '#core';
import { type Account, type Executed, orderPosting, type Posting, reverse } from '#ledger';

import type { At } from './batch.js';
import { accountOf, type AssetEntry, type FirstExecution, weightsOf } from './entries.js';

type Executions = Account['executions'];

const kinds = ['restrained', 'confiscated'] as const satisfies readonly Executed[];

const isBefore = (one: FirstExecution, other: FirstExecution): boolean => {
  if (one.effectiveOn !== other.effectiveOn) return one.effectiveOn < other.effectiveOn;
  return one.revision === other.revision ? one.assetId < other.assetId : one.revision < other.revision;
};

const isSame = (one: FirstExecution | undefined, other: FirstExecution | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const onAsset = (
  { assetId }: AssetEntry,
  executions: Executions,
  orderId: OrderId,
  by: Executed,
): FirstExecution | undefined => {
  const execution = executions.get(orderId)?.[by];
  return execution && { ...execution, assetId };
};

/**
 * An order over many assets is one order (domain.md 6.3): it is counted once, where it was executed first. Called whenever what an asset says
 * of its orders may be another.
 */
export const countOrders = async (at: At, asset: AssetEntry, before: Executions, now: Executions): Promise<void> => {
  for (const orderId of new Set([...before.keys(), ...now.keys()]))
    for (const by of kinds) {
      const [was, is] = [onAsset(asset, before, orderId, by), onAsset(asset, now, orderId, by)];
      if (!isSame(was, is)) await recount(at, orderId, by, asset, is);
    }
};

const recount = async (
  at: At,
  orderId: OrderId,
  by: Executed,
  asset: AssetEntry,
  now: FirstExecution | undefined,
): Promise<void> => {
  const { memory, changes } = at.batch;
  await memory.fetchOrders([orderId]);
  const order = memory.orders.get(orderId);
  if (!order) return;
  const counted = order.executed[by];
  const first = await firstOf(at, orderId, by, asset, counted, now);
  if (isSame(counted, first)) return;
  post(at, counted, reverse);
  post(at, first, (posting) => posting);
  const { [by]: _, ...others } = order.executed;
  order.executed = first ? { ...others, [by]: first } : others;
  changes.orders.set(orderId, order);
};

/** What was executed before the book began is counted in no period. */
const post = (at: At, first: FirstExecution | undefined, as: (posting: Posting) => Posting): void => {
  if (!first || first.opening) return;
  const { assetId, ...execution } = first;
  at.batch.post(at.event, { assetId }, as(orderPosting(execution)));
};

/** All assets under the order are looked at only where the one it was counted by is not the first any more. */
const firstOf = async (
  at: At,
  orderId: OrderId,
  by: Executed,
  { assetId }: AssetEntry,
  counted: FirstExecution | undefined,
  now: FirstExecution | undefined,
): Promise<FirstExecution | undefined> => {
  if (now && (!counted || !isBefore(counted, now))) return now;
  if (counted?.assetId !== assetId) return counted;
  const weights = weightsOf(at.entry.detail);
  const all = (await at.batch.assetsUnderOrder(orderId)).flatMap((one) => {
    const found = one.assetId === assetId ? now : onAsset(one, accountOf(one, weights).executions, orderId, by);
    return found ? [found] : [];
  });
  return all.reduce<FirstExecution | undefined>(
    (first, one) => (first && !isBefore(one, first) ? first : one),
    undefined,
  );
};
