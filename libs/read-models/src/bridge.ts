import type { Scope } from '#access';
import { type CurrencyCode, decimalString, type Quarter, Refused } from '#core';

import { circleOf } from './counted.js';
import { type FigureEntries, figureEntries } from './figure-entries.js';
import { centsOf, type Figure, isTold, tellsValue } from './figure.js';
import { figures } from './figures.js';
import { mergersBetween, type NetworkMerger } from './mergers.js';
import type { PageAsked } from './pages.js';
import type { ReadModels } from './read-models.js';

export interface BridgeAsked {
  readonly quarter: Quarter;
  readonly definition: string;
  /** The position at which it begins: 0 for nothing. */
  readonly from: number;
  readonly to: number;
}

/** How one figure of a quarter came from what it was at one position to what it is at a later one. */
export interface Bridge extends FigureEntries {
  readonly definition: string;
  readonly from: Figure;
  readonly to: Figure;
  /** What all items add up to, page after page: to the cent the figure as it is less what it was. */
  readonly difference: { readonly assets?: number; readonly eur?: string; readonly orders?: number };
  /** What moved value from network to network in between: no posting does, and the sum is the same. */
  readonly mergers: readonly NetworkMerger[];
}

const EUR = 'EUR' as CurrencyCode;

/** A bridge with a gap would tell of what is not shown: its sum is told, and every posting beside. */
const refuse = (): never => {
  const hint = 'A bridge names every posting: ask those who may see all the cases that you count.';
  throw new Refused('bridge-needs-the-cases', hint);
};

const assertReadable = async (rm: ReadModels, scope: Scope): Promise<void> => {
  if (scope === 'whole') return;
  const { counted, readable } = await circleOf(rm, scope);
  if (readable < counted) refuse();
};

const differenceOf = (from: Figure, to: Figure): Bridge['difference'] =>
  tellsValue(from) && tellsValue(to)
    ? { assets: to.assets - from.assets, eur: decimalString(centsOf(to) - centsOf(from), EUR) }
    : { orders: (to.orders ?? 0) - (from.orders ?? 0) };

/**
 * The bridge between two editions of a quarter, posting by posting, each with its event, and the mergers of networks.
 * @throws Refused `definition-unknown`; `bridge-needs-the-cases` when cases are counted that who asks may not see.
 */
export const bridge = async (rm: ReadModels, scope: Scope, asked: BridgeAsked, page: PageAsked): Promise<Bridge> => {
  await assertReadable(rm, scope);
  const { definition } = asked;
  const period = { first: asked.quarter, last: asked.quarter };
  const total = async (asOf: number): Promise<Figure> => {
    const { totals } = await figures(rm, scope, { period, by: [], definitions: [definition], asOf });
    if (!totals[0]) throw new RangeError('a figure has a total');
    return isTold(totals[0]) && !totals[0].withheld ? totals[0] : refuse();
  };
  const [from, to] = [await total(asked.from), await total(asked.to)];
  const entries = await figureEntries(rm, scope, { period, definition, since: asked.from, asOf: asked.to }, page);
  const difference = differenceOf(from, to);
  const mergers = await mergersBetween(rm, asked.from, asked.to);
  return { definition: to.definition, from, to, difference, mergers, ...entries };
};
