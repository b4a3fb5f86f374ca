import { type AssetId, type CaseId, type Day, type EventId, minorUnits, type Money, type OrderId, WHOLE } from '#core';

import type { AssetIdentified } from './asset.js';
import type { CaseEvent, CorrectableEvent, EventOf } from './events.js';
import type { Disposal } from './measure.js';
import type { OrderIssued } from './order.js';
import { refuse } from './refusals.js';
import type { AssetValued } from './valuation.js';

/** Where shares of an asset stand in law, as far as decisions need it. */
export type Standing =
  'identified' | 'frozen' | 'seized' | 'confiscated' | 'confiscated-final' | 'released' | 'gone' | 'lost';

interface Share {
  standing: Standing;
  shareBp: number;
  orderId?: OrderId;
  origin?: Share;
}

export const FREEZABLE: readonly Standing[] = ['identified', 'released'];
export const SEIZABLE: readonly Standing[] = ['frozen', 'identified', 'released'];
export const CONFISCABLE: readonly Standing[] = ['seized', 'frozen', 'identified', 'released'];
export const RELEASABLE: readonly Standing[] = ['seized', 'frozen', 'confiscated'];
export const CONVERTIBLE: readonly Standing[] = ['seized', 'frozen', 'confiscated', 'confiscated-final', 'identified'];

/** An asset as its case knows it. */
export class AssetState {
  shares: Share[] = [{ standing: 'identified', shareBp: WHOLE }];
  valuations: AssetValued['data'][] = [];
  lastMeasureOn: Day;
  convertedInto: AssetId | undefined;
  duplicateOf: AssetId | undefined;

  constructor(
    readonly assetId: AssetId,
    readonly category: AssetIdentified['data']['category'],
    readonly identifiedOn: Day,
    public jurisdiction: AssetIdentified['data']['jurisdiction'],
  ) {
    this.lastMeasureOn = identifiedOn;
  }

  held(standings: readonly Standing[]): number {
    return this.shares.reduce((sum, share) => (standings.includes(share.standing) ? sum + share.shareBp : sum), 0);
  }

  /** The valuation of the latest day stands; of two of one day, the later entry. */
  get value(): AssetValued['data'] | undefined {
    return this.valuations.reduce<AssetValued['data'] | undefined>(
      (latest, one) => (!latest || one.valuedOn >= latest.valuedOn ? one : latest),
      undefined,
    );
  }

  /** Moves a share from these standings, in their order, to another. */
  move(from: readonly Standing[], to: Standing, shareBp: number, orderId?: OrderId): void {
    let open = shareBp;
    for (const standing of from) {
      for (const share of this.shares.filter((one) => one.standing === standing)) {
        const taken = Math.min(open, share.shareBp);
        if (taken === 0) continue;
        open -= taken;
        share.shareBp -= taken;
        const { origin: _, ...origin } = share;
        this.shares.push({
          standing: to,
          shareBp: taken,
          origin: { ...origin, shareBp: 0 },
          ...(orderId ? { orderId } : {}),
        });
      }
    }
    this.shares = this.shares.filter((share) => share.shareBp > 0);
  }

  /** Shares confiscated under an order become final, or go back to where they were taken from. */
  settle(orderId: OrderId, final: boolean): void {
    for (const share of this.shares) {
      if (share.standing !== 'confiscated' || share.orderId !== orderId) continue;
      share.standing = final ? 'confiscated-final' : (share.origin?.standing ?? 'identified');
    }
  }

  lose(): void {
    this.shares = this.shares.map((share) =>
      share.standing === 'gone' || share.standing === 'released'
        ? share
        : { standing: 'lost', shareBp: share.shareBp, origin: share },
    );
  }

  find(): void {
    this.shares = this.shares.map((share) => (share.standing === 'lost' && share.origin ? share.origin : share));
  }
}

export class OrderState {
  appeals = 0;
  finalOn: Day | undefined;
  expiresOn: Day | undefined;
  ended: EventOf<'OrderEnded'>['data'] | undefined;
  quashed = false;
  /** Assets confiscated under it, with the share. */
  readonly confiscated: { assetId: AssetId; shareBp: number }[] = [];

