import {
  type AssetId,
  currencyOn,
  type CurrencyCode,
  type Day,
  Exact,
  minorUnits,
  moneyOf,
  type OrderId,
  WHOLE,
} from '#core';

import type { CaseEvent, EventOf } from './events.js';
import {
  type AssetState,
  type CaseFile,
  CONFISCABLE,
  CONVERTIBLE,
  disposableAs,
  FREEZABLE,
  type OrderState,
  RELEASABLE,
  SEIZABLE,
  shareValue,
  type Standing,
} from './file.js';
import type { Measure } from './measure.js';
import type { OrderKind } from './order.js';
import { refuse } from './refusals.js';

/** What a decision may look up outside its case; passed in, so that it can be repeated. */
export interface Known {
  /** Units of `to` for one `from` on a day, an exact decimal string; undefined when no source has published it. */
  rate(from: CurrencyCode, to: CurrencyCode, on: Day): string | undefined;
}

type Rule<T extends CaseEvent['type']> = (file: CaseFile, data: EventOf<T>['data'], known: Known) => void;

/** An asset on which something may still be done. */
const active = (file: CaseFile, assetId: AssetId): AssetState => {
  const asset = file.asset(assetId);
  const { duplicateOf, convertedInto } = asset;
  if (duplicateOf)
    refuse(
      'asset-is-duplicate',
      'It was declared a duplicate. Record against the survivor.',
      { survivorId: duplicateOf },
      '/assetId',
    );
  if (convertedInto)
    refuse(
      'asset-converted',
      'Another asset took its place. Record against that one.',
      { newAssetId: convertedInto },
      '/assetId',
    );
  return asset;
};

const inTime = (asset: AssetState, on: Day): void => {
  const { identifiedOn, lastMeasureOn } = asset;
  if (on < identifiedOn)
    refuse(
      'before-identification',
      'It cannot come before the asset was identified.',
      { identifiedOn },
      '/effectiveOn',
    );
  if (on < lastMeasureOn)
    refuse(
      'before-previous-measure',
      'It cannot come before the last measure on the asset. Correct that entry first.',
      { lastMeasureOn },
      '/effectiveOn',
    );
};

const assertShare = (shareBp: number, free: number): void => {
  if (!Number.isInteger(shareBp) || shareBp < 1 || shareBp > WHOLE)
    refuse('share-malformed', 'Give the share in whole basis points, 1 to 10000.', { shareBp }, '/shareBp');
  if (shareBp > free)
    refuse('more-than-the-whole', `Only ${free} basis points are left for it.`, { free, shareBp }, '/shareBp');
};

const lawful: { readonly [M in 'frozen' | 'seized' | 'confiscated']: readonly OrderKind[] } = {
  frozen: ['freezing', 'seizure'],
  seized: ['seizure', 'freezing', 'confiscation'],
  confiscated: ['confiscation'],
};

/** The order must be of the right kind, name the asset, and be in force on the day (Regulation (EU) 2018/1805 Arts 2, 12). */
const underOrder = (file: CaseFile, orderId: OrderId, measure: Measure, kinds: readonly OrderKind[]): OrderState => {
  const order = file.order(orderId);
  const { kind, issuedOn, over } = order.issued;
  const { effectiveOn, assetId } = measure;
  if (!kinds.includes(kind))
    refuse('order-of-another-kind', `An order of ${kind} does not allow this measure.`, { kind, kinds }, '/orderId');
  if ('assets' in over && !over.assets.includes(assetId))
    refuse('order-not-over-asset', 'The order does not name this asset.', { assets: over.assets }, '/orderId');
  if (effectiveOn < issuedOn)
    refuse('executed-before-issued', 'It cannot be executed before it was issued.', { issuedOn }, '/effectiveOn');
  const last = order.ended?.endedOn ?? order.expiresOn;
  if (order.quashed || (last && effectiveOn > last))
    refuse(
      'order-ended',
      'The order was not in force any more on that day.',
      { last, quashed: order.quashed },
      '/effectiveOn',
    );
  return order;
};

