import type { CaseEvent } from '#casework';
import type { RecordedEvent, SqlValue } from '#event-store';

import type { CaseDetail } from './entries.js';
import { decodeCursor, type Page, type PageAsked, pageOf } from './pages.js';
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

interface CaseRow {
  case_id: string; reference: string; title: string; authority: string; jurisdiction: string; status: 'open' | 'closed';
  opened_on: string; revision: number; position: string; first_position: string; detail: string;
} // prettier-ignore

const viewOf = (row: CaseRow): CaseView => ({
  caseId: row.case_id,
  reference: row.reference,
  title: row.title,
  authority: row.authority,
  jurisdiction: row.jurisdiction,
  openedOn: row.opened_on,
  status: row.status,
  revision: Number(row.revision),
  position: Number(row.position),
  ...(JSON.parse(row.detail) as CaseDetail),
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
  return pageOf(rows, page.limit, (row) => [Number(row.first_position)], viewOf);
};

const PAGE = 1_000;

/** Reads a stream up to a position of the log, page by page. */
export const streamUntil = async (rm: ReadModels, stream: string, until: number): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for (;;) {
    const events = await rm.store.read(stream, all.length, PAGE);
    all.push(...events.filter(({ position }) => position <= until));
    if (events.length < PAGE || (events.at(-1)?.position ?? 0) > until) return all;
  }
};

type Corrected = Extract<CaseEvent, { type: 'EntryVoided' | 'EntryCorrected' }>;

/** The entries of a stream as the corrections in it say they should have read. */
export const asCorrected = (events: readonly RecordedEvent[]): RecordedEvent[] => {
  const changes = new Map<string, Corrected>();
  for (const event of events) {
    const told = event as unknown as Corrected;
    if (told.type === 'EntryVoided' || told.type === 'EntryCorrected') changes.set(told.data.entry.eventId, told);
  }
  return events.flatMap((event) => {
    const change = changes.get(event.id);
    if (!change) return event.type === 'EntryVoided' || event.type === 'EntryCorrected' ? [] : [event];
    return change.type === 'EntryVoided'
      ? []
      : [{ ...event, data: change.data.data as unknown as RecordedEvent['data'] }];
  });
};

/** One case, now or as it was known at a position; undefined when there was none. */
export const caseFile = async (rm: ReadModels, caseId: string, asOf?: number): Promise<CaseView | undefined> => {
  if (asOf === undefined || asOf >= rm.position()) {
    const [row] = await rm.db.query<CaseRow>(`select * from ${rm.schema}.cases where case_id = $1`, [caseId]);
    return row && viewOf(row);
  }
  const events = await streamUntil(rm, `case-${caseId}`, asOf);
  const last = events.at(-1);
  return last && caseViewOf(asCorrected(events), last);
};

const caseViewOf = (events: readonly RecordedEvent[], last: RecordedEvent): CaseView | undefined => {
  const detail: CaseDetail = { assets: 0, attributions: [], operations: [], jurisdictions: [] };
  let view: Omit<CaseView, keyof CaseDetail> | undefined;
  for (const event of events) {
    const told = event as unknown as CaseEvent;
    const eventId = event.id;
    if (told.type === 'CaseOpened')
      view = { ...told.data, status: 'open', revision: last.revision, position: last.position };
    if (told.type === 'CaseAttributedToNetworks')
      detail.attributions.push({ eventId, on: told.data.effectiveOn, networks: told.data.attributions });
    if (told.type === 'AssetIdentified' || told.type === 'AssetConverted') detail.assets += 1;
    if (told.type === 'CaseTaggedToOperation') detail.operations.push({ eventId, ...told.data });
    if (told.type === 'JurisdictionJoined') detail.jurisdictions.push({ eventId, ...told.data });
    if (told.type === 'CaseClosed' && view) {
      view = { ...view, status: 'closed' };
      Object.assign(detail, { closedOn: told.data.closedOn, closedBecause: told.data.reason });
    }
    if (told.type === 'CaseReopened' && view) view = { ...view, status: 'open' };
  }
  return view && { ...view, ...detail };
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
