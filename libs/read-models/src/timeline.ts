import type { Scope } from '#access';
import type { RecordedEvent, SqlValue } from '#event-store';

import { type Namesake, namesakesIn, toldId } from './namesakes.js';
import { type Page, type PageAsked, pageOf, placeIn } from './pages.js';
import { streamUntil } from './past.js';
import type { ReadModels } from './read-models.js';
import { type OfCase, type Reading, visibleOne } from './scope.js';
import { rootOf, rootsIn, type Sealed, sealsOfCase } from './sealing.js';

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
  /** How it may be used, and how sure it is, as its provider says. */
  readonly marks?: object;
  /** The second person, where the act needed one. */
  readonly approvedBy?: object;
  readonly correctedBy?: string;
  readonly voidedBy?: string;
}

/** An entry that who asks may not read. */
export interface SealedEntry extends Sealed {
  readonly eventId: string;
  readonly revision: number;
  readonly position: number;
  readonly recordedAt: string;
}

const entryOf = (event: RecordedEvent, changes: ReadonlyMap<string, RecordedEvent>): TimelineEntry => {
  const change = changes.get(event.id);
  const { recordedAt, actor, source, marks, approvedBy } = event.metadata;
  return {
    eventId: event.id,
    revision: event.revision,
    position: event.position,
    type: event.type,
    data: event.data,
    recordedAt,
    actor,
    ...(source ? { source } : {}),
    ...(marks ? { marks } : {}),
    ...(approvedBy ? { approvedBy } : {}),
    ...(change ? { [change.type === 'EntryVoided' ? 'voidedBy' : 'correctedBy']: change.id } : {}),
  };
};

const sealedOf = ({ id, revision, position, metadata: { recordedAt } }: RecordedEvent): SealedEntry => ({
  eventId: id,
  revision,
  position,
  recordedAt,
  sealed: true,
});

const changesIn = (events: readonly RecordedEvent[]): Map<string, RecordedEvent> =>
  new Map(
    events
      .filter(({ type }) => type === 'EntryVoided' || type === 'EntryCorrected')
      .map((event) => [(event.data['entry'] as { eventId: string }).eventId, event]),
  );

/** The stream of a case as who asks may read it. */
interface Seen {
  readonly events: readonly RecordedEvent[];
  /** What its ids came to be in the answers, where another case had them first. */
  readonly namesakes: readonly Namesake[] | undefined;
  view(event: RecordedEvent): TimelineEntry | SealedEntry;
}

/** The case of the row `c`. */
const OF_CASE: OfCase = { caseId: 'c.case_id', jurisdiction: 'c.jurisdiction' };

/** Nothing of a case that is not there, or not for who asks. Up to where the answers stand: further nobody has seen to the seals. */
const seen = async (
  rm: ReadModels,
  scope: Scope,
  reading: Reading,
  caseId: string,
  asOf = Number.MAX_SAFE_INTEGER,
): Promise<Seen | undefined> => {
  const until = Math.min(asOf, rm.position());
  const values: SqlValue[] = [caseId];
  const [row] = await rm.db.query<{ roots: string | null; namesakes: string | null }>(
    `select z.roots, c.detail -> 'namesakes' as namesakes from ${rm.schema}.cases c cross join lateral ${sealsOfCase(rm.schema, scope, values, OF_CASE)} z
     where c.case_id = $1 and ${visibleOne(rm.schema, scope, reading, OF_CASE, values)}`,
    values,
  );
  if (!row) return undefined;
  const events = await streamUntil(rm, `case-${caseId}`, until);
  const [hidden, changes] = [rootsIn(row.roots), changesIn(events)];
  const namesakes = namesakesIn(row.namesakes);
  return {
    events,
    namesakes,
    view: (event) => (hidden.has(rootOf(event)) ? sealedOf(event) : entryOf(event, changes)),
  };
};

/** The entries of a case in the order in which they were recorded, with the marks of later corrections. */
export const timeline = async (
  rm: ReadModels,
  scope: Scope,
  caseId: string,
  page: PageAsked & { asOf?: number | undefined },
): Promise<Page<TimelineEntry | SealedEntry>> => {
  const from = page.after ? placeIn(page.after) + 1 : 0;
  const found = await seen(rm, scope, 'consult', caseId, page.asOf);
  return found ? pageOfEntries(found, found.events.slice(from), page.limit) : { items: [] };
};

const pageOfEntries = (
  { view }: Seen,
  events: readonly RecordedEvent[],
  limit: number,
): Page<TimelineEntry | SealedEntry> => pageOf(events.slice(0, limit + 1), limit, ({ revision }) => [revision], view);

/** The entries that speak of one asset. */
export const assetHistory = async (
  rm: ReadModels,
  scope: Scope,
  caseId: string,
  assetId: string,
  page: PageAsked & { asOf?: number | undefined },
): Promise<Page<TimelineEntry | SealedEntry>> => {
  const from = page.after ? placeIn(page.after) : -1;
  const found = await seen(rm, scope, 'assets', caseId, page.asOf);
  if (!found) return { items: [] };
  const told = toldId(found.namesakes, assetId);
  const about = found.events.filter((event) => event.revision > from && speaksOf(event, told));
  return pageOfEntries(found, about, page.limit);
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
