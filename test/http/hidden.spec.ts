import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type { Role } from '#access';
import { caseDecider, type CaseDecision, type CaseFile, decide } from '#casework';
import type { CountryCode, Day } from '#core';
import { type Actor, Recorder } from '#event-store';

import { clerk } from '../support/book.js';
import { admit, type Somebody } from '../support/people.js';
import { opening, worth, yacht } from './samples.js';
import { type Reply, Service } from './service.js';

/** Eva answers for the cases of Spain; Tom records in those on whose team he is. */
const peopleOf = async (service: Service): Promise<[Somebody, Somebody]> => {
  const one = (person: string, role: Role): Promise<Somebody> =>
    admit(service.book.access, { person, authority: 'Authority', jurisdiction: 'ES' } as Actor, [
      { role, jurisdiction: 'ES' as CountryCode },
    ]);
  return [await one('Eva', 'supervisor'), await one('Tom', 'investigator')];
};
const idsOf = ({ body }: Reply): Record<string, string> => body['ids'] as Record<string, string>;

describe('a case that is not theirs', () => {
  let service: Service;
  let [eva, tom] = [] as unknown as [Somebody, Somebody];
  let [hidden, mine, assetId] = ['', '', ''];
  const post = (by: Somebody, path: string, body: object): Promise<Reply> =>
    service.propose(path, body, { authorization: `Bearer ${by.secret}` });
  const openedBy = async (who: Somebody): Promise<string> => idsOf(await post(who, '/v1/cases', opening))['caseId'] ?? ''; // prettier-ignore

  beforeAll(async () => {
    service = await Service.start();
    [eva, tom] = await peopleOf(service);
    [hidden, mine] = [await openedBy(eva), await openedBy(tom)];
    for (let n = 0; n < 20; n += 1) await post(eva, `/v1/cases/${hidden}/assets`, yacht);
    const { body } = await post(tom, `/v1/cases/${mine}/assets`, yacht);
    assetId = (body['ids'] as { assetId: string }).assetId;
    await service.book.readModels.waitFor(await service.book.store.head(), 10_000);
  });
  afterAll(() => service.stop());

  const correction = { type: 'AssetValued', data: worth, reason: 'misread' };
  const duplicate = (survivorCaseId: string): object => ({ survivorCaseId, survivorId: crypto.randomUUID(), reason: 'the same' }); // prettier-ignore
  const acts: [string, (caseId: string) => [path: string, body: object]][] = [
    ['a valuation', (caseId) => [`cases/${caseId}/assets/${assetId}/valuations`, worth]],
    ['a void', (caseId) => [`cases/${caseId}/entries/${assetId}/voidings`, { reason: 'never was' }]],
    ['a correction', (caseId) => [`cases/${caseId}/entries/${assetId}/corrections`, correction]],
    ['a survivor of a duplicate', (caseId) => [`cases/${mine}/assets/${assetId}/duplicates`, duplicate(caseId)]],
  ];

  it.each(acts)('costs %s no more to be refused than one that is not there', async (_, act) => {
    const tried = async (caseId: string): Promise<[answer: string, read: number]> => {
      const reading = jest.spyOn(service.book.store, 'read');
      const [path, body] = act(caseId);
      const reply = await post(tom, `/v1/${path}`, body);
      const streams = reading.mock.calls.flatMap(([stream], n) => (stream === `case-${caseId}` ? [n] : []));
      const read = await Promise.all(streams.map((n) => reading.mock.results[n]?.value as Promise<object[]>));
      reading.mockRestore();
      const answer = JSON.stringify([reply.status, reply.body]).replaceAll(caseId, '<case>');
      return [answer, streams.length + read.flat().length];
    };
    const none = await tried(crypto.randomUUID());
    expect(none[0]).toMatch(/^\[404/);
    expect(await tried(hidden)).toEqual(none);
  });
});

describe('a case of which the answers do not know all yet', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start('data/exports', undefined, { follows: false });
  });
  afterAll(() => service.stop());

  it('is for those for whom it is by the log, also as another process has recorded it, and for nobody else', async () => {
    const { store, readModels } = service.book;
    const [eva, tom] = await peopleOf(service);
    const post = (by: Somebody, path: string, body: object): Promise<Reply> =>
      service.propose(path, body, { authorization: `Bearer ${by.secret}` });
    const { caseId = '' } = idsOf(await post(eva, '/v1/cases', opening));
    const elsewhere = (decision: CaseDecision): Promise<unknown> => {
      const command = { actor: clerk, commandId: crypto.randomUUID(), commandHash: '0' };
      const decisions = [(file: CaseFile) => decision(file, service.book.known)];
      return new Recorder(store, { now: () => new Date() }).record(`case-${caseId}`, caseDecider, decisions, command);
    };
    const tried = async (): Promise<number> => (await post(tom, `/v1/cases/${caseId}/assets`, yacht)).status;
    await readModels.catchUp();
    expect(await tried()).toBe(404);
    const { personId } = tom;
    await elsewhere(decide.TeamMemberJoined({ personId, joinedOn: '2026-02-01' as Day }));
    expect(await tried()).toBe(201);
    await readModels.catchUp();
    await elsewhere(decide.TeamMemberLeft({ personId, leftOn: '2026-03-01' as Day }));
    expect(await tried()).toBe(404);
  });
});
