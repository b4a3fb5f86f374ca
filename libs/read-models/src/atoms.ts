import type { Movement } from './definitions.js';

/** What rests on fewer cases than these could be told of one of them. */
export const FEW = 3;

/** What a question may group or filter by, and an atom may leave untold. */
export type Dimension = 'jurisdiction' | 'network' | 'category' | 'from_power' | 'power' | 'region';

/** What every atom tells: the figures themselves select by it. */
interface Crossing {
  readonly quarter: string;
  readonly from_place: string;
  readonly to_place: string;
  readonly movement: Movement;
  readonly opening: boolean;
  readonly from_opening: boolean;
  readonly currency: string;
  readonly state: string;
}

/** Postings that are counted together or not at all, summed. Amounts are minor units, `eur` cents. */
export interface Piece extends Crossing, Readonly<Record<Dimension, string | null>> {
  readonly amount: bigint;
  readonly eur: bigint;
  readonly counted: number;
  readonly arrived: number;
  readonly departed: number;
  /** Shares of assets that have no euro value, in basis points. */
  readonly share: number;
  /** Something is left out here: the sums are none. */
  readonly withheld: boolean;
}

/** What one case adds to one cell. */
export interface Share extends Piece {
  readonly caseId: string;
}

interface Sums {
  amount: bigint;
  eur: bigint;
  counted: number;
  arrived: number;
  departed: number;
  share: number;
}

/**
 * What an answer shows of a piece: stock also what arrived less what departed, where value moves inside of it; and of two figures that
 * count the same crossing in two ways, the difference.
 */
const columns: readonly ((sums: Sums) => number | bigint)[] = [
  ({ amount }) => amount,
  ({ eur }) => eur,
  ({ counted }) => counted,
  ({ arrived }) => arrived,
  ({ departed }) => departed,
  ({ share }) => share,
  ({ arrived, departed }) => arrived - departed,
  ({ counted, arrived }) => counted - arrived,
  ({ counted, departed }) => counted - departed,
];

/** No text of the book holds it. */
const SEPARATOR = '\0';

/**
 * What is told of an atom, from all to nothing: what rests on too few cases in the one goes on to the next. Later ones need
 * not tell less than each before.
 */
export const levels: readonly (readonly Dimension[])[] = [
  ['jurisdiction', 'network', 'category', 'from_power', 'power', 'region'],
  ['jurisdiction', 'network', 'category', 'from_power', 'power'],
  ['jurisdiction', 'network', 'category'],
  ['jurisdiction', 'network'],
  ['jurisdiction', 'category'],
  ['jurisdiction'],
  [],
];

interface Atom {
  readonly told: readonly Dimension[];
  readonly key: string;
  readonly shares: readonly Share[];
}

const crossingOf = (p: Share): string =>
  [p.quarter, p.from_place, p.to_place, p.movement, p.opening, p.from_opening, p.currency, p.state].join(SEPARATOR);

const groupsBy = (shares: readonly Share[], keyOf: (share: Share) => string): Map<string, Share[]> => {
  const groups = new Map<string, Share[]>();
  for (const share of shares) {
    const key = keyOf(share);
    const group = groups.get(key);
    if (group) group.push(share);
    else groups.set(key, [share]);
  }
  return groups;
};

const casesOf = (shares: readonly Share[]): number => new Set(shares.map(({ caseId }) => caseId)).size;

const add = (sums: Sums, { amount, eur, counted, arrived, departed, share }: Share): Sums => ({
  amount: sums.amount + amount,
  eur: sums.eur + eur,
  counted: sums.counted + counted,
  arrived: sums.arrived + arrived,
  departed: sums.departed + departed,
  share: sums.share + share,
});

const NOTHING: Sums = { amount: 0n, eur: 0n, counted: 0, arrived: 0, departed: 0, share: 0 };

/** How many cases add something to each column. A case that took back what it added adds nothing. */
const addingTo = (shares: readonly Share[]): number[] => {
  const cases = new Map<string, Sums>();
  for (const share of shares) cases.set(share.caseId, add(cases.get(share.caseId) ?? NOTHING, share));
  return columns.map((of) => [...cases.values()].filter((sums) => BigInt(of(sums)) !== 0n).length);
};

const isNothing = (shares: readonly Share[]): boolean => addingTo(shares).every((cases) => cases === 0);

/** In each column no case adds anything, or enough of them do. */
const restsOnEnough = (shares: readonly Share[]): boolean => {
  const adding = addingTo(shares);
  return adding.every((cases) => cases === 0 || cases >= FEW) && adding.some((cases) => cases > 0);
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The nearest neighbour with which the rest is enough: one that tells little already, and of those the smallest. */
const neighbourOf = (atoms: readonly Atom[], rest: readonly Share[]): Atom | undefined =>
  [...atoms]
    .sort((a, b) => a.told.length - b.told.length || casesOf(a.shares) - casesOf(b.shares) || byText(a.key, b.key))
    .find(({ shares }) => restsOnEnough([...shares, ...rest]));

const UNTOLD = { jurisdiction: null, network: null, category: null, from_power: null, power: null, region: null };

const pieceOf = (shares: readonly Share[], told: readonly Dimension[], withheld = false): Piece => {
  const { caseId: _, ...first } = shares[0] as Share;
  const dimensions = { ...UNTOLD, ...Object.fromEntries(told.map((name) => [name, first[name]])) };
  return { ...first, ...dimensions, ...(withheld ? NOTHING : shares.reduce(add, NOTHING)), withheld };
};

/** Takes what rests on enough cases, told by so much. @returns what does not. */
const take = (atoms: Atom[], rest: readonly Share[], told: readonly Dimension[]): Share[] => {
  const small: Share[][] = [];
  for (const [key, shares] of groupsBy(rest, (share) => told.map((name) => share[name]).join(SEPARATOR)))
    if (restsOnEnough(shares)) atoms.push({ told, key, shares });
    else if (told !== levels[0] || !isNothing(shares)) small.push(shares);
  return small.flat();
};

const atomsOfCrossing = (all: readonly Share[]): Piece[] => {
  const atoms: Atom[] = [];
  const rest = levels.reduce((left, told) => take(atoms, left, told), all);
  const neighbour = rest.length > 0 ? neighbourOf(atoms, rest) : undefined;
  const pieces = atoms.filter((atom) => atom !== neighbour).map(({ shares, told }) => pieceOf(shares, told));
  if (neighbour) return [...pieces, pieceOf([...neighbour.shares, ...rest], [])];
  return rest.length > 0 ? [...pieces, pieceOf(rest, [], true)] : pieces;
};

/**
 * Puts together what cases add to cells, until each atom rests on at least three cases in every column, or is withheld. It
 * depends on what is in the cells and on no question, and no share is in two atoms: whatever answers are sums of whole
 * atoms, no adding and subtracting of them tells of fewer than three cases. That one of three dominates is not looked at.
 */
export const atomsOf = (shares: readonly Share[]): Piece[] =>
  [...groupsBy(shares, crossingOf).values()].flatMap((crossing) => atomsOfCrossing(crossing));
