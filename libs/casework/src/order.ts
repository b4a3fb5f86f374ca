import {
  type AssetId,
  type BasisPoints,
  type CountryCode,
  type Day,
  minorUnits,
  type Money,
  type OrderId,
  Refused,
} from '#core';

import type { Rules } from './decision.js';
import type { Event } from './event.js';
import type { CaseFile } from './file.js';
import { assertDays, assertMoney, inTime, lastDayOf } from './guards.js';
import { Recovery } from './recovery.js';
import { refuse } from './refusals.js';
import { soleUse } from './resting.js';
import type { AssetValued } from './valuation.js';

// Stored names and fields: add, never change.

export const orderKinds = ['freezing', 'seizure', 'confiscation', 'interim-sale', 'release', 'restitution'] as const;
export type OrderKind = (typeof orderKinds)[number];

/** The power an order or a measure rests on: the kinds of Directive (EU) 2024/1260 Arts 12-16, and what does not fit them. */
export const powers = [
  'conviction-based', // Art. 12
  'third-party', // Art. 13
  'extended', // Art. 14
  'non-conviction-based', // Art. 15, in rem and administrative forfeiture
  'unexplained-wealth', // Art. 16
  'extinction-of-ownership', // extinción de dominio
  'preventive', // misure di prevenzione, and other measures before any conviction
  'unknown',
] as const;
export type Power = (typeof powers)[number];

/** The decision of an authority. It stands over named assets, or over an amount that any asset may satisfy. */
export type OrderIssued = Event<
  'OrderIssued',
  {
    orderId: OrderId;
    kind: OrderKind;
    power: Power;
    reference: string;
    authority: string;
    /** The issuing State. */
    jurisdiction: CountryCode;
    issuedOn: Day;
    over: { assets: AssetId[] } | { amount: Money };
    /** The last day on which it can be executed; without it, it stands until it is ended. */
    expiresOn?: Day;
    /** Given when it cannot be appealed any more on the day of its entry. */
    finalOn?: Day;
  }
>;

export type OrderExtended = Event<'OrderExtended', { orderId: OrderId; extendedOn: Day; expiresOn: Day }>;
export type OrderAppealed = Event<'OrderAppealed', { orderId: OrderId; appealedOn: Day; reference?: string }>;

/** Upheld leaves everything as it stands; quashed and remitted undo the confiscation, the restraint stays. */
export type AppealDecided = Event<
  'AppealDecided',
  {
    orderId: OrderId;
    decidedOn: Day;
    outcome: 'upheld' | 'quashed' | 'remitted';
    /** Of the appeal that is decided; of those that are open, the one lodged first where it is left out. */
    reference?: string;
  }
>;

/** No appeal is open any more: what was confiscated under the order is confiscated for good. */
export type OrderBecameFinal = Event<'OrderBecameFinal', { orderId: OrderId; finalOn: Day }>;

/** Quashed or withdrawn before it is final, it undoes the confiscation as an appeal does; the restraint stays (domain.md 6.1 no. 16). */
export type OrderEnded = Event<
  'OrderEnded',
  {
    orderId: OrderId;
    endedOn: Day;
    how: 'lapsed' | 'lifted' | 'quashed' | 'withdrawn' | 'satisfied';
    /** Told by the law when it is recorded; entries of before 0.8 undo nothing. */
    undoes?: true;
  }
>;

/** An appeal, and the day on which it was decided, once it is. */
export interface Appeal {
  readonly appealedOn: Day;
  readonly reference: string | undefined;
  readonly decidedOn: Day | undefined;
}

/** An order as its case knows it. */
export class OrderState {
  appeals: readonly Appeal[] = [];
  /** The last day on which it was executed on anything. */
  executedOn: Day | undefined;
  /** The last day on which something that was confiscated under it, and not for good, was given back or taken otherwise. */
  leftOn: Day | undefined;
  finalOn: Day | undefined;
  expiresOn: Day | undefined;
  ended: OrderEnded['data'] | undefined;
  quashed = false;
  /** What is confiscated under it, in all States, whatever became of it later. */
  readonly recovered = new Map<AssetId, Recovery>();

  constructor(readonly issued: OrderIssued['data']) {
    this.finalOn = issued.finalOn;
    this.expiresOn = issued.expiresOn;
  }

  get openAppeals(): readonly Appeal[] {
    return this.appeals.filter(({ decidedOn }) => decidedOn === undefined);
  }

  /** Whether an appeal was open on a day, or is now: nobody knows how it ends. */
  isUnderAppeal(on: Day): boolean {
    return this.appeals.some(({ appealedOn, decidedOn }) => !decidedOn || (appealedOn <= on && on < decidedOn));
  }

