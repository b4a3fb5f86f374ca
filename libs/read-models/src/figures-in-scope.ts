import type { Limits } from '#access';
import type { SqlValue } from '#event-store';

import { atomsOf, type Piece, type Share } from './atoms.js';
import {
  type Grouping,
  isWithin,
  mergedBy,
  type Mergers,
  MOVEMENT,
  type Side,
  sidesOf,
  toldOf,
  wantedOf,
} from './cells.js';
import { type Circle, countedCases, inFigures, knownCases } from './counted.js';
import type { Definition } from './definitions.js';
import { type Figure, figureOf, type Sum } from './figure.js';
import type { FiguresAsked } from './figure.js';
import type { ReadModels } from './read-models.js';

type Cell = Omit<Piece, 'amount' | 'eur' | 'counted' | 'arrived' | 'departed' | 'share' | 'withheld'>;
type CellRow = Cell & { readonly cell_id: number };

/** Written out: what the engine of the language copies fast, for all that moved in it. */
const cellOf = (row: CellRow): Cell => ({
  quarter: row.quarter, from_place: row.from_place, to_place: row.to_place, movement: row.movement, opening: row.opening, from_opening: row.from_opening,
  currency: row.currency, state: row.state, jurisdiction: row.jurisdiction, network: row.network, category: row.category,
  from_power: row.from_power, power: row.power, region: row.region,
}); // prettier-ignore

/** What moved in a cell: through one case, or through all that may be seen, where no case is named. */
type Moved = readonly [
  cellId: number,
  caseId: string | null,
  amount: string,
  eur: string,
  counted: number,
  arrived: number,
  departed: number,
  share: number,
];

const pieceOf = (
  cells: ReadonlyMap<number, Cell>,
  [cellId, , amount, eur, counted, arrived, departed, share]: Moved,
): Piece => {
  const cell = cells.get(cellId) as Cell;
  return { ...cell, amount: BigInt(amount), eur: BigInt(eur), counted, arrived, departed, share, withheld: false };
};

/**
 * What the cases in scope have moved, cell by cell: it costs their postings, or those of the quarters, whichever are fewer. Of
 * cases that may not be seen there are atoms only, made of all that such cases have in a quarter, whatever is asked; those
 * that who asks knows are told apart from the others, or three would be fewer. What is sealed for them is in no piece.
 */
export const piecesOf = async (
  rm: ReadModels,
  limits: Limits,
  circle: Circle,
  { period, asOf }: FiguresAsked,
  definitions: readonly Definition[],
  mergers: Mergers,
): Promise<Piece[]> => {
  // A rebuild may let another generation answer meanwhile: both questions are of the same one.
  const { schema } = rm;
  const values: SqlValue[] = [asOf ?? rm.position()];
  const [row] = await rm.db.query<{ moved: string }>(
    `select '[' || coalesce(string_agg(concat('[', cell_id, ',', coalesce(to_json(case_id)::text, 'null'), ',"', amount, '","', eur, '",', counted, ',', arrived,
       ',', departed, ',', share, ']'), ','), '') || ']' as moved
     from (select cell_id, case when k.open then null else k.case_id end as case_id, sum(p.amount) as amount, sum(p.eur) as eur,
         sum(p.counted) as counted, sum(p.arrived) as arrived, sum(p.departed) as departed,
         sum(case c.state when 'valued' then 0 else p.share_bp end) as share
       from (${countedCases(rm, limits, values)}) k join ${schema}.assets a using (case_id) join ${schema}.postings p using (asset_id)
         join ${schema}.cells c using (cell_id)
       where ${wantedOf(definitions, period, (value) => `$${values.push(value)}`)} and p.position <= $1 and ${inFigures(rm, limits, circle, values)} group by 1, 2) p`,
    values,
  );
  // One text: a row for each would cost more than all that is made of them.
  const moved = JSON.parse(row?.moved ?? '[]') as Moved[];
  const cells = new Map<number, Cell>();
  for (const cell of await rm.db.query<CellRow>(
    `select c.cell_id, c.quarter, c.from_place, c.to_place, ${MOVEMENT} as movement, c.opening, c.from_opening, c.currency, c.state, c.jurisdiction,
       coalesce(m.survivor, c.network) as network, c.category, c.from_power, c.power, c.region
     from ${schema}.cells c ${mergedBy(2)} where c.cell_id = any($1::int[])`,
    [[...new Set(moved.map(([cellId]) => cellId))], ...mergers],
  ))
    cells.set(cell.cell_id, cellOf(cell));
  const shares = moved.flatMap((one): Share[] => (one[1] === null ? [] : [{ ...pieceOf(cells, one), caseId: one[1] }]));
  const known = await knownCases(rm, limits);
  const [theirs, others] = [true, false].map((own) => shares.filter(({ caseId }) => known.has(caseId) === own));
  const open = moved.filter(([, caseId]) => caseId === null).map((one) => pieceOf(cells, one));
  return [...open, ...atomsOf(theirs ?? []), ...atomsOf(others ?? [])];
};

