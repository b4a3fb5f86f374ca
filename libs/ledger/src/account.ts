import { allocate, type CountryCode, type OrderId, WHOLE } from '#core';
import type { Category, Disposal, Power } from '#casework';

import { type About, Book } from './book.js';
import type { Fact, Valued, Weights } from './fact.js';
import { type Column, heldAs, holdOf, lotValue, partsOf, put, sameColumns, shareOut, split, take, UNVALUED, worthNow } from './lots.js'; // prettier-ignore
import { exits, type Hold, type Inheritance, type Lot, type Place, type Posting, type Reason } from './posting.js';

// From which places each measure takes its share: the furthest stage first.
const RESTRAINABLE: readonly Place[] = ['identified', 'released'];
const SEIZABLE: readonly Place[] = ['frozen', 'identified', 'released'];
const CONFISCABLE: readonly Place[] = ['seized', 'frozen', 'identified', 'released'];
const FINALLY_CONFISCABLE: readonly Place[] = ['confiscated', ...CONFISCABLE];
const RELEASABLE: readonly Place[] = ['seized', 'frozen', 'confiscated', 'identified'];
const DISPOSABLE: readonly Place[] = ['confiscated-final', 'confiscated', 'seized', 'frozen', 'identified', 'released'];

const exitOf: { [D in Disposal]: Place } = {
  sold: 'sold',
  'public-use': 'public-use',
  'social-use': 'public-use',
  'returned-to-owner': 'released',
  victims: 'victims',
  shared: 'shared',
  destroyed: 'destroyed',
};

const stands = ({ place }: Lot): boolean => !exits.has(place);

const sumOf = (lot: Lot, of: 'amount' | 'eur'): bigint => lot.parts.reduce((sum, part) => sum + part[of], 0n);

/** How a lot was held before: what is known of no place before was only identified. */
const before = ({ origin, opening }: Hold): Hold => origin ?? { place: 'identified', power: '', opening };

/** Takes in the history of one asset, fact by fact in the order of effect, and posts each movement of its value. */
export class Account {
  value: Valued | undefined;
  /** What the asset hands over when another takes its place. */
  handedOver: Inheritance | undefined;
  readonly #book = new Book();
  #columns: readonly Column[] = split(undefined);
  #jurisdiction = 'ZZ' as CountryCode;
  #region = '';

  get postings(): readonly Posting[] {
    return this.#book.postings;
  }

  get lots(): readonly Lot[] {
    return this.#book.lots;
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
        return this.#measure(fact, RESTRAINABLE, 'frozen', fact);
      case 'seized':
        return this.#measure(fact, SEIZABLE, 'seized', fact);
      case 'confiscated':
        return fact.final
          ? this.#measure(fact, FINALLY_CONFISCABLE, 'confiscated-final', fact)
          : this.#measure(fact, CONFISCABLE, 'confiscated', fact);
      case 'released':
        return this.#measure(fact, RELEASABLE, 'released', { opening: false });
      case 'disposed':
        return this.#dispose(fact);
      case 'final':
        return this.#underOrder(fact, fact.orderId, ({ origin: _, ...hold }) => ({
          ...hold,
          place: 'confiscated-final',
          opening: false,
        }));
      case 'undone':
        return this.#underOrder(fact, fact.orderId, before);
      case 'converted':
        return this.#convert(fact, fact.proceeds);
      case 'lost':
        for (const lot of this.#book.pick(stands)) {
          const origin = holdOf(lot);
          this.#book.move(fact, lot, heldAs(lot, { place: 'lost', power: lot.power, opening: false, origin }));
        }
        return;
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
      ({ place, power, opening, orderId, origin, shareBp }): Lot => ({
        place, power, opening, orderId, origin, jurisdiction, region, shareBp, parts, value: UNVALUED,
      }), // prettier-ignore
    );
    for (const lot of this.#worth(bare, this.value)) {
      this.#book.post(about, 'outside', lot.place, lot, reason);
      put(this.#book.lots, lot);
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
    from: readonly Place[],
    place: Place,
    { power, orderId, opening }: { power?: Power; orderId?: OrderId; opening?: boolean },
  ): void {
    const taken = take(this.#book.lots, from, fact.shareBp);
    const again = taken.some((lot) => !stands(lot));
    for (const lot of again ? this.#upToDate(fact, taken) : taken) {
      const hold: Hold = {
        place,
        power: power ?? lot.power,
        opening: opening ?? lot.opening,
        orderId: power ? orderId : lot.orderId,
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
    const place = exitOf[fact.outcome];
    const pieces = take(this.#book.lots, DISPOSABLE, fact.shareBp);
    for (const lot of fact.proceeds ? this.#realised(fact, pieces, fact.proceeds) : pieces) {
      const { origin: _, ...hold } = holdOf(lot);
      if (lot.place === place) put(this.#book.lots, lot);
      else this.#book.move(fact, lot, heldAs(lot, { ...hold, place, opening: false }));
    }
  }

  /** Pieces at what they brought, all together: the gap to what they were worth is a gain or a loss. */
  #realised(about: About, pieces: readonly Lot[], proceeds: Valued): Lot[] {
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
      put(this.#book.lots, lot);
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
      this.#book.post(about, 'revaluation', now.place, worthNow(now, now.value, parts), 'valuation');
    } else {
      this.#book.post(about, old.place, 'revaluation', old, 'valuation');
      this.#book.post(about, 'revaluation', now.place, now, 'valuation');
    }
  }

  /** What is confiscated under an order, appeal open, is held otherwise; lost meanwhile, it will be when it is found. */
  #underOrder(about: About, orderId: OrderId, change: (hold: Hold) => Hold): void {
    const concerns = (hold: Hold | undefined): hold is Hold =>
      hold?.place === 'confiscated' && hold.orderId === orderId;
    for (const lot of this.#book.pick(concerns)) this.#book.move(about, lot, heldAs(lot, change(holdOf(lot))));
    for (const lot of this.#book.pick(({ place, origin }) => place === 'lost' && concerns(origin)))
      put(this.#book.lots, { ...lot, origin: change(before(lot)) });
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

  /** A loss ends: what was lost is held again as it was before. */
  #find(about: About): void {
    const lost = this.#book.pick(({ place }) => place === 'lost');
    if (lost.length === 0) return;
    for (const lot of this.#upToDate(about, lost)) this.#book.move(about, lot, heldAs(lot, before(lot)));
    if (this.value) this.#revalue(about, this.value);
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
      put(this.#book.lots, lot);
    }
  }
}

/** Shares of what stands, so that together they are the whole. */
const wholeOf = (lots: readonly Lot[]): number[] => {
  const shares = lots.map(({ shareBp }) => shareBp);
  const all = shares.reduce((sum, share) => sum + share, 0);
  return all === WHOLE || all === 0 ? shares : allocate(BigInt(WHOLE), shares.map(BigInt)).map(Number);
};
