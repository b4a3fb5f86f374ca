import { type BasisPoints, type Day, Exact } from '#core';

import type { AssetValued } from './valuation.js';

/** A share that was confiscated, with what the asset was worth then. */
interface Piece {
  /** The share in the asset as it is now, in basis points; after a conversion it may be a fraction of one. */
  readonly shareBp: Exact;
  readonly value: AssetValued['data'] | undefined;
  /** The share that was confiscated of that value, in basis points. */
  readonly ofBp: Exact;
  /** The day of the confiscation; none where it was of an asset that this one took the place of. */
  readonly on: Day | undefined;
  /** What it is worth in minor units of the order's money, once that was asked. */
  minor?: bigint | undefined;
}

/** What an asset was worth on a day. */
type ValueOn = (on: Day) => AssetValued['data'] | undefined;

const revalued = (piece: Piece, valueOn: ValueOn): Piece => {
  const value = piece.on ? valueOn(piece.on) : piece.value;
  return value === piece.value ? piece : { ...piece, value, minor: undefined };
};

/**
 * What one asset brought under an order. Its worth is that of the day of the confiscation, whatever it is valued at later
 * (Directive 2014/42/EU Art. 11(1)(d): the value at the time of confiscation).
 */
export class Recovery {
  /** The share recovered, in basis points of the asset as it is now. */
  shareBp: BasisPoints = 0;
  #pieces: Piece[] = [];

  add(shareBp: BasisPoints, value: AssetValued['data'] | undefined, on: Day): void {
    this.shareBp += shareBp;
    this.#pieces.push({ shareBp: new Exact(shareBp), value, ofBp: new Exact(shareBp), on });
  }

  /** What was confiscated of this asset itself is worth what it was on that day. */
  revalue(valueOn: ValueOn): void {
    this.#pieces = this.#pieces.map((piece) => revalued(piece, valueOn));
  }

  /** As it would be if the asset had been worth something else. */
  at(valueOn: ValueOn): Recovery {
    const other = new Recovery();
    other.shareBp = this.shareBp;
    other.#pieces = [...this.#pieces];
    other.revalue(valueOn);
    return other;
  }

  /** What was confiscated last is given back first. */
  giveBack(shareBp: BasisPoints): void {
    this.#take(shareBp);
  }

  /** So much of it passes to the asset that took the old one's place, in which it is another share. */
  passOn(shareBp: BasisPoints, heirBp: BasisPoints, heir: Recovery): void {
    heir.shareBp += heirBp;
    const passed = this.#take(shareBp).map((piece) => ({
      ...piece,
      shareBp: piece.shareBp.times(heirBp).div(shareBp),
      on: undefined,
    }));
    // What was confiscated last passes first, and stays on top.
    heir.#pieces.unshift(...passed);
  }

  #take(shareBp: BasisPoints): Piece[] {
    this.shareBp -= shareBp;
    const taken: Piece[] = [];
    let left = new Exact(shareBp);
    while (left.gt(0)) {
      const piece = this.#pieces.pop();
      if (!piece) break;
      const [part, rest] = piece.shareBp.gt(left) ? split(piece, left) : [piece];
      if (rest) this.#pieces.push(rest);
      taken.unshift(part);
      left = left.minus(part.shareBp);
    }
    return taken;
  }

  /** What it is worth, by how a share of a value is converted into the order's money. */
  worth(convert: (value: AssetValued['data'] | undefined, ofBp: Exact) => bigint): bigint {
    return this.#pieces.reduce((sum, piece) => sum + (piece.minor ??= convert(piece.value, piece.ofBp)), 0n);
  }
}

/** So much of a piece, and what is left of it. A quotient is rounded, so the rest is a difference: both together are the piece. */
const split = ({ shareBp, value, ofBp, on }: Piece, part: Exact): [Piece, Piece] => {
  const partOf = ofBp.times(part).div(shareBp);
  return [
    { shareBp: part, value, ofBp: partOf, on },
    { shareBp: shareBp.minus(part), value, ofBp: ofBp.minus(partOf), on },
  ];
};