  /** The open appeal that a decision is about. */
  appealOf({ reference }: Pick<AppealDecided['data'], 'reference'>): Appeal | undefined {
    const open = this.openAppeals.filter((appeal) => reference === undefined || appeal.reference === reference);
    return open.reduce<Appeal | undefined>(
      (first, appeal) => (first && first.appealedOn <= appeal.appealedOn ? first : appeal),
      undefined,
    );
  }

  decide(data: AppealDecided['data']): void {
    const decided = this.appealOf(data);
    this.appeals = this.appeals.map((one) => (one === decided ? { ...one, decidedOn: data.decidedOn } : one));
  }

  execute(on: Day): void {
    if (!this.executedOn || on > this.executedOn) this.executedOn = on;
  }

  recover(assetId: AssetId, shareBp: BasisPoints, value: AssetValued['data'] | undefined, on: Day): void {
    const recovery = this.recovered.get(assetId) ?? new Recovery();
    recovery.add(shareBp, value, on);
    this.recovered.set(assetId, recovery);
  }

  giveBack(assetId: AssetId, shareBp: BasisPoints, on: Day): void {
    if (!this.leftOn || on > this.leftOn) this.leftOn = on;
    const recovery = this.recovered.get(assetId);
    recovery?.giveBack(shareBp);
    if (recovery && recovery.shareBp <= 0) this.recovered.delete(assetId);
  }

  /** Another asset took the place of one of which a share was recovered: the order is satisfied as far as it was. */
  passOn(assetId: AssetId, shareBp: BasisPoints, heirId: AssetId, heirBp: BasisPoints): void {
    const recovery = this.recovered.get(assetId);
    if (!recovery) return;
    const heir = this.recovered.get(heirId) ?? new Recovery();
    recovery.passOn(shareBp, heirBp, heir);
    this.recovered.set(heirId, heir);
    if (recovery.shareBp <= 0) this.recovered.delete(assetId);
  }
}

/** An order to which something may still happen on a day. */
const standing = (file: CaseFile, orderId: OrderId, on: Day, at: string): OrderState => {
  const order = file.order(orderId);
  const { issuedOn } = order.issued;
  const endedOn = order.ended?.endedOn;
  if (order.quashed || (endedOn && on > endedOn))
    refuse('order-ended', 'The order had ended by then.', { endedOn, quashed: order.quashed }, '/orderId');
  if (on < issuedOn) refuse('executed-before-issued', 'It cannot come before the order was issued.', { issuedOn }, at);
  return order;
};

/** Shares move with a decision on the order; what happened to them later must not be overtaken. */
const overtakesNothing = (file: CaseFile, order: OrderState, on: Day, at: string): void => {
  const { leftOn } = order;
  const hint =
    'Something confiscated under it was given back or taken otherwise since. Correct or void that entry first.';
  if (leftOn && on < leftOn) refuse('before-previous-measure', hint, { leftOn }, at);
  for (const assetId of order.recovered.keys()) {
    const asset = file.asset(assetId);
    if (asset.awaits(order.issued.orderId)) inTime(asset, on, at);
  }
};

/** An order has no end before it was executed for the last time, nor before what rests on it and on no other order. */
const assertExecutedBefore = (file: CaseFile, order: OrderState, last: Day, at: string): void => {
  const { executedOn } = order;
  if (executedOn && executedOn > last)
    refuse('before-previous-measure', 'It was executed after that day. Correct or void that entry first.', { executedOn }, at); // prettier-ignore
  const use = soleUse(file, order, (on) => on > last);
  const hint = 'Something was sold or given to victims on it after that day. Correct or void that entry first.';
  if (use) refuse('before-previous-measure', hint, { assetId: use.assetId, executedOn: use.on }, at);
};

/** Nothing left that was held under the order, nor was given to victims on it, since the day of an appeal (domain.md 13.2 no. 6). */
const partedBefore = (file: CaseFile, { orderId, appealedOn }: OrderAppealed['data']): void => {
  const order = file.order(orderId);
  const given = order.issued.kind === 'restitution' ? soleUse(file, order, (on) => on >= appealedOn) : undefined;
  const forVictims = 'Something was given to victims on it since. Correct or void that entry first.';
  if (given) refuse('before-previous-measure', forVictims, { ...given }, '/appealedOn');
  for (const { assetId, shares, parted } of file.assets.values()) {
    if (!shares.some((share) => share.standing === 'gone' && share.orderId === orderId)) continue;
    const later = parted.find(({ on }) => on >= appealedOn);
    const hint = 'Something held under it was disposed of since. Correct or void that entry first.';
    if (later) refuse('before-previous-measure', hint, { assetId, on: later.on }, '/appealedOn');
  }
};

/** What an order is over is money of its day (Regulation (EU) 2018/1805 Art. 18(3)), and more than nothing. */
const assertAmount = (money: Money, issuedOn: Day): void => {
  const at = '/over/amount';
  assertMoney(money, issuedOn, at);
  if (minorUnits(money, at) > 0n) return;
  const hint = 'An order over nothing allows nothing. Give its amount, or the assets that it names.';
  throw new Refused('amount-malformed', hint, { given: money.amount }, `${at}/amount`);
};