/** Pieces that stand in one row. Where something is left out, `short`. */
interface Group {
  readonly names: readonly (string | null)[];
  readonly sums: Sum[];
  short: boolean;
}

const sumOf = (side: Side, piece: Piece): Sum => [
  null, piece.currency, piece.state, piece[side.opening], String(BigInt(side.sign) * piece.amount), String(BigInt(side.sign) * piece.eur),
  side.sign * piece[side.count], side.unknown * piece.share,
]; // prettier-ignore

const groupsOf = (
  definition: Definition,
  pieces: readonly Piece[],
  asked: FiguresAsked,
  by: readonly Grouping[],
  sealed: boolean,
): Group[] => {
  const filter = Object.entries(asked.filter ?? {}) as [Grouping, string][];
  const groups = new Map<string, Group>();
  for (const side of sidesOf(definition)) {
    for (const piece of pieces) {
      const wanted = filter.map(([grouping, value]) => [toldOf(grouping, side, piece), value] as const);
      if (
        !isWithin(definition, side, piece, asked.period) ||
        wanted.some(([told, value]) => told !== null && told !== value)
      )
        continue;
      const names = by.map((grouping) => toldOf(grouping, side, piece));
      const key = JSON.stringify(names);
      const group = groups.get(key) ?? { names, sums: [], short: sealed };
      groups.set(key, group);
      if (piece.withheld || wanted.some(([told]) => told === null)) group.short = true;
      else group.sums.push(sumOf(side, piece));
    }
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
};

/** Whether what is not told apart could belong to a row. */
const couldBelong = (untold: Group, { names }: Group): boolean =>
  untold.names.every((name, index) => name === null || names[index] === null || name === names[index]);

const shown = (figure: Figure, withheld: boolean, untold: readonly Grouping[] = []): Figure => ({
  ...figure,
  ...(withheld ? { withheld } : {}),
  ...(untold.length > 0 ? { groupWithheld: untold } : {}),
});

/** What may be told of a group; null where something is left out and nothing is told beside it. */
const toldOfGroup = ({ sums, short }: Group): readonly Sum[] | null => (short && sums.length === 0 ? null : sums);

/**
 * The rows of a figure, and its total. What cannot be told apart by a grouping stands in a row without it. Where something that is
 * counted is `sealed`, each may be short of it: which ones are would tell what it is.
 */
export const figuresOfPieces = (
  definition: Definition,
  pieces: readonly Piece[],
  asked: FiguresAsked,
  sealed = false,
): { rows: Figure[]; total: Figure } => {
  const { by } = asked;
  const groups = groupsOf(definition, pieces, asked, by, sealed);
  const untold = groups.filter(({ names }) => names.includes(null));
  const rows = groups.map((group) => {
    const short = group.short || untold.some((other) => other !== group && couldBelong(other, group));
    const figure = figureOf(definition, by, group.names, toldOfGroup(group));
    return shown(figure, short, by.filter((_, index) => group.names[index] === null)); // prettier-ignore
  });
  const [all = { names: [], sums: [], short: sealed }] = groupsOf(definition, pieces, asked, [], sealed);
  return { rows, total: shown(figureOf(definition, [], [], toldOfGroup(all)), all.short) };
};
