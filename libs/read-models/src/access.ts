import type { By, Person, PersonAdmitted, Proposal, Role, Scope } from '#access';
import type { Instant, PersonId } from '#core';
import type { SqlValue } from '#event-store';

import type { PersonDetail, ProposalDetail } from './apply-access.js';
import { type Page, type PageAsked, pageOf, placeIn } from './pages.js';
import type { ReadModels } from './read-models.js';
import { ofCase, visible } from './scope.js';
import { isTrue, proposalSealed, type Sealed } from './sealing.js';
import { takeSince } from './told-since.js';

export interface ProposalView extends Omit<Proposal, 'proposed'> {
  readonly proposalId: string;
  /** None of an import. */
  readonly caseId?: string;
  readonly act: string;
  /** The command as it was told. */
  readonly command: Readonly<Record<string, unknown>>;
  readonly proposedBy: By;
  readonly expiresAt: string;
  readonly position: number;
}

/** A proposal about what is sealed for who asks. */
export interface SealedProposal extends Sealed, Pick<ProposalView, 'proposalId'> {
  readonly caseId: string;
}

export interface ProposalsAsked {
  readonly caseId?: string | undefined;
  readonly state?: string | undefined;
  readonly act?: string | undefined;
  /** Those that this person may settle: they wait still, another person proposed them, and not by their only role. */
  readonly for?: { readonly personId: string; readonly roles: readonly Role[]; readonly now: Instant } | undefined;
}

interface ProposalRow {
  proposal_id: string;
  case_id: string | null;
  first_position: string;
  position: string;
  detail: string;
  sealed: unknown;
}

const proposalView = (row: ProposalRow): ProposalView | SealedProposal => {
  const { proposal_id: proposalId, case_id: caseId } = row;
  if (caseId && isTrue(row.sealed)) return { proposalId, caseId, sealed: true };
  const { proposed, ...proposal } = (JSON.parse(row.detail) as ProposalDetail).proposal;
  if (!proposed) throw new Error(`proposal ${proposalId} was never proposed`);
  const { act, command, by: proposedBy, expiresAt } = proposed;
  const about = caseId ? { caseId } : {};
  return { proposalId, ...about, act, command, proposedBy, expiresAt, ...proposal, position: Number(row.position) };
};

const wantedOf = (asked: ProposalsAsked, values: SqlValue[]): string[] => {
  const wanted: string[] = [];
  const { caseId, state, act, for: waiting } = asked;
  if (caseId !== undefined) wanted.push(`p.case_id = $${values.push(caseId)}::uuid`);
  if (state !== undefined) wanted.push(`p.state = $${values.push(state)}`);
  if (act !== undefined) wanted.push(`p.act = $${values.push(act)}`);
  if (waiting) {
    const { personId, roles, now } = waiting;
    wanted.push(
      `p.state = 'waiting' and p.expires_at > $${values.push(now)} and p.proposed_by <> $${values.push(personId)}::uuid
       and p.proposed_role <> any($${values.push(roles)}::text[])`,
    );
  }
  return wanted;
};

/** That of a case is for who may read the case; that of an import, for who may open cases where it was proposed. */
const seenBy = (schema: string, scope: Scope, values: SqlValue[]): string => {
  if (scope === 'whole') return 'true';
  const inCase = visible(schema, scope, 'consult', ofCase(schema, 'p.case_id'), values);
  const places = `json_array_elements_text(p.detail -> 'proposal' -> 'proposed' -> 'jurisdictions')`;
  const ofImport = `exists (select 1 from ${places} j where j = any($${values.push(scope.opening)}::text[]))`;
  return `case when p.case_id is null then ${ofImport} else ${inCase} end`;
};

const proposalRows = (
  rm: ReadModels,
  scope: Scope,
  values: SqlValue[],
  wanted: readonly string[],
): Promise<ProposalRow[]> => {
  const { schema } = rm;
  const sealed = proposalSealed(schema, scope, values, 'p');
  const seen = seenBy(schema, scope, values);
  return rm.db.query<ProposalRow>(
    `select p.proposal_id, p.case_id, p.first_position, p.position, p.detail, ${sealed} as sealed from ${schema}.proposals p
     where ${[seen, ...wanted].join(' and ')} order by p.first_position limit $1`,
    values,
  );
};

