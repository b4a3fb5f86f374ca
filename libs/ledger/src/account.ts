import { allocate, type CountryCode, type OrderId, WHOLE } from '#core';
import { type Category, type Disposal, type Power, type Sources, sourcesOf } from '#casework';

import { type About, Book } from './book.js';
import type { Fact, Valued, Weights } from './fact.js';
import { type Column, heldAs, holdOf, lotValue, partsOf, sameColumns, shareOut, split, take, UNVALUED, worthNow } from './lots.js'; // prettier-ignore
import { exits, type Hold, type Inheritance, type Lot, type Place, type Posting, type Reason } from './posting.js';

const exitOf: { [D in Disposal]: Place } = {
  sold: 'sold',
  'public-use': 'public-use',
  'social-use': 'public-use',
  'returned-to-owner': 'released',
  victims: 'victims',
  shared: 'shared',
  destroyed: 'destroyed',
};

/** How a measure holds what it takes; what it does not say stays as it was. */
interface Under {
  readonly power?: Power;
  readonly orderId?: OrderId;
  readonly executing?: CountryCode;
  readonly opening?: boolean;
}

const stands = ({ place }: Lot): boolean => !exits.has(place);

const sumOf = (lot: Lot, of: 'amount' | 'eur'): bigint => lot.parts.reduce((sum, part) => sum + part[of], 0n);

/** Confiscated for good: there is no way back any more. */
const forGood = ({ origin: _, ...hold }: Hold): Hold => ({ ...hold, place: 'confiscated-final', opening: false });

/** How a lot was held before: what is known of no place before was only identified. */
const before = ({ origin, opening }: Hold): Hold => origin ?? { place: 'identified', power: '', opening };

/** Takes in the history of one asset, fact by fact in the order of effect, and posts each movement of its value. */
export class Account {
  value: Valued | undefined;
  /** What the asset hands over when another takes its place. */
  handedOver: Inheritance | undefined;
  readonly #book = new Book();
  /** The orders that are final by now. */
  readonly #final = new Set<OrderId | undefined>();
  /** Those that were quashed or withdrawn: what is said to be confiscated under one, of the same day, is so no more. */
  readonly #undone = new Set<OrderId | undefined>();
  #columns: readonly Column[] = split(undefined);
  #jurisdiction = 'ZZ' as CountryCode;
  #region = '';

  get postings(): readonly Posting[] {
    return this.#book.postings;
  }

  get lots(): readonly Lot[] {
    return this.#book.lots;
  }

  /** How each order was executed on the asset, the first time. */
  get executions(): Book['executions'] {
    return this.#book.executions;
  }

  apply(fact: Fact): void {
    this.#apply(fact);
    this.#book.settle(fact);
  }

