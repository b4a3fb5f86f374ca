import { type AssetId, type BasisPoints, type CountryCode, type Day, type Money, type OrderId } from '#core';

import { withinAmount } from './amount.js';
import type { AssetState, Standing } from './asset.js';
import { notBarred } from './bar.js';
import type { MeasureType, Rules } from './decision.js';
import type { Event } from './event.js';
import type { CaseFile } from './file.js';
import { activeAsset, assertMoney, assertShare, assertWorthMoney, inForce, inTime, lastDayOf } from './guards.js';
import type { OrderKind, OrderState, Power } from './order.js';
import { refuse } from './refusals.js';
import { allowing, isRestitution } from './resting.js';

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

/** What became of an asset that was taken (Regulation (EU) 2018/1805 Arts 29-30, Directive (EU) 2024/1260 Art. 19). */
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

/**
 * From where a measure takes its share: the furthest stage first. A share left out means all of the first list, or of the
 * second when nothing is left in the first: what was released is restrained again, or held property given back, only then.
 */
export type Sources = readonly [first: readonly Source[], then: readonly Source[]];
type Source = Exclude<Standing, 'gone' | 'lost'>;

const confiscable: readonly Source[] = ['seized', 'frozen', 'identified'];
const restrained: readonly Source[] = ['seized', 'frozen', 'confiscated'];

/** Disposed of is what was confiscated for good, but for these (domain.md 6.1 nos. 13, 21, 23). */
const otherDisposals: { readonly [D in Disposal]?: Sources } = {
  'returned-to-owner': [['released'], ['frozen', 'seized', 'confiscated']],
  victims: [['confiscated-final'], restrained],
  // What is worthless, illegal or unsafe is destroyed in custody.
  destroyed: [['confiscated-final'], ['seized']],
};

export const sourcesOf: { readonly [T in MeasureType]: (data: { final?: boolean; outcome?: Disposal }) => Sources } = {
  AssetFrozen: () => [['identified'], ['released']],
  AssetSeized: () => [['frozen', 'identified'], ['released']],
  AssetConfiscated: ({ final }) => [final ? ['confiscated', ...confiscable] : confiscable, ['released']],
  AssetReleased: () => [restrained, []],
  AssetDisposed: ({ outcome }) => (outcome && otherDisposals[outcome]) ?? [['confiscated-final'], []],
};

const lawful: { readonly [T in Exclude<MeasureType, 'AssetDisposed'>]: readonly OrderKind[] } = {
  AssetFrozen: ['freezing', 'seizure'],
  AssetSeized: ['seizure', 'freezing', 'confiscation'],
  AssetConfiscated: ['confiscation'],
  AssetReleased: ['release', 'freezing', 'seizure'],
};

type Executed = Pick<Measure, 'assetId' | 'effectiveOn'>;

/** The order must be of the right kind, name the asset, and be issued by then (Regulation (EU) 2018/1805 Art. 2). */
const issuedOver = (
  file: CaseFile,
  orderId: OrderId,
  { effectiveOn, assetId }: Executed,
  type: keyof typeof lawful,
): OrderState => {
  const order = file.order(orderId);
  const asset = file.asset(assetId);
  const { kind, issuedOn, over } = order.issued;
  if (!lawful[type].includes(kind))
    refuse(
      'order-of-another-kind',
      `An order of ${kind} does not allow it.`,
      { kind, kinds: lawful[type] },
      '/orderId',
    );
  if ('assets' in over && !asset.isAmong(over.assets))
    refuse('order-not-over-asset', 'The order does not name this asset.', { assets: over.assets }, '/orderId');
  if (effectiveOn < issuedOn)
    refuse('executed-before-issued', 'It cannot be executed before it was issued.', { issuedOn }, '/effectiveOn');
  return order;
};

/** And it must be in force on the day (Regulation (EU) 2018/1805 Art. 12). */
const inForceThen = (file: CaseFile, order: OrderState, { assetId, effectiveOn }: Executed): OrderState => {
  const detail = { last: lastDayOf(order), quashed: order.quashed };
  if (!inForce(order, file.asset(assetId), effectiveOn))
    refuse('order-ended', 'The order was not in force any more on that day.', detail, '/effectiveOn');
  return order;
};

const underOrder = (file: CaseFile, orderId: OrderId, data: Measure, type: keyof typeof lawful): OrderState =>
  inForceThen(file, issuedOver(file, orderId, data, type), data);

/**
 * A release rests on an order of release, or on the restraint that it lifts: one under which the asset is held or that names it, and
 * which may have ended by then (Directive 2014/42/EU Art. 8(4)-(5), Regulation (EU) 2018/1805 Arts 12(2), 27).
 */
const releasedUnder = (file: CaseFile, orderId: OrderId, data: Executed): void => {
  if (file.asset(data.assetId).isRestrainedUnder(orderId)) return;
  const order = issuedOver(file, orderId, data, 'AssetReleased');
  const { kind, over } = order.issued;
  if (kind === 'release') inForceThen(file, order, data);
  else if (!('assets' in over))
    refuse('order-not-over-asset', 'Nothing of the asset is held under the order.', { over }, '/orderId');
};

