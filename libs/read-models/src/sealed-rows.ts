import { mayPassOn } from '#access';
import type { RecordedEvent } from '#event-store';

import type { CaseEntry } from './entries.js';
import type { Row } from './rows.js';
import { rootOf } from './sealing.js';

/** What a fact says it is about; of a correction, what the entry is about and what it should have said. */
interface Subject {
  readonly assetId?: string;
  readonly newAssetId?: string;
  readonly orderId?: string;
  readonly entry?: Subject;
  readonly data?: Subject;
}

/** The assets and the order that an entry is about; none when it is about the case as such. */
export const aboutOf = (says: object): { readonly assets: readonly string[]; readonly order: string | undefined } => {
  const { assetId, newAssetId, orderId, entry, data } = says as Subject;
  const assets = [assetId, newAssetId, entry?.assetId, data?.newAssetId].filter((id) => id !== undefined);
  return { assets: [...new Set(assets)], order: orderId ?? entry?.orderId ?? data?.orderId };
};

/** Of an entry that may not be passed on to everybody, a row for each asset it is about. Of all others, none. */
export const sealedRows = (event: RecordedEvent, entry: CaseEntry): Row[] => {
  const handling = event.metadata.marks?.handling;
  const own = entry.opened.jurisdiction;
  if (!handling || mayPassOn(handling, { own, home: [], consents: [] })) return [];
  const { assets, order = null } = aboutOf(event.data);
  const about = assets.length > 0 ? assets : [null];
  return about.map((asset, n) => [
    event.id,
    n,
    rootOf(event),
    entry.caseId,
    own,
    asset,
    order,
    handling.provider ?? null,
  ]);
};
