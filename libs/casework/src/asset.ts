import { allocate, type AssetId, type CountryCode, type Day, type Money, type OrderId, WHOLE } from '#core';

import { type Bar, notBarred, type Parting } from './bar.js';
import type { Rules } from './decision.js';
import type { Event } from './event.js';
import {
  activeAsset,
  afterIdentification,
  assertLeft,
  assertDays,
  assertMoney,
  assertUnused,
  assertWorthMoney,
  inTime,
} from './guards.js';
import type { Identifier } from './identifiers/index.js';
import { refuse } from './refusals.js';
import { allowing, isSale, type Use } from './resting.js';
import type { AssetValued } from './valuation.js';

// Stored names and fields: add, never change.

/** What a thing is. Contraband and devices have no value as assets: they are results with units of their own. */
export const categories = [
  'cash', 'bank-account', 'securities', 'company', 'real-estate', 'vehicle', 'vessel', 'aircraft', 'crypto', 'luxury',
  'precious-metal', 'art', 'livestock', 'goods', 'device', 'intellectual-property', 'claim', 'contraband', 'other',
] as const; // prettier-ignore
export type Category = (typeof categories)[number];

/** Where an asset is. The value belongs to this jurisdiction; region and district are ISO 3166-2 codes. */
export interface Location {
  jurisdiction: CountryCode;
  region?: string;
  district?: string;
  locality?: string;
}

/** How many, where money is not the measure: units of a token (decimal string), hectares, heads, kilograms. */
export interface Quantity {
  units: string;
  unit: string;
}

/** An asset was found that is or may become the object of an order (Directive (EU) 2024/1260 Art. 4). */
export type AssetIdentified = Event<
  'AssetIdentified',
  Location & {
    assetId: AssetId;
    category: Category;
    description: string;
    identifiers: Identifier[];
    identifiedOn: Day;
    quantity?: Quantity;
    note?: string;
    /** Taken from a register that says what stands today and not since when: in stock, in no quarter's flow. */
    opening?: true;
  }
>;

/** Who holds or owns the asset, and on what evidence (Directive (EU) 2024/1260 Art. 6, Art. 27(2)(c)). */
export type AssetTraced = Event<
  'AssetTraced',
  {
    assetId: AssetId;
    tracedOn: Day;
    /** A reference to the person in the authority's own files; no name is needed here. */
    subject: string;
    role: 'owner' | 'beneficial-owner' | 'holder' | 'third-party';
    evidence: string;
    /** Reliability of the source (A, B, C, X) and of what it says (1-4), as Europol writes them. */
    evaluation?: string;
  }
>;

/** The new asset took the old one's place: a sale, a deposit, crypto to money. No value is added (domain rule 7.2 no. 9). */
export type AssetConverted = Event<
  'AssetConverted',
  {
    assetId: AssetId;
    newAssetId: AssetId;
    how: 'sale' | 'deposit' | 'exchange';
    category: Category;
    description: string;
    identifiers: Identifier[];
    /** What the conversion brought, net of its costs: the value of the new asset from that day on. */
    proceeds: Money;
    costs?: Money;
    effectiveOn: Day;
  }
>;

/** Disappeared, destroyed, stolen, key lost, not found at its place (Regulation (EU) 2018/1805 Art. 13(3), 22(3)). */
export type AssetLost = Event<'AssetLost', { assetId: AssetId; effectiveOn: Day; reason: string }>;

/** Found again after a loss (Regulation (EU) 2018/1805 Art. 13(4), 22(4)), or moved to another place. */
export type AssetRelocated = Event<'AssetRelocated', Location & { assetId: AssetId; effectiveOn: Day }>;

/** Where shares of an asset stand in law, as far as decisions need it. */
export type Standing =
  'identified' | 'frozen' | 'seized' | 'confiscated' | 'confiscated-final' | 'released' | 'gone' | 'lost';

export interface Share {
  standing: Standing;
  shareBp: number;
  /** The order under which it stands so. */
  orderId?: OrderId | undefined;
  /** How it was held before it was confiscated or lost. */
  origin?: Share | undefined;
  /** Of what is gone: where it stood when it left. What was returned to its owner was released by that. */
  left?: Standing | undefined;
}

/** What is still there of an asset: all but what was released, disposed of or lost. */
export const HELD: readonly Standing[] = ['identified', 'frozen', 'seized', 'confiscated', 'confiscated-final'];