const measured = (file: CaseFile, data: Measure & { opening?: true }, from: readonly Standing[]): void => {
  const asset = activeAsset(file, data.assetId);
  openingOnly(asset, data);
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
};

const noAppealOpen = (file: CaseFile, asset: AssetState, on: Day): void => {
  for (const orderId of asset.heldUnder) {
    if (file.orders.get(orderId)?.isUnderAppeal(on))
      refuse('order-under-appeal', 'An appeal is open. Wait for its decision.', { orderId }, '/assetId');
  }
};

/** No appeal is open against the decision to restitute either (Regulation (EU) 2018/1805 Art. 30(2)). */
const restituted = (file: CaseFile, asset: AssetState, { effectiveOn }: AssetDisposed['data']): void => {
  const orders = allowing(file, asset, { kind: 'restitution', on: effectiveOn });
  if (orders.length === 0)
    refuse(
      'order-needed',
      'What is restrained goes to victims on an order of restitution over the asset. Issue it first.',
      {},
      '/outcome',
    );
  if (orders.every((order) => order.isUnderAppeal(effectiveOn)))
    refuse('order-under-appeal', 'An appeal is open against the restitution. Wait for its decision.', {}, '/outcome');
};

/** What a register says that stands, and not since when, comes before anything that happened (design, opening balances). */
const openingOnly = (asset: AssetState, { opening }: { opening?: true }): void => {
  if (!opening || asset.opening) return;
  const hint =
    'An opening balance is of an asset that was identified as one, before anything happens to it. Leave it out.';
  refuse('not-an-opening', hint, { assetId: asset.assetId }, '/opening');
};

const takenFrom = (type: MeasureType, data: { final?: boolean; outcome?: Disposal }): readonly Standing[] =>
  sourcesOf[type](data).flat();

export const measureRules: Rules<MeasureType> = {
  AssetFrozen: (file, data) => {
    measured(file, data, takenFrom('AssetFrozen', {}));
    // A register names no order for what it found frozen.
    if (data.orderId || !data.opening) underOrder(file, data.orderId, data, 'AssetFrozen');
  },
  AssetSeized: (file, data) => {
    measured(file, data, takenFrom('AssetSeized', {}));
    if (data.orderId) underOrder(file, data.orderId, data, 'AssetSeized');
  },
  AssetReleased: (file, data) => {
    const { assetId, effectiveOn, shareBp, orderId } = data;
    const asset = activeAsset(file, assetId);
    const held = asset.held(takenFrom('AssetReleased', {}));
    inTime(asset, effectiveOn);
    if (held === 0) refuse('nothing-to-release', 'Nothing of the asset is restrained.', {}, '/assetId');
    if (orderId) releasedUnder(file, orderId, data);
    assertShare(shareBp, held);
  },
  AssetConfiscated: (file, data, known) => {
    const from = takenFrom('AssetConfiscated', data);
    const asset = activeAsset(file, data.assetId);
    if (asset.held([...from, 'lost']) === 0)
      refuse('nothing-to-confiscate', 'Nothing of the asset is left to confiscate.', {}, '/assetId');
    measured(file, data, from);
    if (!data.orderId && data.opening) return;
    if (!data.orderId)
      return refuse('order-needed', 'A confiscation rests on an order of a court. Issue it first.', {}, '/orderId');
    const order = underOrder(file, data.orderId, data, 'AssetConfiscated');
    const { finalOn, ended } = order;
    if (ended?.undoes && data.effectiveOn >= ended.endedOn)
      refuse('order-ended', 'It was quashed or withdrawn by then.', { endedOn: ended.endedOn }, '/effectiveOn');
    if (data.final && !data.opening && (!finalOn || finalOn > data.effectiveOn))
      refuse('order-not-final', 'The order was not final on that day.', { finalOn }, '/final');
    withinAmount(file, order, data, from, known);
  },
  AssetDisposed: (file, data) => {
    const { assetId, effectiveOn, shareBp, outcome, proceeds } = data;
    const asset = activeAsset(file, assetId);
    const from = takenFrom('AssetDisposed', { outcome });
    const held = asset.held(from);
    inTime(asset, effectiveOn);
    noAppealOpen(file, asset, effectiveOn);
    notBarred(asset, outcome, effectiveOn);
    const hint = `Only what is ${from.join(' or ')} is disposed of so. Record that measure first.`;
    if (held === 0) refuse('nothing-to-dispose-of', hint, { outcome }, '/assetId');
    assertShare(shareBp, held);
    if (isRestitution(asset, data)) restituted(file, asset, data);
    if (!proceeds) return;
    assertWorthMoney(asset.category, '/proceeds');
    assertMoney(proceeds, effectiveOn, '/proceeds');
  },
};
