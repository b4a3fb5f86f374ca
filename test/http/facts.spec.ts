import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freezingOrder, network, opening, operation, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

type Body = Record<string, unknown>;

describe('recording over HTTP', () => {
  let service: Service;
  let caseId: string;
  let networkId: string;
  let operationId: string;
  const routes = new Set<string>();

  beforeAll(async () => {
    service = await Service.start();
    caseId = await service.made('/v1/cases', opening, 'caseId');
    networkId = await service.made('/v1/networks', network, 'networkId');
    operationId = await service.made('/v1/operations', operation, 'operationId');
    for (const one of ['cases', 'networks', 'operations']) routes.add(`/v1/${one}`);
  });
  afterAll(() => service.stop());

  /** Records at a route written as in the description, with ids for its parameters, and sees its event in the log. */
  const recorded = async (route: string, ids: Record<string, string>, body: Body, type: string): Promise<Body> => {
    routes.add(route);
    const path = route.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
    const { status, body: receipt, headers } = await service.post(path, body);
    const { position, revision } = receipt as { position: number; revision: number };
    const [event] = await service.book.store.readAll(position - 1, 1);
    expect({ status, type: event?.type, etag: headers.get('etag'), receipt }).toEqual({
      status: 201,
      type,
      etag: `"${revision}"`,
      receipt: { ids: expect.any(Object), eventIds: [event?.id], revision: event?.revision, position },
    });
    return receipt;
  };

  const idIn = (receipt: Body, name: string): string => (receipt['ids'] as Record<string, string>)[name] ?? '';
  const asset = async (body: Body = yacht): Promise<string> =>
    idIn(await recorded('/v1/cases/{caseId}/assets', { caseId }, body, 'AssetIdentified'), 'assetId');
  const order = async (body: Body): Promise<string> =>
    idIn(await recorded('/v1/cases/{caseId}/orders', { caseId }, body, 'OrderIssued'), 'orderId');

  const ofCase = '/v1/cases/{caseId}';
  const ofAsset = `${ofCase}/assets/{assetId}`;
  const ofOrder = `${ofCase}/orders/{orderId}`;

  it('tells what a case belongs to', async () => {
    const ids = { caseId };
    const attributions = [{ networkId, weightBp: 6_000, confidence: 'probable' }];
    const effectiveOn = '2026-02-01';
    await recorded(`${ofCase}/attributions`, ids, { attributions, effectiveOn }, 'CaseAttributedToNetworks');
    await recorded(`${ofCase}/operations`, ids, { operationId, effectiveOn }, 'CaseTaggedToOperation');
    const joining = { jurisdiction: 'CO', role: 'executing', joinedOn: '2026-02-02' };
    await recorded(`${ofCase}/jurisdictions`, ids, joining, 'JurisdictionJoined');
  });

  it('follows an asset from its finding to its disposal', async () => {
    const assetId = await asset();
    const ids = { caseId, assetId };
    const tracing = { tracedOn: '2026-04-10', subject: 'P-17', role: 'beneficial-owner', evidence: 'company register' };
    await recorded(`${ofAsset}/tracings`, ids, tracing, 'AssetTraced');
    await recorded(`${ofAsset}/valuations`, ids, worth, 'AssetValued');
    const orderId = await order({ ...freezingOrder, over: { assets: [assetId] }, expiresOn: '2026-05-01' });
    await recorded(`${ofAsset}/freezings`, ids, { orderId, effectiveOn: '2026-04-10' }, 'AssetFrozen');
    await recorded(`${ofAsset}/seizures`, ids, { effectiveOn: '2026-04-20' }, 'AssetSeized');
    const extension = { extendedOn: '2026-04-25', expiresOn: '2026-12-31' };
    await recorded(`${ofOrder}/extensions`, { caseId, orderId }, extension, 'OrderExtended');
    await recorded(
      `${ofAsset}/releases`,
      ids,
      { effectiveOn: '2026-05-01', shareBp: 1_000, reason: 'lifted' },
      'AssetReleased',
    );
    const judgment = { ...freezingOrder, kind: 'confiscation', issuedOn: '2026-06-01', over: { assets: [assetId] } };
    const confiscationId = await order(judgment);
    const under = { caseId, orderId: confiscationId };
    const confiscation = { orderId: confiscationId, effectiveOn: '2026-06-02', shareBp: 9_000 };
    await recorded(`${ofAsset}/confiscations`, ids, confiscation, 'AssetConfiscated');
    await recorded(`${ofOrder}/appeals`, under, { appealedOn: '2026-06-10' }, 'OrderAppealed');
    await recorded(
      `${ofOrder}/appeal-decisions`,
      under,
      { decidedOn: '2026-07-10', outcome: 'upheld' },
      'AppealDecided',
    );
    await recorded(`${ofOrder}/finality`, under, { finalOn: '2026-07-20' }, 'OrderBecameFinal');
    const sale = { effectiveOn: '2026-08-01', outcome: 'sold', proceeds: { amount: '250000.00', currency: 'EUR' } };
    await recorded(`${ofAsset}/disposals`, ids, sale, 'AssetDisposed');
    await recorded(`${ofOrder}/endings`, under, { endedOn: '2026-08-02', how: 'satisfied' }, 'OrderEnded');
  });

  it('follows an asset that is sold, moved, lost or told twice', async () => {
    const [first, second, third] = [await asset(), await asset(), await asset()];
    const proceeds = { amount: '225000.00', currency: 'EUR' };
    const conversion = { how: 'sale', category: 'bank-account', description: 'Deposit', identifiers: [], proceeds };
    const effectiveOn = '2026-07-08';
    await order({ ...freezingOrder, kind: 'interim-sale', over: { assets: [first] } });
    await recorded(
      `${ofAsset}/conversions`,
      { caseId, assetId: first },
      { ...conversion, effectiveOn },
      'AssetConverted',
    );
    const place = { jurisdiction: 'PT', locality: 'Faro', effectiveOn };
    await recorded(`${ofAsset}/relocations`, { caseId, assetId: second }, place, 'AssetRelocated');
    await recorded(`${ofAsset}/losses`, { caseId, assetId: second }, { effectiveOn, reason: 'sunk' }, 'AssetLost');
    const twice = { survivorId: second, survivorCaseId: caseId, reason: 'same hull' };
    await recorded(`${ofAsset}/duplicates`, { caseId, assetId: third }, twice, 'DuplicateDeclared');
  });

  it('bars the disposal of an asset until the bar is lifted', async () => {
    const assetId = await asset();
    const ids = { caseId, assetId };
    const orderId = await order({ ...freezingOrder, kind: 'confiscation', finalOn: '2026-04-30', over: { assets: [assetId] } }); // prettier-ignore
    await recorded(`${ofAsset}/confiscations`, ids, { orderId, effectiveOn: '2026-05-02' }, 'AssetConfiscated');
    const claim = { ground: 'victim-claim', reference: 'RV-3/2026' };
    await recorded(`${ofAsset}/disposal-bars`, ids, { ...claim, barredOn: '2026-05-03' }, 'DisposalBarred');
    const sale = { effectiveOn: '2026-06-01', outcome: 'sold' };
    const disposals = `/v1/cases/${caseId}/assets/${assetId}/disposals`;
    expect(problemOf(await service.post(disposals, sale))).toEqual({
      status: 409,
      code: 'disposal-barred',
      at: { '/assetId': 'disposal-barred' },
    });
    const decision = { ...claim, liftedOn: '2026-05-20', outcome: 'dismissed' };
    const { position } = await recorded(`${ofAsset}/disposal-bar-liftings`, ids, decision, 'DisposalBarLifted');
    const { body } = await service.get(`/v1/assets/${assetId}?minPosition=${String(position)}`);
    expect(body).toMatchObject({ bars: [{ ...decision, barredOn: '2026-05-03' }] });
    await recorded(`${ofAsset}/disposals`, ids, sale, 'AssetDisposed');
  });

  it('mends entries', async () => {
    const assetId = await asset();
    const value = await recorded(`${ofAsset}/valuations`, { caseId, assetId }, worth, 'AssetValued');
    const [eventId = ''] = value['eventIds'] as string[];
    const mending = { reason: 're-count' };
    const data = { ...worth, amount: '294500.00' };
    const ids = { caseId, eventId };
    await recorded(
      `${ofCase}/entries/{eventId}/corrections`,
      ids,
      { type: 'AssetValued', data, ...mending },
      'EntryCorrected',
    );
    await recorded(`${ofCase}/entries/{eventId}/voidings`, ids, mending, 'EntryVoided');
  });

  it('keeps the registers of networks and operations', async () => {
    const other = await service.made('/v1/networks', { ...network, name: 'Southern Pier' }, 'networkId');
    const ids = { networkId };
    const base = '/v1/networks/{networkId}';
    await recorded(`${base}/names`, ids, { name: 'Pier', reason: 'shorter' }, 'NetworkRenamed');
    await recorded(`${base}/aliases`, ids, { alias: 'Los del Muelle' }, 'NetworkAliasAdded');
    await recorded(`${base}/priorities`, ids, { priority: 'high', effectiveOn: '2026-02-01' }, 'NetworkPrioritised');
    await recorded(`${base}/priorities`, ids, { priority: null, effectiveOn: '2026-03-01' }, 'NetworkPrioritised');
    await recorded(`${base}/mergers`, ids, { into: other, mergedOn: '2026-09-01', reason: 'one' }, 'NetworkMerged');
    const joint = '/v1/operations/{operationId}';
    await recorded(
      `${joint}/participants`,
      { operationId },
      { participant: 'PT', joinedOn: '2026-02-01' },
      'OperationParticipantJoined',
    );
    await recorded(
      `${joint}/departures`,
      { operationId },
      { participant: 'PT', leftOn: '2026-03-01' },
      'OperationParticipantLeft',
    );
    const period = { startsOn: '2026-01-01', endsOn: '2027-12-31', reason: 'prolonged' };
    await recorded(`${joint}/periods`, { operationId }, period, 'OperationPeriodChanged');
  });

  it('closes and reopens a case', async () => {
    await recorded(`${ofCase}/closing`, { caseId }, { closedOn: '2026-11-30', reason: 'done' }, 'CaseClosed');
    await recorded(`${ofCase}/reopening`, { caseId }, { reopenedOn: '2026-12-01', reason: 'new find' }, 'CaseReopened');
  });

  it('keeps who may read a case', async () => {
    const { personId } = service.rui;
    await recorded(`${ofCase}/team`, { caseId }, { personId, joinedOn: '2026-05-01' }, 'TeamMemberJoined');
    // Ana shares it as a supervisor: Rui, who works on it now, approves that as an investigator.
    const share = { jurisdiction: 'CO', extent: 'assets', sharedOn: '2026-05-02', legalGround: 'LED Art. 37' };
    const { ids } = (await recorded(`${ofCase}/shares`, { caseId }, share, 'CaseShared')) as {
      ids: { shareId: string };
    };
    const { shareId } = ids;
    const back = { withdrawnOn: '2026-06-02', reason: 'done' };
    await recorded(`${ofCase}/shares/{shareId}/withdrawal`, { caseId, shareId }, back, 'CaseShareWithdrawn');
    const marked = { ...yacht, handling: { codes: ['H2'], provider: 'PJ' } };
    const [eventId = ''] = (await service.post(`/v1/cases/${caseId}/assets`, marked)).body['eventIds'] as string[];
    const consent = { provider: 'PJ', purpose: 'passing-on', consentedOn: '2026-05-03' };
    await recorded(`${ofCase}/entries/{eventId}/consents`, { caseId, eventId }, consent, 'ProviderConsented');
    const leaving = { leftOn: '2026-06-01', reason: 'moved on' };
    await recorded(`${ofCase}/team/{personId}/departure`, { caseId, personId }, leaving, 'TeamMemberLeft');
  });

  it('has tried every route that the description tells of', async () => {
    const { body } = (await service.get('/openapi.json')) as Reply & { body: { paths: Record<string, object> } };
    const writes = Object.entries(body.paths).filter(([, methods]) => 'post' in methods);
    // What is asked of the machinery, and about people, is no fact of a case: tests of their own ask for it.
    const apart = /^\/v1\/(exports|imports|quarters|rebuilds|people|passwords|proposals|rules|sessions)\b|\/glass$/;
    const facts = writes.map(([path]) => path).filter((path) => !apart.test(path));
    expect(facts.sort()).toEqual([...routes].sort());
  });
});
