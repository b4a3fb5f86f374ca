import type { Period } from '#core';
import type { Place } from '#ledger';

import type { Piece } from './atoms.js';
import { type Definition, type Movement, movements } from './definitions.js';
import type { ReadModels } from './read-models.js';

export const groupings = ['network', 'jurisdiction', 'region', 'category', 'power', 'stage', 'quarter'] as const;
export type Grouping = (typeof groupings)[number];

/** The side of a cell a figure looks at: what arrives, or for stock also what leaves. */
export interface Side {
  readonly sign: 1 | -1;
  /** How shares without a euro value are summed: what came less what went, or of a net movement both. */
  readonly unknown: 1 | -1;
  readonly count: 'counted' | 'arrived' | 'departed';
  readonly place: 'to_place' | 'from_place';
  readonly power: 'power' | 'from_power';
  readonly opening: 'opening' | 'from_opening';
}

const ARRIVING: Side = { sign: 1, unknown: 1, count: 'arrived', place: 'to_place', power: 'power', opening: 'opening' };
const LEAVING: Side = {
  sign: -1,
  unknown: -1,
  count: 'departed',
  place: 'from_place',
  power: 'from_power',
  opening: 'from_opening',
};
/** A movement rests on an opening balance when what moved did. */
const CROSSING: Side = { ...ARRIVING, count: 'counted', opening: 'from_opening' };
/** What comes back rests on one when it does from now on: of what left, that is not kept. */
const CROSSING_EACH: Side = { ...CROSSING, count: 'arrived', opening: 'opening' };

/** What crossed back is as unknown as what came: that as much of one as of the other is does not make the difference known. */
const CROSSING_BACK: Side = { ...LEAVING, unknown: 1 };

export const sidesOf = (definition: Definition): readonly Side[] => {
  switch (definition.kind) {
    case 'stock':
      return [ARRIVING, LEAVING];
    case 'net':
      return [ARRIVING, CROSSING_BACK];
    case 'flow':
      return [definition.counts === 'each' ? CROSSING_EACH : CROSSING];
  }
};

export const columnOf = (grouping: Grouping, side: Side): string =>
  grouping === 'stage'
    ? side.place
    : grouping === 'power'
      ? side.power
      : grouping === 'network'
        ? 'coalesce(m.survivor, c.network)'
        : `c.${grouping}`;

const MEASURES = `c.reason in ('measure', 'identification')`;

/** What is taken in as an opening balance. What is found again was lost on a day, whatever it rests on: it moved. */
const OPENED = `c.opening and c.from_place <> 'lost'`;

/** Which cells `c` are of a movement: each is of one. */
const movedBy: { readonly [M in Movement]: string } = {
  measured: `not (${OPENED}) and ${MEASURES}`,
  opened: `${OPENED} and ${MEASURES}`,
  revalued: `c.reason = 'valuation'`,
  transferred: `c.reason in ('attribution', 'relocation', 'conversion')`,
  ordered: `c.reason = 'order'`,
};

/** The movement that a cell `c` is of. */
export const MOVEMENT = `case ${movements.map((movement) => `when ${movedBy[movement]} then '${movement}'`).join(' ')} end`;

/** The places of a flow that a side looks at: of what crossed back, the other way round. */
const crossed = <T>({ sign }: Side, from: T, to: T): readonly [from: T, to: T] =>
  sign === 1 ? [from, to] : [to, from];

/** Which cells a figure looks at, in $1 to $5: first and last quarter, places to, position, places from. */
export const within = (definition: Definition, side: Side): string => {
  if (definition.kind === 'stock') {
    const until = definition.at === 'end' ? 'c.quarter <= $2' : 'c.quarter < $1';
    return `${until} and $1::text is not null and $2::text is not null and $5::text[] is not null and c.${side.place} = any($3::text[])
       and not (${movedBy.ordered})`;
  }
  const [from, to] = crossed(side, '$5', '$3');
  return `c.quarter between $1 and $2 and ${movedBy[definition.movement]} and c.from_place = any(${from}::text[])
       and c.to_place = any(${to}::text[])`;
};

