import type { Scope } from '#access';
import type { SqlValue } from '#event-store';

import type { CaseDetail, CaseEntry } from './entries.js';
import { caseEntry, type CaseRow } from './loading.js';
import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
import { isPast, knownAt } from './past.js';
import type { ReadModels } from './read-models.js';
import { visible, visibleOne } from './scope.js';
import { caseSealed, isTrue, rootsIn, type Sealed, sealedRoots } from './sealing.js';

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
  const consents = detail.consents.filter(({ eventId }) => !hidden.has(eventId));
  return { ...opened, status, revision, position, ...detail, consents };
};

export interface CasesAsked {
  readonly status?: string | undefined;
  readonly network?: string | undefined;
  readonly operation?: string | undefined;
  readonly jurisdiction?: string | undefined;
}

const columns = (schema: string, scope: Scope, values: SqlValue[]): string =>
  `c.*, ${caseSealed(schema, scope, values, 'c.case_id')} as sealed, ${sealedRoots(schema, scope, values, 'c.case_id')} as roots`;

const conditions = (schema: string): readonly (readonly [keyof CasesAsked, string])[] => [
  ['status', 'c.status = ?'],
  ['jurisdiction', 'c.jurisdiction = ?'],
  ['network', `c.case_id in (select case_id from ${schema}.case_networks where network_id = ?::uuid)`],
  ['operation', `c.case_id in (select case_id from ${schema}.case_operations where operation_id = ?::uuid)`],
];

/** Cases in the order in which they were opened here. What is sealed is found by nothing that it says. */
export const cases = async (
  rm: ReadModels,
  scope: Scope,
  asked: CasesAsked,
  page: PageAsked,
): Promise<Page<CaseView | SealedCase>> => {
  const values: SqlValue[] = [page.after ? (decodeCursor(page.after, 1)[0] ?? 0) : 0, page.limit + 1];
  const wanted = conditions(rm.schema).flatMap(([name, text]) => {
    const value = asked[name];
    return value === undefined ? [] : [`and ${text.replace('?', `$${values.push(value)}`)}`];
  });
  if (wanted.length > 0) wanted.push(`and not ${caseSealed(rm.schema, scope, values, 'c.case_id')}`);
  const rows = await rm.db.query<SeenRow>(
    `select ${columns(rm.schema, scope, values)} from ${rm.schema}.cases c where first_position > $1::bigint
       and ${visible(rm.schema, scope, 'consult', 'c.case_id', values)} ${wanted.join(' ')} order by first_position limit $2`,
    values,
  );
  return pageOf(
    rows,
    page.limit,
    (row) => [Number(row.first_position)],
    (row) => viewOf(caseEntry(row), row),
  );
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
    `select ${columns(rm.schema, scope, values)} from ${rm.schema}.cases c
     where c.case_id = $1 and ${visibleOne(rm.schema, scope, 'consult', 'c.case_id', values)}`,
    values,
  );
  if (!row) return undefined;
  const entry = isPast(rm, asOf) ? (await knownAt(rm, caseId, asOf))?.entry : caseEntry(row);
  return entry && viewOf(entry, row);
};
