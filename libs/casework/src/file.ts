import type { AssetId, CaseId, CountryCode, Day, EventId, OperationId, OrderId } from '#core';

import { AssetState, type Standing } from './asset.js';
import { barsAfter, barsInherited } from './bar.js';
import type { CaseClosed, CaseReopened } from './case.js';
import type { CaseEvent, CorrectableEvent, EventOf } from './events.js';
import { type Folded, nothing, renewed } from './folded.js';
import { type Disposal, sourcesOf } from './measure.js';
import { OrderState } from './order.js';
import { refuse } from './refusals.js';
import { relatedTo } from './related.js';
import { isRestitution, isSale } from './resting.js';
import type { Circle } from './sharing.js';

/** How an entry may be used, as its provider said. */
export interface Handling {
  readonly codes: readonly string[];
  readonly provider?: string;
}

/** What stands of an entry beside what it says. */
export interface Recorded {
  readonly eventId: EventId;
  readonly revision: number;
  readonly marks?: { readonly handling?: Handling } | undefined;
}

export interface Entered {
  readonly eventId: EventId;
  readonly revision: number;
  readonly handling: Handling | undefined;
  readonly event: CaseEvent;
  /** The void, once there is one: the entry never held. */
  voided: EventOf<'EntryVoided'>['data'] | undefined;
  /** As later entries corrected it. */
  corrected: CorrectableEvent | undefined;
}

/** As it reads now. */
export const standingOf = ({ corrected, event }: Entered): CaseEvent => corrected ?? event;

interface Moving {
  readonly assetId: AssetId;
  readonly effectiveOn: Day;
  readonly shareBp: number;
  readonly opening?: true;
  readonly outcome?: Disposal;
}

/** The file of one case: what decisions about it must know. It is folded in place; after corrections, anew when it is looked at next. */
export class CaseFile {
  caseId: CaseId | undefined;
  /** Whose case it is. */
  authority = '';
  jurisdiction: CountryCode | undefined;
  openedOn: Day | undefined;
  readonly voidedAssets = new Set<AssetId>();
  /** Every entry by its id, those in force and those voided, in the order in which they were recorded. */
  readonly entries = new Map<EventId, Entered>();
  #folded = nothing();
  /** What was corrected since it was folded: one entry, as it read and as it reads; or more than that. */
  #stale: readonly CaseEvent[] | 'more' | undefined;

  /** The operations it contributes to. */
  get operations(): ReadonlySet<OperationId> {
    return this.#now.operations;
  }

  get circle(): Circle {
    return this.#now.circle;
  }

  /** How it was closed, while it is. */
  get closed(): CaseClosed['data'] | undefined {
    return this.#now.closed;
  }

  get reopened(): CaseReopened['data'] | undefined {
    return this.#now.reopened;
  }

  get assets(): ReadonlyMap<AssetId, AssetState> {
    return this.#now.assets;
  }

  get orders(): ReadonlyMap<OrderId, OrderState> {
    return this.#now.orders;
  }

  get interimSales(): readonly OrderState[] {
    return this.#now.interimSales;
  }

  evolve(event: CaseEvent, { eventId, revision, marks }: Recorded): void {
    const handling = marks?.handling;
    this.entries.set(eventId, { eventId, revision, handling, event, voided: undefined, corrected: undefined });
    if (event.type === 'EntryVoided' || event.type === 'EntryCorrected') {
      const entry = this.entries.get(event.data.entry.eventId);
      if (!entry) throw new Error(`${event.type} of an entry that is not in the case`);
      const before = standingOf(entry);
      if (event.type === 'EntryVoided') {
        entry.voided = event.data;
        this.forget(entry.event);
      } else entry.corrected = { type: event.data.entry.type, data: event.data.data } as CorrectableEvent;
      this.#stale = this.#stale ? 'more' : [before, ...(entry.voided ? [] : [standingOf(entry)])];
    } else if (this.#stale) this.#stale = 'more';
    else this.apply(event);
  }

  /** The facts in force, as corrected, in the order in which they were recorded. */
  inForce(): { eventId: EventId; event: CaseEvent }[] {
    return [...this.entries.values()]
      .filter(({ voided, event }) => !voided && event.type !== 'EntryVoided' && event.type !== 'EntryCorrected')
      .map((entry) => ({ eventId: entry.eventId, event: standingOf(entry) }));
  }

  get #now(): Folded {
    const stale = this.#stale;
    if (!stale) return this.#folded;
    const facts = this.inForce().map(({ event }) => event);
    if (stale === 'more') this.#folded = CaseFile.#fold(facts);
    else {
      const related = relatedTo(facts, stale);
      this.#folded = renewed(this.#folded, CaseFile.#fold(facts.filter(related.hangs)), related);
    }
    this.#stale = undefined;
    return this.#folded;
  }