  constructor(readonly issued: OrderIssued['data']) {
    this.finalOn = issued.finalOn;
    this.expiresOn = issued.expiresOn;
  }
}

export interface Entered {
  readonly eventId: EventId;
  readonly revision: number;
  readonly event: CaseEvent;
  voided: boolean;
  /** As later entries corrected it. */
  corrected: CorrectableEvent | undefined;
}

/** The file of one case: what decisions about it must know. It is folded in place; a correction folds the history anew. */
export class CaseFile {
  caseId: CaseId | undefined;
  closed = false;
  openedOn: Day | undefined;
  assets = new Map<AssetId, AssetState>();
  orders = new Map<OrderId, OrderState>();
  /** The facts in force that are quiet when asked twice, by what they say. */
  said = new Set<string>();
  readonly entries = new Map<EventId, Entered>();

  evolve(event: CaseEvent, at: { readonly eventId: EventId; readonly revision: number }): void {
    this.entries.set(at.eventId, { ...at, event, voided: false, corrected: undefined });
    if (event.type === 'EntryVoided' || event.type === 'EntryCorrected') {
      const entry = this.entries.get(event.data.entry.eventId);
      if (!entry) throw new Error(`${event.type} of an entry that is not in the case`);
      if (event.type === 'EntryVoided') entry.voided = true;
      else entry.corrected = { type: event.data.entry.type, data: event.data.data } as CorrectableEvent;
      this.refold();
    } else this.apply(event);
  }

  /** The entries in force, as corrected, in the order in which they were recorded. */
  inForce(): { eventId: EventId; event: CaseEvent }[] {
    return [...this.entries.values()]
      .filter(({ voided, event }) => !voided && event.type !== 'EntryVoided' && event.type !== 'EntryCorrected')
      .map(({ eventId, event, corrected }) => ({ eventId, event: corrected ?? event }));
  }

  refold(): void {
    this.assets = new Map();
    this.orders = new Map();
    this.said = new Set();
    this.closed = false;
    for (const { event } of this.inForce()) this.apply(event);
  }

  asset(assetId: AssetId): AssetState {
    return (
      this.assets.get(assetId) ??
      refuse('asset-unknown', 'No such asset in this case. Identify it first.', { assetId }, '/assetId')
    );
  }

  order(orderId: OrderId): OrderState {
    return (
      this.orders.get(orderId) ??
      refuse('order-unknown', 'No such order in this case. Issue it first.', { orderId }, '/orderId')
    );
  }

