import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openServer } from '#runtime';

import { Book } from '../support/book.js';
import { noServer, type PostgresServer, startPostgres } from '../support/postgres.js';
import { freezingOrder, network, opening, worth, yacht } from './samples.js';
import { problemOf, type Reply, Service } from './service.js';

interface Asset {
  readonly caseId: string;
  readonly assetId: string;
}

const identifiedIn = async (service: Service): Promise<Asset & { eventId: string }> => {
  const caseId = await service.made('/v1/cases', opening, 'caseId');
  const { body } = await service.post(`/v1/cases/${caseId}/assets`, yacht);
  const [eventId = ''] = body['eventIds'] as string[];
  return { caseId, assetId: (body['ids'] as { assetId: string }).assetId, eventId };
};
const pathOf = ({ caseId, assetId }: Asset): string => `/v1/cases/${caseId}/assets/${assetId}/duplicates`;
const standingFor = (survivor: Asset): object => ({ survivorId: survivor.assetId, survivorCaseId: survivor.caseId, reason: 'the same hull' }); // prettier-ignore

describe('an asset that is told twice', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start();
  });
  afterAll(() => service.stop());

  const identified = (): Promise<Asset & { eventId: string }> => identifiedIn(service);
  const declare = (one: Asset, survivor: Asset, headers = {}): Promise<Reply> =>
    service.post(pathOf(one), standingFor(survivor), headers);
  const declaredBy = ({ body }: Reply): string => (body['eventIds'] as [string])[0];
  const refused = (status: number, code: string): object => ({ status, code, at: { '/survivorId': code } });

  it('is a duplicate of one that counts, in whichever case: not of one that is not there, or counts nowhere itself', async () => {
    const [one, other, third] = [await identified(), await identified(), await identified()];
    const nothing = { caseId: other.caseId, assetId: third.assetId };
    expect(problemOf(await declare(one, nothing))).toEqual(refused(409, 'survivor-not-active'));
    expect((await declare(one, other)).status).toBe(201);
    expect(problemOf(await declare(other, one))).toEqual(refused(409, 'survivor-not-active'));
    expect(problemOf(await declare(third, one))).toEqual(refused(409, 'survivor-not-active'));
  });

  it('is none any more when what it stands for ceased to count until somebody approves it', async () => {
    const [one, other, third] = [await identified(), await identified(), await identified()];
    const { body } = await service.propose(pathOf(one), standingFor(other));
    expect((await declare(other, third)).status).toBe(201);
    expect(problemOf(await service.approve(String(body['proposalId'])))).toEqual(refused(409, 'survivor-not-active'));
    const { body: settled } = await service.get(
      `/v1/proposals/${String(body['proposalId'])}?minPosition=${await service.book.store.head()}`,
    );
    expect(settled).toMatchObject({ state: 'refused', code: 'survivor-not-active' });
  });

  it('stands for one of two that would stand for each other, whoever approves them at once', async () => {
    const [one, other] = [await identified(), await identified()];
    const proposed = [await service.propose(pathOf(one), standingFor(other)), await service.propose(pathOf(other), standingFor(one))]; // prettier-ignore
    const replies = await Promise.all(proposed.map(({ body }) => service.approve(String(body['proposalId']))));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('may be told in other words, though what it stands for became a duplicate since', async () => {
    const [one, other, third] = [await identified(), await identified(), await identified()];
    const { body } = await declare(one, other);
    const [eventId = ''] = body['eventIds'] as string[];
    await declare(other, third);
    const data = { ...standingFor(other), reason: 'the same hull, seen twice' };
    const corrections = `/v1/cases/${one.caseId}/entries/${eventId}/corrections`;
    expect((await service.post(corrections, { type: 'DuplicateDeclared', data, reason: 'typo' })).status).toBe(201);
  });

  it('is told again as it was, though what it stands for became a duplicate since', async () => {
    const [one, other, third] = [await identified(), await identified(), await identified()];
    const headers = { 'idempotency-key': 'twice' };
    const first = await declare(one, other, headers);
    await declare(other, third);
    const again = await service.propose(pathOf(one), standingFor(other), headers);
    expect([first.status, again.status, again.body['state']]).toEqual([201, 200, 'carried-out']);
    expect(problemOf(await declare(one, other))).toMatchObject({ status: 409, code: 'asset-is-duplicate' });
  });

  it('is not corrected to name what is not in the book', async () => {
    const [one, other, third] = [await identified(), await identified(), await identified()];
    const { body } = await declare(one, other);
    const [eventId = ''] = body['eventIds'] as string[];
    const corrections = `/v1/cases/${one.caseId}/entries/${eventId}/corrections`;
    const correct = (survivor: Asset): Promise<Reply> =>
      service.post(corrections, { type: 'DuplicateDeclared', data: standingFor(survivor), reason: 'misread' });
    const nowhere = { ...third, caseId: crypto.randomUUID() };
    expect(problemOf(await correct(nowhere))).toEqual({ status: 404, code: 'case-unknown', at: { '/data/survivorCaseId': 'case-unknown' } }); // prettier-ignore
    expect(problemOf(await correct({ ...third, assetId: other.assetId }))).toMatchObject({ at: { '/data/survivorId': 'survivor-not-active' } }); // prettier-ignore
    expect((await correct(third)).status).toBe(201);
  });

  it.each([
    ['the answers know it', () => service],
    ['only the log does', () => Service.start('data/exports', undefined, { follows: false })],
  ])('keeps what it stands for from being taken back, as soon as %s, until it stands for itself', async (_, asking) => {
    const asked = await asking();
    const [one, other, third] = [await identifiedIn(asked), await identifiedIn(asked), await identifiedIn(asked)];
    const post = async (path: string, body: object): Promise<Reply> => {
      const reply = await asked.post(path, body);
      if (asked === service) await asked.book.readModels.waitFor(await asked.book.store.head(), 10_000);
      return reply;
    };
    const takingBack = ({ caseId }: Asset, eventId: string): Promise<Reply> =>
      post(`/v1/cases/${caseId}/entries/${eventId}/voidings`, { reason: 'never was' });
    const declared = await post(pathOf(one), standingFor(other));
    const refusal = { status: 409, code: 'asset-is-survivor', at: { '/eventId': 'asset-is-survivor' } };
    expect(problemOf(await takingBack(other, other.eventId))).toEqual(refusal);
    expect((await takingBack(third, third.eventId)).status).toBe(201);
    if (asked !== service) return asked.stop();
    expect((await takingBack(one, declaredBy(declared))).status).toBe(201);
    expect((await takingBack(other, other.eventId)).status).toBe(201);
  });

  const frozenIn = async (
    asked: Service,
    more: object = {},
  ): Promise<Asset & { eventId: string; measureId: string }> => {
    const one = await identifiedIn(asked);
    const path = `/v1/cases/${one.caseId}`;
    const orderId = await asked.made(
      `${path}/orders`,
      { ...freezingOrder, over: { assets: [one.assetId] } },
      'orderId',
    );
    const measure = { orderId, effectiveOn: '2026-04-12', ...more };
    const { status, body } = await asked.post(`${path}/assets/${one.assetId}/freezings`, measure);
    expect(status).toBe(201);
    return { ...one, measureId: (body['eventIds'] as [string])[0] };
  };

  it('and held once, is no duplicate of what is not: what is held would vanish from the figures', async () => {
    const [held, other] = [await frozenIn(service), await identified()];
    await service.post(`/v1/cases/${held.caseId}/assets/${held.assetId}/valuations`, worth);
    const seized = async (): Promise<unknown> => {
      await service.book.readModels.waitFor(await service.book.store.head(), 10_000);
      const { body } = await service.get('/v1/figures?period=2026Q2&definition=value-seized');
      return (body['totals'] as { eur: string }[])[0]?.eur;
    };
    const before = await seized();
    const refusal = await declare(held, other);
    expect(problemOf(refusal)).toEqual(refused(409, 'duplicate-is-held'));
    expect(JSON.stringify(refusal.body)).not.toContain('identified');
    expect((await declare(other, held)).status).toBe(201);
    expect(await seized()).toBe(before);
    expect(before).toBe('300000.00');
  });

  it.each([
    ['the answers know it', (): Promise<Service> => Promise.resolve(service)],
    ['only the log does', (): Promise<Service> => Service.start('data/exports', undefined, { follows: false })],
  ])('and held twice, stands for the other as far as it came, as soon as %s', async (_, asking) => {
    const asked = await asking();
    const post = async (path: string, body: object): Promise<Reply> => {
      const reply = await asked.post(path, body);
      if (asked === service) await asked.book.readModels.waitFor(await asked.book.store.head(), 10_000);
      return reply;
    };
    const [one, other] = [await frozenIn(asked, { shareBp: 5_000 }), await frozenIn(asked, { shareBp: 6_000 })];
    const ofMeasure = ({ caseId, measureId }: typeof one): string => `/v1/cases/${caseId}/entries/${measureId}`;
    const takingBack = (of: typeof one): Promise<Reply> => post(`${ofMeasure(of)}/voidings`, { reason: 'never was' });
    const corrected = (of: typeof one, data: object): Promise<Reply> =>
      post(`${ofMeasure(of)}/corrections`, {
        type: 'AssetFrozen',
        data: { effectiveOn: '2026-04-12', ...data },
        reason: 'slip',
      });
    const at = (code: string): object => ({ status: 409, code, at: { '/eventId': code } });
    const orderIn = async ({ caseId }: Asset): Promise<unknown> =>
      (await asked.book.store.read(`case-${caseId}`, 0, 100)).find(({ type }) => type === 'AssetFrozen')?.data[
        'orderId'
      ];
    const [ofOne, ofOther] = [{ orderId: await orderIn(one) }, { orderId: await orderIn(other) }];
    const declared = await post(pathOf(one), standingFor(other));
    expect(declared.status).toBe(201);
    expect(problemOf(await takingBack(other))).toEqual(at('asset-is-survivor'));
    expect(problemOf(await corrected(other, { ...ofOther, shareBp: 4_999 }))).toEqual(at('asset-is-survivor'));
    expect(problemOf(await corrected(one, { ...ofOne, shareBp: 6_001 }))).toEqual(at('duplicate-is-held'));
    expect((await corrected(other, { ...ofOther, shareBp: 5_500 })).status).toBe(201);
    expect((await corrected(one, { ...ofOne, shareBp: 5_500 })).status).toBe(201);
    const release = { effectiveOn: '2026-04-20', reason: 'lifted', shareBp: 4_000 };
    expect((await post(`/v1/cases/${other.caseId}/assets/${other.assetId}/releases`, release)).status).toBe(201);
    expect(problemOf(await corrected(other, { ...ofOther, shareBp: 5_499 }))).toEqual(at('asset-is-survivor'));
    const noDuplicate = `/v1/cases/${one.caseId}/entries/${declaredBy(declared)}/voidings`;
    expect((await post(noDuplicate, { reason: 'another hull' })).status).toBe(201);
    expect((await corrected(other, { ...ofOther, shareBp: 5_499 })).status).toBe(201);
    if (asked !== service) await asked.stop();
  });

  it('leaves a case attributed to what is in the book, however it is corrected', async () => {
    const networkId = await service.made('/v1/networks', network, 'networkId');
    const caseId = await service.made('/v1/cases', opening, 'caseId');
    const shares = (id: string): object => ({ effectiveOn: '2026-04-01', attributions: [{ networkId: id, weightBp: 10_000, confidence: 'confirmed' }] }); // prettier-ignore
    const { status, body } = await service.post(`/v1/cases/${caseId}/attributions`, shares(networkId));
    expect(status).toBe(201);
    const [eventId = ''] = body['eventIds'] as string[];
    const wrong = { type: 'CaseAttributedToNetworks', data: shares(crypto.randomUUID()), reason: 'misread' };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/entries/${eventId}/corrections`, wrong))).toEqual({
      status: 404,
      code: 'network-unknown',
      at: { '/data/attributions/0/networkId': 'network-unknown' },
    });
    const { body: identified } = await service.post(`/v1/cases/${caseId}/assets`, yacht);
    const [another = ''] = identified['eventIds'] as string[];
    const mixed = { ...wrong, data: shares(networkId) };
    expect(problemOf(await service.post(`/v1/cases/${caseId}/entries/${another}/corrections`, mixed))).toMatchObject({
      status: 422,
      code: 'entry-of-another-thing',
    });
  });
});

if (noServer)
  describe.skip(`assets told twice to two processes: ${noServer}`, () => it('make no circle', () => undefined));
else
  describe('assets that are told twice to two processes', () => {
    let server: PostgresServer;
    beforeAll(async () => void (server = await startPostgres()));
    afterAll(() => server.stop());

    it('make no circle, whoever approves them at once', async () => {
      const both: Service[] = [];
      for (let n = 0; n < 2; n += 1)
        both.push(await Service.start('data/exports', await Book.open(await openServer(server.url)), { follows: false })); // prettier-ignore
      const [here, there] = both as [Service, Service];
      for (let round = 0; round < 5; round += 1) {
        const [one, other] = [await identifiedIn(here), await identifiedIn(here)];
        const proposed = [
          await here.propose(pathOf(one), standingFor(other)),
          await here.propose(pathOf(other), standingFor(one)),
        ];
        const replies = await Promise.all(
          proposed.map(({ body }, n) => both[n]?.approve(String(body['proposalId']), here.rui)),
        );
        expect(replies.map((reply) => reply?.status).sort()).toEqual([201, 409]);
      }
      await Promise.all([here.stop(), there.stop()]);
    });
  });
