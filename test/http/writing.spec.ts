import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { network, opening, operation, worth, yacht } from './samples.js';
import { problemOf, Service } from './service.js';

describe('writing over HTTP', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  it('gives the same answer to the same request, and records once', async () => {
    const headers = { 'idempotency-key': 'again', 'if-match': '' };
    const first = await service.post('/v1/cases', opening, headers);
    const head = await service.book.store.head();
    const again = await service.post('/v1/cases', opening, headers);
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([201, first.body, '"0"']);
    expect(await service.book.store.head()).toBe(head);
  });

  it('means another thing by the same key of another person', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const [one, other] = [
      await service.post('/v1/cases', opening, headers),
      await service.post('/v1/cases', opening, {
        ...headers,
        authorization: `Bearer ${service.rui.secret}`,
      }),
    ];
    expect(other.status).toBe(201);
    expect(other.body['ids']).not.toEqual(one.body['ids']);
  });

  it('records once when the same write comes many times at once', async () => {
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const headers = { 'idempotency-key': 'crowd' };
    const replies = await Promise.all(
      Array.from({ length: 16 }, () => service.post(`/v1/cases/${caseId}/assets`, yacht, headers)),
    );
    expect(new Set(replies.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect((await service.book.store.read(`case-${caseId}`, 0, 10)).map(({ type }) => type)).toEqual([
      'CaseOpened',
      'AssetIdentified',
    ]);
  });

  it('records a wrong check digit with a warning, and refuses a wrong form', async () => {
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const path = `/v1/cases/${caseId}/assets`;
    const identifiers = [
      { kind: 'iban', raw: 'GR16 0110 1050 0000 1054 7023 795' },
      { kind: 'imo', raw: 'IMO 8814274' },
    ];
    const { status, body } = await service.post(path, { ...yacht, identifiers });
    expect([status, body['warnings']]).toEqual([
      201,
      [expect.objectContaining({ pointer: '/identifiers/1/raw', code: 'checksum-mismatch' })],
    ]);
    const [, identified] = await service.book.store.read(`case-${caseId}`, 0, 10);
    expect(identified?.data['identifiers']).toEqual([
      { ...identifiers[0], normalised: 'GR1601101050000010547023795', check: 'passed' },
      { ...identifiers[1], normalised: '8814274', check: 'mismatch' },
    ]);
    const malformed = [identifiers[0], { kind: 'vin', raw: '1M8GDM9AXKP04278O' }];
    expect(problemOf(await service.post(path, { ...yacht, identifiers: malformed }))).toMatchObject({
      status: 400,
      at: { '/identifiers/1/raw': 'identifier-malformed' },
    });
  });

  it('takes the id that the caller brings', async () => {
    const caseId = '0b0f6c9e-55f5-4d0f-9e0c-3c3d5a8f0f11';
    expect(await service.made('/v1/cases', { ...opening, caseId }, 'caseId')).toBe(caseId);
    expect(problemOf(await service.post('/v1/cases', { ...opening, caseId, title: 'Other' }))).toMatchObject({
      status: 409,
      code: 'case-exists',
    });
  });

  it('is quiet when it is so already', async () => {
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const assetId = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
    const path = `/v1/cases/${caseId}/assets/${assetId}/valuations`;
    const { position } = (await service.post(path, worth)).body;
    const { status, body } = await service.post(path, worth);
    expect([status, body]).toEqual([200, { ids: { caseId, assetId }, eventIds: [], revision: 2, position }]);
  });

  it('refuses to write over what it has not seen, and tells what changed', async () => {
    const { body, headers } = await service.post('/v1/cases', opening);
    const { caseId } = body['ids'] as { caseId: string };
    const seen = headers.get('etag') ?? '';
    const path = `/v1/cases/${caseId}/assets`;
    const first = await service.post(path, yacht, { 'if-match': seen });
    const stale = await service.post(path, yacht, { 'if-match': seen });
    expect([first.status, stale.status, stale.body['code'], stale.headers.get('etag')]).toEqual([
      201,
      412,
      'stale',
      '"1"',
    ]);
    expect(stale.body['context']).toEqual({
      expected: 0,
      revision: 1,
      changed: [{ revision: 1, type: 'AssetIdentified', eventId: (first.body['eventIds'] as string[])[0] }],
    });
    expect((await service.post(path, yacht, { 'if-match': '"1"' })).status).toBe(201);
  });

  it('keeps the ids of an entry when it is corrected, and what was filled in', async () => {
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const assetId = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
    const seized = await service.post(`/v1/cases/${caseId}/assets/${assetId}/seizures`, { effectiveOn: '2026-04-20' });
    const [eventId = ''] = seized.body['eventIds'] as string[];
    const mended = await service.post(`/v1/cases/${caseId}/entries/${eventId}/corrections`, {
      type: 'AssetSeized',
      data: { effectiveOn: '2026-04-21' },
      reason: 'misread',
    });
    const [event] = await service.book.store.read(`case-${caseId}`, 3, 1);
    expect([mended.status, event?.data]).toEqual([
      201,
      {
        entry: { eventId, type: 'AssetSeized', assetId },
        data: { assetId, effectiveOn: '2026-04-21', shareBp: 10_000, jurisdiction: 'ES', power: 'unknown' },
        reason: 'misread',
        approvedBy: 'Rui S',
      },
    ]);
    const wrong = { type: 'AssetValued', data: worth, reason: 'x' };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/entries/${eventId}/corrections`, wrong))).toEqual({
      status: 422,
      code: 'entry-of-another-thing',
      at: { '/type': 'entry-of-another-thing' },
    });
    const own = { type: 'AssetSeized', data: { effectiveOn: '2026-04-22' }, reason: 'x' };
    const { body } = await service.propose(`/v1/cases/${caseId}/entries/${eventId}/corrections`, own);
    expect(problemOf(await service.approve(String(body['proposalId']), service.ana))).toMatchObject({
      status: 403,
      code: 'approver-is-proposer',
    });
  });

  it('does not carry out what was refused when it was approved, though the approval is sent again', async () => {
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const { body: receipt } = await service.post(`/v1/cases/${caseId}/assets`, yacht);
    const entry = `/v1/cases/${caseId}/entries/${(receipt['eventIds'] as string[])[0]}`;
    const corrected = { type: 'AssetIdentified', data: yacht, reason: 'x' };
    const { body } = await service.propose(`${entry}/corrections`, {
      ...corrected,
      data: { ...yacht, region: 'ES-AN' },
    });
    expect((await service.post(`${entry}/voidings`, { reason: 'x' })).status).toBe(201);
    const approve = () => service.propose(`/v1/proposals/${body['proposalId'] as string}/approval`, {}, {
      authorization: `Bearer ${service.rui.secret}`, 'idempotency-key': 'approved-twice',
    }); // prettier-ignore
    expect(problemOf(await approve())).toMatchObject({ code: 'entry-voided' });
    expect(problemOf(await approve())).toMatchObject({ status: 409, code: 'proposal-settled' });
  });

  it('keeps what was proposed once, however the case goes on', async () => {
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const assetId = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
    await service.post(`/v1/cases/${caseId}/assets/${assetId}/seizures`, { effectiveOn: '2026-04-20' });
    const release = (headers: Record<string, string>) =>
      service.propose(
        `/v1/cases/${caseId}/assets/${assetId}/releases`,
        { effectiveOn: '2026-04-25', reason: 'lifted' },
        headers,
      );
    const headers = { 'idempotency-key': 'release', 'if-match': '"2"' };
    const first = await release(headers);
    expect([first.status, first.body['state']]).toEqual([202, 'waiting']);
    await service.post(`/v1/cases/${caseId}/assets/${assetId}/valuations`, worth);
    const again = await release(headers);
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(await release({ ...headers, 'idempotency-key': 'late' })).toMatchObject({
      status: 412,
      body: { code: 'stale', context: { revision: 3, changed: [{ revision: 3, type: 'AssetValued' }] } },
    });
    await service.approve(String(first.body['proposalId']));
    const settled = await release(headers);
    expect([settled.status, settled.body['state']]).toEqual([200, 'carried-out']);
  });

  it('proposes in each case what is told of it under one key, as it records it', async () => {
    const proposed = async (): Promise<unknown> => {
      const caseId = await service.made('/v1/cases', opening, 'caseId');
      const assetId = await service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId');
      await service.post(`/v1/cases/${caseId}/assets/${assetId}/seizures`, { effectiveOn: '2026-04-20' });
      const release = { effectiveOn: '2026-04-25', reason: 'lifted' };
      const headers = { 'idempotency-key': 'one-key' };
      const reply = await service.propose(`/v1/cases/${caseId}/assets/${assetId}/releases`, release, headers);
      expect([reply.status, reply.body['caseId']]).toEqual([202, caseId]);
      return reply.body['proposalId'];
    };
    expect(await proposed()).not.toBe(await proposed());
  });

  it('records who signed in as the actor', async () => {
    const { body } = await service.post('/v1/operations', operation);
    const [event] = await service.book.store.readAll((body['position'] as number) - 1, 1);
    expect(event?.metadata.actor).toEqual({ person: 'Ana P', authority: 'Polícia', jurisdiction: 'PT' });
  });

  it('does not let a network be merged into one that is not there', async () => {
    const networkId = await service.made('/v1/networks', network, 'networkId');
    const merger = { into: '00000000-0000-4000-8000-000000000000', mergedOn: '2026-02-01', reason: 'one' };
    expect(problemOf(await service.post(`/v1/networks/${networkId}/mergers`, merger))).toEqual({
      status: 404,
      code: 'network-unknown',
      at: { '/into': 'network-unknown' },
    });
  });
});
