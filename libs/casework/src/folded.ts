import type { AssetId, OperationId, OrderId } from '#core';

import type { AssetState } from './asset.js';
import type { CaseClosed, CaseReopened } from './case.js';
import type { CaseEvent } from './events.js';
import type { OrderState } from './order.js';
import type { Related } from './related.js';
import { Circle } from './sharing.js';

/** What follows from the facts in force, so that it changes when one of them is corrected. */
export interface Folded {
  readonly operations: Set<OperationId>;
  readonly circle: Circle;
  readonly assets: Map<AssetId, AssetState>;
  readonly orders: Map<OrderId, OrderState>;
  readonly interimSales: OrderState[];
  readonly told: Map<string, CaseEvent[]>;
  closed: CaseClosed['data'] | undefined;
  reopened: CaseReopened['data'] | undefined;
}

export const nothing = (): Folded => ({
  operations: new Set(),
  circle: new Circle(),
  assets: new Map(),
  orders: new Map(),
  interimSales: [],
  told: new Map(),
  closed: undefined,
  reopened: undefined,
});

/** What was folded, with what hangs on an entry, and the case itself, as it is now. */
export const renewed = (folded: Folded, part: Folded, { hangs, concerns }: Related): Folded => {
  const others = <Id extends string, Value>(map: ReadonlyMap<Id, Value>): [Id, Value][] =>
    [...map].filter(([id]) => !concerns(id));
  const told = [...folded.told].filter(([, [fact]]) => fact && !hangs(fact));
  return {
    ...part,
    assets: new Map([...others(folded.assets), ...part.assets]),
    orders: new Map([...others(folded.orders), ...part.orders]),
    interimSales: [...folded.interimSales.filter(({ issued }) => !concerns(issued.orderId)), ...part.interimSales],
    told: new Map([...told, ...part.told]),
  };
};
