import { quarterOf } from '#core';
import type { Posting } from '#ledger';

import type { Row } from './rows.js';

/** A cell of the figures: its number, and what its postings add up to so far. Amounts are minor units, `eur` cents. */
export interface KeptCell {
  readonly id: number;
  amount: bigint;
  eur: bigint;
  counted: number;
  arrived: number;
  departed: number;
  /** Shares of assets, in basis points. */
  share: number;
  postings: number;
}

/** Every cell, by its whole key as one text. */
export type KeptCells = Map<string, KeptCell>;

/** The columns of the table `cells` that make its key, in order. */
export const CELL_KEY =
  'quarter, network, jurisdiction, region, category, from_power, power, currency, state, opening, from_opening, from_place, to_place, reason';

export const cellKey = (p: Posting): Row => [
  quarterOf(p.effectiveOn), p.network, p.jurisdiction, p.region, p.category, p.fromPower, p.power, p.currency, p.state, p.opening,
  p.fromOpening, p.from, p.to, p.reason,
]; // prettier-ignore

/** `cellKey` as one text. Written out: it is made for every posting, and a list joined costs three times as much. */
export const cellText = (p: Posting): string =>
  `${quarterOf(p.effectiveOn)}|${p.network}|${p.jurisdiction}|${p.region}|${p.category}|${p.fromPower}|${p.power}|${p.currency}|${p.state}|${p.opening}|${p.fromOpening}|${p.from}|${p.to}|${p.reason}`;

export const emptyCell = (id: number): KeptCell => ({
  id,
  amount: 0n,
  eur: 0n,
  counted: 0,
  arrived: 0,
  departed: 0,
  share: 0,
  postings: 0,
});

export type Sums = [
  amount: string,
  eur: string,
  counted: number,
  arrived: number,
  departed: number,
  share: number,
  postings: number,
];

export const sumsOf = ({ amount, eur, counted, arrived, departed, share, postings }: KeptCell): Sums => [
  amount.toString(), eur.toString(), counted, arrived, departed, share, postings,
]; // prettier-ignore

export const addTo = (cell: KeptCell, posting: Posting): void => {
  cell.amount += posting.amount;
  cell.eur += posting.eur;
  cell.counted += posting.counted;
  cell.arrived += posting.arrived;
  cell.departed += posting.departed;
  cell.share += posting.shareBp;
  cell.postings += 1;
};
