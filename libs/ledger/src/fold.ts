import { type CountryCode, type Day, type EventId, type OrderId, WHOLE } from '#core';
import type { Category, Disposal, Power } from '#casework';

import type { Fact, History, Valued, Weights } from './fact.js';
import { lotValue, partsOf, primary, put, shareOut, split, take, UNVALUED } from './lots.js';
import { exits, type Inheritance, type Lot, type Place, type Posting, type Reason } from './posting.js';

const RESTRAINABLE: readonly Place[] = ['identified', 'released'];
const RESTRAINED: readonly Place[] = ['frozen', 'identified', 'released'];
const CONFISCABLE: readonly Place[] = ['seized', 'frozen', 'identified', 'released'];
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

/** Freezing and custody are one restraint: the second adds nothing (domain rule 7.2 no. 2). */
const stageOf = (place: Place): string => (place === 'seized' || place === 'frozen' ? 'restrained' : place);

type Dated = { on: Day; rank: number; order: number } & ({ fact: Fact } | { weights: Weights });

/** On one day: attribution, place, value, identification, measure. What an asset was worth when it was found, it enters with. */
const rankOf = ({ kind }: Fact): number =>
  kind === 'relocated' ? 1 : kind === 'valued' ? 2 : kind === 'identified' || kind === 'inherited' ? 3 : 4;

/** In the order in which they took effect. */
const inOrder = ({ facts, weights }: History): Dated[] => {
  const dated: Dated[] = [
    ...weights.map((entry, order) => ({ on: entry.on, rank: 0, order, weights: entry })),
    ...facts.map((fact, order) => ({ on: fact.on, rank: rankOf(fact), order, fact })),
  ];
  return dated.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : a.rank - b.rank || a.order - b.order));
};

/** Takes in the history of one asset, fact by fact in the order of effect, and posts each movement of its value. */
export class Account {
  readonly postings: Posting[] = [];
  lots: Lot[] = [];
  value: Valued | undefined;
  /** What the asset hands over when another takes its place. */
  handedOver: Inheritance | undefined;
  #weights: Weights | undefined;
  #jurisdiction = 'ZZ' as CountryCode;
  #region = '';
  #category: Category = 'other';
  #reached = new Set<string>();

  apply(entry: Dated): void {
    if ('weights' in entry) this.#reattribute(entry.weights);
    else this.#apply(entry.fact);
  }