  /** @throws Error for a type it does not know: a decision must understand every event of its case. */
  apply(event: CaseEvent): void {
    this.said.add(wordsOf(event));
    if ('shareBp' in event.data) this.said.add(wordsOf(withoutShare(event)));
    switch (event.type) {
      case 'CaseOpened':
        this.caseId = event.data.caseId;
        this.openedOn = event.data.openedOn;
        return;
      case 'CaseClosed':
        this.closed = true;
        return;
      case 'CaseReopened':
        this.closed = false;
        return;
      case 'AssetIdentified': {
        const { assetId, category, identifiedOn, jurisdiction } = event.data;
        this.assets.set(assetId, new AssetState(assetId, category, identifiedOn, jurisdiction));
        return;
      }
      case 'AssetValued':
        return void this.asset(event.data.assetId).valuations.push(event.data);
      case 'AssetFrozen':
        return this.#measure(event.data, FREEZABLE, 'frozen', event.data.orderId);
      case 'AssetSeized':
        return this.#measure(event.data, SEIZABLE, 'seized', event.data.orderId);
      case 'AssetConfiscated': {
        const { orderId, assetId, shareBp, final } = event.data;
        this.#measure(
          event.data,
          final ? [...CONFISCABLE, 'confiscated'] : CONFISCABLE,
          final ? 'confiscated-final' : 'confiscated',
          orderId,
        );
        if (orderId) this.orders.get(orderId)?.confiscated.push({ assetId, shareBp });
        return;
      }
      case 'AssetReleased':
        return this.#measure(event.data, RELEASABLE, 'released');
      case 'AssetDisposed':
        return this.#measure(event.data, disposableAs(event.data.outcome), 'gone');
      case 'AssetConverted':
        return this.#convert(event.data);
      case 'AssetLost': {
        const asset = this.asset(event.data.assetId);
        asset.lose();
        asset.lastMeasureOn = event.data.effectiveOn;
        return;
      }
      case 'AssetRelocated': {
        const asset = this.asset(event.data.assetId);
        asset.find();
        asset.jurisdiction = event.data.jurisdiction;
        return;
      }
      case 'DuplicateDeclared':
        this.asset(event.data.assetId).duplicateOf = event.data.survivorId;
        return;
      case 'OrderIssued':
        return void this.orders.set(event.data.orderId, new OrderState(event.data));
      case 'OrderExtended':
        this.order(event.data.orderId).expiresOn = event.data.expiresOn;
        return;
      case 'OrderAppealed':
        this.order(event.data.orderId).appeals += 1;
        return;
      case 'AppealDecided': {
        const order = this.order(event.data.orderId);
        order.appeals -= 1;
        if (event.data.outcome !== 'upheld') {
          order.quashed = true;
          this.#settle(event.data.orderId, false);
        }
        return;
      }
      case 'OrderBecameFinal':
        this.order(event.data.orderId).finalOn = event.data.finalOn;
        return this.#settle(event.data.orderId, true);
      case 'OrderEnded':
        this.order(event.data.orderId).ended = event.data;
        return;
      case 'AssetTraced':
      case 'CaseAttributedToNetworks':
      case 'CaseTaggedToOperation':
      case 'JurisdictionJoined':
      case 'EntryVoided':
      case 'EntryCorrected':
        return;
    }
    throw new Error(`a case cannot be decided over ${(event as { type: string }).type}: this release does not know it`);
  }

  #measure(
    data: { assetId: AssetId; effectiveOn: Day; shareBp: number },
    from: readonly Standing[],
    to: Standing,
    orderId?: OrderId,
  ): void {
    const asset = this.asset(data.assetId);
    asset.move(from, to, data.shareBp, orderId);
    asset.lastMeasureOn = data.effectiveOn;
  }

  #settle(orderId: OrderId, final: boolean): void {
    const order = this.order(orderId);
    for (const { assetId } of order.confiscated) this.assets.get(assetId)?.settle(orderId, final);
    if (!final) order.confiscated.length = 0;
  }

  #convert({ assetId, newAssetId, category, effectiveOn, proceeds }: EventOf<'AssetConverted'>['data']): void {
    const old = this.asset(assetId);
    const heir = new AssetState(newAssetId, category, effectiveOn, old.jurisdiction);
    heir.shares = old.shares.filter(({ standing }) => CONVERTIBLE.includes(standing)).map((share) => ({ ...share }));
    heir.valuations = [{ assetId: newAssetId, ...proceeds, method: 'net-proceeds', valuedOn: effectiveOn }];
    old.shares = old.shares.map((share) =>
      CONVERTIBLE.includes(share.standing) ? { ...share, standing: 'gone' } : share,
    );
    old.convertedInto = newAssetId;
    old.lastMeasureOn = effectiveOn;
    for (const order of this.orders.values()) {
      for (const share of order.confiscated) if (share.assetId === assetId) share.assetId = newAssetId;
    }
    this.assets.set(newAssetId, heir);
  }
}

/** What is returned to its owner was released or still held; everything else was confiscated for good (domain.md 6.1). */
export const disposableAs = (outcome: Disposal): readonly Standing[] =>
  outcome === 'returned-to-owner' ? ['released', 'frozen', 'seized', 'confiscated'] : ['confiscated-final'];

/** What an event says, in one text: the same words twice are one fact. */
export const wordsOf = ({ type, data }: CaseEvent): string =>
  `${type} ${JSON.stringify(data, (_, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )}`;

/** A measure as it is asked for when the share is left out. */
export const withoutShare = (event: CaseEvent): CaseEvent => {
  const { shareBp: _, ...data } = event.data as { shareBp?: number };
  return { ...event, data } as CaseEvent;
};

/** The value of a share in minor units, down: what is recovered under an amount is never overstated by rounding. */
export const shareValue = (money: Money, shareBp: number): bigint =>
  (minorUnits(money) * BigInt(shareBp)) / BigInt(WHOLE);
