import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decidePerson, type GrantId } from '#access';
import type { Day } from '#core';
import { LONGEST_MS } from '#runtime';

import { admit, everywhere } from '../support/people.js';
import { wrongIn } from './described/answered.js';
import { type Asked, type Known, requestsOf } from './described/asking.js';
import { ApiDocument, type Operation } from './described/document.js';
import { freezingOrder, network, opening, operation as joint, yacht } from './samples.js';
import { type Reply, Service } from './service.js';

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);
const REQUESTS = 50;
/** Values that are not refused at the door, so that what lies behind it is reached. */
const LEADING = {
  'If-Match': ['*'],
  minPosition: ['0', '1'],
  asOf: ['0', '5', '2026-01-01T00:00:00Z'],
  limit: ['1', '500'],
  after: [Buffer.from('[1]').toString('base64url'), Buffer.from('[1,""]').toString('base64url')],
  period: ['2026Q1', '2026', '2025Q3..2026Q2'],
  quarter: ['2025Q1', '2026Q1'],
  edition: ['1'],
  definition: ['value-seized@1', 'value-identified@1'],
  definitions: ['value-seized@1'],
};
/** Who signs out, or in with a wrong secret too often, is let in no more: these come after all others. */
const AT_THE_DOOR = ['signOut', 'signIn'];
/** After these little more can happen to a thing, or to whoever asks: they come last. */
const ENDS = [
  'endOrder',
  'loseAsset',
  'convertAsset',
  'disposeOfAsset',
  'mergeNetwork',
  'declareDuplicate',
  'voidEntry',
  'closeCase',
  'barPerson',
  'setRoleRule',
  ...AT_THE_DOOR,
];
/** Not let in, or not now: what lies behind the door was not reached. */
const isReached = ({ status, body }: Reply): boolean => ![401, 429].includes(status) && body['code'] !== 'forbidden';
/** What is asked at once of one service. */
const AT_ONCE = 4;

/** Lets Ana read the access log too. @returns somebody about whom she may ask and tell, and their link to choose a password. */
const audited = async ({ ana, book: { access } }: Service): Promise<{ eva: string; link: string }> => {
  const { personId, actor } = ana;
  const grantId = '77777777-7777-4777-8777-777777777777' as string as GrantId;
  const grant = { grantId, role: 'auditor', authority: 'Court of Audit', jurisdiction: actor.jurisdiction } as const;
  const decision = decidePerson.RoleGranted({ personId, ...grant, from: '2020-01-01' as Day });
  const command = { actor, commandId: 'auditor', commandHash: 'auditor', expected: 'any' } as const;
  await access.people.record(personId, [decision], command);
  const { personId: eva } = await admit(access, { ...actor, person: 'Eva T' }, everywhere('investigator'));
  const { secret } = await access.credentials.issue({
    kind: 'setup',
    personId: eva,
    name: 'set-up',
    lifetimeMs: LONGEST_MS.setup,
  });
  return { eva, link: secret };
};

describe(`the API beside its own description (seed ${seed})`, () => {
  let service: Service;
  let document: ApiDocument;
  let known: Known;
  const tally = new Map<number, number>();
  const reached = new Set<string>();
  let rightAndDone = 0;

  beforeAll(async () => {
    service = await Service.start();
    document = new ApiDocument((await service.get('/openapi.json')).body);
    const cases = await Promise.all([1, 2, 3, 4].map(() => service.made('/v1/cases', opening, 'caseId')));
    const [caseId = ''] = cases;
    const assets = await Promise.all([1, 2, 3].map(() => service.made(`/v1/cases/${caseId}/assets`, yacht, 'assetId')));
    const order = { ...freezingOrder, over: { assets } };
    const { eva, link } = await audited(service);
    known = {
      caseId: [caseId, caseId, caseId, ...cases],
      assetId: assets,
      orderId: [await service.made(`/v1/cases/${caseId}/orders`, order, 'orderId')],
      networkId: [await service.made('/v1/networks', network, 'networkId')],
      operationId: [await service.made('/v1/operations', joint, 'operationId')],
      eventId: await entriesOf(caseId),
      personId: [eva],
      secret: [link],
      ...LEADING,
    };
  });
  afterAll(() => service.stop());

  const entriesOf = async (caseId: string): Promise<string[]> => {
    const events = await service.book.store.read(`case-${caseId}`, 0, 10);
    return events.map(({ id }) => id);
  };

  const ask = ({ method }: Operation, { path, headers, body }: Asked): Promise<Reply> =>
    method === 'POST' ? service.post(path, body, headers) : service.send(method, path, { headers });

  /** @returns the first answers that are not as described, with what was asked. */
  const differing = async (operation: Operation, asked: readonly Asked[]): Promise<object[]> => {
    const found: object[] = [];
    const next = asked.values();
    const one = async (): Promise<void> => {
      for (const request of next) {
        const reply = await ask(operation, request);
        tally.set(reply.status, (tally.get(reply.status) ?? 0) + 1);
        if (request.kind === 'right' && isReached(reply)) reached.add(operation.id);
        if (request.kind === 'right' && reply.status < 300) rightAndDone += 1;
        const wrong = wrongIn(document, operation, request, reply);
        if (wrong.length > 0) found.push({ wrong, request, answer: { status: reply.status, body: reply.body } });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    return found.slice(0, 3);
  };

  it(`answers every request, right or wrong, as it says it does: ${REQUESTS} an operation`, async () => {
    const wrong: object[] = [];
    for (const operation of document.operations.toSorted((a, b) => ENDS.indexOf(a.id) - ENDS.indexOf(b.id))) {
      const asked = fc.sample(requestsOf(document, operation, known), { seed, numRuns: REQUESTS });
      const found = await differing(operation, asked);
      if (found.length > 0) wrong.push({ operation: operation.id, found });
    }
    expect(wrong).toEqual([]);
  });

  it('is described with everything that stands in a path', () => {
    for (const { path, parameters } of document.operations) {
      const named = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      expect([path, path.match(/\{\w+\}/g) ?? []]).toEqual([path, named]);
    }
  });

  it('was asked what is recorded, what is answered, and what is refused', () => {
    const ids = document.operations.map(({ id }) => id);
    expect(ids.filter((id) => !reached.has(id) && !AT_THE_DOOR.includes(id))).toEqual([]);
    expect(rightAndDone).toBeGreaterThan(300);
    for (const status of [200, 201, 400, 404, 412, 422])
      expect([status, tally.get(status) ?? 0]).not.toEqual([status, 0]);
  });
});
