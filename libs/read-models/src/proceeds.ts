import type { Scope } from '#access';
import { isMoney, sharesProceeds, splitOf } from '#casework';
import { type AssetId, type CountryCode, type CurrencyCode, decimalString } from '#core';
import type { SqlValue } from '#event-store';
import type { Lot, Place } from '#ledger';

import { accountOf, type AssetEntry } from './entries.js';
import { loadAssets } from './loading.js';
import type { Known } from './past.js';
import type { ReadModels } from './read-models.js';
import { assetSealed, isTrue } from './sealing.js';

/** What a State obtained in executing an order of another one, and how it is shared. EUR as decimal strings. */
export interface SharedProceeds {
  readonly executing: string;
  /** As far as it is known. */
  readonly obtained: string;
  /** Absent while something obtained is of unknown value, or may not be seen. */
  readonly transferred?: string;
  readonly kept?: string;
  /** Assets that brought money of which the amount is not known, or has no rate yet. */
  readonly unvalued: number;
  /** Assets of which an entry is sealed for who asks: they are not in it. */
  readonly sealed: number;
}

/** Where money is kept that was confiscated for good, whoever got it but the victims: they go before. */
const KEPT: ReadonlySet<Place> = new Set<Place>(['confiscated-final', 'sold', 'public-use', 'shared']);

const obtainedIn = ({ detail }: AssetEntry, { place }: Lot): boolean =>
  isMoney(detail.identified.category) ? KEPT.has(place) : place === 'sold';

interface Obtained {
  cents: bigint;
  readonly unvalued: Set<AssetId>;
  readonly sealed: Set<AssetId>;
}

/** An asset that was sold for a price that was not told stands at what it was worth: that is not what it brought. */
const pricesTold = ({ facts }: AssetEntry): boolean =>
  facts.every((fact) => fact.kind !== 'disposed' || fact.outcome !== 'sold' || fact.proceeds !== undefined);

const addAsset = (states: Map<CountryCode, Obtained>, orderId: string, entry: AssetEntry, sealed: boolean): void => {
  for (const lot of accountOf(entry, []).lots) {
    if (lot.orderId !== orderId || !obtainedIn(entry, lot)) continue;
    const { executing = lot.jurisdiction } = lot;
    const state = states.get(executing) ?? { cents: 0n, unvalued: new Set(), sealed: new Set() };
    states.set(executing, state);
    const priced = lot.value.state === 'valued' && (lot.place !== 'sold' || pricesTold(entry));
    if (sealed) state.sealed.add(entry.assetId);
    else if (priced) state.cents += lot.parts.reduce((sum, { eur }) => sum + eur, 0n);
    else state.unvalued.add(entry.assetId);
  }
};

const EUR = 'EUR' as CurrencyCode;
const euro = (cents: bigint): string => decimalString(cents, EUR);

const toldOf = (executing: string, { cents, unvalued, sealed }: Obtained): SharedProceeds => {
  const { transferred, kept } = splitOf(cents);
  const known = unvalued.size + sealed.size === 0;
  return {
    executing,
    obtained: euro(cents),
    ...(known ? { transferred: euro(transferred), kept: euro(kept) } : {}),
    unvalued: unvalued.size,
    sealed: sealed.size,
  };
};

/** These assets, and what took their place; which of them are sealed for who asks. */
const withHeirs = async (
  rm: ReadModels,
  scope: Scope,
  assetIds: readonly string[],
): Promise<{ id: AssetId; sealed: boolean }[]> => {
  const values: SqlValue[] = [assetIds];
  const rows = await rm.db.query<{ asset_id: AssetId; sealed: unknown }>(
    `select a.asset_id, ${assetSealed(rm.schema, scope, values, 'a')} as sealed from ${rm.schema}.assets a
     where a.asset_id = any($1::uuid[])
       or a.asset_id in (select o.asset_id from ${rm.schema}.asset_origins o where o.origin_id = any($1::uuid[]))
     order by a.asset_id`,
    values,
  );
  return rows.map(({ asset_id: id, sealed }) => ({ id, sealed: isTrue(sealed) }));
};

/** How what was obtained under an order is shared with the State that issued it: by the State that executed it, wherever it is now; those that share only. */
export const sharedProceeds = async (
  rm: ReadModels,
  scope: Scope,
  order: { readonly orderId: string; readonly jurisdiction: CountryCode; readonly assetIds: readonly string[] },
  known?: Known,
): Promise<SharedProceeds[]> => {
  const under = await withHeirs(rm, scope, order.assetIds);
  const ids = under.map(({ id }) => id);
  const entries = known ? ids.flatMap((id) => known.asset(id) ?? []) : await loadAssets(rm.db, rm.schema, ids);
  const states = new Map<CountryCode, Obtained>();
  const closed = new Set(under.filter(({ sealed }) => sealed).map(({ id }) => id));
  for (const entry of entries) addAsset(states, order.orderId, entry, closed.has(entry.assetId));
  return [...states]
    .filter(([executing]) => sharesProceeds(order.jurisdiction, executing))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([executing, obtained]) => toldOf(executing, obtained));
};
