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

/** An asset of another case that was declared a duplicate, as that case calls it; it may have been taken back since. */
export interface Duplicate {
  readonly caseId: CaseId;
  readonly assetId: AssetId;
}

const duplicateIn = ({ stream, data }: RecordedEvent): Duplicate => {
  const { assetId, entry } = data as unknown as { assetId?: AssetId; entry?: { assetId: AssetId } };
  return { caseId: stream.slice('case-'.length) as CaseId, assetId: (assetId ?? entry?.assetId) as AssetId };
};

/**
 * The assets of a case that stand for assets of other cases, as their case calls them, and for which: those the answers know, and those the
 * log tells since. For recording: it is asked for nobody, who may not know of those cases.
 * @throws Refused `too-busy` while the answers are far behind the log.
 */
export const survivorsIn = async (rm: ReadModels, caseId: CaseId): Promise<Map<AssetId, readonly Duplicate[]>> => {
  const position = rm.position();
  const rows = await rm.db.query<{ survivor: AssetId; case_id: CaseId; asset_id: AssetId }>(
    `select d.detail ->> 'duplicateOf' as survivor, d.case_id, d.asset_id from ${rm.schema}.assets d
     join ${rm.schema}.assets s on s.asset_id = (d.detail ->> 'duplicateOf')::uuid
     where d.stage = 'duplicate' and d.case_id <> $1 and s.case_id = $1`,
    [caseId],
  );
  const survivors = new Map<AssetId, readonly Duplicate[]>();
  const add = (survivor: AssetId, duplicate: Duplicate): void =>
    void survivors.set(survivor, [...(survivors.get(survivor) ?? []), duplicate]);
  const toldIn = async (one: CaseId, id: AssetId): Promise<AssetId> =>
    toldId(await loadNamesakes(rm.db, rm.schema, one), id) as AssetId;
  for (const { survivor, case_id: other, asset_id: id } of rows)
    add(await toldIn(caseId, survivor), { caseId: other, assetId: await toldIn(other, id) });
  await takeSince(rm, position, (event) => {
    const said = saidIn(event);
    if (said?.survivorCaseId === caseId && event.stream !== `case-${caseId}`) add(said.survivorId, duplicateIn(event));
  });
  return survivors;
};
