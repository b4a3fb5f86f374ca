import type { Scope } from '#access';
import type { SqlValue } from '#event-store';
import { type Place, places } from '#ledger';

import { type CaseDetail, isAttributedTo } from './entries.js';
import { networksAsOne } from './mergers.js';
import type { ReadModels } from './read-models.js';
import { type OfCase, visible, visibleOne } from './scope.js';
import { assetSealed, caseSealed } from './sealing.js';

export interface AssetsAsked {
  readonly caseId?: string | undefined;
  readonly stage?: string | undefined;
  readonly category?: string | undefined;
  readonly jurisdiction?: string | undefined;
  readonly region?: string | undefined;
  readonly district?: string | undefined;
  /** Also what was attributed to those merged with it. */
  readonly network?: string | undefined;
  /** As it was written or normalised; matched without spaces and dashes. */
  readonly identifier?: string | undefined;
}

export type Wanted = Omit<AssetsAsked, 'network'> & { readonly network: readonly string[] | undefined };

/** The case of the row `a`. */
export const OF_CASE: OfCase = { caseId: 'a.case_id', jurisdiction: 'a.case_jurisdiction' };

type Condition = readonly [name: keyof AssetsAsked, text: string];

/** What is asked as of now, whenever it was: the case of an asset never changes. */
const lasting = (schema: string): readonly Condition[] => [
  ['caseId', 'a.case_id = ?::uuid'],
  [
    'identifier',
    `a.asset_id in (select asset_id from ${schema}.asset_identifiers where normalised in (?, upper(?), lower(?)))`,
  ],
];

const own = ['stage', 'category', 'jurisdiction', 'region', 'district'] as const;

const changing = (schema: string): readonly Condition[] => [
  ...own.map((name): Condition => [name, `a.${name} = ?`]),
  ['network', `a.case_id in (select case_id from ${schema}.case_networks where network_id = any(?::uuid[]))`],
];

/** What the conditions that may change say of a row, of an asset as it was. */
export const meets = (
  row: Readonly<Record<(typeof own)[number], string>>,
  inCase: CaseDetail,
  asked: Wanted,
): boolean =>
  own.every((name) => asked[name] === undefined || asked[name] === row[name]) &&
  (asked.network === undefined || isAttributedTo(inCase, asked.network));

/** What the conditions compare with: an identifier as it is kept, and the networks that count as the one that is asked for. */
export const wantedIn = async (rm: ReadModels, asked: AssetsAsked, asOf?: number): Promise<Wanted> => {
  const { identifier, network } = asked;
  return {
    ...asked,
    identifier: identifier?.replace(/[\s-]/g, ''),
    network: network === undefined ? undefined : await networksAsOne(rm, network, asOf),
  };
};

const NOWHERE: readonly Place[] = ['outside', 'revaluation'];
const RANK = places.filter((place) => !NOWHERE.includes(place));

/** The furthest place at which the postings up to a position leave the asset of the row `a`; what counts nowhere is at none. */
const stageAt = (schema: string, position: string): string => `coalesce((
  select s.place from ${schema}.postings p join ${schema}.cells c using (cell_id),
    lateral (values (c.to_place, p.arrived), (c.from_place, -p.departed)) as s(place, count)
  where p.asset_id = a.asset_id and p.position <= ${position} and s.place = any('{${RANK.join()}}'::text[])
  group by s.place having sum(s.count) > 0 order by array_position('{${RANK.join()}}'::text[], s.place) desc limit 1), 'none')`;

const COUNTS_NOWHERE: readonly string[] = ['duplicate', 'voided'];

/**
 * The rows `a` that are asked for and in scope. What is sealed is found by its case only, not by anything that it says. With `until`,
 * the parameter that holds a position, also those that have changed since and may have been what is asked for: `meets` tells.
 */
export const wantedOf = (schema: string, scope: Scope, asked: Wanted, values: SqlValue[], until?: string): string => {
  const put = (conditions: readonly Condition[]): string[] =>
    conditions.flatMap(([name, text]) => {
      const value = asked[name];
      return value === undefined ? [] : [text.replaceAll('?', `$${values.push(value)}`)];
    });
  const [lasts, changes] = [put(lasting(schema)), put(changing(schema))];
  const { stage } = asked;
  const stood = COUNTS_NOWHERE.includes(stage ?? '') ? 'none' : stage;
  const may = until && stood ? `${stageAt(schema, until)} = $${values.push(stood)}` : 'true';
  const met = changes.join(' and ') || 'true';
  const wanted = [...lasts, until ? `case when a.position > ${until} then ${may} else ${met} end` : met];
  if (lasts.length + changes.length > (asked.caseId === undefined ? 0 : 1))
    wanted.push(`not ${assetSealed(schema, scope, values, 'a')}`);
  if (asked.network !== undefined) wanted.push(`not ${caseSealed(schema, scope, values, OF_CASE)}`);
  // What finds a few rows by itself leaves the scope to be looked up for each of them.
  const within = (asked.identifier ?? asked.caseId) ? visibleOne : visible;
  return [within(schema, scope, 'assets', OF_CASE, values), ...wanted].join(' and ');
};