/** The end of an order, with whether it undoes what was confiscated under it. */
export const ending = (file: CaseFile, { undoes: _, ...data }: OrderEnded['data']): OrderEnded['data'] => {
  const order = file.orders.get(data.orderId);
  const isUndone = order?.issued.kind === 'confiscation' && (data.how === 'quashed' || data.how === 'withdrawn');
  return isUndone && !(order.finalOn && order.finalOn <= data.endedOn) ? { ...data, undoes: true } : data;
};

export const orderRules: Rules<
  'OrderIssued' | 'OrderExtended' | 'OrderAppealed' | 'AppealDecided' | 'OrderBecameFinal' | 'OrderEnded'
> = {
  OrderIssued: (file, data) => {
    const { orderId, over, issuedOn, expiresOn, finalOn } = data;
    if (file.orders.has(orderId)) refuse('order-exists', 'The order is in the case already.', { orderId }, '/orderId');
    assertDays(data);
    if ('assets' in over) over.assets.forEach((assetId, index) => file.asset(assetId, `/over/assets/${index}`));
    else assertAmount(over.amount, issuedOn);
    if (expiresOn && expiresOn < issuedOn)
      refuse('ends-before-it-starts', 'It expires before it is issued.', { issuedOn, expiresOn }, '/expiresOn');
    if (finalOn && finalOn < issuedOn)
      refuse('executed-before-issued', 'It is final before it is issued.', { issuedOn, finalOn }, '/finalOn');
  },
  OrderExtended: (file, data) => {
    const { orderId, extendedOn, expiresOn } = data;
    assertDays(data);
    const order = standing(file, orderId, extendedOn, '/extendedOn');
    const last = lastDayOf(order);
    if (last && extendedOn > last)
      refuse('order-ended', 'It had lapsed by then. A new order is needed.', { last }, '/extendedOn');
    if (expiresOn < extendedOn || (order.expiresOn && expiresOn <= order.expiresOn))
      refuse(
        'expires-before-extension',
        'An extension moves the end to a later day.',
        { expiresOn: order.expiresOn },
        '/expiresOn',
      );
    assertExecutedBefore(file, order, expiresOn, '/expiresOn');
  },
  OrderAppealed: (file, data) => {
    assertDays(data);
    const { finalOn } = standing(file, data.orderId, data.appealedOn, '/appealedOn');
    if (finalOn) refuse('order-already-final', 'No appeal is open against a final order.', { finalOn }, '/orderId');
    partedBefore(file, data);
  },
  AppealDecided: (file, data) => {
    assertDays(data);
    const order = file.order(data.orderId);
    const appeal = order.appealOf(data);
    const at = order.openAppeals.length > 0 ? '/reference' : '/orderId';
    if (!appeal) return refuse('order-not-under-appeal', 'No such appeal is open against it.', {}, at);
    const { appealedOn } = appeal;
    if (data.decidedOn < appealedOn)
      refuse('ends-before-it-starts', 'It cannot be decided before it is lodged.', { appealedOn }, '/decidedOn');
    if (data.outcome === 'upheld') return;
    assertExecutedBefore(file, order, data.decidedOn, '/decidedOn');
    overtakesNothing(file, order, data.decidedOn, '/decidedOn');
  },
  OrderBecameFinal: (file, data) => {
    assertDays(data);
    const order = standing(file, data.orderId, data.finalOn, '/finalOn');
    if (order.finalOn) refuse('order-already-final', 'It is final already.', { finalOn: order.finalOn }, '/orderId');
    if (order.ended?.undoes)
      refuse('order-ended', 'It was quashed or withdrawn before it was final.', { endedOn: order.ended.endedOn }, '/orderId'); // prettier-ignore
    if (order.openAppeals.length > 0)
      refuse('order-under-appeal', 'An appeal is open. Record its decision first.', {}, '/orderId');
    if (order.isUnderAppeal(data.finalOn))
      refuse('order-under-appeal', 'An appeal was open on that day.', { finalOn: data.finalOn }, '/finalOn');
    overtakesNothing(file, order, data.finalOn, '/finalOn');
  },
  OrderEnded: (file, data) => {
    assertDays(data);
    const order = standing(file, data.orderId, data.endedOn, '/endedOn');
    const { ended } = order;
    if (ended) refuse('order-ended', 'It has ended already.', { endedOn: ended.endedOn }, '/orderId');
    assertExecutedBefore(file, order, data.endedOn, '/endedOn');
    const { finalOn } = order;
    if (data.undoes && finalOn)
      refuse('order-already-final', 'It became final after that day.', { finalOn }, '/endedOn');
    if (data.undoes) overtakesNothing(file, order, data.endedOn, '/endedOn');
  },
};