/** An asset as its case knows it: its shares always add up to the whole. */
export class AssetState {
  shares: Share[] = [{ standing: 'identified', shareBp: WHOLE }];
  /** As they were recorded. */
  readonly valuations: AssetValued['data'][] = [];
  /** The day of the last thing that happened to it: facts about an asset are recorded in the order of their days. */
  lastMeasureOn: Day;
  /** What bars its disposal, or did. */
  bars: readonly Bar[] = [];
  /** When and how shares of it were disposed of. */
  readonly parted: { readonly on: Day; readonly parting: Parting }[] = [];
  /** What was done with it on the strength of an order that the entry does not name. */
  readonly uses: Use[] = [];
  convertedInto: AssetId | undefined;
  duplicateOf: AssetId | undefined;
  /** Nothing happened to it but what a register says that stood when it was taken over. */
  opening: boolean;
  /** It took the place of this one. */
  replaces: AssetState | undefined;

  constructor(
    readonly assetId: AssetId,
    readonly category: Category,
    readonly identifiedOn: Day,
    public jurisdiction: CountryCode,
    opening?: true,
  ) {
    this.lastMeasureOn = identifiedOn;
    this.opening = opening ?? false;
  }

  /** The orders under which something of it is held, or was. */
  get heldUnder(): ReadonlySet<OrderId> {
    return new Set(
      this.shares.flatMap(({ orderId, origin }) => [orderId, origin?.orderId].filter((id) => id !== undefined)),
    );
  }

  /** Whether something of it is frozen or seized under an order, or was before it was confiscated. */
  isRestrainedUnder(orderId: OrderId): boolean {
    return this.shares.some(({ origin, ...share }) =>
      [share, origin].some(
        (one) => (one?.standing === 'frozen' || one?.standing === 'seized') && one.orderId === orderId,
      ),
    );
  }

  held(standings: readonly Standing[]): number {
    return this.shares.reduce((sum, share) => (standings.includes(share.standing) ? sum + share.shareBp : sum), 0);
  }

  /** The day on which the last of it left; none while something is held, was lost, or was released and may be restrained again. */
  get endedOn(): Day | undefined {
    if (this.shares.some(({ standing }) => standing !== 'gone')) return undefined;
    return this.parted.reduce<Day | undefined>((last, { on }) => (last && last > on ? last : on), undefined);
  }

  worth(valuation: AssetValued['data']): void {
    this.valuations.push(valuation);
  }

  /**
   * What it was worth on a day: the latest valuation up to it, else the first one after it (domain.md 5.3); of two of one day, the later
   * entry.
   * @param also one that is not recorded yet.
   */
  valueOn(on: Day, also?: AssetValued['data']): AssetValued['data'] | undefined {
    let found: AssetValued['data'] | undefined;
    for (const one of also ? [...this.valuations, also] : this.valuations) {
      const isBefore = one.valuedOn <= on;
      const beats = !found || (found.valuedOn <= on ? isBefore && one.valuedOn >= found.valuedOn : isBefore || one.valuedOn <= found.valuedOn); // prettier-ignore
      if (beats) found = one;
    }
    return found;
  }

  touch(on: Day): void {
    if (on > this.lastMeasureOn) this.lastMeasureOn = on;
  }

  /** Whether an order names it, or what it took the place of. */
  isAmong(assets: readonly AssetId[]): boolean {
    return assets.includes(this.assetId) || (this.replaces?.isAmong(assets) ?? false);
  }

  /** The pieces that a share is made of when it is taken from these standings, in their order. */
  pieces(from: readonly Standing[], shareBp: number): { share: Share; taken: number }[] {
    let open = shareBp;
    return from.flatMap((standing) =>
      this.shares.flatMap((share) => {
        const taken = share.standing === standing ? Math.min(open, share.shareBp) : 0;
        open -= taken;
        return taken > 0 ? [{ share, taken }] : [];
      }),
    );
  }

  /** Moves a share to another standing. @returns the pieces as they stood before. */
  move(from: readonly Standing[], to: Standing, shareBp: number, orderId?: OrderId, isReturned = false): Share[] {
    const own = to === 'released' || to === 'confiscated' || to === 'confiscated-final';
    const moved = this.pieces(from, shareBp).map(({ share, taken }) => {
      const before = { ...share, shareBp: taken };
      share.shareBp -= taken;
      this.shares.push({
        standing: to,
        shareBp: taken,
        orderId: own ? orderId : (orderId ?? share.orderId),
        origin: to === 'confiscated' ? before : undefined,
        left: to === 'gone' ? (isReturned ? 'released' : share.standing) : undefined,
      });
      return before;
    });
    this.shares = this.shares.filter((share) => share.shareBp > 0);
    return moved;
  }