  #apply(fact: Fact): void {
    const { eventId, on } = fact;
    switch (fact.kind) {
      case 'identified':
        this.#category = fact.category;
        this.#jurisdiction = fact.jurisdiction;
        this.#region = fact.region;
        return this.#enter(
          fact,
          [{ place: 'identified', power: '', opening: fact.opening, shareBp: WHOLE }],
          'identification',
        );
      case 'inherited':
        this.#category = fact.category;
        this.#jurisdiction = fact.inheritance.jurisdiction;
        this.#region = fact.inheritance.region;
        this.#reached = new Set(fact.inheritance.reached);
        this.value = fact.value;
        return this.#enter(fact, fact.inheritance.lots, 'conversion');
      case 'valued':
        this.value = fact.value;
        return this.#revalue(fact, fact.value);
      case 'frozen':
        return this.#move(fact, RESTRAINABLE, 'frozen', fact);
      case 'seized':
        return this.#move(fact, RESTRAINED, 'seized', fact);
      case 'confiscated':
        return this.#confiscate(fact);
      case 'released':
        return this.#move(fact, RELEASABLE, 'released', {});
      case 'disposed':
        return this.#dispose(fact);
      case 'final':
        return this.#underOrder(fact, fact.orderId, () => 'confiscated-final');
      case 'undone':
        return this.#underOrder(fact, fact.orderId, (lot) => lot.origin?.place ?? 'identified');
      case 'converted':
        return this.#convert(fact);
      case 'lost':
        return this.#transfer(
          fact,
          (lot) => !exits.has(lot.place),
          (lot) => ({ ...lot, place: 'lost', origin: originOf(lot) }),
        );
      case 'relocated':
        return this.#relocate(eventId, on, fact.jurisdiction, fact.region);
      case 'duplicate':
        return;
    }
  }

  #enter(fact: Fact, shares: readonly Omit<Lot, 'value' | 'parts'>[], reason: Reason): void {
    const bare = shares.map((share) => ({ ...share, value: UNVALUED, parts: partsOf(split(this.#weights), 0n, 0n) }));
    const valued = this.#worth(bare, this.value);
    for (const lot of valued)
      this.#post(fact, 'outside', lot.place, lot, {
        reason,
        held: { power: '', opening: lot.opening },
        arrived: this.#isNew(lot.place),
        departed: false,
      });
  }

  /** The lots as they are when the whole asset is worth this. */
  #worth(lots: readonly Lot[], whole: Valued | undefined): Lot[] {
    if (!whole) return [...lots];
    const amounts = shareOut(whole.amount, lots);
    const cents = shareOut(whole.conversion?.eur ?? 0n, lots);
    return lots.map((lot, index) => ({
      ...lot,
      value: lotValue(whole),
      parts: partsOf(lot.parts, amounts[index] ?? 0n, cents[index] ?? 0n),
    }));
  }

  #isNew(place: Place): boolean {
    return !this.lots.some((lot) => lot.place === place);
  }

  /** Takes shares from these places, in this order, to another. */
  #move(
    fact: Fact & { shareBp: number },
    from: readonly Place[],
    to: Place,
    hold: { power?: Power; orderId?: OrderId; opening?: boolean },
  ): void {
    const stale: Lot[] = [];
    for (const lot of take(this.lots, from, fact.shareBp)) {
      const power = hold.power ?? lot.power;
      const { orderId: _, origin: __, ...bare } = lot;
      const orderId = hold.power ? hold.orderId : lot.orderId;
      const moved: Lot = {
        ...bare,
        place: to,
        power,
        opening: hold.opening ?? lot.opening,
        ...(orderId ? { orderId } : {}),
        origin: originOf(lot),
      };
      this.#post(fact, lot.place, to, moved, {
        reason: 'measure',
        held: lot,
        arrived: this.#isNew(to),
        departed: this.#isNew(lot.place),
      });
      if (exits.has(lot.place)) stale.push(moved);
    }
    if (stale.length > 0 && this.value) this.#revalue(fact, this.value);
  }

  #confiscate(fact: Fact & { kind: 'confiscated' }): void {
    const to: Place = fact.final ? 'confiscated-final' : 'confiscated';
    this.#move(fact, fact.final ? [...CONFISCABLE, 'confiscated'] : CONFISCABLE, to, fact);
  }

  #dispose(fact: Fact & { kind: 'disposed' }): void {
    const to = exitOf[fact.outcome];
    const pieces = take(this.lots, DISPOSABLE, fact.shareBp);
    const sold = fact.proceeds ? this.#realised(fact, pieces, fact.proceeds) : pieces;
    sold.forEach((lot, index) => {
      const later = sold.slice(index + 1).some(({ place }) => place === lot.place);
      if (lot.place === to) return void put(this.lots, lot);
      this.#post(fact, lot.place, to, { ...lot, place: to }, {
        reason: 'measure', held: lot, arrived: this.#isNew(to), departed: !later && this.#isNew(lot.place),
      }); // prettier-ignore
    });
  }

  /** Pieces at what they brought, all together: the gap to what they were worth is a gain or a loss. */
  #realised(fact: Fact, pieces: readonly Lot[], proceeds: Valued): Lot[] {
    const weights = pieces.map(({ shareBp }) => ({ network: '', weightBp: shareBp }));
    const shares = partsOf(weights, proceeds.amount, proceeds.conversion?.eur ?? 0n);
    return pieces.map((lot, index) => {
      const share = shares[index];
      const worth: Lot = {
        ...lot,
        value: lotValue(proceeds),
        parts: partsOf(lot.parts, share?.amount ?? 0n, share?.eur ?? 0n),
      };
      this.#difference(fact, lot, worth);
      return worth;
    });
  }

  #revalue(fact: Fact, whole: Valued): void {
    const standing = this.lots.filter(({ place }) => !exits.has(place));
    if (standing.length === 0) return;
    const worth = this.#worth(standing, whole);
    this.lots = this.lots.filter(({ place }) => exits.has(place));
    standing.forEach((lot, index) => {
      const now = worth[index] ?? lot;
      this.#difference(fact, lot, now);
      put(this.lots, now);
    });
  }

  /** Posts what a lot gained or lost where it stands. In another currency, or from unvalued, the old goes and the new comes. */
  #difference(fact: Fact, before: Lot, after: Lot): void {
    const alike = before.value.state === after.value.state && before.value.currency === after.value.currency;
    const common = { reason: 'valuation', held: after, keep: true } as const;
    if (alike) {
      const parts = after.parts.map((part, index) => ({
        ...part,
        amount: part.amount - (before.parts[index]?.amount ?? 0n),
        eur: part.eur - (before.parts[index]?.eur ?? 0n),
      }));
      if (parts.some(({ amount, eur }) => amount !== 0n || eur !== 0n)) {
        this.#post(
          fact,
          'revaluation',
          after.place,
          { ...after, parts },
          { ...common, arrived: false, departed: false },
        );
      }
    } else {
      this.#post(fact, before.place, 'revaluation', before, { ...common, arrived: false, departed: true });
      this.#post(fact, 'revaluation', after.place, after, { ...common, arrived: true, departed: false });
    }
  }

  #underOrder(fact: Fact, orderId: OrderId, to: (lot: Lot) => Place): void {
    this.#transfer(fact, (lot) => lot.place === 'confiscated' && lot.orderId === orderId, (lot) =>
      to(lot) === 'confiscated-final' ? { ...lot, place: 'confiscated-final' } : { ...bareOf(lot), ...(lot.origin ?? NOWHERE) },
    ); // prettier-ignore
  }

  #transfer(fact: Fact, which: (lot: Lot) => boolean, change: (lot: Lot) => Lot): void {
    const chosen = this.lots.filter(which);
    for (const lot of chosen) {
      this.lots.splice(this.lots.indexOf(lot), 1);
      const moved = change(lot);
      this.#post(fact, lot.place, moved.place, moved, {
        reason: 'measure',
        held: lot,
        arrived: this.#isNew(moved.place),
        departed: this.#isNew(lot.place),
      });
    }
  }

  /** The substitute takes the place of the asset, at what it brought (Regulation (EU) 2018/1805 Art. 28(2)-(3)). */
  #convert(fact: Fact & { kind: 'converted' }): void {
    this.#revalue(fact, fact.proceeds);
    this.value = fact.proceeds;
    const leaving = this.lots.filter(({ place }) => !exits.has(place));
    this.handedOver = {
      lots: leaving.map(({ value: _, parts: __, ...hold }) => hold),
      jurisdiction: this.#jurisdiction,
      region: this.#region,
      reached: [...this.#reached].sort(),
    };
    this.lots = this.lots.filter(({ place }) => exits.has(place));
    for (const lot of leaving)
      this.#post(fact, lot.place, 'outside', lot, {
        reason: 'conversion',
        held: lot,
        arrived: false,
        departed: true,
        keep: true,
      });
  }

  #relocate(eventId: EventId, on: Day, jurisdiction: CountryCode, region: string): void {
    const about = { eventId, on };
    this.#transfer(
      { ...about, kind: 'lost' },
      ({ place }) => place === 'lost',
      (lot) => ({ ...bareOf(lot), ...(lot.origin ?? NOWHERE) }),
    );
    if (jurisdiction === this.#jurisdiction && region === this.#region) return;
    const moving = this.#lift(about, 'relocation');
    this.#jurisdiction = jurisdiction;
    this.#region = region;
    this.#drop(about, moving, 'relocation');
  }

  #reattribute(weights: Weights): void {
    const columns = split(weights);
    const moving = this.#lift(weights, 'attribution');
    this.#weights = weights;
    const split_ = moving.map((lot) => {
      const sum = (of: 'amount' | 'eur'): bigint => lot.parts.reduce((total, part) => total + part[of], 0n);
      return { ...lot, parts: partsOf(columns, sum('amount'), sum('eur')) };
    });
    this.#drop(weights, split_, 'attribution');
  }

  /** Takes all that stands out of its columns, through `outside`, so that every column's sums close. */
  #lift(about: { eventId: EventId; on: Day }, reason: Reason): Lot[] {
    const moving = this.lots.filter(({ place }) => !exits.has(place));
    this.lots = this.lots.filter(({ place }) => exits.has(place));
    for (const lot of moving)
      this.#post(about, lot.place, 'outside', lot, {
        reason,
        held: lot,
        arrived: false,
        departed: true,
        keep: true,
      });
    return moving;
  }

  #drop(about: { eventId: EventId; on: Day }, lots: readonly Lot[], reason: Reason): void {
    for (const lot of lots)
      this.#post(about, 'outside', lot.place, lot, {
        reason,
        held: { power: '', opening: lot.opening },
        arrived: this.#isNew(lot.place),
        departed: false,
      });
  }

  #post(
    about: { eventId: EventId; on: Day },
    from: Place,
    to: Place,
    lot: Lot,
    how: { reason: Reason; held: Pick<Lot, 'power' | 'opening'>; arrived: boolean; departed: boolean; keep?: boolean },
  ): void {
    const counts = this.#counts(from, to, how.keep ?? false);
    const carrier = primary(lot.parts);
    lot.parts.forEach((part, index) => {
      const carries = index === carrier ? 1 : 0;
      this.postings.push({
        eventId: about.eventId,
        effectiveOn: about.on,
        from,
        to,
        network: part.network,
        jurisdiction: this.#jurisdiction,
        region: this.#region,
        category: this.#category,
        fromPower: how.held.power,
        fromOpening: how.held.opening,
        power: lot.power,
        currency: lot.value.currency,
        state: lot.value.state,
        opening: lot.opening,
        amount: part.amount,
        eur: part.eur,
        rate: lot.value.conversion?.rate ?? '',
        rateOn: lot.value.conversion?.rateOn ?? '',
        rateSource: lot.value.conversion?.source ?? '',
        shareBp: lot.shareBp,
        counted: counts ? carries : 0,
        arrived: how.arrived ? carries : 0,
        departed: how.departed ? carries : 0,
        reason: how.reason,
      });
    });
    if (!how.keep) put(this.lots, lot);
  }

  /** Whether the asset reaches this stage for the first time. */
  #counts(from: Place, to: Place, keep: boolean): boolean {
    const stage = stageOf(to);
    if (keep || this.#reached.has(stage) || (from === 'outside' && to !== 'identified')) return false;
    this.#reached.add(stage);
    return true;
  }
}