/** What was proposed in the cases that may be consulted, in the order in which it was. What is sealed is found by its case only. */
export const proposals = async (
  rm: ReadModels,
  scope: Scope,
  asked: ProposalsAsked,
  page: PageAsked,
): Promise<Page<ProposalView | SealedProposal>> => {
  const values: SqlValue[] = [page.limit + 1, page.after ? placeIn(page.after) : 0];
  const wanted = ['p.first_position > $2::bigint', ...wantedOf(asked, values)];
  const { act, state, for: waiting } = asked;
  if (act ?? state ?? waiting) wanted.push(`not ${proposalSealed(rm.schema, scope, values, 'p')}`);
  const rows = await proposalRows(rm, scope, values, wanted);
  return pageOf(rows, page.limit, (row) => [Number(row.first_position)], proposalView);
};

export const proposal = async (
  rm: ReadModels,
  scope: Scope,
  proposalId: string,
): Promise<ProposalView | SealedProposal | undefined> => {
  const [row] = await proposalRows(rm, scope, [1, proposalId], ['p.proposal_id = $2::uuid']);
  return row && proposalView(row);
};

/** A person or a job, with what they are trusted with. Of tokens stands what they are good for, never a secret. */
export interface PersonView extends Omit<PersonDetail, 'admitted' | 'revoked' | 'firstPosition'> {
  readonly personId: string;
  readonly name: string;
  readonly kind: NonNullable<Person['admitted']>['kind'];
  readonly issuer?: string;
  readonly position: number;
}

interface PersonRow {
  first_position: string;
  position: string;
  detail: string;
}

const personView = (row: PersonRow): PersonView => {
  const { admitted, barred, grants, tokens, glass } = JSON.parse(row.detail) as PersonDetail;
  return { ...admitted, barred, grants, tokens, glass, position: Number(row.position) };
};

/** Everybody who was admitted, in the order in which they were. For who may administer or audit: that is asked of the guard. */
export const people = async (rm: ReadModels, page: PageAsked): Promise<Page<PersonView>> => {
  const rows = await rm.db.query<PersonRow>(
    `select first_position, position, detail from ${rm.schema}.people where first_position > $1::bigint
     order by first_position limit $2`,
    [page.after ? placeIn(page.after) : 0, page.limit + 1],
  );
  return pageOf(rows, page.limit, (row) => [Number(row.first_position)], personView);
};

export const person = async (rm: ReadModels, personId: string): Promise<PersonView | undefined> => {
  const text = `select first_position, position, detail from ${rm.schema}.people where person_id = $1`;
  const [row] = await rm.db.query<PersonRow>(text, [personId]);
  return row && personView(row);
};

/**
 * Who was admitted under a name for an authority, whatever letters of it are capital: whom the answers know, or whom the log tells of
 * since. For admitting: it is asked for nobody.
 * @throws Refused `too-busy` while the answers are far behind the log.
 */
export const personNamed = async (rm: ReadModels, name: string, authority: string): Promise<PersonId | undefined> => {
  const position = rm.position();
  const [known] = await rm.db.query<{ person_id: PersonId }>(
    `select person_id from ${rm.schema}.people where (name = $1 or lower(name) = lower($1))
     and detail -> 'admitted' ->> 'authority' = $2 order by first_position limit 1`,
    [name, authority],
  );
  let found = known?.person_id;
  await takeSince(rm, position, ({ type, data }) => {
    if (found !== undefined || type !== 'PersonAdmitted') return;
    const admitted = data as PersonAdmitted['data'];
    if (admitted.authority === authority && admitted.name.toLowerCase() === name.toLowerCase()) found = admitted.personId; // prettier-ignore
  });
  return found;
};

/** Somebody looked into a case that is not theirs. */
export interface GlassView {
  readonly position: number;
  readonly personId: string;
  readonly person: string;
  readonly caseId: string;
  readonly reason: string;
  readonly until: string;
  readonly recordedAt: string;
}

interface GlassRow {
  position: string;
  person_id: string;
  name: string;
  case_id: string;
  reason: string;
  until: string;
  recorded_at: string;
}

/** Who broke the glass, the latest first. For the auditor: that is asked of the guard. */
export const glass = async (rm: ReadModels, page: PageAsked): Promise<Page<GlassView>> => {
  const rows = await rm.db.query<GlassRow>(
    `select g.position, g.person_id, p.name, g.case_id, g.reason, g.until, g.recorded_at
     from ${rm.schema}.glass g join ${rm.schema}.people p using (person_id)
     where g.position < $1::bigint order by g.position desc limit $2`,
    [page.after ? placeIn(page.after) : Number.MAX_SAFE_INTEGER, page.limit + 1],
  );
  return pageOf(
    rows,
    page.limit,
    (row) => [Number(row.position)],
    ({ person_id: personId, name, case_id: caseId, recorded_at: recordedAt, reason, until, position }) => ({
      position: Number(position),
      personId,
      person: name,
      caseId,
      reason,
      until,
      recordedAt,
    }),
  );
};
