import {
  addDays,
  type AssetId,
  currencyOn,
  type Day,
  dayOf,
  isDay,
  isRegion,
  type Money,
  moneyOf,
  Refused,
  WHOLE,
} from '#core';

import type { AssetState, Category } from './asset.js';
import type { CaseEvent } from './events.js';
import type { CaseFile } from './file.js';
import type { OrderState } from './order.js';
import { refuse } from './refusals.js';

/** An asset on which something may still be done. */
export const activeAsset = (file: CaseFile, assetId: AssetId, at = '/assetId'): AssetState => {
  const asset = file.asset(assetId, at);
  const { duplicateOf: survivorId, convertedInto: newAssetId } = asset;
  if (survivorId)
    refuse('asset-is-duplicate', 'It was declared a duplicate. Record against the survivor.', { survivorId }, at);
  if (newAssetId)
    refuse('asset-converted', 'Another asset took its place. Record against that one.', { newAssetId }, at);
  return asset;
};

/**
 * What an asset of another case is a duplicate of must count. Who tells it may not be told what is said of it there.
 * @throws Refused `survivor-not-active`.
 */
export const assertSurvives = (file: CaseFile, survivorId: AssetId, at: string): void => {
  if (!survives(file, survivorId)) refuseSurvivor(survivorId, at);
};

/** Whether an asset counts. */
export const survives = (file: CaseFile, assetId: AssetId): boolean => {
  const asset = file.assets.get(assetId);
  return asset !== undefined && !asset.duplicateOf && !asset.convertedInto;
};

/** @throws Refused `survivor-not-active`. */
export const refuseSurvivor = (survivorId: AssetId, at: string): never => {
  const hint = 'It is not there, was converted, or is a duplicate itself. Name the asset that counts.';
  return refuse('survivor-not-active', hint, { survivorId }, at);
};

/** The asset that came to be with an entry, and goes with it. */
export const openedBy = ({ type, data }: CaseEvent): AssetId | undefined => {
  if (type === 'AssetIdentified') return data.assetId;
  return type === 'AssetConverted' ? data.newAssetId : undefined;
};

/**
 * An entry is not taken back while assets of other cases are duplicates of the asset that came to be with it: they would count nowhere.
 * @param survivors those of which assets of other cases are duplicates.
 * @throws Refused `asset-is-survivor`.
 */
export const assertNoSurvivor = (entry: CaseEvent, survivors: { has(assetId: AssetId): boolean }): void => {
  const assetId = openedBy(entry);
  if (assetId === undefined || !survivors.has(assetId)) return;
  refuseTakingBack(assetId);
};

/** @throws Refused `asset-is-survivor`. */
export const refuseTakingBack = (assetId: AssetId): never => {
  const hint = 'An asset of another case was declared a duplicate of it. Have that declaration voided first.';
  return refuse('asset-is-survivor', hint, { assetId }, '/eventId');
};

/** @throws Refused when the id is or was in use. */
export const assertUnused = (file: CaseFile, assetId: AssetId, at: string): void => {
  if (file.assets.has(assetId)) refuse('asset-exists', 'The asset is in the case already.', { assetId }, at);
  if (file.voidedAssets.has(assetId))
    refuse('asset-voided', 'Its first entry was voided. Identify it under a new id.', { assetId }, at);
};

/** @throws Refused `before-identification`. */
export const afterIdentification = ({ identifiedOn }: AssetState, on: Day, at: string): void => {
  if (on < identifiedOn)
    refuse('before-identification', 'It cannot come before the asset was identified.', { identifiedOn }, at);
};

export const inTime = (asset: AssetState, on: Day, at = '/effectiveOn'): void => {
  const { lastMeasureOn } = asset;
  dayOf(on, at);
  afterIdentification(asset, on, at);
  if (on < lastMeasureOn)
    refuse(
      'before-previous-measure',
      'It cannot come before the last measure on the asset. Correct or void that entry first.',
      { assetId: asset.assetId, lastMeasureOn },
      at,
    );
};

