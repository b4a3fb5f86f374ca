import type { AssetId, BasisPoints, CountryCode, Day, Money, OrderId } from '#core';

import type { Event } from './event.js';
import type { Power } from './order.js';

// Stored names and fields: add, never change.

/** The execution of an order on an asset, or on a share of it. The value belongs to the jurisdiction that executes. */
export interface Measure {
  assetId: AssetId;
  effectiveOn: Day;
  /** Share of the whole asset, in basis points. */
  shareBp: BasisPoints;
  jurisdiction: CountryCode;
  power: Power;
}

/** Transfer, conversion and disposal are forbidden from this day on (Regulation (EU) 2018/1805 Art. 2(1)). */
export type AssetFrozen = Event<'AssetFrozen', Measure & { orderId: OrderId; opening?: true }>;

/**
 * Custody was taken. Without an order when taken in the act, or from a register that names none;
 * of a frozen asset, it changes the manner of the restraint and adds no value (domain rule 7.2 no. 2).
 */
export type AssetSeized = Event<'AssetSeized', Measure & { orderId?: OrderId; opening?: true }>;

/** The restraint on a share was lifted (Directive 2014/42/EU Art. 8(5)). */
export type AssetReleased = Event<
  'AssetReleased',
  {
    assetId: AssetId;
    effectiveOn: Day;
    shareBp: BasisPoints;
    reason: 'lifted' | 'annulled' | 'withdrawn' | 'acquitted' | 'lapsed' | 'surplus' | 'other';
    orderId?: OrderId;
    note?: string;
  }
>;

/** A court confiscated the asset (Regulation (EU) 2018/1805 Art. 2(2)); `final` once no appeal is open any more. */
export type AssetConfiscated = Event<
  'AssetConfiscated',
  Measure & { orderId?: OrderId; final: boolean; opening?: true }
>;

export const disposals = [
  'sold',
  'public-use',
  'social-use',
  'returned-to-owner',
  'victims',
  'shared',
  'destroyed',
] as const;
export type Disposal = (typeof disposals)[number];

/** What became of a confiscated asset (Regulation (EU) 2018/1805 Arts 29-30, Directive (EU) 2024/1260 Art. 19). */
export type AssetDisposed = Event<
  'AssetDisposed',
  {
    assetId: AssetId;
    effectiveOn: Day;
    shareBp: BasisPoints;
    outcome: Disposal;
    /** What the share disposed of brought, net: the realised value. */
    proceeds?: Money;
    /** The State that shares, the body that uses it, the victim's file reference. */
    beneficiary?: string;
  }
>;
