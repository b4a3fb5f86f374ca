import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Role } from '#access';
import type { CountryCode } from '#core';
import type { Actor, RecordedEvent } from '#event-store';
import { importRefusals, IMPORTS_STREAM, importsDecider } from '#reporting';
import type { Jobs } from '#runtime';

import { importsWork } from '../../apps/reporter/src/imports.js';
import { admit, type Somebody } from '../support/people.js';
import { until } from '../support/until.js';
import { House } from './house.js';
import { problemOf, type Reply } from './service.js';

const MAPPING = `name: sheds
version: 1
file: { encoding: utf-8, delimiter: ',' }
columns: [Docket, Seen, Country]
days: [YYYY-MM-DD]
case:
  key: ['{Docket}']
  fields: { reference: '{case.key}', title: Shed, authority: Customs, jurisdiction: '{Country}', openedOn: { day: Seen } }
asset: { key: ['{Docket}'] }
facts:
  - name: seen
    events:
      - type: AssetIdentified
        fields: { assetId: '{asset.id}', category: goods, description: Shed, identifiers: [], jurisdiction: PT, identifiedOn: { day: Seen } }
  - name: seized
    events:
      - { type: AssetSeized, fields: { assetId: '{asset.id}', effectiveOn: { day: Seen } } }
`;
const RELEASING = `${MAPPING}      - { type: AssetReleased, fields: { assetId: '{asset.id}', effectiveOn: { day: Seen }, reason: lifted } }\n`;
/** The same assets, in cases of other keys. */
const ELSEWHERE = MAPPING.replace("key: ['{Docket}']", "key: ['{Docket}-b']");

const sheds = (...rows: [docket: string, country: string][]): string =>
  `Docket,Seen,Country\n${rows.map(([docket, country]) => `${docket},2014-05-06,${country}\n`).join('')}`;

type Names = 'Pia' | 'Olga' | 'Ines' | 'Eva' | 'Ivo' | 'Ada';
const grants: Record<Names, readonly [Role, readonly string[]]> = {
  Pia: ['supervisor', ['PT']],
  Olga: ['supervisor', ['PT']],
  Ines: ['investigator', ['PT']],
  Eva: ['supervisor', ['ES']],
  Ivo: ['investigator', ['ES']],
  Ada: ['supervisor', ['PT', 'ES']],
};

/** Codes with which an import was refused. */
const reached = new Set<string>();

/** A house, and people who ask there. */
class Office {
  readonly house = new House();
  readonly people = {} as Record<Names, Somebody>;
  #jobs!: Jobs;

  async open(): Promise<void> {
    this.#jobs = await this.house.open();
    for (const [person, [role, places]] of Object.entries(grants) as [Names, [Role, CountryCode[]]][]) {
      const actor = { person, authority: 'Authority', jurisdiction: places[0] } as Actor;
      const given = places.map((jurisdiction) => ({ role, jurisdiction }));
      this.people[person] = await admit(this.house.service.book.access, actor, given);
    }
  }

