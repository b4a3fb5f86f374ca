import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import type { Quarter } from '#core';

import { atomsOf, type Piece, type Share } from './atoms.js';
import { type Grouping, groupings } from './cells.js';
import { type Definition, definitionsOf } from './definitions.js';
import { assertCloses, type Figure, tellsValue, type Told } from './figure.js';
import { figuresOfPieces } from './figures-in-scope.js';
import type { FiguresAsked } from './figure.js';
import { rankOf, share, toldApart } from './testing.js';

const told = ({ withheld, jurisdiction, network, category, from_power, power, region, eur }: Piece): string =>
  withheld ? 'withheld' : [jurisdiction, network, category, from_power, power, region].map((name) => name ?? '*').join('/') + ` ${eur / 100n}`; // prettier-ignore
const atoms = (...shares: Share[]): string[] => atomsOf(shares).map(told).sort();
const three = (dimensions: Partial<Piece>, ...cases: string[]): Share[] =>
  (cases.length > 0 ? cases : ['a', 'b', 'c']).map((caseId) => share(caseId, dimensions));

describe('what is told of cases that may not be seen', () => {
  it('is a cell on which three of them rest, in full', () =>
    expect(atoms(...three({}))).toEqual(['ES/n1/vessel///ES51 300']));

  it('is nothing where one or two rest', () => {
    expect(atoms(share('a'))).toEqual(['withheld']);
    expect(atoms(share('a'), share('b'), share('b', { region: 'ES52' }))).toEqual(['withheld']);
  });

  it('is told apart by as much as three allow: first without the region, at last by nothing', () => {
    expect(atoms(share('a'), share('b'), share('c', { region: 'ES52' }))).toEqual(['ES/n1/vessel///* 300']);
    expect(atoms(share('a'), share('b'), share('c', { power: 'conviction-based' }))).toEqual([
      'ES/n1/vessel/*/*/* 300',
    ]);
    expect(atoms(share('a'), share('b'), share('c', { category: 'cash' }))).toEqual(['ES/n1/*/*/*/* 300']);
    expect(atoms(share('a'), share('b'), share('c', { network: 'n2' }))).toEqual(['ES/*/vessel/*/*/* 300']);
    expect(atoms(share('a'), share('b'), share('c', { network: 'n2', category: 'cash' }))).toEqual(['ES/*/*/*/*/* 300']); // prettier-ignore
    expect(atoms(share('a'), share('b'), share('c', { jurisdiction: 'PT' }))).toEqual(['*/*/*/*/*/* 300']);
  });

  it('takes in with the smallest neighbour what alone would be withheld', () => {
    const large = three({ category: 'cash' }, 'a', 'b', 'c', 'd');
    expect(atoms(...large, ...three({}), share('e', { jurisdiction: 'PT' }))).toEqual(['*/*/*/*/*/* 400', 'ES/n1/cash///ES51 400']); // prettier-ignore
  });

  it('never puts together what a figure selects by: quarters, places, currencies, states, opening balances', () => {
    for (const other of [
      { quarter: '2026Q2' },
      { to_place: 'seized' },
      { from_place: 'outside' },
      { currency: 'DKK' },
      { state: 'unvalued' },
      { opening: true },
      { from_opening: true },
      { movement: 'transferred' as const },
    ])
      // prettier-ignore
      expect(atoms(share('a'), share('b'), share('c', other))).toEqual(['withheld', 'withheld']);
  });

  it('rests on three in every column: assets of two among the value of three are withheld', () =>
    expect(atoms(share('a'), share('b'), share('c', { counted: 0 }))).toEqual(['withheld']));

  it('rests on three in the difference of two ways to count it: of four that came, one that had been there before is withheld', () => {
    const again = share('d', { counted: 0 });
    expect(atoms(...three({}, 'a', 'b', 'c', 'e'), again)).toEqual(['withheld']);
    expect(atoms(...three({}), ...three({ counted: 0 }, 'd', 'e', 'f'))).toEqual(['ES/n1/vessel///ES51 600']);
  });

  it('does not rest on a case that took back what it added', () => {
    const back = { amount: -100_00n, eur: -100_00n, counted: -1, arrived: -1, departed: -1 };
    expect(atoms(share('a'), share('b'), share('c'), share('c', back))).toEqual(['withheld']);
    expect(atoms(share('c'), share('c', back))).toEqual([]);
  });

  it('does not depend on the order in which it is found', () => {
    fc.assert(
      fc.property(books, ({ shares }) => {
        expect(
          atomsOf([...shares].reverse())
            .map(told)
            .sort(),
        ).toEqual(atomsOf(shares).map(told).sort());
      }),
    );
  });
});