const NOWHERE = { place: 'identified', power: '' } as const;

const originOf = ({ place, power, opening, orderId, origin }: Lot): NonNullable<Lot['origin']> => ({
  place,
  power,
  opening,
  ...(orderId ? { orderId } : {}),
  ...(origin ? { origin } : {}),
});

const bareOf = ({ orderId: _, origin: __, ...lot }: Lot): Lot => lot;

/** The whole history of one asset as postings. A duplicate counts nowhere: its history posts nothing. */
export const fold = (history: History): Account => {
  const account = new Account();
  if (history.facts.some(({ kind }) => kind === 'duplicate')) return account;
  for (const entry of inOrder(history)) account.apply(entry);
  return account;
};

/**
 * Goes on from an account when the new fact took effect after all others, so that nothing before it changes.
 * @returns whether it could; if not, fold the whole history.
 */
export const extend = (account: Account, before: History, fact: Fact): boolean => {
  if (fact.kind === 'duplicate' || before.facts.some(({ kind }) => kind === 'duplicate')) return false;
  const rank = rankOf(fact);
  const inTime = (on: Day, other: number): boolean => on < fact.on || (on === fact.on && other <= rank);
  if (!before.facts.every((other) => inTime(other.on, rankOf(other)))) return false;
  if (!before.weights.every(({ on }) => inTime(on, 0))) return false;
  account.apply({ on: fact.on, rank, order: before.facts.length, fact });
  return true;
};
