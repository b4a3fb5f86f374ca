import { allocate, WHOLE } from '#core';

import type { Valued, Weights } from './fact.js';
import type { Hold, Lot, LotValue, Part, Place } from './posting.js';

export type Column = Pick<Part, 'network' | 'weightBp'>;

export const UNVALUED: LotValue = { state: 'unvalued', currency: '' };

/** Networks by weight, then what is unattributed: the columns over which value is split. */
export const split = (weights: Weights | undefined): Column[] => {
  const named = (weights?.networks ?? []).map(({ networkId, weightBp }) => ({
    network: networkId as string,
    weightBp,
  }));
  const rest = WHOLE - named.reduce((sum, { weightBp }) => sum + weightBp, 0);
  return rest > 0 ? [...named, { network: '', weightBp: rest }] : named;
};

/** The part that carries the counts: the largest weight, the first of equals. */
export const primary = (parts: readonly Part[]): number =>
  parts.reduce((best, part, index) => (part.weightBp > (parts[best]?.weightBp ?? 0) ? index : best), 0);

export const lotValue = (value: Valued | undefined): LotValue => {
  if (!value) return UNVALUED;
  const { currency, conversion } = value;
  if (!conversion) return { state: 'unconverted', currency };
  const { rate, rateOn, source } = conversion;
  return { state: 'valued', currency, conversion: { rate, rateOn, source } };
};

/** Parts that add up to an amount and its euro cents, by weight. */
export const partsOf = (columns: readonly Column[], amount: bigint, eur: bigint): Part[] => {
  if (columns.length === 1) return columns.map(({ network, weightBp }) => ({ network, weightBp, amount, eur }));
  const weights = columns.map(({ weightBp }) => BigInt(weightBp));
  const amounts = allocate(amount, weights);
  const cents = allocate(eur, weights);
  return columns.map(({ network, weightBp }, index) => ({
    network,
    weightBp,
    amount: amounts[index] ?? 0n,
    eur: cents[index] ?? 0n,
  }));
};

/** What shares are worth when the whole asset is worth this, to the cent. Shares that left take theirs with them. */
export const shareOut = (whole: bigint, shares: readonly number[]): bigint[] => {
  if (shares.length === 1 && shares[0] === WHOLE) return [whole];
  const gone = WHOLE - shares.reduce((sum, share) => sum + share, 0);
  return allocate(whole, [...shares, gone].map(BigInt)).slice(0, shares.length);
};

/** Cuts a share off a lot: the piece, and what is left. Both add up to the lot, part by part. */
export const cut = (lot: Lot, shareBp: number): [piece: Lot, rest: Lot | undefined] => {
  if (shareBp >= lot.shareBp) return [lot, undefined];
  const weights = [BigInt(shareBp), BigInt(lot.shareBp - shareBp)];
  const halves = lot.parts.map((part) => ({
    amounts: allocate(part.amount, weights),
    cents: allocate(part.eur, weights),
    part,
  }));
  const side = (index: 0 | 1): Part[] =>
    halves.map(({ part, amounts, cents }) => ({ ...part, amount: amounts[index] ?? 0n, eur: cents[index] ?? 0n }));
  return [
    { ...lot, shareBp, parts: side(0) },
    { ...lot, shareBp: lot.shareBp - shareBp, parts: side(1) },
  ];
};

export const holdOf = ({ place, power, opening, orderId, executing, origin, returned }: Hold): Hold => ({
  place,
  power,
  opening,
  orderId,
  executing,
  origin,
  returned,
});

/** The same share, held in another way. */
export const heldAs = (lot: Lot, { place, power, opening, orderId, executing, origin, returned }: Hold): Lot => ({
  place,
  power,
  opening,
  orderId,
  executing,
  origin,
  returned,
  jurisdiction: lot.jurisdiction,
  region: lot.region,
  shareBp: lot.shareBp,
  parts: lot.parts,
  value: lot.value,
});

/** The same lot, worth something else. Written out, as all that runs for every fact: spreading costs more than the rest together. */
export const worthNow = (lot: Lot, value: LotValue, parts: readonly Part[]): Lot => ({
  place: lot.place,
  power: lot.power,
  opening: lot.opening,
  orderId: lot.orderId,
  executing: lot.executing,
  origin: lot.origin,
  returned: lot.returned,
  jurisdiction: lot.jurisdiction,
  region: lot.region,
  shareBp: lot.shareBp,
  parts,
  value,
});

export const sameColumns = (a: readonly Column[], b: readonly Column[]): boolean =>
  a.length === b.length &&
  a.every(({ network, weightBp }, index) => network === b[index]?.network && weightBp === b[index]?.weightBp);

/**
 * Takes a share out of these places, in their order; less when they hold less. Lots are never put together, so that what is taken is
 * what the law takes, piece by piece (`AssetState.pieces`).
 */
export const take = (lots: Lot[], from: readonly Place[], shareBp: number): Lot[] => {
  const taken: Lot[] = [];
  let open = shareBp;
  for (const place of from) {
    for (let index = 0; index < lots.length && open > 0;) {
      const lot = lots[index];
      if (lot?.place !== place || lot.returned) index += 1;
      else {
        const [piece, rest] = cut(lot, open);
        open -= piece.shareBp;
        taken.push(piece);
        lots.splice(index, 1, ...(rest ? [rest] : []));
        if (rest) index += 1;
      }
    }
  }
  return taken;
};
