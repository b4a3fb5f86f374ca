import type { Period } from '#core';

import type { Piece } from './atoms.js';
import type { Definition } from './definitions.js';
import type { ReadModels } from './read-models.js';

export const groupings = ['network', 'jurisdiction', 'region', 'category', 'power', 'stage', 'quarter'] as const;
export type Grouping = (typeof groupings)[number];

/** The side of a cell a figure looks at: what arrives, or for stock also what leaves. */
export interface Side {
  readonly sign: 1 | -1;
  readonly count: 'counted' | 'arrived' | 'departed';
  readonly place: 'to_place' | 'from_place';
  readonly power: 'power' | 'from_power';
  readonly opening: 'opening' | 'from_opening';
}

const ARRIVING: Side = { sign: 1, count: 'arrived', place: 'to_place', power: 'power', opening: 'opening' };
const LEAVING: Side = {
  sign: -1,
  count: 'departed',
  place: 'from_place',
  power: 'from_power',
  opening: 'from_opening',
};
/** A movement rests on an opening balance when what moved did. */
const CROSSING: Side = { ...ARRIVING, count: 'counted', opening: 'from_opening' };
/** What comes back is counted as often as it comes back; only the first time is counted once for ever. */
const RETURNING = 'value-restrained-again';

export const sidesOf = ({ kind, name }: Definition): readonly Side[] =>
  kind === 'stock' ? [ARRIVING, LEAVING] : [name === RETURNING ? { ...CROSSING, count: 'arrived' } : CROSSING];

export const columnOf = (grouping: Grouping, side: Side): string =>
  grouping === 'stage'
    ? side.place
    : grouping === 'power'
      ? side.power
      : grouping === 'network'
        ? 'coalesce(m.survivor, c.network)'
        : `c.${grouping}`;

/** What measures and identifications moved. */
export const MOVEMENT = `not c.opening and c.reason in ('measure', 'identification')`;

/**
 * Which cells a figure looks at, in $1 to $5: first and last quarter, places to, position, places from. A flow is what measures and
 * identifications moved: opening balances, attributions and relocations are none.
 */
export const within = (kind: Definition['kind'], side: Side): string =>
  kind === 'stock'
    ? `c.quarter <= $2 and $1::text is not null and $5::text[] is not null and c.${side.place} = any($3::text[])`
    : `c.quarter between $1 and $2 and ${MOVEMENT} and c.from_place = any($5::text[])
       and c.to_place = any($3::text[])`;

/** The same of pieces, which are summed here rather than in the database. */
export const isWithin = ({ kind, from, to }: Definition, side: Side, piece: Piece, { first, last }: Period): boolean =>
  kind === 'stock'
    ? piece.quarter <= last && includes(to, piece[side.place])
    : first <= piece.quarter && piece.quarter <= last && piece.flows && includes(from, piece.from_place) && includes(to, piece.to_place); // prettier-ignore

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