  /** From a day on what stands is split otherwise: it goes out of the old columns and comes into the new ones. */
  reattribute(weights: Weights): void {
    const columns = split(weights);
    if (sameColumns(columns, this.#columns)) return;
    const moving = this.#lift(weights, 'attribution');
    this.#columns = columns;
    this.#drop(weights, moving, 'attribution');
    this.#book.settle(weights);
  }

  #apply(fact: Fact): void {
    switch (fact.kind) {
      case 'identified': {
        const { category, jurisdiction, region, opening } = fact;
        const whole = { place: 'identified', power: '', opening, shareBp: WHOLE } as const;
        return this.#enter(fact, { lots: [whole], jurisdiction, region, reached: [] }, category, 'identification');
      }
      case 'inherited':
        this.value = fact.value;
        return this.#enter(fact, fact.inheritance, fact.category, 'conversion');
      case 'valued':
        this.value = fact.value;
        return this.#revalue(fact, fact.value);
      case 'frozen':
        return this.#measure(fact, sourcesOf.AssetFrozen({}), 'frozen', fact);
      case 'seized':
        return this.#measure(fact, sourcesOf.AssetSeized({}), 'seized', fact);
      case 'confiscated': {
        const isFinal = fact.final || this.#final.has(fact.orderId);
        this.#measure(fact, sourcesOf.AssetConfiscated(fact), isFinal ? 'confiscated-final' : 'confiscated', fact);
        return this.#undone.has(fact.orderId) ? this.#underOrder(fact, fact.orderId, before) : undefined;
      }
      case 'released':
        return this.#measure(fact, sourcesOf.AssetReleased({}), 'released', { opening: false });
      case 'disposed':
        return this.#dispose(fact);
      case 'final':
        this.#final.add(fact.orderId);
        return this.#underOrder(fact, fact.orderId, forGood, (hold) => ({
          ...forGood(hold),
          origin: { ...hold, origin: undefined },
        }));
      case 'undone':
        this.#undone.add(fact.orderId);
        return this.#underOrder(fact, fact.orderId, before);
      case 'converted':
        return this.#convert(fact, fact.proceeds);
      case 'lost':
        return this.#hold(fact, stands, (lot) => ({ place: 'lost', power: lot.power, opening: false, origin: holdOf(lot) })); // prettier-ignore
      case 'relocated':
        this.#find(fact);
        return this.#relocate(fact, fact.jurisdiction, fact.region);
      case 'duplicate':
        return;
    }
  }

  #enter(about: About, from: Inheritance, category: Category, reason: Reason): void {
    this.#book.category = category;
    this.#jurisdiction = from.jurisdiction;
    this.#region = from.region;
    for (const stage of from.reached) this.#book.reached.add(stage);
    const { jurisdiction, region } = from;
    const parts = partsOf(this.#columns, 0n, 0n);
    const bare = from.lots.map(
      ({ place, power, opening, orderId, executing, origin, shareBp }): Lot => ({
        place, power, opening, orderId, executing, origin, jurisdiction, region, shareBp, parts, value: UNVALUED,
      }), // prettier-ignore
    );
    for (const lot of this.#worth(bare, this.value)) {
      this.#book.post(about, 'outside', lot.place, lot, reason);
      this.#book.lots.push(lot);
    }
  }

  /** The lots as they are when the whole asset is worth this. */
  #worth(lots: readonly Lot[], whole: Valued | undefined, shares = lots.map(({ shareBp }) => shareBp)): Lot[] {
    const value = lotValue(whole);
    const amounts = shareOut(whole?.amount ?? 0n, shares);
    const cents = shareOut(whole?.conversion?.eur ?? 0n, shares);
    return lots.map((lot, index) => worthNow(lot, value, partsOf(lot.parts, amounts[index] ?? 0n, cents[index] ?? 0n)));
  }

  /** Takes shares from these places, in this order, to another. */
  #measure(
    fact: Fact & { shareBp: number },
    from: Sources,
    place: Place,
    { power, orderId, executing, opening }: Under,
  ): void {
    const taken = take(this.#book.lots, from.flat(), fact.shareBp);
    const again = taken.some((lot) => !stands(lot));
    for (const lot of again ? this.#upToDate(fact, taken) : taken) {
      const hold: Hold = {
        place,
        power: power ?? lot.power,
        opening: opening ?? lot.opening,
        orderId: power ? orderId : lot.orderId,
        executing: power ? executing : lot.executing,
        origin: place === 'confiscated' ? holdOf(lot) : undefined,
      };
      this.#book.move(fact, lot, heldAs(lot, hold));
    }
    if (again && this.value) this.#revalue(fact, this.value);
  }

  /** What had left comes back into the books of today: where the asset is, to whom it is attributed, what it is worth. */
  #upToDate(about: About, lots: readonly Lot[]): Lot[] {
    const gone = lots.filter((lot) => !stands(lot));
    const here = gone.map((lot) => this.#rehoused(about, lot));
    const worth = this.#worth(here, this.value);
    worth.forEach((lot, index) => {
      this.#gain(about, here[index] ?? lot, lot);
    });
    return [...lots.filter(stands), ...worth];
  }

  #rehoused(about: About, lot: Lot): Lot {
    const moved = lot.jurisdiction !== this.#jurisdiction || lot.region !== this.#region;
    if (!moved && sameColumns(lot.parts, this.#columns)) return lot;
    const reason = moved ? 'relocation' : 'attribution';
    const now = this.#housed(lot);
    this.#book.post(about, lot.place, 'outside', lot, reason);
    this.#book.post(about, 'outside', lot.place, now, reason);
    return now;
  }

  #housed(lot: Lot): Lot {
    const parts = sameColumns(lot.parts, this.#columns)
      ? lot.parts
      : partsOf(this.#columns, sumOf(lot, 'amount'), sumOf(lot, 'eur'));
    return { ...lot, jurisdiction: this.#jurisdiction, region: this.#region, parts };
  }

  #dispose(fact: Fact & { kind: 'disposed' }): void {
    const { outcome, proceeds } = fact;
    const pieces = take(this.#book.lots, sourcesOf.AssetDisposed(fact).flat(), fact.shareBp);
    // What a sale brought is not what the asset was worth: untold, it is unknown.
    for (const lot of proceeds || outcome === 'sold' ? this.#realised(fact, pieces, proceeds) : pieces) {
      const { origin: _, ...hold } = holdOf(lot);
      const returned = outcome === 'returned-to-owner' || undefined;
      const held = heldAs(lot, { ...hold, place: exitOf[outcome], opening: false, returned });
      if (lot.place === held.place) this.#book.lots.push(held);
      else this.#book.move(fact, lot, held);
    }
  }

  /** Pieces at what they brought, all together: the gap to what they were worth is a gain or a loss. */
  #realised(about: About, pieces: readonly Lot[], proceeds: Valued | undefined): Lot[] {
    const worth = this.#worth(pieces, proceeds, wholeOf(pieces));
    worth.forEach((lot, index) => {
      this.#gain(about, pieces[index] ?? lot, lot);
    });
    return worth;
  }

  /** Only what stands is revalued: what left keeps the amount it left with. */
  #revalue(about: About, whole: Valued, shares?: number[]): void {
    const standing = this.#book.pick(stands);
    const worth = this.#worth(standing, whole, shares);
    worth.forEach((lot, index) => {
      this.#gain(about, standing[index] ?? lot, lot);
      this.#book.lots.push(lot);
    });
  }

  /** Posts what a lot gained or lost where it stands. In another currency, or from unvalued, the old goes and the new comes. */
  #gain(about: About, old: Lot, now: Lot): void {
    if (old.value.state === now.value.state && old.value.currency === now.value.currency) {
      const parts = now.parts.map(({ network, weightBp, amount, eur }, index) => ({
        network,
        weightBp,
        amount: amount - (old.parts[index]?.amount ?? 0n),
        eur: eur - (old.parts[index]?.eur ?? 0n),
      }));
      if (parts.every(({ amount, eur }) => amount === 0n && eur === 0n)) return;
      const gain = worthNow(now, now.value, parts);
      this.#book.post(about, 'revaluation', now.place, gain, 'valuation', gain, 0);
    } else {
      this.#book.post(about, old.place, 'revaluation', old, 'valuation');
      this.#book.post(about, 'revaluation', now.place, now, 'valuation');
    }
  }

  /** What is confiscated under an order, appeal open, is held otherwise; lost meanwhile, it will be when it is found. */
  #underOrder(about: About, orderId: OrderId | undefined, change: (hold: Hold) => Hold, whileLost = change): void {
    const concerns = (hold: Hold | undefined): hold is Hold =>
      hold?.place === 'confiscated' && hold.orderId === orderId;
    this.#hold(about, concerns, (lot) => change(holdOf(lot)));
    this.#book.change(
      ({ place, origin }) => place === 'lost' && concerns(origin),
      (lot) => ({ ...lot, origin: whileLost(before(lot)) }),
    );
  }

  /** The lots that are chosen are held otherwise from now on. */
  #hold(about: About, which: (lot: Lot) => boolean, change: (lot: Lot) => Hold): void {
    this.#book.change(which, (lot) => {
      const now = heldAs(lot, change(lot));
      this.#book.post(about, lot.place, now.place, now, 'measure', lot);
      return now;
    });
  }

  /** The substitute takes the place of what stands, at what it brought (Regulation (EU) 2018/1805 Art. 28(2)-(3)). */
  #convert(about: About, proceeds: Valued): void {
    const shares = wholeOf(this.#book.lots.filter(stands));
    this.#revalue(about, proceeds, shares);
    this.value = proceeds;
    const leaving = this.#book.pick(stands);
    this.handedOver = {
      lots: leaving.map((lot, index) => ({ ...holdOf(lot), shareBp: shares[index] ?? 0 })),
      jurisdiction: this.#jurisdiction,
      region: this.#region,
      reached: [...this.#book.reached].sort(),
    };
    for (const lot of leaving) this.#book.post(about, lot.place, 'outside', lot, 'conversion');
  }

  /**
   * A loss ends: what was lost is held again as it was before; what became final meanwhile is confiscated for good then (domain.md 6.4). It is
   * counted as found before anything else happens to it.
   */
  #find(about: About): void {
    const lost = this.#book.pick(({ place }) => place === 'lost');
    if (lost.length === 0) return;
    const final = new Map<Lot, Hold>();
    for (const lot of this.#upToDate(about, lost)) {
      const hold = before(lot);
      const isFinal = hold.place === 'confiscated-final' && hold.origin !== undefined;
      const found = heldAs(lot, isFinal ? (hold.origin as Hold) : hold);
      this.#book.move(about, lot, found);
      if (isFinal) final.set(found, { ...hold, origin: undefined });
    }
    this.#book.settle(about);
    this.#hold(
      about,
      (lot) => final.has(lot),
      (lot) => final.get(lot) as Hold,
    );
    if (this.value) this.#revalue(about, this.value);
    this.#book.settle(about);
  }

  #relocate(about: About, jurisdiction: CountryCode, region: string): void {
    if (jurisdiction === this.#jurisdiction && region === this.#region) return;
    const moving = this.#lift(about, 'relocation');
    this.#jurisdiction = jurisdiction;
    this.#region = region;
    this.#drop(about, moving, 'relocation');
  }

  /** Takes all that stands out of its columns, through `outside`, so that every column's sums close. */
  #lift(about: About, reason: Reason): Lot[] {
    const moving = this.#book.pick(stands);
    for (const lot of moving) this.#book.post(about, lot.place, 'outside', lot, reason);
    return moving;
  }

  #drop(about: About, lots: readonly Lot[], reason: Reason): void {
    for (const lot of lots.map((one) => this.#housed(one))) {
      this.#book.post(about, 'outside', lot.place, lot, reason);
      this.#book.lots.push(lot);
    }
  }
}

/** Shares of what stands, so that together they are the whole. */
const wholeOf = (lots: readonly Lot[]): number[] => {
  const shares = lots.map(({ shareBp }) => shareBp);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return all === WHOLE || all === 0 ? shares : allocate(BigInt(WHOLE), shares.map(BigInt)).map(Number);
};
