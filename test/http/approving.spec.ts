import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Actor } from '#event-store';
import { admit, everywhere } from '../support/people.js';

import { network, opening, operation, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

describe('what a second person approves', () => {
  let service: Service;
  beforeAll(async () => void (service = await Service.start()));
  afterAll(() => service.stop());

  /** A case with a yacht of so many euro. */
  const held = async (amount = '300000.00'): Promise<{ base: string; assetId: string; valuation: string }> => {
    const base = `/v1/cases/${await service.made('/v1/cases', opening, 'caseId')}`;
    const assetId = await service.made(`${base}/assets`, yacht, 'assetId');
    const { body } = await service.post(`${base}/assets/${assetId}/valuations`, { ...worth, amount });
    return { base, assetId, valuation: (body['eventIds'] as string[])[0] ?? '' };
  };
  const valueOf = async (assetId: string, { body }: Reply): Promise<unknown> =>
    (await service.get(`/v1/assets/${assetId}?minPosition=${String(body['position'])}`)).body['value'];
  const proposalOf = async ({ body }: Reply): Promise<unknown> => {
    await service.book.readModels.waitFor(await service.book.store.head(), 5_000);
    return (await service.get(`/v1/proposals/${String(body['proposalId'])}`)).body;
  };
  const rule = (act: string, more: object): Promise<Reply> =>
    service.post('/v1/rules/four-eyes', { act, required: true, ...more });

  it('is a correction of what the entry says, and of nothing that it came to say since', async () => {
    const { base, assetId, valuation } = await held();
    const correct = (data: object): Promise<Reply> =>
      service.propose(`${base}/entries/${valuation}/corrections`, { type: 'AssetValued', data: { ...worth, ...data }, reason: 'misread' }); // prettier-ignore
    const [amount, day] = [await correct({ amount: '290000.00' }), await correct({ valuedOn: '2026-04-02' })];
    const first = await service.approve(String(amount.body['proposalId']));
    expect(first.status).toBe(201);
    const second = await service.approve(String(day.body['proposalId']));
    expect(problemOf(second)).toMatchObject({ status: 409, code: 'entry-changed' });
    expect(await valueOf(assetId, first)).toMatchObject({ amount: '290000.00' });
    expect(await proposalOf(day)).toMatchObject({ state: 'refused', code: 'entry-changed' });
  });

  it('is the share that was left when it was proposed', async () => {
    const { base, assetId } = await held();
    const path = `${base}/assets/${assetId}`;
    await service.post(`${path}/seizures`, { effectiveOn: '2026-04-20', shareBp: 3_000 });
    const release = await service.propose(`${path}/releases`, { effectiveOn: '2026-04-25', reason: 'lifted' });
    await service.post(`${path}/seizures`, { effectiveOn: '2026-04-21', shareBp: 7_000 });
    const { body } = await service.approve(String(release.body['proposalId']));
    const [event] = await service.book.store.readAll(Number(body['position']) - 1, 1);
    expect([event?.type, event?.data['shareBp']]).toEqual(['AssetReleased', 3_000]);
  });

  it('is not what somebody proposed who may not record it any more', async () => {
    const actor = { person: 'Ivo', authority: 'Polícia', jurisdiction: 'PT' } as Actor;
    const ivo = await admit(service.book.access, actor, everywhere('investigator'));
    const as = { authorization: `Bearer ${ivo.secret}` };
    const { body: opened } = await service.propose('/v1/cases', opening, as);
    const base = `/v1/cases/${(opened['ids'] as { caseId: string }).caseId}`;
    const { body: made } = await service.propose(`${base}/assets`, yacht, as);
    const entry = `${base}/entries/${(made['eventIds'] as string[])[0]}`;
    const proposed = await service.propose(`${entry}/voidings`, { reason: 'misread' }, as);
    await service.post(`/v1/people/${ivo.personId}/barring`, { reason: 'left' });
    const approved = await service.approve(String(proposed.body['proposalId']));
    expect(problemOf(approved)).toMatchObject({ status: 409, code: 'proposer-not-allowed' });
    expect(await proposalOf(proposed)).toMatchObject({ state: 'waiting' });
  });

  it('is what takes away, as what gives: a valuation that lowers, and attributions that are put elsewhere', async () => {
    const { base, assetId } = await held('10000000.00');
    const lower = await service.propose(`${base}/assets/${assetId}/valuations`, { ...worth, amount: '1.00', valuedOn: '2026-05-01' }); // prettier-ignore
    expect(lower.status).toBe(202);
    const [one = '', two = '', three = ''] = await Promise.all(
      ['One', 'Two', 'Three'].map((name) => service.made('/v1/networks', { ...network, name: `${name} ${assetId}` }, 'networkId')), // prettier-ignore
    );
    const attribute = (effectiveOn: string, ...weights: [string, number][]): Promise<Reply> =>
      service.propose(`${base}/attributions`, { effectiveOn, attributions: weights.map(([networkId, weightBp]) => ({ networkId, weightBp, confidence: 'confirmed' })) }); // prettier-ignore
    expect((await attribute('2026-04-01', [one, 2_400], [two, 2_500])).status).toBe(201);
    expect((await attribute('2026-04-02', [one, 4_900], [two, 4_900])).status).toBe(201);
    expect((await attribute('2026-04-03')).status).toBe(202);
    expect((await attribute('2026-04-03', [two, 4_900], [three, 4_900])).status).toBe(201);
    expect((await attribute('2026-04-04', [one, 4_800], [three, 5_000])).status).toBe(201);
    expect((await attribute('2026-04-05', [one, 4_900], [two, 5_000])).status).toBe(202);
  });

  it('is that a third State reads a case, be it by a share, by its people on the team or by an operation that it leads', async () => {
    const { base } = await held();
    const person = async (name: string, jurisdiction: string): Promise<string> =>
      (await admit(service.book.access, { person: name, authority: 'Fiscalía', jurisdiction } as Actor, [{ role: 'investigator', jurisdiction: jurisdiction as never }])).personId; // prettier-ignore
    const join = async (name: string, jurisdiction: string): Promise<number> =>
      (await service.propose(`${base}/team`, { personId: await person(name, jurisdiction), joinedOn: '2026-05-01' })).status; // prettier-ignore
    expect([await join('Eva', 'ES'), await join('Lucía', 'CO')]).toEqual([201, 202]);
    const tag = async (name: string, leader: string): Promise<number> => {
      const operationId = await service.made('/v1/operations', { ...operation, name, leader }, 'operationId');
      return (await service.propose(`${base}/operations`, { operationId, effectiveOn: '2026-05-01' })).status;
    };
    expect([await tag('Near', 'ES'), await tag('Far', 'CO')]).toEqual([201, 202]);
    const share = { jurisdiction: 'CO', extent: 'whole', sharedOn: '2026-05-01' };
    expect((await service.propose(`${base}/shares`, share)).status).toBe(202);
  });

  it('is asked for by the rule as it stood: the same key goes the way that it went', async () => {
    const { base, assetId } = await held('10.00');
    const value = (amount: string, key: string): Promise<Reply> =>
      service.propose(`${base}/assets/${assetId}/valuations`, { ...worth, amount }, { 'idempotency-key': key });
    const recorded = await value('500000.00', 'first');
    await value('600000.00', 'second');
    await rule('valuation', { from: '1000.00' });
    const again = await value('500000.00', 'first');
    expect([again.status, again.body['eventIds']]).toEqual([201, recorded.body['eventIds']]);
    const waiting = await value('700000.00', 'third');
    expect(waiting.status).toBe(202);
    await rule('valuation', { from: '1000000.00' });
    const stillWaiting = await value('700000.00', 'third');
    expect([stillWaiting.status, stillWaiting.body['proposalId']]).toEqual([202, waiting.body['proposalId']]);
    expect(await valueOf(assetId, again)).toMatchObject({ amount: '600000.00' });
  });
});