/** Cases, cells and sizes as small as can be, so that many rest on two, three and four. */
const either = <T>(a: T, b: T): fc.Arbitrary<T> => fc.oneof({ weight: 6, arbitrary: fc.constant(a) }, fc.constant(b));
const cellsTold = fc.record({
  quarter: either('2026Q1', '2026Q2'),
  to_place: either('frozen', 'seized'),
  from_place: either('identified', 'frozen'),
  opening: either(false, true),
  state: either('valued', 'unconverted'),
  jurisdiction: either('ES', 'PT'),
  network: either('n1', 'n2'),
  category: either('vessel', 'cash'),
  power: either('', 'conviction-based'),
  region: either('r1', 'r2'),
});
const added = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), cellsTold, fc.boolean());

/** The unknowns of a book: what each share adds to money, to assets at both its sides. Each is a digit of its own. */
const DIGIT = { money: 8n, assets: 4n };

const books = fc.array(added, { minLength: 8, maxLength: 12 }).map((all) => {
  const whole = new Map(all.map(([caseId, cell, open]) => [JSON.stringify([caseId, cell]), [caseId, cell, open && caseId > 'd'] as const])); // prettier-ignore
  const shares = [...whole.values()].map(([caseId, cell, open], index) => {
    const [money, first] = [DIGIT.money ** BigInt(index), Number(DIGIT.assets ** BigInt(2 * index))];
    const sums = { amount: money, eur: cell.state === 'valued' ? money : 0n, counted: first, arrived: first, departed: first * 4 }; // prettier-ignore
    return { open, share: share(caseId, { ...cell, movement: cell.opening ? 'opened' : 'measured', ...sums }) };
  });
  const openCases = new Set(shares.filter(({ open }) => open).map(({ share: { caseId } }) => caseId));
  const closed = shares.map(({ share: one }) => one).filter(({ caseId }) => !openCases.has(caseId));
  const open = shares.map(({ share: one }) => one).filter(({ caseId }) => openCases.has(caseId));
  return { all: shares.map(({ share: one }) => one), shares: closed, open };
});

/** How often each digit stands in a number: from less than half of the base below zero to less than half above. */
const digitsOf = (number: bigint, base: bigint, count: number): bigint[] => {
  const digits: bigint[] = [];
  let rest = number;
  for (let index = 0; index < count; index += 1) {
    const digit = ((rest % base) + base) % base;
    digits.push(digit > base / 2n ? digit - base : digit);
    rest = (rest - (digits.at(-1) ?? 0n)) / base;
  }
  expect(rest).toBe(0n);
  return digits;
};

const valuesOf: { readonly [G in Grouping]: readonly string[] } = {
  network: ['n1', 'n2'],
  jurisdiction: ['ES', 'PT'],
  region: ['r1', 'r2'],
  category: ['vessel', 'cash'],
  power: ['', 'conviction-based'],
  stage: ['identified', 'frozen', 'seized'],
  quarter: ['2026Q1', '2026Q2'],
};

const subsets = <T>(of: readonly T[]): T[][] => of.reduce<T[][]>((all, one) => [...all, ...all.map((some) => [...some, one])], [[]]); // prettier-ignore

type Filter = Partial<Record<Grouping, string>>;
const filters: Filter[] = groupings.reduce<Filter[]>(
  (all, grouping) => [...all, ...all.flatMap((some) => valuesOf[grouping].map((value) => ({ ...some, [grouping]: value })))],
  [{}],
); // prettier-ignore
const single = filters.filter((filter) => Object.keys(filter).length < 2);
const periods = [['2026Q1', '2026Q1'], ['2026Q2', '2026Q2'], ['2026Q1', '2026Q2']].map(([first, last]) => ({ first: first as Quarter, last: last as Quarter })); // prettier-ignore

/** Every grouping, alone and with each filter of one value; every filter of many values. */
const questions: FiguresAsked[] = periods.flatMap((period) => [
  ...subsets(groupings).flatMap((by) => single.map((filter) => ({ period, by, filter }))),
  ...filters.map((filter) => ({ period, by: [], filter })),
]);