  static #fold(facts: readonly CaseEvent[]): Folded {
    const file = new CaseFile();
    for (const fact of facts) file.apply(fact);
    return file.#folded;
  }

  /** Remembers that an entry was voided, so that nobody takes up its asset's id again. */
  forget({ type, data }: CaseEvent): void {
    if (type === 'AssetIdentified') this.voidedAssets.add(data.assetId);
    if (type === 'AssetConverted') this.voidedAssets.add(data.newAssetId);
  }

  asset(assetId: AssetId, at = '/assetId'): AssetState {
    const asset = this.assets.get(assetId);
    if (asset) return asset;
    if (this.voidedAssets.has(assetId))
      return refuse('asset-voided', 'The entry that identified it was voided.', { assetId }, at);
    return refuse('asset-unknown', 'No such asset in this case. Identify it first.', { assetId }, at);
  }

  order(orderId: OrderId): OrderState {
    return (
      this.orders.get(orderId) ??
      refuse('order-unknown', 'No such order in this case. Issue it first.', { orderId }, '/orderId')
    );
  }

  /** The facts in force about the same thing on the same day. */
  told(event: CaseEvent): readonly CaseEvent[] {
    return this.#now.told.get(aboutOf(event)) ?? [];
  }

  /** @throws Error for a type it does not know: a decision must understand every event of its case. */
  apply(event: CaseEvent): void {
    const about = aboutOf(event);
    const now = this.#now;
    const told = now.told.get(about);
    if (told) told.push(event);
    else now.told.set(about, [event]);
    switch (event.type) {
      case 'CaseOpened':
        this.caseId = event.data.caseId;
        this.openedOn = event.data.openedOn;
        this.authority = event.data.authority;
        this.jurisdiction = event.data.jurisdiction;
        for (const personId of event.data.team ?? []) now.circle.team.add(personId);
        return;
      case 'CaseTaggedToOperation':
        now.operations.add(event.data.operationId);
        return;
      case 'TeamMemberJoined':
      case 'TeamMemberLeft':
      case 'CaseShared':
      case 'CaseShareWithdrawn':
      case 'ProviderConsented':
        return now.circle.evolve(event);
      case 'CaseClosed':
        now.closed = event.data;
        return;
      case 'CaseReopened':
        now.closed = undefined;
        now.reopened = event.data;
        return;
      case 'AssetIdentified': {
        const { assetId, category, identifiedOn, jurisdiction } = event.data;
        now.assets.set(assetId, new AssetState(assetId, category, identifiedOn, jurisdiction, event.data.opening));
        return;
      }
      case 'AssetValued':
        return this.#value(event.data);
      case 'AssetFrozen':
        return this.#move(event.data, sourcesOf.AssetFrozen({}).flat(), 'frozen', event.data.orderId);
      case 'AssetSeized':
        return this.#move(event.data, sourcesOf.AssetSeized({}).flat(), 'seized', event.data.orderId);
      case 'AssetConfiscated':
        return this.#confiscate(event.data);
      case 'AssetReleased':
        return this.#release(event.data);
      case 'AssetDisposed':
        return this.#dispose(event.data);
      case 'AssetConverted':
        return this.#convert(event.data);
      case 'AssetLost':
        this.asset(event.data.assetId).lose();
        return this.asset(event.data.assetId).touch(event.data.effectiveOn);
      case 'AssetRelocated': {
        const asset = this.asset(event.data.assetId);
        asset.find();
        asset.jurisdiction = event.data.jurisdiction;
        return asset.touch(event.data.effectiveOn);
      }
      case 'DuplicateDeclared': {
        const asset = this.asset(event.data.assetId);
        asset.duplicateOf = event.data.survivorId;
        // What counts nowhere satisfies no order.
        for (const orderId of asset.heldUnder) this.orders.get(orderId)?.recovered.delete(asset.assetId);
        return;
      }
      case 'DisposalBarred':
      case 'DisposalBarLifted': {
        const asset = this.asset(event.data.assetId);
        asset.bars = barsAfter(asset.bars, event);
        return;
      }
      case 'OrderIssued': {
        const order = new OrderState(event.data);
        now.orders.set(event.data.orderId, order);
        if (event.data.kind === 'interim-sale') now.interimSales.push(order);
        return;
      }
      case 'OrderExtended':
        this.order(event.data.orderId).expiresOn = event.data.expiresOn;
        return;
      case 'OrderAppealed':
        return this.#appeal(event.data);
      case 'AppealDecided': {
        const order = this.order(event.data.orderId);
        order.decide(event.data);
        if (event.data.outcome === 'upheld') return;
        order.quashed = true;
        return this.#undo(order, event.data.decidedOn);
      }
      case 'OrderBecameFinal': {
        const order = this.order(event.data.orderId);
        order.finalOn = event.data.finalOn;
        return this.#settle(order, true, event.data.finalOn);
      }
      case 'OrderEnded': {
        const order = this.order(event.data.orderId);
        order.ended = event.data;
        if (event.data.undoes) this.#undo(order, event.data.endedOn);
        return;
      }
      case 'AssetTraced':
      case 'CaseAttributedToNetworks':
      case 'JurisdictionJoined':
      case 'EntryVoided':
      case 'EntryCorrected':
        return;
    }
    throw new Error(`a case cannot be decided over ${(event as { type: string }).type}: this release does not know it`);
  }

  /** A value of a day before a confiscation is what was confiscated, though it was told later. */
  #value(data: EventOf<'AssetValued'>['data']): void {
    const asset = this.asset(data.assetId);
    asset.worth(data);
    for (const orderId of asset.heldUnder)
      this.orders
        .get(orderId)
        ?.recovered.get(data.assetId)
        ?.revalue((on) => asset.valueOn(on));
  }

  #move(
    { assetId, effectiveOn, shareBp, opening, outcome }: Moving,
    from: readonly Standing[],
    to: Standing,
    orderId?: OrderId,
  ): void {
    const asset = this.asset(assetId);
    const confiscated = to === 'confiscated' || to === 'confiscated-final';
    for (const piece of asset.move(from, to, shareBp, orderId, outcome === 'returned-to-owner')) {
      const stays = confiscated && piece.standing === 'confiscated' && piece.orderId === orderId;
      if (stays) continue;
      if (piece.standing === 'confiscated' && piece.orderId)
        this.orders.get(piece.orderId)?.giveBack(assetId, piece.shareBp, effectiveOn);
      if (confiscated && orderId)
        this.orders.get(orderId)?.recover(assetId, piece.shareBp, asset.valueOn(effectiveOn), effectiveOn);
    }
    if (orderId) this.orders.get(orderId)?.execute(effectiveOn);
    if (!opening) asset.opening = false;
    asset.touch(effectiveOn);
  }

  /** Under an order that is final by now, or was undone, it is so from that day on, whichever of the two was recorded first. */
  #confiscate(data: EventOf<'AssetConfiscated'>['data']): void {
    const { assetId, orderId, effectiveOn } = data;
    const order = orderId && this.orders.get(orderId);
    const finalOn = order ? order.finalOn : undefined;
    const isFinal = data.final || (finalOn !== undefined && finalOn <= effectiveOn);
    this.#move(data, sourcesOf.AssetConfiscated(data).flat(), isFinal ? 'confiscated-final' : 'confiscated', orderId);
    const on = finalOn ?? (order && order.ended?.undoes ? order.ended.endedOn : undefined);
    if (isFinal || !order || !on) return;
    this.asset(assetId).settle(order.issued.orderId, finalOn !== undefined);
    this.asset(assetId).touch(on);
    if (!finalOn) order.recovered.delete(assetId);
  }

  /** It rests on an order of release, or on one of restraint, which may have ended by then and is not executed by it. */
  #release(data: EventOf<'AssetReleased'>['data']): void {
    this.#move(data, sourcesOf.AssetReleased({}).flat(), 'released');
    const order = data.orderId && this.orders.get(data.orderId);
    if (order && order.issued.kind === 'release') order.execute(data.effectiveOn);
  }

  #dispose(data: EventOf<'AssetDisposed'>['data']): void {
    const { uses } = this.asset(data.assetId);
    if (isRestitution(this.asset(data.assetId), data)) uses.push({ kind: 'restitution', on: data.effectiveOn });
    this.#move(data, sourcesOf.AssetDisposed(data).flat(), 'gone');
    this.asset(data.assetId).parted.push({ on: data.effectiveOn, parting: data.outcome });
  }

  #settle(order: OrderState, final: boolean, on: Day): void {
    const { orderId } = order.issued;
    for (const assetId of order.recovered.keys()) {
      const asset = this.asset(assetId);
      if (!asset.awaits(orderId)) continue;
      asset.settle(orderId, final);
      asset.touch(on);
    }
  }

  #appeal({ orderId, appealedOn, reference }: EventOf<'OrderAppealed'>['data']): void {
    const order = this.order(orderId);
    order.appeals = [...order.appeals, { appealedOn, reference, decidedOn: undefined }];
  }

  #undo(order: OrderState, on: Day): void {
    this.#settle(order, false, on);
    order.recovered.clear();
  }

  #convert(data: EventOf<'AssetConverted'>['data']): void {
    const { assetId, newAssetId, category, effectiveOn, proceeds } = data;
    const old = this.asset(assetId);
    if (isSale(old, data)) old.uses.push({ kind: 'interim-sale', on: effectiveOn });
    const heir = new AssetState(newAssetId, category, effectiveOn, old.jurisdiction);
    const passed = old.handOver();
    heir.shares = passed.map((one) => one.heir);
    heir.replaces = old;
    heir.bars = barsInherited(old.bars, effectiveOn);
    heir.worth({ assetId: newAssetId, ...proceeds, method: 'net-proceeds', valuedOn: effectiveOn });
    for (const { share, heir: taken } of passed) {
      if (share.orderId && share.standing.startsWith('confiscated'))
        this.orders.get(share.orderId)?.passOn(assetId, share.shareBp, newAssetId, taken.shareBp);
    }
    old.convertedInto = newAssetId;
    old.touch(effectiveOn);
    this.#now.assets.set(newAssetId, heir);
  }
}

const aboutOf = ({ type, data }: CaseEvent): string => {
  const { assetId, orderId, effectiveOn } = data as Readonly<Record<string, unknown>>;
  return `${type} ${String(assetId ?? orderId ?? '')} ${String(effectiveOn ?? '')}`;
};