/** The same of pieces, which are summed here rather than in the database. */
export const isWithin = (definition: Definition, side: Side, piece: Piece, { first, last }: Period): boolean => {
  if (definition.kind === 'stock') {
    const { quarter, movement } = piece;
    const isThen = definition.at === 'end' ? quarter <= last : quarter < first;
    return isThen && movement !== 'ordered' && includes(definition.to, piece[side.place]);
  }
  if (piece.movement !== definition.movement || piece.quarter < first || piece.quarter > last) return false;
  const [from, to] = crossed(side, definition.from, definition.to);
  return includes(from, piece.from_place) && includes(to, piece.to_place);
};

/** The cells `c` that some definition looks at, and maybe some more, by what every atom tells only: an atom is in the answer whole or not at all. */
export const wantedOf = (
  definitions: readonly Definition[],
  { first, last }: Period,
  parameter: (value: string | readonly string[]) => string,
): string => {
  const stocks = definitions.filter(({ kind }) => kind === 'stock');
  const among = (places: readonly Place[]): string => `any(${parameter([...new Set(places)])}::text[])`;
  const held = among(stocks.flatMap(({ to }) => to));
  const flows = definitions.filter((definition) => definition.kind !== 'stock');
  const ways = flows.flatMap((definition) =>
    sidesOf(definition).map((side) => [definition.movement, ...crossed(side, definition.from, definition.to)] as const),
  );
  const moved = movements.map((movement) => {
    const some = ways.filter(([by]) => by === movement);
    const [from, to] = [among(some.flatMap(([, places]) => places)), among(some.flatMap(([, , places]) => places))];
    return `or ${movedBy[movement]} and c.from_place = ${from} and c.to_place = ${to}`;
  });
  // What stands at a moment began before the period.
  const since = stocks.length > 0 ? '' : `c.quarter >= ${parameter(first)} and`;
  return `${since} c.quarter <= ${parameter(last)} and (c.from_place = ${held} or c.to_place = ${held} ${moved.join(' ')})`;
};

const includes = (places: readonly string[], place: string): boolean => places.includes(place);

/** What a piece tells of a grouping; null where it does not. */
export const toldOf = (grouping: Grouping, side: Side, piece: Piece): string | null =>
  grouping === 'stage' ? piece[side.place] : grouping === 'power' ? piece[side.power] : piece[grouping];

/** Under which network the value of a merged one stands: two lists side by side, of which the first has this number. */
export const mergedBy = (number: number): string =>
  `left join unnest($${number}::text[], $${number + 1}::text[]) m(network, survivor) on m.network = c.network`;
export const merged = mergedBy(6);

/** Networks that were merged, and beside each the one that remains. */
export type Mergers = readonly [merged: string[], survivors: string[]];

/** Networks merged into another up to a position, each with the one that remains, however many mergers lie between. */
export const survivors = async (rm: ReadModels, until: number): Promise<Mergers> => {
  const text = `select network_id, merged_into from ${rm.schema}.networks where merged_position <= $1 order by 1`;
  const into = new Map<string, string>();
  for (const row of await rm.db.query<{ network_id: string; merged_into: string }>(text, [until]))
    into.set(row.network_id, row.merged_into);
  const last = remainingOf(into);
  return [[...last.keys()], [...last.values()]];
};

/** The one that remains of each network: what lies between is followed once. Of a circle, which is refused today, it is the first by its id. */
export const remainingOf = (into: ReadonlyMap<string, string>): Map<string, string> => {
  const remaining = new Map<string, string>();
  for (const id of into.keys()) {
    const path = new Set<string>();
    let end = id;
    for (let next = into.get(id); next !== undefined && !path.has(end) && !remaining.has(end); next = into.get(end)) {
      path.add(end);
      end = next;
    }
    const circle = path.has(end) ? [...path].slice([...path].indexOf(end)).sort() : [];
    const last = remaining.get(end) ?? circle[0] ?? end;
    for (const one of path) remaining.set(one, last);
  }
  return remaining;
};
