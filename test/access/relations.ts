import type { Role } from '#access';
import type { CountryCode } from '#core';
import { type Actor, idOfWords } from '#event-store';

import { freezingOrder, network, opening, operation, yacht } from '../http/samples.js';
import type { Service } from '../http/service.js';
import { admit, type Granted, type Somebody } from '../support/people.js';

/** How one of the people below stands to a case. */
export const relations = [
  'own',
  'jurisdiction',
  'operation',
  'shared',
  'shared-assets',
  'expired',
  'taken-back',
  'foreign',
] as const;
export type Relation = (typeof relations)[number];

/** To whom a case must be as one that is not there. */
export const unrelated: readonly Relation[] = ['expired', 'taken-back', 'foreign'];

/** What stands in the paths, by name. */
export type Ids = Readonly<Record<string, string>>;

const HOME = 'PT' as CountryCode;
const LONG_AGO = '2026-01-31';

const shareOf = (relation: Relation): object | undefined => {
  const share = { jurisdiction: HOME, extent: 'whole', sharedOn: '2026-01-15' };
  if (relation === 'shared' || relation === 'taken-back') return share;
  if (relation === 'expired') return { ...share, expiresOn: LONG_AGO };
  return relation === 'shared-assets' ? { ...share, extent: 'assets' } : undefined;
};

/** A case to which people of Portugal stand in one relation: opened, with an asset, an order and a proposal that is settled. */
export const caseFor = async (
  service: Service,
  relation: Relation,
  { operationId, team }: { readonly operationId: string; readonly team: readonly Somebody[] },
): Promise<Ids> => {
  const jurisdiction = relation === 'jurisdiction' ? HOME : 'ES';
  const caseId = await service.made('/v1/cases', { ...opening, jurisdiction }, 'caseId');
  const path = `/v1/cases/${caseId}`;
  const assetId = await service.made(`${path}/assets`, yacht, 'assetId');
  const order = { ...freezingOrder, over: { assets: [assetId] } };
  const orderId = await service.made(`${path}/orders`, order, 'orderId');
  // Shared with somebody else too, so that there is a share to ask for in every case.
  const other = { jurisdiction: 'IT', extent: 'whole', sharedOn: '2026-01-15' };
  const shareId = await service.made(`${path}/shares`, other, 'shareId');
  const share = shareOf(relation);
  const given = share ? await service.made(`${path}/shares`, share, 'shareId') : shareId;
  if (relation === 'taken-back')
    await service.post(`${path}/shares/${given}/withdrawal`, { withdrawnOn: '2026-01-20', reason: 'over' });
  if (relation === 'operation') await service.post(`${path}/operations`, { operationId, effectiveOn: '2026-02-01' });
  if (relation === 'own')
    for (const { personId } of team) await service.post(`${path}/team`, { personId, joinedOn: '2026-02-01' });
  const [first] = await service.book.store.read(`case-${caseId}`, 0, 1);
  const eventId = first?.id ?? '';
  const dear = { amount: '2000000.00', currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-04-10' };
  const { body } = await service.propose(`${path}/assets/${assetId}/valuations`, dear);
  const proposalId = String(body['proposalId']);
  const rui = { authorization: `Bearer ${service.rui.secret}` };
  const { status } = await service.propose(`/v1/proposals/${proposalId}/rejection`, { reason: 'too much' }, rui);
  if (status !== 200) throw new Error(`the proposal about the case ${relation} is not settled: ${status}`);
  return { caseId, assetId, orderId, shareId, eventId, proposalId, personId: service.ana.personId };
};

/** What is about no case. */
export const registersFor = async (service: Service): Promise<Ids> => ({
  networkId: await service.made('/v1/networks', network, 'networkId'),
  operationId: await service.made('/v1/operations', operation, 'operationId'),
});

/** Ids like any other, under which there is nothing. */
export const nowhere: Ids = Object.fromEntries(
  ['caseId', 'assetId', 'orderId', 'shareId', 'eventId', 'proposalId', 'personId', 'networkId', 'operationId', 'exportId', 'importId', 'rebuildId', 'grantId', 'tokenId'].map((name) => [name, idOfWords('nowhere', name)]), // prettier-ignore
);

const actorOf = (person: string): Actor => ({ person, authority: 'Polícia', jurisdiction: HOME });

export const admitAs = (service: Service, role: Role, operationId: string): Promise<Somebody> => {
  const grant: Granted = { role, jurisdiction: HOME, ...(role === 'action-lead' ? { operationId } : {}) };
  return admit(service.book.access, actorOf(`the ${role}`), [grant]);
};

/** A supervisor with a token that is good for figures only. */
export const admitNarrow = async (service: Service): Promise<Somebody> => {
  const somebody = await admit(service.book.access, actorOf('a narrow one'), [
    { role: 'supervisor', jurisdiction: HOME },
  ]);
  const { personId } = somebody;
  const asked = { kind: 'token', personId, name: 'figures', scopes: ['figures'], lifetimeMs: 3_600_000 } as const;
  return { ...somebody, secret: (await service.book.access.credentials.issue(asked)).secret };
};

export const admitBarred = async (service: Service): Promise<Somebody> => {
  const somebody = await admit(service.book.access, actorOf('the barred'), [
    { role: 'supervisor', jurisdiction: HOME },
  ]);
  const path = `/v1/people/${somebody.personId}`;
  await service.post(`${path}/barring`, { reason: 'left' });
  return somebody;
};