  /** Whether something of it is confiscated under an order, appeal open; also when it was lost since. */
  awaits(orderId: OrderId): boolean {
    return this.shares.some((share) => isUnder(share, orderId) || isUnder(share.origin, orderId));
  }

  /** Shares confiscated under an order become final, or go back to where they were taken from. */
  settle(orderId: OrderId, final: boolean): void {
    const settled = (share: Share): Share => {
      if (final) return { ...share, standing: 'confiscated-final', origin: undefined };
      return { standing: 'identified', ...share.origin, shareBp: share.shareBp };
    };
    this.shares = this.shares.map((share) => {
      if (isUnder(share, orderId)) return settled(share);
      if (share.standing === 'lost' && share.origin && isUnder(share.origin, orderId))
        return { ...share, origin: settled(share.origin) };
      return share;
    });
  }

  lose(): void {
    this.opening = false;
    this.shares = this.shares.map((share) =>
      HELD.includes(share.standing) ? { standing: 'lost', shareBp: share.shareBp, origin: share } : share,
    );
  }

  /** As what was never lost: the end of an order of restraint releases nothing by itself, a release does (domain.md 6.1 nos. 12, 26). */
  find(): void {
    this.shares = this.shares.map((share) => (share.standing === 'lost' && share.origin ? share.origin : share));
  }

  /** What is held of it passes to the substitute, of which it is the whole: `heirs` are the shares as they stand there. */
  handOver(): { share: Share; heir: Share }[] {
    const leaving = this.shares.filter(({ standing }) => HELD.includes(standing));
    const scaled = allocate(
      BigInt(WHOLE),
      leaving.map(({ shareBp }) => BigInt(shareBp)),
    ).map(Number);
    this.shares = this.shares.map((share) => (leaving.includes(share) ? { ...share, standing: 'gone' } : share));
    const resized = (share: Share, shareBp: number): Share => ({
      ...share,
      shareBp,
      ...(share.origin ? { origin: { ...share.origin, shareBp } } : {}),
    });
    return leaving.map((share, index) => ({ share, heir: resized(share, scaled[index] ?? 0) }));
  }
}

const isUnder = (share: Share | undefined, orderId: OrderId): boolean =>
  share?.standing === 'confiscated' && share.orderId === orderId;

export const assetRules: Rules<'AssetIdentified' | 'AssetTraced' | 'AssetConverted' | 'AssetLost' | 'AssetRelocated'> =
  {
    AssetIdentified: (file, data) => {
      assertDays(data);
      assertUnused(file, data.assetId, '/assetId');
    },
    AssetTraced: (file, data) => {
      assertDays(data);
      afterIdentification(activeAsset(file, data.assetId), data.tracedOn, '/tracedOn');
    },
    AssetConverted: (file, { assetId, newAssetId, category, effectiveOn, proceeds, costs, how }) => {
      const asset = activeAsset(file, assetId);
      assertUnused(file, newAssetId, '/newAssetId');
      inTime(asset, effectiveOn);
      assertWorthMoney(asset.category, '/proceeds');
      assertWorthMoney(category, '/category');
      assertMoney(proceeds, effectiveOn, '/proceeds');
      if (costs) assertMoney(costs, effectiveOn, '/costs');
      if (asset.held(HELD) === 0)
        refuse('nothing-to-convert', 'Nothing of the asset is held any more.', {}, '/assetId');
      notBarred(asset, 'converted', effectiveOn);
      const isAllowed = allowing(file, asset, { kind: 'interim-sale', on: effectiveOn }).length > 0;
      if (isSale(asset, { how }) && !isAllowed)
        refuse(
          'order-needed',
          'A sale before the confiscation is final rests on an order of interim sale over the asset. Issue it first.',
        );
    },
    AssetLost: (file, { assetId, effectiveOn }) => {
      const asset = activeAsset(file, assetId);
      inTime(asset, effectiveOn);
      if (asset.held(HELD) === 0) refuse('asset-lost', 'Nothing of it is left to lose.', {}, '/assetId');
    },
    AssetRelocated: (file, { assetId, effectiveOn }) => {
      const asset = activeAsset(file, assetId);
      inTime(asset, effectiveOn);
      assertLeft(asset);
    },
  };