const measured = (file: CaseFile, data: Measure, from: readonly Standing[]): AssetState => {
  const asset = active(file, data.assetId);
  const { jurisdiction } = asset;
  if (asset.held(['lost']) > 0) refuse('asset-lost', 'The asset is lost. Relocate it first.', {}, '/assetId');
  if (data.jurisdiction !== jurisdiction)
    refuse(
      'executed-in-another-jurisdiction',
      `The asset is in ${jurisdiction}. Relocate it first.`,
      { jurisdiction },
      '/jurisdiction',
    );
  inTime(asset, data.effectiveOn);
  assertShare(data.shareBp, asset.held(from));
  return asset;
};

/** What was recovered under an order over an amount, in all States, never exceeds it (Regulation (EU) 2018/1805 Art. 16(2)). */
const withinAmount = (
  file: CaseFile,
  order: OrderState,
  data: { assetId: AssetId; shareBp: number },
  known: Known,
): void => {
  const { over, issuedOn } = order.issued;
  if (!('amount' in over)) return;
  const worth = (assetId: AssetId, shareBp: number): bigint => {
    const value = file.asset(assetId).value;
    if (!value)
      return refuse(
        'value-needed',
        'An order over an amount takes valued assets only. Value the asset first.',
        { assetId },
        '/assetId',
      );
    // The rate of the day on which the order was issued: Art. 18(3).
    const rate = known.rate(value.currency, over.amount.currency, issuedOn);
    if (rate === undefined)
      return refuse('rate-needed', 'No rate is known for the day of the order. Import it first.', {
        from: value.currency,
        to: over.amount.currency,
        issuedOn,
      });
    const cents = shareValue(value, shareBp);
    const scale = new Exact(10).pow(
      decimalsOf(over.amount.currency, issuedOn) - decimalsOf(value.currency, value.valuedOn),
    );
    return BigInt(new Exact(cents.toString()).times(rate).times(scale).toDecimalPlaces(0).toFixed());
  };
  const recovered = order.confiscated.reduce((sum, { assetId, shareBp }) => sum + worth(assetId, shareBp), 0n);
  const outstanding = minorUnits(over.amount) - recovered;
  const asked = worth(data.assetId, data.shareBp);
  if (asked > outstanding) {
    const detail = {
      outstanding: outstanding.toString(),
      asked: asked.toString(),
      unit: `minor units of ${over.amount.currency}`,
    };
    refuse('order-exceeded', 'More than the order still allows. Confiscate a smaller share.', detail, '/shareBp');
  }
};

const decimalsOf = (currency: CurrencyCode, on: Day): number => currencyOn(currency, on).decimals;

const noAppealOpen = (file: CaseFile, asset: AssetState): void => {
  for (const { orderId } of asset.shares) {
    const appeals = orderId ? (file.orders.get(orderId)?.appeals ?? 0) : 0;
    if (appeals > 0) refuse('order-under-appeal', 'An appeal is open. Wait for its decision.', { orderId }, '/assetId');
  }
};

const open = (file: CaseFile): void => {
  if (!file.caseId) refuse('case-unknown', 'There is no such case. Open it first.');
  if (file.closed) refuse('case-closed', 'The case is closed. Reopen it first.');
};

const nothing = (): void => undefined;

