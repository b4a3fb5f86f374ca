import type { Day, EventId, OrderId } from '#core';
import type { Category } from '#casework';

import { primary } from './lots.js';
import type { Executed, Execution, Lot, Place, Posting, Reason } from './posting.js';

export interface About {
  readonly eventId: EventId;
  readonly on: Day;
  /** Of a fact. */
  readonly revision?: number;
}

/** What it is for an order when something of an asset gets there under it. */
const executedBy: { readonly [P in Execution['to']]: Executed } = {
  frozen: 'restrained',
  seized: 'restrained',
  'confiscated-final': 'confiscated',
};

type Draft = { -readonly [Field in keyof Posting]: Posting[Field] };

/** Freezing and custody are one restraint: the second adds nothing (domain rule 7.2 no. 2). */
const stageOf = (place: Place): string => (place === 'seized' || place === 'frozen' ? 'restrained' : place);

const carrierOf = (lot: Lot): string => lot.parts[primary(lot.parts)]?.network ?? '';

const sameCell = (a: Lot, b: Lot): boolean =>
  a.power === b.power &&
  a.opening === b.opening &&
  a.jurisdiction === b.jurisdiction &&
  a.region === b.region &&
  a.value.state === b.value.state &&
  a.value.currency === b.value.currency &&
  carrierOf(a) === carrierOf(b);

const moves = (posting: Posting, lot: Lot): boolean =>
  posting.jurisdiction === lot.jurisdiction &&
  posting.region === lot.region &&
  posting.state === lot.value.state &&
  posting.currency === lot.value.currency &&
  posting.network === carrierOf(lot);

const leaves = (posting: Posting, lot: Lot): boolean =>
  posting.from === lot.place &&
  posting.fromPower === lot.power &&
  posting.fromOpening === lot.opening &&
  moves(posting, lot);

const reaches = (posting: Posting, lot: Lot): boolean =>
  posting.to === lot.place && posting.power === lot.power && posting.opening === lot.opening && moves(posting, lot);

/** The postings of one asset, the lots they leave standing, and the lot on which the asset is counted at each place. */
export class Book {
  readonly postings: Posting[] = [];
  lots: Lot[] = [];
  category: Category = 'other';
  /** Stages the asset has reached: it is counted at each once. */
  reached = new Set<string>();
  /** How each order was executed on the asset, the first time. */
  readonly executions = new Map<OrderId, { readonly [E in Executed]?: Execution }>();
  readonly #present = new Map<Place, Lot>();
  #act: Draft[] = [];

  /**
   * Posts a lot from one place to another, as it is held where it goes; `held` is how it was held where it came from. What has no euro
   * value is posted for each network, so that each says that something of it is unknown.
   */
  post(about: About, from: Place, to: Place, lot: Lot, reason: Reason, held: Lot = lot, shareBp = lot.shareBp): void {
    const carrier = primary(lot.parts);
    const counted = this.#counts(from, to) ? 1 : 0;
    if (reason === 'measure' && lot.orderId && to in executedBy) this.#execute(about, lot.orderId, to as Execution['to'], lot); // prettier-ignore
    const unknown = lot.value.state !== 'valued' && shareBp !== 0;
    lot.parts.forEach((part, index) => {
      if (index === carrier || part.amount !== 0n || part.eur !== 0n || unknown) {
        const { amount, eur } = part;
        this.#push(about, from, to, lot, reason, held, part.network, amount, eur, index === carrier ? counted : 0, shareBp); // prettier-ignore
      }
    });
  }

  #execute({ eventId, on, revision = 0 }: About, orderId: OrderId, to: Execution['to'], lot: Lot): void {
    const known = this.executions.get(orderId);
    if (known?.[executedBy[to]]) return;
    const { jurisdiction, region, power, opening } = lot;
    const { category } = this;
    const execution = { eventId, effectiveOn: on, revision, to, network: carrierOf(lot), jurisdiction, region, category, power, opening }; // prettier-ignore
    this.executions.set(orderId, { ...known, [executedBy[to]]: execution });
  }

  /** Posts a lot to the place where it is held from now on, and lets it stand there. */
  move(about: About, before: Lot, after: Lot): void {
    this.post(about, before.place, after.place, after, 'measure', before);
    this.lots.push(after);
  }

  /** Lets the lots that are chosen be held otherwise, each where it stands among the others. */
  change(which: (lot: Lot) => boolean, change: (lot: Lot) => Lot): void {
    if (this.lots.some(which)) this.lots = this.lots.map((lot) => (which(lot) ? change(lot) : lot));
  }

  /** Takes out the lots that are chosen. */
  pick(which: (lot: Lot) => boolean): Lot[] {
    const picked = this.lots.filter(which);
    if (picked.length > 0) this.lots = this.lots.filter((lot) => !which(lot));
    return picked;
  }

  /** Ends an act: the asset is counted once at each place where it now has a share. */
  settle(about: About): void {
    const places = new Set<Place>();
    for (const { from, to } of this.#act) places.add(from).add(to);
    places.delete('outside');
    places.delete('revaluation');
    for (const place of places) this.#recount(about, place);
    this.#act = [];
  }

  #recount(about: About, place: Place): void {
    const here = this.lots.filter((lot) => lot.place === place);
    const was = this.#present.get(place);
    if (was && here.some((lot) => sameCell(lot, was))) return;
    if (was) {
      const leaving = this.#act.findLast((posting) => leaves(posting, was));
      if (!leaving) throw new Error(`an asset left ${place} without a posting`);
      leaving.departed = 1;
    }
    const now = here.find((lot) => this.#act.some((posting) => reaches(posting, lot))) ?? here[0];
    if (!now) return void this.#present.delete(place);
    this.#present.set(place, now);
    const arriving = this.#act.find((posting) => reaches(posting, now)) ?? this.#passOn(about, now);
    arriving.arrived = 1;
  }

  /** What the asset was counted on left, a share held otherwise stays: the count passes to it, without any value. */
  #passOn(about: About, lot: Lot): Draft {
    return this.#push(about, 'revaluation', lot.place, lot, 'measure', lot, carrierOf(lot), 0n, 0n, 0, 0);
  }

  #push(
    about: About,
    from: Place,
    to: Place,
    lot: Lot,
    reason: Reason,
    held: Lot,
    network: string,
    amount: bigint,
    eur: bigint,
    counted: number,
    shareBp: number,
  ): Draft {
    const { conversion } = lot.value;
    const posting: Draft = {
      eventId: about.eventId,
      effectiveOn: about.on,
      from,
      to,
      network,
      jurisdiction: lot.jurisdiction,
      region: lot.region,
      category: this.category,
      fromPower: from === 'outside' ? '' : held.power,
      fromOpening: held.opening,
      power: lot.power,
      currency: lot.value.currency,
      state: lot.value.state,
      opening: lot.opening,
      amount,
      eur,
      rate: conversion?.rate ?? '',
      rateOn: conversion?.rateOn ?? '',
      rateSource: conversion?.source ?? '',
      shareBp,
      counted,
      arrived: 0,
      departed: 0,
      reason,
    };
    this.postings.push(posting);
    this.#act.push(posting);
    return posting;
  }

  /** Whether the asset reaches this stage for the first time. What it inherited it had reached before. */
  #counts(from: Place, to: Place): boolean {
    if (to === 'outside' || from === 'revaluation' || to === 'revaluation') return false;
    if (from === 'outside' && to !== 'identified') return false;
    const stage = stageOf(to);
    if (this.reached.has(stage)) return false;
    this.reached.add(stage);
    return true;
  }
}
