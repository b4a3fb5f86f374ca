import type { CaseFacts } from '#access';
import type { CaseId, CountryCode, OperationId } from '#core';
import { NO_STREAM, type Revision } from '#event-store';

import type { CaseDetail } from './entries.js';
import type { ReadModels } from './read-models.js';

/** A case as the rules about access must know it; of none that the answers know, no facts. */
export interface CaseFactsKnown {
  readonly facts: CaseFacts | undefined;
  /** The last entry that the answers know of it. */
  readonly revision: Revision;
}

interface Row {
  jurisdiction: CountryCode;
  revision: number;
  team: string;
  operations: string;
  shares: string;
}

/** One row by its key, however long the case is. For recording: it is asked for nobody. */
export const caseFactsIn = async (rm: ReadModels, caseId: CaseId): Promise<CaseFactsKnown> => {
  const [row] = await rm.db.query<Row>(
    `select jurisdiction, revision, detail -> 'team' as team, detail -> 'operations' as operations, detail -> 'shares' as shares
     from ${rm.schema}.cases where case_id = $1`,
    [caseId],
  );
  if (!row) return { facts: undefined, revision: NO_STREAM };
  const { jurisdiction, revision } = row;
  const [team, operations, shares] = [row.team, row.operations, row.shares].map((text) => JSON.parse(text) as unknown) as [CaseDetail['team'], CaseDetail['operations'], CaseDetail['shares']]; // prettier-ignore
  const contributes = new Set(operations.map(({ operationId }) => operationId as OperationId));
  return { facts: { caseId, jurisdiction, team: new Set(team), operations: contributes, shares }, revision };
};