/** The guards of each fact, in the words of domain.md 6 and 13.2. They are run again over the later entries when one is corrected. */
export const rules: { readonly [T in CaseEvent['type']]: Rule<T> } = {
  CaseOpened: (file) => {
    if (file.caseId) refuse('case-exists', 'The case is open already.');
  },
  CaseClosed: (file) => open(file),
  CaseReopened: (file) => {
    if (!file.caseId) refuse('case-unknown', 'There is no such case. Open it first.');
    if (!file.closed) refuse('case-open', 'The case is open already.');
  },
  CaseAttributedToNetworks: (_, { attributions }) => {
    const sum = attributions.reduce((total, { weightBp }) => total + weightBp, 0);
    const networks = new Set(attributions.map(({ networkId }) => networkId));
    for (const { weightBp } of attributions) {
      if (!Number.isInteger(weightBp) || weightBp < 1)
        refuse('share-malformed', 'Give weights in whole basis points, 1 to 10000.', { weightBp }, '/attributions');
    }
    if (sum > WHOLE)
      refuse(
        'weights-exceed-the-whole',
        'The weights add up to more than 10000 basis points.',
        { sum },
        '/attributions',
      );
    if (networks.size < attributions.length)
      refuse('network-twice', 'A network stands there twice.', {}, '/attributions');
  },
  CaseTaggedToOperation: nothing,
  JurisdictionJoined: nothing,
  AssetIdentified: (file, { assetId }) => {
    if (file.assets.has(assetId)) refuse('asset-exists', 'The asset is in the case already.', { assetId }, '/assetId');
  },
  AssetTraced: (file, { assetId }) => void active(file, assetId),
  AssetValued: (file, { assetId, amount, currency, valuedOn }) => {
    const { category } = active(file, assetId);
    // Drugs, weapons and devices are results with units of their own (domain rule 7.2 no. 12).
    if (category === 'contraband' || category === 'device')
      refuse(
        'not-an-asset-value',
        `A ${category} has no value as an asset. Record its quantity.`,
        { category },
        '/amount',
      );
    moneyOf({ amount, currency });
    currencyOn(currency, valuedOn, '/currency');
  },
  AssetConverted: (file, { assetId, newAssetId, effectiveOn, proceeds }) => {
    const asset = active(file, assetId);
    if (file.assets.has(newAssetId))
      refuse('asset-exists', 'The new asset is in the case already.', { newAssetId }, '/newAssetId');
    inTime(asset, effectiveOn);
    moneyOf(proceeds, '/proceeds');
    currencyOn(proceeds.currency, effectiveOn, '/proceeds/currency');
    if (asset.held(CONVERTIBLE) === 0)
      refuse('nothing-to-convert', 'Nothing of the asset is held any more.', {}, '/assetId');
  },
  AssetLost: (file, { assetId, effectiveOn }) => {
    const asset = active(file, assetId);
    inTime(asset, effectiveOn);
    if (asset.held(['lost']) > 0) refuse('asset-lost', 'It is lost already.', {}, '/assetId');
  },
  AssetRelocated: (file, { assetId, effectiveOn }) => inTime(active(file, assetId), effectiveOn),
  DuplicateDeclared: (file, { assetId, survivorId, survivorCaseId }) => {
    active(file, assetId);
    if (assetId === survivorId) refuse('duplicate-of-itself', 'An asset is no duplicate of itself.', {}, '/survivorId');
    if (survivorCaseId === file.caseId) active(file, survivorId);
  },
  OrderIssued: (file, { orderId, over, issuedOn, expiresOn }) => {
    if (file.orders.has(orderId)) refuse('order-exists', 'The order is in the case already.', { orderId }, '/orderId');
    if ('assets' in over) for (const assetId of over.assets) file.asset(assetId);
    else moneyOf(over.amount, '/over/amount');
    if (expiresOn && expiresOn < issuedOn)
      refuse('ends-before-it-starts', 'It expires before it is issued.', { issuedOn, expiresOn }, '/expiresOn');
  },
  OrderExtended: (file, { orderId, extendedOn, expiresOn }) => {
    const order = standing(file, orderId, extendedOn);
    if (order.expiresOn && extendedOn > order.expiresOn)
      refuse('order-ended', 'It had lapsed by then.', { expiresOn: order.expiresOn }, '/extendedOn');
    if (order.expiresOn && expiresOn <= order.expiresOn)
      refuse(
        'expires-before-extension',
        'An extension moves the end to a later day.',
        { expiresOn: order.expiresOn },
        '/expiresOn',
      );
  },
  OrderAppealed: (file, { orderId, appealedOn }) => {
    const { finalOn } = standing(file, orderId, appealedOn);
    if (finalOn) refuse('order-already-final', 'No appeal is open against a final order.', { finalOn }, '/orderId');
  },
  AppealDecided: (file, { orderId, decidedOn }) => {
    if (standing(file, orderId, decidedOn).appeals === 0)
      refuse('order-not-under-appeal', 'No appeal is open against it.', {}, '/orderId');
  },
  OrderBecameFinal: (file, { orderId, finalOn }) => {
    const order = standing(file, orderId, finalOn);
    if (order.finalOn) refuse('order-already-final', 'It is final already.', { finalOn: order.finalOn }, '/orderId');
    if (order.appeals > 0)
      refuse('order-under-appeal', 'An appeal is open. Record its decision first.', {}, '/orderId');
  },
  OrderEnded: (file, { orderId, endedOn }) => void standing(file, orderId, endedOn),
  AssetFrozen: (file, data) => {
    measured(file, data, FREEZABLE);
    underOrder(file, data.orderId, data, lawful.frozen);
  },
  AssetSeized: (file, data) => {
    measured(file, data, SEIZABLE);
    if (data.orderId) underOrder(file, data.orderId, data, lawful.seized);
  },
  AssetReleased: (file, { assetId, effectiveOn, shareBp }) => {
    const asset = active(file, assetId);
    inTime(asset, effectiveOn);
    if (asset.held(RELEASABLE) === 0)
      refuse('nothing-to-release', 'Nothing of the asset is restrained.', {}, '/assetId');
    assertShare(shareBp, asset.held(RELEASABLE));
  },
  AssetConfiscated: (file, data, known) => {
    const from = data.final ? [...CONFISCABLE, 'confiscated' as const] : CONFISCABLE;
    if (file.asset(data.assetId).held(from) === 0)
      refuse('nothing-to-confiscate', 'Nothing of the asset is left to confiscate.', {}, '/assetId');
    measured(file, data, from);
    if (!data.orderId)
      return data.opening
        ? undefined
        : void refuse('order-needed', 'A confiscation rests on an order of a court. Issue it first.', {}, '/orderId');
    const order = underOrder(file, data.orderId, data, lawful.confiscated);
    const isFinal = order.finalOn !== undefined && order.finalOn <= data.effectiveOn;
    if (data.final && !isFinal)
      refuse('order-not-final', 'The order was not final on that day.', { finalOn: order.finalOn }, '/final');
    withinAmount(file, order, data, known);
  },
  AssetDisposed: (file, { assetId, effectiveOn, shareBp, outcome, proceeds }) => {
    const asset = active(file, assetId);
    const from = disposableAs(outcome);
    inTime(asset, effectiveOn);
    noAppealOpen(file, asset);
    if (asset.held(from) === 0)
      refuse('nothing-to-dispose-of', 'Only what is confiscated for good is disposed of.', { outcome }, '/assetId');
    assertShare(shareBp, asset.held(from));
    if (proceeds) currencyOn(moneyOf(proceeds, '/proceeds').currency, effectiveOn, '/proceeds/currency');
  },
  EntryVoided: nothing,
  EntryCorrected: nothing,
};

const standing = (file: CaseFile, orderId: OrderId, on: Day): OrderState => {
  const order = file.order(orderId);
  const { issuedOn } = order.issued;
  if (order.ended) refuse('order-ended', 'The order has ended.', { endedOn: order.ended.endedOn }, '/orderId');
  if (on < issuedOn) refuse('executed-before-issued', 'It cannot come before the order was issued.', { issuedOn });
  return order;
};

/** Facts of an open case; opening and reopening say so themselves. */
export const assertOpen = (file: CaseFile, type: CaseEvent['type']): void => {
  if (type !== 'CaseOpened' && type !== 'CaseReopened') open(file);
};
