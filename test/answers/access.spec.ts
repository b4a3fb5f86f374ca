import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { approve, type By, decidePerson, decideRules, type Grant, personDecider, type PersonEvent, personStream, proposalDecider, type ProposalDecision, propose, proposalStream, RULES_STREAM, rulesDecider } from '#access'; // prettier-ignore
import { decide } from '#casework';
import type { Instant, PersonId } from '#core';
import { Recorder } from '#event-store';
import { glass, people, person, proposal, proposals, type ProposalsAsked, unsealed } from '#read-models';
import { openAccess } from '#runtime';

import { Book, clerk } from '../support/book.js';
import { caseOf, country, day, grant, id, limits, opening, operation, sharing } from './circles.js';

const [ES, PT, FR] = [country('ES'), country('PT'), country('FR')];
const [ana, bea] = [id<PersonId>('ana'), id<PersonId>('bea')];
const page = { limit: 100 };
const moment = (text: string): Instant => text as Instant;
const by = (personId: PersonId, role: Grant['role']): By => ({ personId, person: 'x', role, authority: 'A', jurisdiction: ES }); // prettier-ignore
const proposed = id<never>('proposal', 'one');
const now = moment('2026-11-24T10:00:00.000Z');

describe('what is kept of people and proposals', () => {
  let book: Book;

  const ofPerson = async (personId: PersonId, ...events: PersonEvent[]): Promise<void> => {
    const decisions = events.map(({ type, data }) => decidePerson[type](data as never));
    await book.recordIn(personStream(personId), personDecider, decisions);
  };
  const ofProposal = async (proposalId: never, ...decisions: ProposalDecision[]): Promise<void> => {
    await book.recordIn(proposalStream(proposalId), proposalDecider, decisions);
    await book.readModels.catchUp();
  };
  const asking = (word: string, name: string, expiresAt: string, command: object = { type: 'AssetReleased' }) =>
    ofProposal(
      id<never>('proposal', word),
      propose({ proposalId: id<never>('proposal', word), act: 'release', caseId: caseOf(name), command: { ...command }, by: by(ana, 'investigator'), expiresAt: moment(expiresAt) }),
    ); // prettier-ignore

  beforeAll(async () => {
    book = await Book.open();
    await book.record(caseOf('one'), ...opening('one', ES), sharing('one', PT, 'whole'));
    await book.record(caseOf('two'), ...opening('two', ES));
    await ofPerson(
      ana,
      {
        type: 'PersonAdmitted',
        data: { personId: ana, name: 'Ana', kind: 'person', authority: 'Authority', jurisdiction: ES },
      },
      { type: 'RoleGranted', data: { personId: ana, ...grant('investigator', ES) } },
      { type: 'RoleGranted', data: { personId: ana, ...grant('action-lead', ES, operation) } },
      { type: 'RoleRevoked', data: { personId: ana, grantId: grant('investigator', ES).grantId, reason: 'left' } },
    );
    await ofPerson(bea, {
      type: 'PersonAdmitted',
      data: { personId: bea, name: 'Bea', kind: 'job', authority: 'Authority', jurisdiction: ES },
    });
    await book.recordIn(RULES_STREAM, rulesDecider, [
      decideRules.RoleRuleSet({ role: 'auditor', act: 'figures', allowed: true }),
    ]);
    await asking('one', 'one', '2026-12-01T00:00:00.000Z');
    await asking('two', 'two', '2026-12-01T00:00:00.000Z');
    await asking('late', 'one', '2026-11-01T00:00:00.000Z');
  });
  afterAll(() => book.close());

  const found = async (scope: Parameters<typeof proposals>[1], asked: ProposalsAsked = {}): Promise<string[]> =>
    (await proposals(book.readModels, scope, asked, page)).items.map(({ proposalId }) => proposalId);
  const words = (...all: string[]): string[] => all.map((word) => id<string>('proposal', word));

  it('people, page after page, over restarts between their events', async () => {
    const first = await people(book.readModels, { limit: 1 });
    const rest = await people(book.readModels, { limit: 1, after: first.next });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(['Ana', 'Bea']);
    expect(rest).not.toHaveProperty('next');
    await ofPerson(ana, { type: 'PersonBarred', data: { personId: ana, reason: 'gone' } });
    await book.readModels.catchUp();
    const grants = [grant('action-lead', ES, operation)];
    expect(await person(book.readModels, ana)).toMatchObject({ personId: ana, name: 'Ana', barred: true, grants });
    expect(await person(book.readModels, id('nobody'))).toBeUndefined();
  });

  it('who broke the glass, the latest first', async () => {
    const look = (reason: string) => ({ type: 'GlassBroken' as const, data: { personId: bea, caseId: caseOf('two'), reason, until: moment('2026-11-24T12:00:00.000Z') } }); // prettier-ignore
    await ofPerson(bea, look('a child in danger'), look('the same night'));
    await book.readModels.catchUp();
    const first = await glass(book.readModels, { limit: 1 });
    expect(first.items).toMatchObject([{ person: 'Bea', reason: 'the same night', caseId: caseOf('two') }]);
    const rest = await glass(book.readModels, { limit: 5, after: first.next });
    expect(rest.items).toMatchObject([{ reason: 'a child in danger' }]);
  });

  it('proposals of the cases that may be consulted, and no others', async () => {
    expect(await found('whole')).toEqual(words('one', 'two', 'late'));
    expect(await found(limits(grant('supervisor', ES)))).toEqual(words('one', 'two', 'late'));
    expect(await found(limits(grant('investigator', PT)))).toEqual(words('one', 'late'));
    expect(await found(limits(grant('investigator', FR)))).toEqual([]);
    expect(await proposal(book.readModels, limits(grant('investigator', FR)), proposed)).toBeUndefined();
    expect(await proposal(book.readModels, limits(grant('investigator', PT)), proposed)).toMatchObject({ act: 'release', state: 'waiting', proposedBy: { personId: ana } }); // prettier-ignore
  });

  it('that wait for somebody: of another person and role, in time', async () => {
    const waiting = (personId: PersonId, ...roles: Grant['role'][]): Promise<string[]> =>
      found('whole', { for: { personId, roles, now } });
    expect(await waiting(bea, 'supervisor')).toEqual(words('one', 'two'));
    expect(await waiting(bea, 'investigator')).toEqual([]);
    expect(await waiting(bea, 'investigator', 'supervisor')).toEqual(words('one', 'two'));
    expect(await waiting(ana, 'supervisor')).toEqual([]);
    await ofProposal(proposed, approve(by(bea, 'supervisor'), now));
    expect(await waiting(bea, 'supervisor')).toEqual(words('two'));
    expect(await found('whole', { state: 'approved' })).toEqual(words('one'));
    expect(await found('whole', { act: 'void' })).toEqual([]);
    expect(unsealed(await proposal(book.readModels, 'whole', proposed))?.by).toMatchObject({ personId: bea });
  });

  it('of a register, for who may open cases where it was proposed', async () => {
    const register = id<never>('proposal', 'register');
    const data = {
      proposalId: register,
      act: 'import' as const,
      jurisdictions: [PT],
      command: { asked: { name: 'H2' } },
    };
    await ofProposal(register, propose({ ...data, by: by(ana, 'supervisor'), expiresAt: now }));
    const seen = await proposal(book.readModels, limits(grant('investigator', PT)), register);
    expect(seen).toMatchObject({ act: 'import', state: 'waiting', command: data.command });
    expect(seen).not.toHaveProperty('caseId');
    for (const other of [grant('supervisor', ES), grant('auditor', PT), grant('reporting-job', PT)])
      expect(await proposal(book.readModels, limits(other), register)).toBeUndefined();
    expect(await found(limits(grant('supervisor', PT)), { act: 'import' })).toEqual(words('register'));
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });

  it('that bring what may not be passed on say nothing abroad', async () => {
    await asking('secret', 'one', '2026-12-01T00:00:00.000Z', { marks: { handling: { codes: ['H2'] } } });
    const abroad = limits(grant('investigator', PT));
    const view = { proposalId: id('proposal', 'secret'), caseId: caseOf('one'), sealed: true };
    expect(await proposal(book.readModels, abroad, id('proposal', 'secret'))).toEqual(view);
    expect(await found(abroad, { act: 'release' })).not.toContain(view.proposalId);
    const lifted = decide.CaseClosed({ closedOn: day('2024-05-01'), reason: 'done' });
    await book.recordMarked(caseOf('one'), { handling: { codes: ['H2'] } }, lifted);
    await book.readModels.catchUp();
    expect(await proposal(book.readModels, abroad, proposed)).toMatchObject({ sealed: true });
    expect(await book.readModels.verify()).toMatchObject({ differences: [] });
  });

  it('are no people, and stay what they are though somebody decided on one as a person', async () => {
    await asking('person', 'two', '2026-12-01T00:00:00.000Z');
    const [proposalId, personId] = [id<never>('proposal', 'person'), id<PersonId>('proposal', 'person')];
    const command = (commandId: string) => ({ actor: clerk, commandId, commandHash: commandId, expected: 'any' as const }); // prettier-ignore
    const recorder = new Recorder(book.store, { now: () => new Date() });
    const { people: admitted } = await openAccess(
      { db: book.db, recorder, named: () => Promise.resolve(undefined) },
      { alone: true },
    );
    const bar = decidePerson.PersonBarred({ personId, reason: 'gone' });
    await expect(admitted.record(personId, [bar], command('bar'))).rejects.toMatchObject({ code: 'person-unknown' });
    const approving = [approve(by(bea, 'supervisor'), now)];
    const { eventIds } = await recorder.record(proposalStream(proposalId), proposalDecider, approving, command('yes'));
    expect(eventIds).toHaveLength(1);
  });
});
