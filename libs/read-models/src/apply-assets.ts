import type { AssetId, EventId } from '#core';
import type { CorrectableEvent, DisposalBarLifted, DisposalBarred, EventOf } from '#casework';
import type { Fact } from '#ledger';

import type { At } from './batch.js';
import { accountOf, type AssetEntry, weightsOf } from './entries.js';
import { factOf, type Told } from './facts.js';
import { ownId } from './namesakes.js';
import { addFact, replaceFact, touch } from './values.js';

export type AboutAsset = Extract<CorrectableEvent, { data: { assetId: AssetId } }>;

/** A fact about one asset: what the register says of it, and what it means for its value. */
export const applyToAsset = async (at: At, told: Told<AboutAsset>): Promise<void> => {
  const { memory, changes } = at.batch;
  if (told.type === 'AssetIdentified') newAsset(at, told.data.assetId, told.data);
  const asset = memory.assetOf(told.data.assetId);
  if (told.type === 'AssetTraced') asset.detail.traced.push({ ...told.data, eventId: told.eventId });
  if (told.type === 'DuplicateDeclared') asset.detail.duplicateOf = await survivorOf(at, told);
  if (isOfBar(told)) asset.detail.bars = [...(asset.detail.bars ?? []), told];
  if ('orderId' in told.data && told.data.orderId) {
    const { orderId, assetId } = told.data;
    changes.addMeasure({ orderId, assetId, eventId: told.eventId, type: told.type });
  }
  await addFact(at, asset, factOf(told, asset.assetId));
  await settleByOrder(at, asset, told);
  if (told.type === 'AssetConverted') await convert(at, asset, told);
};

/** What was said of the order before holds for what is confiscated under it, and for what took its place: it may be final by then. */
const settleByOrder = async (at: At, asset: AssetEntry, told: Told<CorrectableEvent> | undefined): Promise<void> => {
  if (told?.type !== 'AssetConfiscated' || told.data.final || !told.data.orderId) return;
  const entries = at.batch.memory.orders.get(told.data.orderId)?.entries ?? [];
  for (const one of [asset, ...(await at.batch.heirsOf(asset))])
    for (const entry of entries) {
      const fact = factOf(entry, one.assetId);
      if (fact && !one.facts.some(({ eventId }) => eventId === fact.eventId)) await addFact(at, one, fact);
    }
};

/** In whichever case it is. */
const survivorOf = async ({ batch }: At, { data }: Told<EventOf<'DuplicateDeclared'>>): Promise<AssetId> =>
  ownId(await batch.memory.namesakesOf(data.survivorCaseId), 'asset', data.survivorId) as AssetId;

const isOfBar = (told: Told<CorrectableEvent>): told is Told<DisposalBarred | DisposalBarLifted> =>
  told.type === 'DisposalBarred' || told.type === 'DisposalBarLifted';

type Identified = AssetEntry['detail']['identified'];

const newAsset = ({ batch, event, entry }: At, assetId: AssetId, identified: Identified): AssetEntry => {
  const asset: AssetEntry = {
    assetId,
    caseId: entry.caseId,
    firstPosition: event.position,
    position: event.position,
    stored: 0,
    facts: [],
    account: undefined,
    detail: { identified, traced: [] },
  };
  entry.detail.assets += 1;
  batch.memory.assets.set(assetId, asset);
  batch.changes.identifiers.set(assetId, entry.caseId);
  return asset;
};

const convert = async (at: At, old: AssetEntry, told: Told<EventOf<'AssetConverted'>>): Promise<void> => {
  const { newAssetId, category, description, identifiers, effectiveOn: identifiedOn } = told.data;
  const heir = newAsset(at, newAssetId, { ...old.detail.identified, category, description, identifiers, identifiedOn });
  heir.detail.convertedFrom = old.assetId;
  if (old.detail.bars) heir.detail.bars = [...old.detail.bars];
  old.detail.convertedInto = newAssetId;
  at.batch.changes.origins.set(newAssetId, await originsOf(at, old));
  const fact = factOf(told, newAssetId) as Extract<Fact, { kind: 'inherited' }>;
  const inheritance = accountOf(old, weightsOf(at.entry.detail)).handedOver ?? fact.inheritance;
  await addFact(at, heir, { ...fact, inheritance });
};

