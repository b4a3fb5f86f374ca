import type { CaseEvent, DuplicateDeclared } from '#casework';
import type { AssetId, CaseId } from '#core';
import type { RecordedEvent } from '#event-store';

import { loadNamesakes } from './loading.js';
import { toldId } from './namesakes.js';
import type { ReadModels } from './read-models.js';
import { takeSince } from './told-since.js';

const saidIn = (event: RecordedEvent): DuplicateDeclared['data'] | undefined => {
  const { type, data } = event as unknown as CaseEvent;
  if (type === 'DuplicateDeclared') return data;
  return type === 'EntryCorrected' && data.entry.type === 'DuplicateDeclared'
    ? (data.data as DuplicateDeclared['data'])
    : undefined;
};

/**
 * The assets of a case that stand for assets of other cases, as their case calls them: those the answers know, and those the log tells
 * since. For recording: it is asked for nobody, who may not know of those cases.
 * @throws Refused `too-busy` while the answers are far behind the log.
 */
export const survivorsIn = async (rm: ReadModels, caseId: CaseId): Promise<Set<AssetId>> => {
  const position = rm.position();
  const rows = await rm.db.query<{ survivor: AssetId }>(
    `select distinct d.detail ->> 'duplicateOf' as survivor from ${rm.schema}.assets d
     join ${rm.schema}.assets s on s.asset_id = (d.detail ->> 'duplicateOf')::uuid
     where d.stage = 'duplicate' and d.case_id <> $1 and s.case_id = $1`,
    [caseId],
  );
  const namesakes = rows.length > 0 ? await loadNamesakes(rm.db, rm.schema, caseId) : undefined;
  const survivors = new Set(rows.map(({ survivor }) => toldId(namesakes, survivor) as AssetId));
  await takeSince(rm, position, (event) => {
    const said = saidIn(event);
    if (said?.survivorCaseId === caseId && event.stream !== `case-${caseId}`) survivors.add(said.survivorId);
  });
  return survivors;
};
