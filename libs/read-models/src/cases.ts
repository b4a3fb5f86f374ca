import type { CaseId } from '#core';
import type { RecordedEvent, SqlValue } from '#event-store';

import type { CaseDetail, CaseEntry } from './entries.js';
import { caseEntry, type CaseRow, loadCases } from './loading.js';
import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
import { isPast, knownAt, streamUntil } from './past.js';
import type { ReadModels } from './read-models.js';

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

const viewOf = ({ opened, status, revision, position, detail }: CaseEntry): CaseView => ({
  ...opened,
  status,
  revision,
  position,
  ...detail,
});

export interface CasesAsked {
  readonly status?: string | undefined;
  readonly network?: string | undefined;
  readonly operation?: string | undefined;
  readonly jurisdiction?: string | undefined;
}

/** Cases in the order in which they were opened here. */
export const cases = async (rm: ReadModels, asked: CasesAsked, page: PageAsked): Promise<Page<CaseView>> => {
  const values: SqlValue[] = [page.after ? (decodeCursor(page.after, 1)[0] ?? 0) : 0, page.limit + 1];
  const wanted = [
    ['status', 'status = ?'],
    ['jurisdiction', 'jurisdiction = ?'],
    ['network', `case_id in (select case_id from ${rm.schema}.case_networks where network_id = ?::uuid)`],
    ['operation', `case_id in (select case_id from ${rm.schema}.case_operations where operation_id = ?::uuid)`],
  ] as const;
  const conditions = wanted.flatMap(([name, text]) => {
    const value = asked[name];
    return value === undefined ? [] : [`and ${text.replace('?', `$${values.push(value)}`)}`];
  });
  const rows = await rm.db.query<CaseRow>(
    `select * from ${rm.schema}.cases where first_position > $1::bigint ${conditions.join(' ')} order by first_position limit $2`,
    values,
  );
  return pageOf(
    rows,
    page.limit,
    (row) => [Number(row.first_position)],
    (row) => viewOf(caseEntry(row)),
  );
};

/** One case, now or as it was known at a position; undefined when there was none. */
export const caseFile = async (rm: ReadModels, caseId: string, asOf?: number): Promise<CaseView | undefined> => {
  const entry = isPast(rm, asOf)
    ? (await knownAt(rm, caseId, asOf))?.entry
    : (await loadCases(rm.db, rm.schema, [caseId as CaseId]))[0];
  return entry && viewOf(entry);
};

/** An entry as it was recorded, and what a later one says about it. */
export interface TimelineEntry {
  readonly eventId: string;
  readonly revision: number;
  readonly position: number;
  readonly type: string;
  readonly data: object;
  readonly recordedAt: string;
  readonly actor: object;
  readonly source?: object;
  readonly correctedBy?: string;
  readonly voidedBy?: string;
}

const entryOf = (event: RecordedEvent, changes: ReadonlyMap<string, RecordedEvent>): TimelineEntry => {
  const change = changes.get(event.id);
  const { recordedAt, actor, source } = event.metadata;
  return {
    eventId: event.id,
    revision: event.revision,
    position: event.position,
    type: event.type,
    data: event.data,
    recordedAt,
    actor,
    ...(source ? { source } : {}),
    ...(change ? { [change.type === 'EntryVoided' ? 'voidedBy' : 'correctedBy']: change.id } : {}),
  };
};

const changesIn = (events: readonly RecordedEvent[]): Map<string, RecordedEvent> =>
  new Map(
    events
      .filter(({ type }) => type === 'EntryVoided' || type === 'EntryCorrected')
      .map((event) => [(event.data['entry'] as { eventId: string }).eventId, event]),
  );

/** The entries of a case in the order in which they were recorded, with the marks of later corrections. */
export const timeline = async (
  rm: ReadModels,
  caseId: string,
  page: PageAsked & { asOf?: number | undefined },
): Promise<Page<TimelineEntry>> => {
  const events = await streamUntil(rm, `case-${caseId}`, page.asOf ?? Number.MAX_SAFE_INTEGER);
  const from = page.after ? Number(decodeCursor(page.after, 1)[0]) + 1 : 0;
  const changes = changesIn(events);
  return pageOf(
    events.slice(from, from + page.limit + 1),
    page.limit,
    ({ revision }) => [revision],
    (event) => entryOf(event, changes),
  );
};

/** The entries that speak of one asset. */
export const assetHistory = async (
  rm: ReadModels,
  caseId: string,
  assetId: string,
  page: PageAsked & { asOf?: number | undefined },
): Promise<Page<TimelineEntry>> => {
  const from = page.after ? Number(decodeCursor(page.after, 1)[0]) : -1;
  const events = await streamUntil(rm, `case-${caseId}`, page.asOf ?? Number.MAX_SAFE_INTEGER);
  const changes = changesIn(events);
  const about = events.filter((event) => event.revision > from && speaksOf(event, assetId));
  return pageOf(
    about.slice(0, page.limit + 1),
    page.limit,
    ({ revision }) => [revision],
    (event) => entryOf(event, changes),
  );
};

const speaksOf = ({ data }: RecordedEvent, assetId: string): boolean => {
  const { entry, over } = data as { entry?: { assetId?: string }; over?: { assets?: string[] } };
  return (
    data['assetId'] === assetId ||
    data['newAssetId'] === assetId ||
    entry?.assetId === assetId ||
    (over?.assets?.includes(assetId) ?? false)
  );
};
