import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '#access';
import type { CountryCode } from '#core';
import type { Actor } from '#event-store';

import { admit, type Somebody } from '../support/people.js';
import { freezingOrder, network, opening, worth, yacht } from './samples.js';
import { type Reply, Service } from './service.js';

const H2 = { handling: { codes: ['H2'], provider: 'Europol' } };
const forbidden = { status: 403, code: 'forbidden', context: undefined };

/** The case is of Spain. Pia works on it for Portugal, and may not read what is marked H2. */
describe('who works on a case of another jurisdiction', () => {
  let service: Service;
  let [eva, pia] = [] as unknown as [Somebody, Somebody];
  let caseId: string;
  beforeAll(async () => {
    service = await Service.start();
    const one = (person: string, role: Role, jurisdiction: string): Promise<Somebody> =>
      admit(service.book.access, { person, authority: 'Authority', jurisdiction } as Actor, [
        { role, jurisdiction: jurisdiction as CountryCode },
      ]);
    [eva, pia] = [await one('Eva', 'supervisor', 'ES'), await one('Pia', 'supervisor', 'PT')];
    caseId = idsOf(await post(eva, '/v1/cases', { ...opening, jurisdiction: 'ES' }))['caseId'] ?? '';
    await post(eva, `/v1/cases/${caseId}/team`, { personId: pia.personId, joinedOn: '2026-02-01' });
  });
  afterAll(() => service.stop());

  const post = (by: Somebody, path: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
    service.propose(path, body, { authorization: `Bearer ${by.secret}`, ...headers });
  const idsOf = ({ body }: Reply): Record<string, string> => body['ids'] as Record<string, string>;
  const entryOf = ({ body }: Reply): string => (body['eventIds'] as string[])[0] ?? '';
  const told = ({ status, body: { code, context } }: Reply): object => ({ status, code, context });
  const ofCase = (path: string): string => `/v1/cases/${caseId}/${path}`;
  const asset = async (): Promise<string> => idsOf(await post(eva, ofCase('assets'), yacht))['assetId'] ?? '';
  const order = async (over: string, more: object = {}): Promise<string> =>
    idsOf(await post(eva, ofCase('orders'), { ...freezingOrder, over: { assets: [over] }, ...more }))['orderId'] ?? '';
  const valued = (by: Somebody, assetId: string, more: object = {}): Promise<Reply> =>
    post(by, ofCase(`assets/${assetId}/valuations`), { ...worth, ...more });
  const frozen = (by: Somebody, assetId: string, orderId: string): Promise<Reply> =>
    post(by, ofCase(`assets/${assetId}/freezings`), { orderId, effectiveOn: '2026-05-02' });

  it('is not told of which types the entries are that they have not seen', async () => {
    await valued(eva, await asset(), H2);
    const changed = async (by: Somebody): Promise<string[][]> => {
      const { body } = await post(by, ofCase('assets'), yacht, { 'if-match': '"0"' });
      expect(body['code']).toBe('stale');
      return (body['context'] as { changed: object[] }).changed.map((one) => Object.keys(one));
    };
    expect(new Set((await changed(pia)).flat())).toEqual(new Set(['revision', 'eventId']));
    expect(new Set((await changed(eva)).flat())).toEqual(new Set(['revision', 'type', 'eventId']));
  });

  it('neither corrects nor takes back what is sealed, nor lifts the seal, nor learns what it is', async () => {
    const assetId = await asset();
    const entry = ofCase(`entries/${entryOf(await valued(eva, assetId, H2))}`);
    const wrong = { type: 'AssetLost', data: { effectiveOn: '2026-05-02', reason: 'gone' }, reason: 'misread' };
    expect(told(await post(pia, `${entry}/corrections`, wrong))).toEqual(forbidden);
    expect(told(await post(eva, `${entry}/corrections`, wrong))).toMatchObject({ code: 'entry-of-another-thing' });
    expect(told(await post(pia, `${entry}/voidings`, { reason: 'misread' }))).toEqual(forbidden);
    const consent = { provider: 'Europol', purpose: 'passing-on', consentedOn: '2026-05-03' };
    expect(told(await post(pia, `${entry}/consents`, consent))).toEqual(forbidden);
    expect((await post(eva, `${entry}/consents`, consent)).status).toBe(201);
    expect(told(await post(pia, `${entry}/corrections`, wrong))).toMatchObject({ code: 'entry-of-another-thing' });
  });

  it('records nothing about an asset that is sealed, or of what took its place, or under an order that is', async () => {
    const [sealed, open] = [await asset(), await asset()];
    await valued(eva, sealed, H2);
    expect(told(await valued(pia, sealed))).toEqual(forbidden);
    expect((await valued(pia, open)).status).toBe(201);
    expect(told(await post(pia, ofCase('orders'), { ...freezingOrder, over: { assets: [sealed] } }))).toEqual(forbidden); // prettier-ignore
    const sale = { how: 'sale', category: 'cash', description: 'price', identifiers: [], proceeds: { amount: '5.00', currency: 'EUR' }, effectiveOn: '2026-05-04' }; // prettier-ignore
    await frozen(eva, sealed, await order(sealed));
    await order(sealed, { kind: 'interim-sale' });
    const { newAssetId = '' } = idsOf(await post(eva, ofCase(`assets/${sealed}/conversions`), sale));
    expect(told(await valued(pia, newAssetId))).toEqual(forbidden);
    const confiscation = await order(open, { kind: 'confiscation', ...H2 });
    expect(told(await frozen(pia, open, confiscation))).toEqual(forbidden);
    expect(told(await frozen(eva, open, confiscation))).toMatchObject({ code: 'order-of-another-kind' });
  });

  it('records nothing about an asset that was under an order of which something is sealed', async () => {
    const assetId = await asset();
    const orderId = await order(assetId);
    await frozen(eva, assetId, orderId);
    await post(eva, ofCase(`orders/${orderId}/extensions`), { extendedOn: '2026-05-03', expiresOn: '2027-05-03', ...H2 }); // prettier-ignore
    expect(told(await valued(pia, assetId))).toEqual(forbidden);
  });

  it('says nothing of the case as such where something of that is sealed', async () => {
    const networkId = await service.made('/v1/networks', network, 'networkId');
    const joining = { effectiveOn: '2026-04-01', attributions: [{ networkId, weightBp: 100, confidence: 'confirmed' }] }; // prettier-ignore
    expect((await post(pia, ofCase('attributions'), joining)).status).toBe(201);
    const secret = { ...joining, effectiveOn: '2026-04-02' };
    await post(eva, ofCase('attributions'), { ...secret, ...H2 });
    expect(told(await post(pia, ofCase('attributions'), secret))).toEqual(forbidden);
    expect((await post(eva, ofCase('attributions'), secret)).status).toBe(200);
  });

  it('approves nothing about what is sealed', async () => {
    const assetId = await asset();
    const { body } = await valued(eva, assetId, { amount: '2000000.00' });
    await valued(eva, assetId, { ...H2, valuedOn: '2026-05-05' });
    expect(told(await post(pia, `/v1/proposals/${String(body['proposalId'])}/approval`, {}))).toEqual(forbidden);
  });
});
