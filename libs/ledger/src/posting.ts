import type { CountryCode, CurrencyCode, Day, EventId, OrderId } from '#core';
import type { Category, Power } from '#casework';

/** Where value stands, in the order of the law; then the exits; then the two places that make the sums close. */
export const places = [
  'identified', 'frozen', 'seized', 'confiscated', 'confiscated-final',
  'released', 'sold', 'public-use', 'victims', 'shared', 'destroyed', 'lost',
  'outside', 'revaluation',
] as const; // prettier-ignore
export type Place = (typeof places)[number];

/** Value that left: it keeps the amount it left with. A loss can end, and a released share can be restrained again. */
export const exits: ReadonlySet<Place> = new Set(
  ['released', 'sold', 'public-use', 'victims', 'shared', 'destroyed', 'lost'], // prettier-ignore
);

/** `unvalued` carries no amount; `unconverted` an amount whose rate is not known yet. Neither is ever zero euro: both are counted. */
export type ValueState = 'valued' | 'unconverted' | 'unvalued';

/** Euro cents of an amount, and how they were got. One conversion for one valuation. */
export interface Conversion {
  readonly eur: bigint;
  /** Units of the currency for one euro, as its source wrote it or as derived. */
  readonly rate: string;
  readonly rateOn: Day;
  readonly source: string;
}

/** What stands in the columns of every figure. */
export interface Dimensions {
  readonly network: string;
  readonly jurisdiction: CountryCode;
  readonly region: string;
  readonly category: Category;
  /** The power the value was held under where it came from, and the one it is held under where it goes. */
  readonly fromPower: Power | '';
  readonly power: Power | '';
  readonly currency: CurrencyCode | '';
  readonly state: ValueState;
  /** Rests on an opening balance: counts in stock, never in the flow of a quarter. */
  readonly opening: boolean;
  /** Whether it rested on an opening balance where it came from. */
  readonly fromOpening: boolean;
}

/** Why value moved; `order` moves none: an order was executed. */
export type Reason = 'measure' | 'valuation' | 'attribution' | 'relocation' | 'conversion' | 'identification' | 'order';

/**
 * Value that leaves one place and arrives in another: what `from` loses, `to` gains. Amounts are minor units of `currency`
 * and euro cents; a gain or loss is signed, and so is the exact reverse by which a correction takes a posting back.
 * The counts are of assets: `counted` when the asset reached the stage for the first time; `arrived` when it is counted at `to`
 * from now on, `departed` when no longer at `from`. An asset is counted once at each place where it has a share, in the cell of
 * one of its lots there, on the network with the largest weight: arrived less departed is 0 or 1 in every cell.
 */
export interface Posting extends Dimensions {
  readonly eventId: EventId;
  readonly effectiveOn: Day;
  readonly from: Place;
  readonly to: Place;
  readonly amount: bigint;
  readonly eur: bigint;
  readonly rate: string;
  readonly rateOn: Day | '';
  readonly rateSource: string;
  /** The share of the asset that moved, in basis points; none where only its worth changed. Signed, as amounts are. */
  readonly shareBp: number;
  readonly counted: number;
  readonly arrived: number;
  readonly departed: number;
  readonly reason: Reason;
}

/** The exact reverse: same quarter, same places, everything taken back. */
export const reverse = (posting: Posting): Posting => ({
  ...posting,
  amount: -posting.amount,
  eur: -posting.eur,
  shareBp: -posting.shareBp,
  counted: -posting.counted,
  arrived: -posting.arrived,
  departed: -posting.departed,
});

/** How a share of the asset is held: at a place, under a power and an order. */
export interface Hold {
  readonly place: Place;
  readonly power: Power | '';
  readonly opening: boolean;
  readonly orderId?: OrderId | undefined;
  /** Of what was confiscated, and of what became of it: the State that executed the order (Regulation (EU) 2018/1805 Art. 30(7)). */
  readonly executing?: CountryCode | undefined;
  /** How it was held before it was lost or confiscated, to return there. Kept at these two places, and where it became final while lost. */
  readonly origin?: Hold | undefined;
  /** What was released is back with its owner: nothing takes it up again (domain.md 6.1, terminal). */
  readonly returned?: true | undefined;
}

/** A share of the asset, held in one way at one location, split over networks. What left keeps the location and split it left with. */
export interface Lot extends Hold {
  readonly jurisdiction: CountryCode;
  readonly region: string;
  readonly shareBp: number;
  readonly parts: readonly Part[];
  readonly value: LotValue;
}

export interface Part {
  readonly network: string;
  readonly weightBp: number;
  readonly amount: bigint;
  readonly eur: bigint;
}

export interface LotValue {
  readonly state: ValueState;
  readonly currency: CurrencyCode | '';
  readonly conversion?: Omit<Conversion, 'eur'>;
}

/** What an asset hands over to the one that takes its place. The shares are of what stood: together the whole of the new asset. */
export interface Inheritance {
  readonly lots: readonly (Hold & { readonly shareBp: number })[];
  readonly jurisdiction: CountryCode;
  readonly region: string;
  readonly reached: readonly string[];
}

/**
 * An order was executed on an asset: something was frozen or seized under it, or confiscated for good (domain.md 6.3, Directive 2014/42/EU
 * Art. 11(1)(a) and (b)). Plain values, to be kept with the order.
 */
export interface Execution extends Pick<
  Posting,
  'eventId' | 'effectiveOn' | 'network' | 'jurisdiction' | 'region' | 'category' | 'power'
> {
  readonly to: 'frozen' | 'seized' | 'confiscated-final';
  /** Of the entry that says so: on one day, what was recorded first comes first. */
  readonly revision: number;
  /** Taken in as an opening balance: it was executed before the book began. */
  readonly opening: boolean;
}

/** Freezing and custody are one restraint (domain rule 7.2 no. 2), by whichever of the two it began. */
export type Executed = 'restrained' | 'confiscated';

/** What counts an order once, and moves no value. */
export const orderPosting = ({ revision: _, ...execution }: Execution): Posting => ({
  ...execution,
  from: 'outside',
  fromPower: '',
  fromOpening: false,
  opening: false,
  currency: '',
  state: 'valued',
  amount: 0n,
  eur: 0n,
  rate: '',
  rateOn: '',
  rateSource: '',
  shareBp: 0,
  counted: 1,
  arrived: 0,
  departed: 0,
  reason: 'order',
});