/**
 * Nothing happens any more to an asset of which nothing is left that could be held again (domain.md 6.1, terminal).
 * @param after what is told of days up to this one is of its time, though it is told later.
 * @throws Refused `nothing-left`.
 */
export const assertLeft = ({ assetId, endedOn }: AssetState, after?: Day): void => {
  if (!endedOn || (after && after <= endedOn)) return;
  const hint = 'Nothing of it is left since that day. Correct or void the entry of its end first.';
  refuse('nothing-left', hint, { assetId, endedOn }, '/assetId');
};

/** Every field whose name ends in `On` is a day of the calendar. */
export const assertDays = (data: object): void => {
  for (const [key, value] of Object.entries(data))
    if (key.endsWith('On') && value !== undefined) dayOf(value, `/${key}`);
};

/** What the rules about days may look up. */
export interface Today {
  /** The day it is now, in UTC. Without it, no day is refused for not having come. */
  today?: (() => Day) | undefined;
}

/** Days that are said in advance: until when an order stands, and for when an operation is planned. */
const AHEAD: readonly string[] = ['expiresOn', 'startsOn', 'endsOn'];

/**
 * Facts are recorded once they have happened. Days are local, and somewhere it is tomorrow already.
 * @throws Refused `day-to-come` for a day after the day after today (UTC).
 */
export const assertCome = (data: object, { today }: Today, at = ''): void => {
  if (!today) return;
  const last = addDays(today(), 1);
  for (const [key, value] of Object.entries(data)) {
    if (!key.endsWith('On') || AHEAD.includes(key) || !isDay(value) || value <= last) continue;
    refuse(
      'day-to-come',
      'The day has not come. Record it once it has happened.',
      { [key]: value, last },
      `${at}/${key}`,
    );
  }
};

/** @throws Refused when it is no money, or the currency was not in use on the day. */
export const assertMoney = (money: Money, on: Day, at: string): void => {
  moneyOf(money, at);
  currencyOn(money.currency, on, `${at}/currency`);
};

/**
 * Drugs, weapons and devices are results with units of their own (domain rule 7.2 no. 12).
 * @throws Refused `not-an-asset-value`.
 */
export const assertWorthMoney = (category: Category, at: string): void => {
  if (category !== 'contraband' && category !== 'device') return;
  const hint = `A ${category} has no value as an asset. Record its quantity.`;
  refuse('not-an-asset-value', hint, { category }, at);
};

export const assertShare = (shareBp: number, free: number): void => {
  if (!Number.isInteger(shareBp) || shareBp < 1 || shareBp > WHOLE)
    refuse('share-malformed', 'Give the share in whole basis points, 1 to 10000.', { shareBp }, '/shareBp');
  if (shareBp <= free) return;
  const left = free === 0 ? 'Nothing is left for it' : `Only ${free} basis points are left for it: give no more`;
  refuse('more-than-the-whole', `${left}. Where a share went elsewhere by mistake, correct that entry.`, { free, shareBp }, '/shareBp'); // prettier-ignore
};

/** @throws Refused `region-malformed` for a subdivision that does not lie in the country. */
export const assertPlace = (data: object): void => {
  const place = data as Readonly<Record<string, unknown>>;
  const country = String(place['jurisdiction']);
  for (const key of ['region', 'district']) {
    const code = place[key];
    if (code === undefined || (isRegion(code) && String(code).startsWith(`${country}-`))) continue;
    throw new Refused('region-malformed', `Give an ISO 3166-2 code of ${country}.`, { given: code }, `/${key}`);
  }
};

/** The last day on which an order stands. */
export const lastDayOf = ({ ended, expiresOn }: OrderState): Day | undefined => {
  const endedOn = ended?.endedOn;
  return endedOn && expiresOn ? (endedOn < expiresOn ? endedOn : expiresOn) : (endedOn ?? expiresOn);
};

/** Whether an order stands over the asset on a day. */
export const inForce = (order: OrderState, asset: AssetState, on: Day): boolean => {
  const { over, issuedOn } = order.issued;
  const last = lastDayOf(order);
  const named = !('assets' in over) || asset.isAmong(over.assets);
  return named && !order.quashed && on >= issuedOn && (!last || on <= last);
};
