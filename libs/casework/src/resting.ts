import type { AssetId, Day } from '#core';

import type { AssetConverted, AssetState, Standing } from './asset.js';
import type { CaseFile } from './file.js';
import { inForce } from './guards.js';
import type { AssetDisposed } from './measure.js';
import type { OrderState } from './order.js';
import { isMoney } from './proceeds.js';

// What is done with an asset on the strength of an order that the entry does not name: any that stands over the asset will do.

const kinds = ['interim-sale', 'restitution'] as const;
export type Resting = (typeof kinds)[number];

/** Something done with an asset that rests on an order of a kind. */
export interface Use {
  readonly on: Day;
  readonly kind: Resting;
}

const RESTRAINED: readonly Standing[] = ['frozen', 'seized', 'confiscated'];

/**
 * Restrained property is sold before its confiscation only on an order (Regulation (EU) 2018/1805 Art. 28(2)); by another name, as when
 * crypto-assets are exchanged for money, it is a sale too (domain.md 6.4). Only money is deposited.
 */
export const isSale = (asset: AssetState, { how }: Pick<AssetConverted['data'], 'how'>): boolean =>
  how === 'sale' || (!isMoney(asset.category) && asset.held(RESTRAINED) > 0);

/** What is not confiscated for good goes to victims on a decision to restitute it (Regulation (EU) 2018/1805 Arts 29, 30(2)). */
export const isRestitution = (
  asset: AssetState,
  { outcome, shareBp }: Pick<AssetDisposed['data'], 'outcome' | 'shareBp'>,
): boolean => outcome === 'victims' && shareBp > asset.held(['confiscated-final']);

const allows = (order: OrderState, asset: AssetState, { kind, on }: Use): boolean =>
  order.issued.kind === kind && 'assets' in order.issued.over && inForce(order, asset, on);

/** The orders that name the asset and stand on the day. */
export const allowing = (file: CaseFile, asset: AssetState, use: Use): OrderState[] => {
  const orders = use.kind === 'interim-sale' ? file.interimSales : [...file.orders.values()];
  return orders.filter((order) => allows(order, asset, use));
};

/** Of those, the ones on which it may rest: a restitution waits for the decision of an appeal, a sale does not. */
const carrying = (file: CaseFile, asset: AssetState, use: Use): OrderState[] =>
  allowing(file, asset, use).filter((order) => use.kind === 'interim-sale' || !order.isUnderAppeal(use.on));

/** Something done on one of these days that rests on this order, and on no other beside it. */
export const soleUse = (
  file: CaseFile,
  order: OrderState,
  days: (on: Day) => boolean,
): { assetId: AssetId; on: Day } | undefined => {
  const kind = kinds.find((one) => one === order.issued.kind);
  if (!kind) return undefined;
  for (const asset of file.assets.values()) {
    const rests = (use: Use): boolean => carrying(file, asset, use).every((one) => one === order);
    const use = asset.uses.find((one) => one.kind === kind && days(one.on) && allows(order, asset, one) && rests(one));
    if (use) return { assetId: asset.assetId, on: use.on };
  }
  return undefined;
};
