import type { SchemaObject } from '@nestjs/swagger';

import type { BookRules, By, FourEyesRule, Grant, Principal } from '#access';
import type { CaseReader, GlassView, PersonView, ProposalView } from '#read-models';
import type { LookRecord, LooksVerified } from '#runtime';

import type { Receipt } from '../answer.js';
import type { ProposalTold } from '../access/proposal-told.js';
import { orSealed } from './register-schemas.js';
import { all, anything, count, day, flag, id, list, maybe, moment, oneOf, page, text, view, whole } from './view-schemas.js'; // prettier-ignore

const hash: SchemaObject = { type: 'string', pattern: '^[0-9a-f]{64}$' };

const grant = view<Grant>({
  grantId: id,
  role: text,
  authority: text,
  jurisdiction: text,
  operationId: maybe(id),
  from: day,
  to: maybe(day),
  issuer: maybe(text),
});

const token: SchemaObject = {
  type: 'object',
  required: ['tokenId', 'name', 'scopes', 'expiresAt'],
  properties: { personId: id, tokenId: id, name: text, scopes: list(text), expiresAt: moment },
  additionalProperties: false,
};

const me = view<Principal>({
  personId: id,
  name: text,
  kind: oneOf('person', 'job'),
  authority: text,
  jurisdiction: text,
  grants: list(grant),
  glass: list(id),
  scopes: maybe(list(text)),
});

const personFields = {
  personId: id,
  name: text,
  kind: oneOf('person', 'job'),
  authority: text,
  jurisdiction: text,
  issuer: maybe(text),
  barred: flag,
  grants: list(grant),
  tokens: list(token),
};

const listed = view<PersonView>({ ...personFields, glass: list(anything), position: count });

const rule = view<FourEyesRule>({ required: flag, from: maybe(text) });
const rules = view<BookRules>({
  roles: anything,
  fourEyes: { type: 'object', additionalProperties: rule },
});

const by = view<By>({ personId: id, person: text, role: text, authority: text, jurisdiction: text });

const proposal = orSealed(
  view<ProposalView>({
    proposalId: id,
    caseId: maybe(id),
    act: text,
    state: text,
    command: anything,
    proposedBy: by,
    expiresAt: moment,
    position: count,
    by: maybe(by),
    reason: maybe(text),
    code: maybe(text),
    eventIds: maybe(list(id)),
  }),
  { proposalId: id, caseId: id },
);

const proposalTold = view<ProposalTold>({
  proposalId: id,
  state: text,
  act: text,
  caseId: maybe(id),
  expiresAt: moment,
  position: count,
});

const look = view<LookRecord>({
  id: count,
  at: moment,
  kind: text,
  outcome: oneOf('given', 'denied'),
  person: view<LookRecord['person']>({ id, name: text }),
  authority: text,
  jurisdiction: text,
  route: text,
  caseIds: list(id),
  about: maybe(text),
  reason: maybe(text),
  recipient: maybe(text),
  requestId: text,
  behindGlass: maybe(flag),
  previousHash: text,
  hash,
});

const receipt = {
  ids: { type: 'object', additionalProperties: id } as SchemaObject,
  eventIds: list(id),
  revision: whole,
  position: count,
  warnings: maybe(list(anything)),
};

interface Secret {
  readonly secret: string;
  readonly expiresAt: string;
}
const secret = view<Secret>({ secret: text, expiresAt: moment });

/** What is answered about who may do what, and who did, by the id of the operation. */
export const accessAnswers: Readonly<Record<string, SchemaObject>> = {
  signIn: view<Secret & { personId: string; name: string }>({ secret: text, expiresAt: moment, personId: id, name: text }), // prettier-ignore
  signOut: view<{ signedOut: boolean }>({ signedOut: flag }),
  choosePassword: view<{ personId: string; name: string }>({ personId: id, name: text }),
  getMe: me,
  admitPerson: view<Receipt & { setUp?: Secret }>({ ...receipt, setUp: maybe(secret) }),
  setUpPerson: view<{ setUp: Secret }>({ setUp: secret }),
  issueToken: view<Receipt & Partial<Secret>>({ ...receipt, secret: maybe(text), expiresAt: maybe(moment) }),
  listPeople: page(listed),
  getPerson: view<Omit<PersonView, 'glass' | 'position'>>(personFields),
  getRules: rules,
  listProposals: page(proposal),
  getProposal: proposal,
  reject: proposalTold,
  withdraw: proposalTold,
  listGlass: page(
    view<GlassView>({
      position: count,
      personId: id,
      person: text,
      caseId: id,
      reason: text,
      until: moment,
      recordedAt: moment,
    }),
  ),
  getAccessLog: all(look),
  verifyAccessLog: view<LooksVerified>({
    records: count,
    head: text,
    broken: maybe(
      view<NonNullable<LooksVerified['broken']>>({ id: count, why: oneOf('missing', 'unlinked', 'altered') }),
    ),
  }),
  listReaders: all(
    view<CaseReader>({
      personId: id,
      name: text,
      may: oneOf('consult', 'consult-assets'),
      role: text,
      authority: text,
      jurisdiction: text,
    }),
  ),
};
