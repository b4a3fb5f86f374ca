import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '#access';
import type { CountryCode } from '#core';
import type { Actor } from '#event-store';

import { admit, type Somebody } from '../support/people.js';
import { opening, worth, yacht } from './samples.js';
import { type Reply, Service } from './service.js';

const H2 = { handling: { codes: ['H2'], provider: 'Europol' } };

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
  const ofCase = (path: string): string => `/v1/cases/${caseId}/${path}`;
  const asset = async (): Promise<string> => idsOf(await post(eva, ofCase('assets'), yacht))['assetId'] ?? '';
  const valued = (by: Somebody, assetId: string, more: object = {}): Promise<Reply> =>
    post(by, ofCase(`assets/${assetId}/valuations`), { ...worth, ...more });

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
});