  report(): void {
    this.house.report(this.#jobs);
  }

  /** Does what is owed, once. */
  async begin(): Promise<void> {
    const work = importsWork(this.house.parts(this.#jobs));
    const signal = new AbortController().signal;
    for (const owed of await work.owed())
      await work.do({ ...owed, attempt: 1, signal, progress: async () => undefined });
  }

  as(who: Names): Record<string, string> {
    return { authorization: `Bearer ${this.people[who].secret}` };
  }

  get(who: Names, path: string): Promise<Reply> {
    return this.house.service.send('GET', path, { headers: this.as(who) });
  }

  post(who: Names, path: string, body: object): Promise<Reply> {
    return this.house.service.propose(path, body, this.as(who));
  }

  async upload(who: Names, body: string): Promise<string> {
    const headers = { ...this.as(who), 'content-type': 'application/octet-stream' };
    const reply = await this.house.service.send('POST', '/v1/imports/files', { body, headers });
    return String(reply.body['sha256']);
  }

  async ask(who: Names, register: string, mapping = MAPPING): Promise<Reply> {
    const [file, by] = [await this.upload(who, register), await this.upload(who, mapping)];
    return this.post(who, '/v1/imports', { file, mapping: by, name: 'sheds.csv' });
  }

  async settled(who: Names, importId: unknown): Promise<Record<string, unknown>> {
    const { body } = await until(
      () => this.get(who, `/v1/imports/${String(importId)}`),
      ({ body: { state } }) => state === 'concluded' || state === 'refused',
    );
    if (body['refused']) reached.add(String((body['refused'] as { code: string }).code));
    return body;
  }

  async taken(who: Names, register: string, mapping = MAPPING): Promise<Record<string, unknown>> {
    const { status, body } = await this.ask(who, register, mapping);
    expect(status).toBe(201);
    return this.settled(who, body['importId']);
  }

  /** What is recorded of cases; of one, by its reference. */
  async events(reference?: string): Promise<RecordedEvent[]> {
    const all = await this.house.service.book.store.readAll(0, 5_000);
    const ofCases = all.filter(({ stream }) => stream.startsWith('case-'));
    const opened = ofCases.find(({ data }) => (data as { reference?: string }).reference === reference);
    return reference === undefined ? ofCases : ofCases.filter(({ stream }) => stream === opened?.stream);
  }
}

/** What a refused import says, but for its id. */
const refusalIn = ({ refused, toDo }: Record<string, unknown>): object => {
  const { importId: _, ...said } = refused as Record<string, unknown>;
  return { ...said, toDo };
};

describe('an import over the API', () => {
  const office = new Office();
  const { house, people } = office;
  beforeAll(async () => {
    await office.open();
    office.report();
  });
  afterAll(() => house.close());

  const get = office.get.bind(office);
  const post = office.post.bind(office);
  const ask = office.ask.bind(office);
  const taken = office.taken.bind(office);
  const settled = office.settled.bind(office);
  const events = office.events.bind(office);
  const refusal = async (who: Names, register: string): Promise<object> => refusalIn(await taken(who, register));
  const approve = (who: Names, { body }: Reply): Promise<Reply> =>
    post(who, `/v1/proposals/${String(body['proposalId'])}/approval`, {});
  const importIdIn = ({ body }: Reply): string => (body['ids'] as Record<string, string>)['importId'] ?? '';

  const caseIdOf = async (reference: string): Promise<string> => (await events(reference))[0]?.stream.slice(5) ?? '';
  const foreign = { code: 'forbidden', line: 3, column: 'Country', toDo: importRefusals.forbidden };

  it('leaves nothing behind where one row opens a case of a jurisdiction that is not theirs', async () => {
    expect(await refusal('Pia', sheds(['A1', 'PT'], ['A2', 'ES']))).toEqual(foreign);
    expect(await events()).toEqual([]);
    expect(await taken('Ada', sheds(['A1', 'PT'], ['A2', 'ES']))).toMatchObject({ concluded: { taken: 2 } });
  });

  it('is taken in again once who asked may', async () => {
    const register = sheds(['B1', 'PT'], ['B2', 'IT']);
    expect(await refusal('Olga', register)).toEqual(foreign);
    const grant = { role: 'supervisor', authority: 'PJ', jurisdiction: 'IT', from: '2026-01-01' };
    await house.service.post(`/v1/people/${people.Olga.personId}/grants`, grant);
    expect(await taken('Olga', register)).toMatchObject({ state: 'concluded', concluded: { taken: 2 } });
  });

  it('says of a case that is not theirs what it says of none, and only that its key is taken where they might open one', async () => {
    await taken('Eva', sheds(['C1', 'ES']));
    const before = await events();
    expect(await refusal('Pia', sheds(['C0', 'PT'], ['C1', 'ES']))).toEqual(foreign);
    expect(await refusal('Pia', sheds(['C0', 'PT'], ['C2', 'ES']))).toEqual(foreign);
    const key = { code: 'case-exists', line: 3, column: 'Docket', toDo: importRefusals['case-exists'] };
    expect(await refusal('Pia', sheds(['C0', 'PT'], ['C1', 'PT']))).toEqual(key);
    expect(await events()).toEqual(before);
  });

  it('records in no case that they may only read, and in one on whose team they are', async () => {
    await taken('Eva', sheds(['D1', 'ES']));
    const path = `/v1/cases/${await caseIdOf('D1')}`;
    const before = await events();
    await post('Eva', `${path}/shares`, { jurisdiction: 'PT', extent: 'whole', sharedOn: '2026-02-01' });
    const read = { code: 'forbidden', line: 2, column: 'Docket', toDo: importRefusals.forbidden };
    expect(await refusal('Pia', sheds(['D1', 'ES']))).toEqual(read);
    expect((await events()).length).toBe(before.length + 1);
    await post('Eva', `${path}/team`, { personId: people.Pia.personId, joinedOn: '2026-02-01' });
    expect(await taken('Pia', sheds(['D1', 'ES']))).toMatchObject({ concluded: { taken: 1, questioned: 0 } });
  });

  it('has who asked on the team of what it opens', async () => {
    await taken('Pia', sheds(['E1', 'PT']));
    expect((await events('E1'))[0]?.data).toMatchObject({ team: [people.Pia.personId] });
  });

  it('does not name the case of others in which an asset stands', async () => {
    await taken('Eva', sheds(['F1', 'ES']));
    const { questions } = await taken('Pia', sheds(['F1', 'PT']), ELSEWHERE);
    const reply = await fetch(`${house.service.url}${String(questions)}`, { headers: office.as('Pia') });
    const text = await reply.text();
    expect(text).toContain('asset-already-recorded');
    expect(text).not.toContain(await caseIdOf('F1'));
  });

  it('is of files that who asks sent themselves: what others sent is not there, though they know its hash', async () => {
    const register = sheds(['K1', 'PT']);
    const [file, mapping] = [await office.upload('Pia', register), await office.upload('Pia', `${MAPPING}# Pia's`)];
    const own = await office.upload('Eva', ELSEWHERE);
    const asked = async (given: object): Promise<object> =>
      problemOf(await post('Eva', '/v1/imports', { name: 'sheds.csv', ...given }));
    const unknown = (at: string): object => ({ status: 404, code: 'file-unknown', at: { [at]: 'file-unknown' } });
    expect(await asked({ file, mapping: own })).toEqual(unknown('/file'));
    expect(await asked({ file: own, mapping })).toEqual(unknown('/mapping'));
    expect((await post('Pia', '/v1/imports', { file, mapping, name: 'sheds.csv' })).status).toBe(201);
    await office.upload('Eva', register);
    expect((await post('Eva', '/v1/imports', { file, mapping: own, name: 'sheds.csv' })).status).toBe(201);
  });

  it('records who took its questions away', async () => {
    const { questions } = await taken('Pia', sheds(['L1', 'nowhere']));
    await fetch(`${house.service.url}${String(questions)}`, { headers: office.as('Pia') });
    const [last] = (await house.service.book.access.log.page({ kind: 'disclosure', limit: 500 })).slice(-1);
    expect(last).toMatchObject({ route: 'GET /v1/imports/:importId/questions', recipient: 'Pia', outcome: 'given' });
  });

  it('waits for a second person of another role where its mapping records what needs one', async () => {
    const register = sheds(['G1', 'PT']);
    const proposed = await ask('Pia', register, RELEASING);
    expect([proposed.status, proposed.body['state'], proposed.body['act']]).toEqual([202, 'waiting', 'import']);
    expect(await events('G1')).toEqual([]);
    const at = String(proposed.body['position']);
    const waiting = async (who: Names): Promise<number> =>
      ((await get(who, `/v1/proposals?for=me&act=import&minPosition=${at}`)).body['items'] as object[]).length;
    expect([await waiting('Ines'), await waiting('Pia'), await waiting('Olga'), await waiting('Ivo')]).toEqual([1, 0, 0, 0]); // prettier-ignore
    const { body } = await get('Ines', `/v1/proposals/${String(proposed.body['proposalId'])}`);
    expect(body).toMatchObject({ act: 'import', command: { asked: { name: 'sheds.csv' }, records: ['AssetIdentified', 'AssetReleased', 'AssetSeized'] } }); // prettier-ignore
    expect((await get('Ivo', `/v1/proposals/${String(proposed.body['proposalId'])}`)).status).toBe(404);
    expect(problemOf(await approve('Ivo', proposed))).toMatchObject({ status: 404, code: 'proposal-unknown' });
    expect(problemOf(await approve('Pia', proposed))).toMatchObject({ status: 403, code: 'approver-is-proposer' });
    expect(problemOf(await approve('Olga', proposed))).toMatchObject({ status: 403, code: 'approver-of-same-role' });
    const approved = await approve('Ines', proposed);
    expect(approved.status).toBe(201);
    expect(await settled('Pia', importIdIn(approved))).toMatchObject({ state: 'concluded', concluded: { taken: 1 } });
    for (const { metadata } of await events('G1'))
      expect(metadata).toMatchObject({ actor: { person: 'Pia' }, approvedBy: { person: 'Ines' } });
    expect((await events('G1')).map(({ type }) => type)).toContain('AssetReleased');
    const again = await ask('Pia', register, RELEASING);
    expect([again.status, again.body['importId']]).toEqual([200, importIdIn(approved)]);
  });

  it('is rejected by the second person, or withdrawn by who proposed it, and then not taken in', async () => {
    const rejected = await ask('Pia', sheds(['H1', 'PT']), RELEASING);
    const path = `/v1/proposals/${String(rejected.body['proposalId'])}`;
    expect((await post('Ines', `${path}/rejection`, { reason: 'not ours' })).body['state']).toBe('rejected');
    expect(problemOf(await approve('Ines', rejected))).toMatchObject({ status: 409, code: 'proposal-settled' });
    const withdrawn = await ask('Pia', sheds(['H2', 'PT']), RELEASING);
    const other = `/v1/proposals/${String(withdrawn.body['proposalId'])}`;
    expect(problemOf(await post('Olga', `${other}/withdrawal`, {}))).toMatchObject({ status: 403, code: 'not-yours' });
    expect((await post('Pia', `${other}/withdrawal`, {})).body['state']).toBe('withdrawn');
    expect([...(await events('H1')), ...(await events('H2'))]).toEqual([]);
  });

  it('leaves nothing behind where who approved may not approve a row; another may', async () => {
    const register = sheds(['I1', 'ES'], ['I2', 'PT']);
    const first = await approve('Ines', await ask('Ada', register, RELEASING));
    const refused = { code: 'approver-not-allowed', line: 2, column: 'Country' };
    expect(await settled('Ada', importIdIn(first))).toMatchObject({ state: 'refused', refused });
    expect(await events('I2')).toEqual([]);
    const grant = { role: 'investigator', authority: 'PJ', jurisdiction: 'PT', from: '2026-01-01' };
    await house.service.post(`/v1/people/${people.Ivo.personId}/grants`, grant);
    const second = await approve('Ivo', await ask('Ada', register, RELEASING));
    expect(await settled('Ada', importIdIn(second))).toMatchObject({ state: 'concluded', concluded: { taken: 2 } });
  });
});

describe('an import that was asked for, and is begun later', () => {
  const office = new Office();
  const { house, people } = office;
  beforeAll(() => office.open());
  afterAll(() => house.close());

  const asked = async (who: Names, register: string, mapping = MAPPING): Promise<string> => {
    const { status, body } = await office.ask(who, register, mapping);
    expect(status).toBe(201);
    return String(body['importId']);
  };
  const set = (required: boolean): Promise<Reply> =>
    house.service.post('/v1/rules/four-eyes', { act: 'import', required });
  /** Begins what is owed, and tells what became of the import as the log has it. */
  const outcome = async (importId: string): Promise<object | undefined> => {
    await office.begin();
    const { state } = await house.service.book.recorder.read(IMPORTS_STREAM, importsDecider);
    const { refused } = state.get(importId) ?? {};
    reached.add(String(refused?.code));
    expect(await office.events()).toEqual([]);
    return refused;
  };

  it('is refused when who asked may import no more', async () => {
    const importId = await asked('Pia', sheds(['J1', 'PT']));
    const path = `/v1/people/${people.Pia.personId}`;
    const [grant] = (await house.service.get(path)).body['grants'] as { grantId: string }[];
    const revoked = await house.service.post(`${path}/grants/${grant?.grantId ?? ''}/revocation`, { reason: 'moved' });
    expect(revoked.status).toBe(201);
    expect(await outcome(importId)).toEqual({ importId, code: 'forbidden' });
  });

  it('is refused when who asked was barred', async () => {
    const importId = await asked('Olga', sheds(['J2', 'PT']));
    const path = `/v1/people/${people.Olga.personId}/barring`;
    expect((await house.service.post(path, { reason: 'left' })).status).toBe(201);
    expect(await outcome(importId)).toEqual({ importId, code: 'person-barred' });
  });

  it('is refused when it needs a second person by then, and is proposed when it is asked for again', async () => {
    await set(false);
    const importId = await asked('Ada', sheds(['J3', 'PT']), RELEASING);
    await set(true);
    expect(await outcome(importId)).toEqual({ importId, code: 'approval-needed' });
    expect((await office.ask('Ada', sheds(['J3', 'PT']), RELEASING)).status).toBe(202);
  });

  it('is refused when who approved it was barred', async () => {
    const { body } = await office.ask('Ada', sheds(['J4', 'PT']), RELEASING);
    const approved = await office.post('Ines', `/v1/proposals/${String(body['proposalId'])}/approval`, {});
    const { importId = '' } = approved.body['ids'] as Record<string, string>;
    await house.service.post(`/v1/people/${people.Ines.personId}/barring`, { reason: 'left' });
    expect(await outcome(importId)).toMatchObject({ code: 'approver-not-allowed', line: 2 });
  });

  it('is refused for good where its bytes are no such register', async () => {
    const malformed = 'Docket,Seen,Country\nS1\n';
    const importId = await asked('Ada', malformed);
    expect(await outcome(importId)).toMatchObject({ code: 'file-malformed', line: 2 });
    const { status, body } = await office.ask('Ada', malformed);
    expect([status, body['importId'], body['toDo']]).toEqual([200, importId, importRefusals['file-malformed']]);
  });

  it('is refused for good where its mapping was spoilt since', async () => {
    const importId = await asked('Ada', sheds(['J5', 'PT']));
    writeFileSync(join(house.imports, await office.upload('Ada', MAPPING)), 'name: sheds');
    expect(await outcome(importId)).toMatchObject({ code: 'mapping-malformed' });
  });

  it('was refused above in every way there is', () => {
    expect([...reached].sort()).toEqual(Object.keys(importRefusals).sort());
  });
});
