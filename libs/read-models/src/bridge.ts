import { type CurrencyCode, decimalString, type Quarter } from '#core';

import { figureEntries, type FigureEntry } from './figure-entries.js';
import { type Figure, figures } from './figures.js';
import type { Page, PageAsked } from './pages.js';
import type { ReadModels } from './read-models.js';

export interface BridgeAsked {
  readonly quarter: Quarter;
  readonly definition: string;
  /** The position at which it begins: 0 for nothing. */
  readonly from: number;
  readonly to: number;
}

/** How one figure of a quarter came from what it was at one position to what it is at a later one. */
export interface Bridge extends Page<FigureEntry> {
  readonly definition: string;
  readonly from: Figure;
  readonly to: Figure;
  /** What all items add up to, page after page: to the cent the figure as it is less what it was. */
  readonly difference: { readonly assets: number; readonly eur: string };
}

const EUR = 'EUR' as CurrencyCode;
const centsOf = ({ eur }: Figure): bigint => BigInt(eur.replace('.', ''));

/**
 * The bridge between two editions of a quarter, posting by posting, each with its event.
 * @throws Refused `definition-unknown`.
 */
export const bridge = async (rm: ReadModels, asked: BridgeAsked, page: PageAsked): Promise<Bridge> => {
  const { definition } = asked;
  const period = { first: asked.quarter, last: asked.quarter };
  const total = async (asOf: number): Promise<Figure> => {
    const { totals } = await figures(rm, { period, by: [], definitions: [definition], asOf });
    if (!totals[0]) throw new RangeError('a figure has a total');
    return totals[0];
  };
  const [from, to] = [await total(asked.from), await total(asked.to)];
  const entries = await figureEntries(rm, { period, definition, since: asked.from, asOf: asked.to }, page);
  const eur = decimalString(centsOf(to) - centsOf(from), EUR);
  return { definition: to.definition, from, to, difference: { assets: to.assets - from.assets, eur }, ...entries };
};
