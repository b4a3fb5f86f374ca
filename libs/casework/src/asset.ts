import type { AssetId, CaseId, CountryCode, Day, Money } from '#core';

import type { Event } from './event.js';
import type { Identifier } from './identifiers/index.js';

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

/** The entry describes the same thing as another one; from now on it counts nowhere. */
export type DuplicateDeclared = Event<
  'DuplicateDeclared',
  { assetId: AssetId; survivorId: AssetId; survivorCaseId: CaseId; reason: string; approvedBy: string }
>;
