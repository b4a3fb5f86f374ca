import type { Scope } from '#access';
import type { SqlValue } from '#event-store';

import { type CaseDetail, type CaseEntry, isAttributedTo } from './entries.js';
import { caseEntry, type CaseRow } from './loading.js';
import { networksAsOne } from './mergers.js';
import { type Page, type PageAsked, pageOf, placeIn } from './pages.js';
import { isPast, knowingAt, knownAt } from './past.js';
import type { ReadModels } from './read-models.js';
import { type OfCase, visible, visibleOne } from './scope.js';
import { caseSealed, isTrue, rootsIn, type Sealed, sealsOfCase } from './sealing.js';

export interface CaseView extends CaseDetail {
  readonly caseId: string;
  readonly reference: string;
  readonly title: string;
  readonly authority: string;
  readonly jurisdiction: string;
  readonly openedOn: string;
  readonly status: 'open' | 'closed';
  /** Revision of the case's stream: what `If-Match` names. */
  readonly revision: number;
  readonly position: number;
}

/** A case of which something rests on an entry that who asks may not read. */
export interface SealedCase extends Sealed, Pick<CaseView, 'caseId' | 'revision' | 'position'> {}

interface SeenRow extends CaseRow {
  sealed: unknown;
  roots: string | null;
}

const viewOf = (entry: CaseEntry, { sealed, roots }: Pick<SeenRow, 'sealed' | 'roots'>): CaseView | SealedCase => {
  const { caseId, opened, status, revision, position, detail } = entry;
  if (isTrue(sealed)) return { caseId, revision, position, sealed: true };
  const hidden = rootsIn(roots);
  const open = <One extends { readonly eventId: string }>(entries: readonly One[]): One[] =>
    entries.filter(({ eventId }) => !hidden.has(eventId));
  const { consents, namesakes, ...rest } = detail;
  const apart = open(namesakes ?? []);
  return {
    ...opened, status, revision, position, ...rest, consents: open(consents), ...(apart.length > 0 ? { namesakes: apart } : {}),
  }; // prettier-ignore
};

export interface CasesAsked {
  readonly status?: string | undefined;
  /** Also what was attributed to those merged with it. */
  readonly network?: string | undefined;
  readonly operation?: string | undefined;
  readonly jurisdiction?: string | undefined;
}

/** With the networks that count as the one that is asked for. */
type Wanted = Omit<CasesAsked, 'network'> & { readonly network?: readonly string[] | undefined };

interface CasesPage extends PageAsked {
  readonly asOf?: number | undefined;
}

/** The case of the row `c`. */
const OF_CASE: OfCase = { caseId: 'c.case_id', jurisdiction: 'c.jurisdiction' };

/** Cases, each with what is sealed of it. */
const seenOf = (schema: string, scope: Scope, values: SqlValue[]): string =>
  `select c.*, z.sealed, z.roots from ${schema}.cases c cross join lateral ${sealsOfCase(schema, scope, values, OF_CASE)} z`;

const conditions = (schema: string): readonly (readonly [keyof CasesAsked, string])[] => [
  ['status', 'c.status = ?'],
  ['jurisdiction', 'c.jurisdiction = ?'],
  ['network', `c.case_id in (select case_id from ${schema}.case_networks where network_id = any(?::uuid[]))`],
  ['operation', `c.case_id in (select case_id from ${schema}.case_operations where operation_id = ?::uuid)`],
];

/** What `conditions` say of a row, of a case as it was. */
const meets = ({ status, opened, detail }: CaseEntry, asked: Wanted): boolean =>
  (asked.status === undefined || asked.status === status) &&
  (asked.jurisdiction === undefined || asked.jurisdiction === opened.jurisdiction) &&
  (asked.operation === undefined || detail.operations.some(({ operationId }) => operationId === asked.operation)) &&
  (asked.network === undefined || isAttributedTo(detail, asked.network));

/** Of the rows that have changed since, the cases as they were known then; the others are as they were. */
const entriesAt = async (rm: ReadModels, rows: readonly SeenRow[], until: number): Promise<Map<string, CaseEntry>> => {
  const entries = new Map<string, CaseEntry>();
  const knownOf = knowingAt(rm, until);
  for (const { case_id: caseId } of rows.filter(({ position }) => Number(position) > until)) {
    const known = await knownOf(caseId);
    if (known) entries.set(caseId, known.entry);
  }
  return entries;
};

/** The rows that may be asked for: with `past`, also those that have changed since, of which only a look back tells. */
const rowsOf = (
  rm: ReadModels,
  scope: Scope,
  asked: Wanted,
  page: CasesPage,
  past: number | undefined,
): Promise<SeenRow[]> => {
  const values: SqlValue[] = [page.after ? placeIn(page.after) : 0, page.limit + 1];
  values.push(page.asOf ?? Number.MAX_SAFE_INTEGER);
  const wanted = conditions(rm.schema).flatMap(([name, text]) => {
    const value = asked[name];
    return value === undefined ? [] : [text.replace('?', `$${values.push(value)}`)];
  });
  const met = wanted.join(' and ') || 'true';
  const unsealed = wanted.length > 0 ? `and not ${caseSealed(rm.schema, scope, values, OF_CASE)}` : '';
  return rm.db.query<SeenRow>(
    `${seenOf(rm.schema, scope, values)}
     where first_position > $1::bigint and first_position <= $3::bigint
       and ${visible(rm.schema, scope, 'consult', OF_CASE, values)}
       and ${past === undefined ? met : `(c.position > $3::bigint or ${met})`} ${unsealed} order by first_position limit $2`,
    values,
  );
};

/**
 * Cases in the order in which they were opened here. What is sealed is found by nothing that it says. With `asOf`, those that
 * were known then, as they were known, and found by what they were then; who may see them, and what is sealed, is as of now. A page
 * may hold fewer than its limit then, though another follows.
 */
export const cases = async (
  rm: ReadModels,
  scope: Scope,
  { network, ...others }: CasesAsked,
  page: CasesPage,
): Promise<Page<CaseView | SealedCase>> => {
  const asked = network === undefined ? others : { ...others, network: await networksAsOne(rm, network, page.asOf) };
  const past = isPast(rm, page.asOf) ? page.asOf : undefined;
  const rows = await rowsOf(rm, scope, asked, page, past);
  const then = past === undefined ? undefined : await entriesAt(rm, rows.slice(0, page.limit), past);
  const { items, ...next } = pageOf(
    rows,
    page.limit,
    (row) => [Number(row.first_position)],
    (row) => ({ row, entry: then?.get(row.case_id) ?? caseEntry(row) }),
  );
  const met = then ? items.filter(({ entry }) => meets(entry, asked)) : items;
  return { items: met.map(({ row, entry }) => viewOf(entry, row)), ...next };
};

/** One case, now or as it was known at a position; undefined when there was none, or none for who asks. */
export const caseFile = async (
  rm: ReadModels,
  scope: Scope,
  caseId: string,
  asOf?: number,
): Promise<CaseView | SealedCase | undefined> => {
  const values: SqlValue[] = [caseId];
  const [row] = await rm.db.query<SeenRow>(
    `${seenOf(rm.schema, scope, values)} where c.case_id = $1 and ${visibleOne(rm.schema, scope, 'consult', OF_CASE, values)}`,
    values,
  );
  if (!row) return undefined;
  const entry = isPast(rm, asOf) ? (await knownAt(rm, caseId, asOf))?.entry : caseEntry(row);
  return entry && viewOf(entry, row);
};
