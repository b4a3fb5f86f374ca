import type { CaseEvent, CaseOpened, CorrectableEvent, EventOf, SharingEvent } from '#casework';
import type { RecordedEvent } from '#event-store';

import { type AboutAsset, applyToAsset, correctAsset } from './apply-assets.js';
import { applyToOrder, correctOrder } from './apply-orders.js';
import type { At, Batch } from './batch.js';
import { accountOf, type CaseDetail, type CaseEntry, type OrderEntry, weightsOf } from './entries.js';
import type { Told } from './facts.js';
import { isIn, namesakeOf, openedBy, type Opened, withOwnIds } from './namesakes.js';
import { sealedRows } from './sealed-rows.js';
import { repost } from './values.js';

/** Takes in an event of a case. */
export const applyToCase = async (batch: Batch, recorded: RecordedEvent): Promise<void> => {
  if (recorded.type === 'CaseOpened') open(batch, recorded);
  const entry = batch.memory.caseOf(recorded.stream.slice('case-'.length));
  const opened = openedBy(recorded as unknown as CaseEvent);
  if (opened && !isIn(entry.detail.namesakes, opened)) await noteNamesake(batch, entry, opened, recorded.id);
  const event = entry.detail.namesakes ? withOwnIds(recorded, entry.detail.namesakes) : recorded;
  const { type, data, revision } = event;
  const told = { type, data, eventId: event.id, revision } as unknown as Told<CaseEvent>;
  entry.position = event.position;
  entry.revision = revision;
  batch.changes.cases.set(entry.caseId, entry);
  const at: At = { batch, event, entry };
  batch.changes.sealed.push(...sealedRows(event, entry));
  if (told.type === 'EntryVoided') return correct(at, told.data.entry, undefined);
  if (told.type === 'EntryCorrected') {
    const { entry: mistaken, data: now } = told.data;
    return correct(at, mistaken, {
      type: mistaken.type,
      data: now,
      eventId: mistaken.eventId,
      revision,
    } as Told<CorrectableEvent>);
  }
  if (told.type === 'CaseClosed') {
    const { closedOn, reason: closedBecause } = told.data;
    Object.assign(entry, { status: 'closed', detail: { ...entry.detail, closedOn, closedBecause } });
  } else if (told.type === 'CaseReopened') entry.status = 'open';
  else if (isSharing(told)) share(at, told);
  else if (told.type !== 'CaseOpened') await enter(at, told);
};

/** What comes to be under an id that another case has already gets one of its own. */
const noteNamesake = async (
  { memory }: Batch,
  { caseId, detail }: CaseEntry,
  opened: Opened,
  eventId: string,
): Promise<void> => {
  const holder = memory.holderOf(opened) ?? caseId;
  if (holder === caseId && !isIn(await memory.namesakesSince?.(caseId), opened)) return;
  detail.namesakes = [...(detail.namesakes ?? []), namesakeOf(caseId, opened, eventId)];
};

const open = ({ memory, changes }: Batch, event: RecordedEvent): void => {
  const data = event.data as unknown as CaseOpened['data'];
  const { caseId } = data;
  const detail: CaseDetail = {
    assets: 0,
    attributions: [],
    operations: [],
    jurisdictions: [],
    team: [...(data.team ?? [])],
    shares: [],
    consents: [],
  };
  const entry: CaseEntry = { caseId, opened: data, status: 'open', firstPosition: event.position, position: 0, revision: 0, detail }; // prettier-ignore
  memory.cases.set(caseId, entry);
  if (data.team) changes.links.add(caseId);
};

const isSharing = (told: Told<CaseEvent>): told is Told<SharingEvent> => told.type in circles;

/** Who may read the case, as its stream says. */
const circles: { readonly [T in SharingEvent['type']]: (detail: CaseDetail, data: EventOf<T>['data']) => void } = {
  TeamMemberJoined: (detail, { personId }) => void detail.team.push(personId),
  TeamMemberLeft: (detail, { personId }) => void (detail.team = detail.team.filter((one) => one !== personId)),
  CaseShared: (detail, data) => void detail.shares.push(data),
  CaseShareWithdrawn: (detail, { shareId }) =>
    void (detail.shares = detail.shares.filter((share) => share.shareId !== shareId)),
  ProviderConsented: (detail, data) => void detail.consents.push(data),
};

const share = ({ batch, entry }: At, told: Told<SharingEvent>): void => {
  circles[told.type](entry.detail, told.data as never);
  batch.changes.links.add(entry.caseId);
};

const enter = async (at: At, told: Told<CorrectableEvent>): Promise<void> => {
  const { eventId } = told;
  if (told.type === 'CaseAttributedToNetworks') {
    const { effectiveOn: on, attributions: networks } = told.data;
    return change(at, true, ({ attributions }) => attributions.push({ eventId, on, networks }));
  }
  if (told.type === 'CaseTaggedToOperation')
    return change(at, false, ({ operations }) => operations.push({ eventId, ...told.data }));
  if (told.type === 'JurisdictionJoined')
    return change(at, false, ({ jurisdictions }) => jurisdictions.push({ eventId, ...told.data }));
  if ('orderId' in told.data && !('assetId' in told.data))
    return applyToOrder(at, told as OrderEntry['entries'][number]);
  await applyToAsset(at, told as Told<AboutAsset>);
};

/** A change to the case itself. Attributions move the value of all its assets. */
const change = async (at: At, attributes: boolean, apply: (detail: CaseDetail) => unknown): Promise<void> => {
  const { batch, entry } = at;
  const before = weightsOf(entry.detail);
  const assets = attributes && entry.detail.assets > 0 ? await batch.memory.assetsOfCase(entry.caseId) : [];
  for (const asset of assets) accountOf(asset, before);
  apply(entry.detail);
  batch.changes.links.add(entry.caseId);
  for (const asset of assets) await repost(at, asset, asset.facts);
};

/** Replaces the entry, or takes it away, wherever it was taken in. It keeps its place there, whenever it was corrected. */
const correct = async (
  at: At,
  mistaken: EventOf<'EntryVoided'>['data']['entry'],
  now: Told<CorrectableEvent> | undefined,
): Promise<void> => {
  const { eventId, type, assetId, orderId } = mistaken;
  if (assetId) return correctAsset(at, assetId, mistaken, now);
  if (orderId) return correctOrder(at, orderId, eventId, now);
  const replaceIn = <T extends { eventId: string }>(list: T[], make: (data: never) => Omit<T, 'eventId'>): void => {
    const index = list.findIndex((item) => item.eventId === eventId);
    if (index >= 0) list.splice(index, 1, ...(now ? [{ eventId, ...make(now.data as never) } as unknown as T] : []));
  };
  await change(at, type === 'CaseAttributedToNetworks', (detail) => {
    replaceIn(detail.attributions, (data: EventOf<'CaseAttributedToNetworks'>['data']) => ({
      on: data.effectiveOn,
      networks: data.attributions,
    }));
    replaceIn(detail.operations, (data: EventOf<'CaseTaggedToOperation'>['data']) => data);
    replaceIn(detail.jurisdictions, (data: EventOf<'JurisdictionJoined'>['data']) => data);
  });
};
