import fc from 'fast-check';

import { addDays, type CountryCode, type CurrencyCode, type Day, type EventId, type Id, type NetworkId, type OrderId } from '#core'; // prettier-ignore
import { disposals, powers } from '#casework';

import type { Fact, History, Valued, Weights } from './fact.js';
import type { Hold, Lot, Posting } from './posting.js';

// Histories as they may come out of any sequence of entries and corrections: most make sense, some do not, and the sums hold for all.

const uuid = <Thing extends string>(kind: number, n: number): Id<Thing> =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}` as Id<Thing>;

export const eventId = (n: number): EventId => uuid<'event'>(1, n);
export const orderId = (n: number): OrderId => uuid<'order'>(2, n);
export const networkId = (n: number): NetworkId => uuid<'network'>(3, n);
export const day = (text: string): Day => text as Day;
export const country = (code: string): CountryCode => code as CountryCode;
export const currency = (code: string): CurrencyCode => code as CurrencyCode;

/** Whole units of euro as a converted value. */
export const euros = (units: number, on: string): Valued => {
  const amount = BigInt(units) * 100n;
  return { amount, currency: currency('EUR'), on: day(on), conversion: { eur: amount, rate: '1', rateOn: day(on), source: 'EUR' } }; // prettier-ignore
};

const ORIGIN = '2024-03-20' as Day;
const days = fc.integer({ min: 0, max: 30 }).map((count) => addDays(ORIGIN, count));
const shares = fc.oneof(fc.constant(10_000), fc.constant(5_000), fc.integer({ min: 1, max: 10_000 }));
const ids = fc.integer({ min: 1, max: 1_000_000 }).map(eventId);
const orders = fc.integer({ min: 1, max: 3 }).map(orderId);
const places = fc.constantFrom(['ES', ''], ['ES', 'ES-MD'], ['BR', ''], ['CO', '']).map(([code, region]) => ({
  jurisdiction: country(code ?? ''),
  region: region ?? '',
}));

/** An amount with its rate, or without one yet. */
export const valuedOn = (on: Day): fc.Arbitrary<Valued> =>
  fc.record({ amount: fc.bigInt({ min: 0n, max: 100_000_000n }), code: fc.constantFrom('EUR', 'BRL', 'COP'), known: fc.boolean() }).map(
    ({ amount, code, known }) => ({ amount, currency: currency(code), on, ...(known ? { conversion: conversionOf(amount, on) } : {}) }),
  ); // prettier-ignore

/** The conversion a rate brings later. */
export const conversionOf = (amount: bigint, on: Day): NonNullable<Valued['conversion']> => ({
  eur: amount / 3n,
  rate: '3',
  rateOn: on,
  source: 'ECB',
});

/** The facts of a history are told in the order in which they were recorded: the ledger asks no more of it. */
export const RECORDED = 0;

/** Any fact after the first, about an asset that may be anywhere. */
export const facts: fc.Arbitrary<Fact> = fc.tuple(ids, days).chain(([id, on]): fc.Arbitrary<Fact> => {
  const about = { eventId: fc.constant(id), revision: fc.constant(RECORDED), on: fc.constant(on) };
  const is = <Kind extends string>(kind: Kind): { kind: fc.Arbitrary<Kind> } => ({ kind: fc.constant(kind) });
  const measure = { ...about, shareBp: shares, power: fc.constantFrom(...powers.slice(0, 2)), orderId: orders, opening: fc.boolean() }; // prettier-ignore
  const disposed = { ...is('disposed'), ...about, shareBp: shares, outcome: fc.constantFrom(...disposals) };
  return fc.oneof(
    fc.record({ ...is('valued'), ...about, value: valuedOn(on) }),
    fc.record({ ...is('frozen'), ...measure }),
    fc.record({ ...is('seized'), ...measure }),
    fc.record({ ...is('confiscated'), ...measure, executing: fc.constantFrom(country('ES'), country('BR')), final: fc.boolean() }), // prettier-ignore
    fc.record({ ...is('released'), ...about, shareBp: shares }),
    fc.record(disposed),
    fc.record({ ...disposed, proceeds: valuedOn(on) }),
    fc.record({ ...is('final'), ...about, orderId: orders }),
    fc.record({ ...is('undone'), ...about, orderId: orders }),
    fc.record({ ...is('lost'), ...about }),
    fc.tuple(places).map(([place]) => ({ kind: 'relocated' as const, eventId: id, revision: RECORDED, on, ...place })),
    fc.record({ ...is('converted'), ...about, proceeds: valuedOn(on) }),
  );
});

export const weights: fc.Arbitrary<Weights> = fc
  .tuple(ids, days, fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }), fc.integer({ min: 1, max: 3_333 }))
  .map(([id, on, numbers, weightBp]) => ({
    eventId: id,
    on,
    networks: numbers.map((number) => ({ networkId: networkId(number), weightBp: number === 1 ? 3_334 : weightBp })),
  })); // prettier-ignore

const identified: fc.Arbitrary<Fact> = fc.tuple(ids, places, fc.boolean()).map(([id, place, opening]) => ({
  kind: 'identified',
  eventId: id,
  revision: RECORDED,
  on: ORIGIN,
  category: 'vessel',
  opening,
  ...place,
}));

const inherited: fc.Arbitrary<Fact> = fc
  .tuple(ids, places, valuedOn(ORIGIN), orders, fc.integer({ min: 1, max: 9_999 }))
  .map(([id, place, value, order, shareBp]) => {
    const seized: Hold = { place: 'seized', power: 'unknown', opening: false };
    const confiscated: Hold = {
      place: 'confiscated',
      power: 'unknown',
      opening: false,
      orderId: order,
      origin: seized,
    };
    const lots = [{ ...seized, shareBp }, { ...confiscated, shareBp: 10_000 - shareBp }]; // prettier-ignore
    const inheritance = { ...place, lots, reached: ['confiscated', 'identified', 'restrained'] };
    return { kind: 'inherited', eventId: id, revision: RECORDED, on: ORIGIN, category: 'cash', value, inheritance };
  });

export const histories: fc.Arbitrary<History> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: identified }, inherited),
    fc.array(facts, { maxLength: 10 }),
    fc.array(weights, { maxLength: 3 }),
  )
  .map(([first, more, split]) => ({ facts: [first, ...more], weights: split }));

/** Sums by key, zeros left out. */
export const sums = (entries: Iterable<readonly [key: string, value: bigint]>): Map<string, bigint> => {
  const found = new Map<string, bigint>();
  for (const [key, value] of entries) found.set(key, (found.get(key) ?? 0n) + value);
  return new Map([...found].filter(([, value]) => value !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)));
};

const measuresOf = (posting: Posting): [string, bigint][] => [
  ['amount', posting.amount],
  ['eur', posting.eur],
  ['counted', BigInt(posting.counted)],
  ['arrived', BigInt(posting.arrived)],
  ['departed', BigInt(posting.departed)],
  ['share', BigInt(posting.shareBp)],
];

/** Sums of everything a posting counts, by all that it says. */
export const cells = (postings: readonly Posting[]): Map<string, bigint> =>
  sums(
    postings.flatMap((posting) => {
      const { amount: _, eur: __, counted: ___, arrived: ____, departed: _____, shareBp: ______, ...cell } = posting;
      const key = Object.values(cell).join('|');
      return measuresOf(posting).map(([name, value]) => [`${key}|${name}`, value] as const);
    }),
  );

const keyOf = (place: string, of: Pick<Posting, 'jurisdiction' | 'region' | 'network' | 'currency' | 'state'>, power: string, opening: boolean): string =>
  [place, of.network, of.jurisdiction, of.region, power, of.currency, of.state, opening].join('|'); // prettier-ignore

/** A share that has no euro value is told of each network. */
const unknownShare = (state: string, shareBp: number): bigint => (state === 'valued' ? 0n : BigInt(shareBp));

/** What came in less what went out, by everything a figure of stock can ask for. */
export const balances = (postings: readonly Posting[]): Map<string, bigint> =>
  sums(
    postings.flatMap((posting) => {
      const to = keyOf(posting.to, posting, posting.power, posting.opening);
      const from = keyOf(posting.from, posting, posting.fromPower, posting.fromOpening);
      const { amount, eur } = posting;
      const share = unknownShare(posting.state, posting.shareBp);
      const came = [
        [`${to}|amount`, amount],
        [`${to}|eur`, eur],
        [`${to}|share`, share],
      ] as const;
      const went = [
        [`${from}|amount`, -amount],
        [`${from}|eur`, -eur],
        [`${from}|share`, -share],
      ] as const;
      return [...came, ...went];
    }),
  );

/** The same of the lots that stand. */
export const standing = (lots: readonly Lot[]): Map<string, bigint> =>
  sums(
    lots.flatMap((lot) =>
      lot.parts.flatMap(({ network, amount, eur }) => {
        const { jurisdiction, region, value } = lot;
        const { currency: code, state } = value;
        const key = keyOf(lot.place, { network, jurisdiction, region, currency: code, state }, lot.power, lot.opening);
        return [[`${key}|amount`, amount], [`${key}|eur`, eur], [`${key}|share`, unknownShare(state, lot.shareBp)]] as const; // prettier-ignore
      }),
    ),
  );

/** Of how many assets each place, or each cell of it, speaks. */
export const presence = (postings: readonly Posting[], whole: boolean): Map<string, bigint> =>
  sums(
    postings.flatMap((posting) => {
      const to = whole ? posting.to : keyOf(posting.to, posting, posting.power, posting.opening);
      const from = whole ? posting.from : keyOf(posting.from, posting, posting.fromPower, posting.fromOpening);
      return [[to, BigInt(posting.arrived)], [from, -BigInt(posting.departed)]] as const; // prettier-ignore
    }),
  );
