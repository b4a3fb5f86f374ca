import {
  type AssetId,
  type CurrencyCode,
  currencyOn,
  type Day,
  decimalString,
  Exact,
  minorUnits,
  type Money,
  WHOLE,
} from '#core';

import type { AssetState, Standing } from './asset.js';
import type { Known } from './decision.js';
import type { CaseFile } from './file.js';
import type { Measure } from './measure.js';
import type { OrderState } from './order.js';
import { refuse } from './refusals.js';
import type { AssetValued } from './valuation.js';

// What an order over an amount allows (Regulation (EU) 2018/1805 Art. 16(2), 18(3)).

/**
 * A share of a value in the order's money, minor units rounded half up, at the rate of the day of the order (Art. 18(3)).
 * @param ofBp the share, in basis points.
 */
const worthIn =
  ({ issuedOn, over }: OrderOverAmount, assetId: AssetId, known: Known) =>
  (value: AssetValued['data'] | undefined, ofBp: Exact): bigint => {
    const hint = 'An order over an amount takes valued assets only. Value the asset first.';
    if (!value) return refuse('value-needed', hint, { assetId }, '/assetId');
    const [from, to] = [value.currency, over.amount.currency];
    const rate = known.rate(from, to, issuedOn);
    const missing = 'No rate is known for the day of the order. Import it first.';
    if (rate === undefined) return refuse('rate-needed', missing, { from, to, issuedOn });
    const scale = new Exact(10).pow(decimalsOf(to, issuedOn) - decimalsOf(from, value.valuedOn));
    const share = new Exact(minorUnits(value).toString()).times(ofBp).div(WHOLE);
    return BigInt(share.times(rate).times(scale).toDecimalPlaces(0).toFixed());
  };

type OrderOverAmount = Pick<OrderState['issued'], 'issuedOn'> & { readonly over: { readonly amount: Money } };

const decimalsOf = (currency: CurrencyCode, on: Day): number => currencyOn(currency, on).decimals;

/** What an order over an amount still allows, in minor units of its money. */
const outstanding = ({ issued: { over, issuedOn }, recovered }: OrderState, known: Known): bigint => {
  if (!('amount' in over)) return 0n;
  let left = minorUnits(over.amount);
  for (const [assetId, recovery] of recovered) left -= recovery.worth(worthIn({ issuedOn, over }, assetId, known));
  return left;
};

/** What is recovered under an order over an amount, in all States, never exceeds it (Regulation (EU) 2018/1805 Art. 16(2)). */
export const withinAmount = (
  file: CaseFile,
  order: OrderState,
  data: Measure,
  from: readonly Standing[],
  known: Known,
): void => {
  const { over, issuedOn, orderId } = order.issued;
  if (!('amount' in over)) return;
  const asset = file.asset(data.assetId);
  const counted = asset
    .pieces(from, data.shareBp)
    .filter(({ share }) => share.standing === 'confiscated' && share.orderId === orderId);
  const shareBp = data.shareBp - counted.reduce((sum, { taken }) => sum + taken, 0);
  const asked = worthIn({ issuedOn, over }, data.assetId, known)(asset.valueOn(data.effectiveOn), new Exact(shareBp));
  const allowed = outstanding(order, known);
  if (asked > allowed) {
    const { currency } = over.amount;
    const detail = {
      outstanding: decimalString(allowed, currency),
      asked: decimalString(asked, currency),
      currency,
    };
    refuse('order-exceeded', 'More than the order still allows. Confiscate a smaller share.', detail, '/shareBp');
  }
};

/** Every order over an amount still allows what was confiscated under it, were the asset worth this. */
export const withinAmounts = (
  file: CaseFile,
  asset: AssetState,
  valuation: AssetValued['data'],
  known: Known,
): void => {
  const { assetId } = asset;
  for (const orderId of asset.heldUnder) {
    const order = file.orders.get(orderId);
    const recovery = order?.recovered.get(assetId);
    if (!order || !recovery || !('amount' in order.issued.over)) continue;
    const { over, issuedOn } = order.issued;
    const then = recovery.at((on) => asset.valueOn(on, valuation));
    const worth = worthIn({ issuedOn, over }, assetId, known);
    const more = then.worth(worth) - recovery.worth(worth);
    if (more <= 0n) continue;
    const allowed = outstanding(order, known);
    if (more <= allowed) continue;
    const { currency } = over.amount;
    const detail = {
      orderId,
      outstanding: decimalString(allowed, currency),
      more: decimalString(more, currency),
      currency,
    };
    refuse('order-exceeded', 'More than the order allows would have been confiscated then.', detail, '/amount');
  }
};