const asked: readonly Definition[] = definitionsOf([
  'value-seized',
  'value-held',
  'value-held-before',
  'value-transferred',
  'value-left',
]);

/** A figure, and whether it counts what was reached for the first time; or what arrived, or departed. */
type Answered = readonly [figure: Figure & Told, countsFirst: boolean];

const answersOf = (pieces: readonly Piece[], put: readonly FiguresAsked[]): Answered[] => {
  const found = new Map<string, Answered>();
  for (const definition of asked)
    for (const question of put) {
      const { rows, total } = figuresOfPieces(definition, pieces, question);
      assertCloses(rows, total);
      for (const { withheld: _, group: __, groupWithheld: ___, ...figure } of [...rows, total].filter(tellsValue))
        found.set(JSON.stringify(figure), [
          { ...figure, group: {} },
          definition.kind === 'flow' && definition.counts === 'first',
        ]);
    }
  return [...found.values()];
};

const cents = (text: string): bigint => BigInt(text.replace('.', ''));

/** What the reader of these answers knows of the money of cases they may not see, and of the assets: a row a number they were given. */
const knownOf = (
  { all, shares }: { all: readonly Share[]; shares: readonly Share[] },
  answers: readonly Answered[],
) => {
  const closed = all.flatMap((one, index) => (shares.includes(one) ? [index] : []));
  const money = answers.flatMap(([{ eur, amounts }]) => [eur, ...amounts.map(({ amount }) => amount)].map((text) => digitsOf(cents(text), DIGIT.money, all.length))); // prettier-ignore
  const assets = answers.flatMap(([figure, countsFirst]) =>
    [figure.assets, figure.valued, figure.unvalued, figure.unconverted, figure.opening].map((count) => {
      const digits = digitsOf(BigInt(count), DIGIT.assets, 2 * all.length);
      const none = digits.map(() => 0n);
      return countsFirst ? [...digits, ...none] : [...none, ...digits];
    }),
  );
  const places = [0, 1, 2, 3].flatMap((side) => closed.map((index) => (side < 2 ? 0 : 2 * all.length) + 2 * index + (side % 2))); // prettier-ignore
  return {
    money: money.map((row) => closed.map((index) => row[index] ?? 0n)),
    moneyOwners: closed.map((index) => all[index]?.caseId ?? ''),
    assets: assets.map((row) => places.map((place) => row[place] ?? 0n)),
    assetOwners: [0, 1, 2, 3].flatMap(() => closed.map((index) => all[index]?.caseId ?? '')),
  };
};

const seen = { runs: 0, independent: 0 };

/** What is known when these questions are put to a book. */
const tellsOfFew = (
  book: typeof books extends fc.Arbitrary<infer B> ? B : never,
  put: readonly FiguresAsked[],
): string[][] => {
  const known = knownOf(book, answersOf([...book.open, ...atomsOf(book.shares)], put));
  seen.runs += 1;
  seen.independent += rankOf(known.money);
  return [...toldApart(known.money, known.moneyOwners), ...toldApart(known.assets, known.assetOwners)];
};

describe('all answers that a reader can get', () => {
  afterAll(() => expect(seen.independent).toBeGreaterThan(seen.runs / 6));

  it('taken together by any sums and differences tell of no set of fewer than three cases', () =>
    fc.assert(
      fc.property(books, (book) => expect(tellsOfFew(book, questions)).toEqual([])),
      { numRuns: 3 },
    ), 240_000); // prettier-ignore

  it('nor do some of them, over many books', () =>
    fc.assert(
      fc.property(books, fc.array(fc.constantFrom(...questions), { minLength: 60, maxLength: 60 }), (book, put) =>
        expect(tellsOfFew(book, put)).toEqual([]),
      ),
      { numRuns: 60 },
    ), 240_000); // prettier-ignore

  it('would tell of one if cells stood as they are', () => {
    const shares = [share('a', { eur: 1n, amount: 1n }), share('b', { eur: 8n, amount: 8n, category: 'cash' })];
    const plain = shares.map((one) => ({ ...one, counted: 0, arrived: 0, departed: 0 }));
    const known = knownOf({ all: plain, shares: plain }, answersOf(plain, questions.slice(0, 200)));
    expect(toldApart(known.money, known.moneyOwners)).toContainEqual(['a']);
  });
});