/** The asset, and those whose place it took one after the other. */
const originsOf = async (at: At, { assetId, detail }: AssetEntry): Promise<AssetId[]> => {
  const before = detail.convertedFrom ? await at.batch.memory.assetsById([detail.convertedFrom]) : [];
  return [assetId, ...(await Promise.all(before.map((one) => originsOf(at, one)))).flat()];
};

/** Puts what should have been said, or nothing, in the place of an entry about an asset. */
export const correctAsset = async (
  at: At,
  assetId: AssetId,
  { eventId, type }: { eventId: EventId; type: CorrectableEvent['type'] },
  now: Told<CorrectableEvent> | undefined,
): Promise<void> => {
  const { memory, changes } = at.batch;
  const [asset] = await memory.assetsById([assetId]);
  if (!asset) return;
  const { detail } = asset;
  if (type === 'AssetIdentified') {
    if (now?.type === 'AssetIdentified') await correctIdentified(at, asset, now.data);
    else detail.voided = true;
    changes.identifiers.set(assetId, at.entry.caseId);
  }
  if (type === 'AssetTraced') {
    detail.traced = detail.traced.flatMap((trace) =>
      trace.eventId !== eventId ? [trace] : now?.type === 'AssetTraced' ? [{ ...now.data, eventId }] : [],
    );
  }
  if (type === 'DuplicateDeclared') {
    delete detail.duplicateOf;
    if (now?.type === 'DuplicateDeclared') detail.duplicateOf = await survivorOf(at, now);
  }
  if (type === 'DisposalBarred' || type === 'DisposalBarLifted') await correctBars(at, asset, eventId, now);
  changes.revokeMeasures(eventId);
  if (now && 'orderId' in now.data && now.data.orderId)
    changes.addMeasure({ orderId: now.data.orderId, assetId, eventId, type });
  if (type === 'AssetConverted' && detail.convertedInto) {
    const [heir] = await memory.assetsById([detail.convertedInto]);
    if (heir) await correctHeir(at, heir, eventId, now);
    if (!now) delete detail.convertedInto;
  }
  await replaceFact(at, asset, eventId, now && factOf(now, assetId));
  await settleByOrder(at, asset, now);
};

/** What took its place, one after the other, keeps of it all but what its own conversion said. */
const correctIdentified = async (at: At, asset: AssetEntry, identified: Identified): Promise<void> => {
  asset.detail.identified = identified;
  for (const heir of await at.batch.heirsOf(asset)) {
    const { category, description, identifiers, identifiedOn } = heir.detail.identified;
    heir.detail.identified = { ...identified, category, description, identifiers, identifiedOn };
    touch(at, heir);
  }
};

/** Of the asset, and of those that took its place one after the other. */
const correctBars = async (
  at: At,
  asset: AssetEntry,
  eventId: EventId,
  now: Told<CorrectableEvent> | undefined,
): Promise<void> => {
  const { detail } = asset;
  const entries = detail.bars ?? [];
  detail.bars = entries.flatMap((entry) => (entry.eventId !== eventId ? [entry] : now && isOfBar(now) ? [now] : []));
  touch(at, asset);
  const [heir] = await at.batch.heirsOf(asset);
  if (heir) await correctBars(at, heir, eventId, now);
};

const correctHeir = async (
  at: At,
  heir: AssetEntry,
  eventId: EventId,
  now: Told<CorrectableEvent> | undefined,
): Promise<void> => {
  if (now?.type === 'AssetConverted') {
    const { category, description, identifiers, effectiveOn: identifiedOn } = now.data;
    heir.detail.identified = { ...heir.detail.identified, category, description, identifiers, identifiedOn };
  } else heir.detail.voided = true;
  at.batch.changes.identifiers.set(heir.assetId, at.entry.caseId);
  await replaceFact(at, heir, eventId, now && factOf(now, heir.assetId));
};
