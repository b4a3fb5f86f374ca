import type { CaseId, CountryCode, Day, OperationId, PersonId } from '#core';

import type { Principal } from './person.js';
import type { Grant, Role } from './role.js';

/** How somebody with a grant stands to a case. */
export const relations = ['team', 'jurisdiction', 'operation', 'shared', 'shared-assets', 'glass'] as const;
export type Relation = (typeof relations)[number];

/**
 * What can be done with a case. `consult`: read it whole; `consult-assets`: what is said of its assets; `count`: have its value
 * in a total; `count-few`: also in a cell that rests on few cases; `share`: say who is on its team and whom it is shared with.
 */
export const caseActs = ['consult', 'consult-assets', 'count', 'count-few', 'record', 'approve', 'share'] as const;
export type CaseAct = (typeof caseActs)[number];

/** What can be done with the book. */
export const bookActs = [
  'open-case',
  'register-network',
  'register-operation',
  'consult-registers',
  'figures',
  'export',
  'close-quarter',
  'import',
  'break-glass',
  'operate',
  'administer',
  'audit',
] as const;
export type BookAct = (typeof bookActs)[number];
export type Act = CaseAct | BookAct;

/** What a role allows on the book, and on the cases it stands to in some relation. */
export interface RoleRules {
  readonly book: readonly BookAct[];
  readonly cases: { readonly [R in Relation]?: readonly CaseAct[] };
}
export type Rules = { readonly [R in Role]: RoleRules };

const reading = ['consult', 'consult-assets', 'count', 'count-few'] as const;
const shared = { shared: reading, 'shared-assets': ['consult-assets', 'count', 'count-few'] } as const;
const glass = ['consult', 'consult-assets'] as const;

/** The rules a book begins with; `RoleRuleSet` changes them, for everybody to see (domain.md section 8: need to know). */
export const shippedRules: Rules = {
  investigator: {
    book: ['open-case', 'register-network', 'consult-registers', 'figures', 'break-glass'],
    cases: { team: [...reading, 'record', 'approve'], jurisdiction: ['count'], ...shared, glass },
  },
  supervisor: {
    book: [
      'open-case',
      'register-network',
      'register-operation',
      'consult-registers',
      'figures',
      'export',
      'close-quarter',
      'import',
      'break-glass',
    ],
    cases: {
      team: [...reading, 'record', 'approve', 'share'],
      jurisdiction: [...reading, 'record', 'approve', 'share'],
      ...shared,
      glass,
    },
  },
  'action-lead': {
    book: ['register-network', 'register-operation', 'consult-registers', 'figures', 'export'],
    cases: { operation: [...reading, 'approve'] },
  },
  'reporting-job': {
    book: ['consult-registers', 'figures', 'export', 'close-quarter'],
    cases: { jurisdiction: ['count'] },
  },
  auditor: { book: ['consult-registers', 'audit'], cases: {} },
  administrator: { book: ['consult-registers', 'register-operation', 'operate', 'administer'], cases: {} },
};

/** What a rule must know of a case. */
export interface CaseFacts {
  readonly caseId: CaseId;
  readonly jurisdiction: CountryCode;
  readonly operations: ReadonlySet<OperationId>;
  readonly team: ReadonlySet<PersonId>;
  readonly shares: Iterable<Share>;
}

/** A share that was not taken back; it runs out after its last day. */
export interface Share {
  readonly jurisdiction: CountryCode;
  readonly extent: 'whole' | 'assets';
  readonly expiresOn?: Day | undefined;
}

/** The file of a case, as far as a rule must know it. */
export interface CaseFileFacts {
  readonly caseId: CaseId | undefined;
  readonly jurisdiction: CountryCode | undefined;
  readonly operations: ReadonlySet<OperationId>;
  readonly circle: { readonly team: ReadonlySet<PersonId>; readonly shares: { values(): Iterable<Share> } };
}

/** @returns none of a case that was never opened. */
export const caseFactsOf = ({ caseId, jurisdiction, operations, circle }: CaseFileFacts): CaseFacts | undefined =>
  caseId && jurisdiction
    ? { caseId, jurisdiction, operations, team: circle.team, shares: [...circle.shares.values()] }
    : undefined;

/** The book as such, or what is done there for one jurisdiction. */
export interface BookFacts {
  readonly jurisdiction?: CountryCode;
}

/** Yes, by this grant; or no, and why: the code of a refusal. */
export type Answer =
  { readonly yes: true; readonly grant: Grant } | { readonly yes: false; readonly why: 'forbidden' | 'not-found' };

const no = (why: 'forbidden' | 'not-found'): Answer => ({ yes: false, why });

const within = ({ scopes }: Principal, act: Act): boolean => scopes === undefined || scopes.includes(act);

/** All grants by which they may, in the order in which they were given. */
export const grantsFor = (
  principal: Principal,
  act: CaseAct,
  subject: CaseFacts,
  rules: Rules,
  today: Day,
): readonly Grant[] =>
  within(principal, act)
    ? principal.grants.filter((grant) =>
        relationsOf(principal, grant, subject, today).some((relation) =>
          (rules[grant.role].cases[relation] ?? []).includes(act),
        ),
      )
    : [];

/** Whether there are cases on which they may. */
export const mayOnSome = (principal: Principal, act: CaseAct, rules: Rules): boolean =>
  within(principal, act) &&
  principal.grants.some(({ role }) => relations.some((relation) => (rules[role].cases[relation] ?? []).includes(act)));

/** How a person stands to a case by one of their grants, on a day. */
export const relationsOf = (principal: Principal, grant: Grant, subject: CaseFacts, today: Day): Relation[] => {
  const found: Relation[] = [];
  if (subject.team.has(principal.personId)) found.push('team');
  if (subject.jurisdiction === grant.jurisdiction) found.push('jurisdiction');
  if (grant.operationId && subject.operations.has(grant.operationId)) found.push('operation');
  for (const { jurisdiction, extent, expiresOn } of subject.shares) {
    if (jurisdiction !== grant.jurisdiction || (expiresOn !== undefined && expiresOn < today)) continue;
    found.push(extent === 'whole' ? 'shared' : 'shared-assets');
  }
  if (principal.glass.includes(subject.caseId)) found.push('glass');
  return found;
};

/**
 * The one place that decides. Of a case that somebody may not even read they learn nothing: `not-found`, as for one that is
 * not there; of one they may read, that this is not for them: `forbidden`.
 */
export const mayOnCase = (principal: Principal, act: CaseAct, subject: CaseFacts, rules: Rules, today: Day): Answer => {
  const by = (wanted: CaseAct): Grant | undefined => grantsFor(principal, wanted, subject, rules, today)[0];
  const grant = by(act);
  if (grant) return { yes: true, grant };
  return no(by('consult') || by('consult-assets') ? 'forbidden' : 'not-found');
};

/** Whether they may read any of it: of a case that was never opened, no. */
export const maySee = (principal: Principal, file: CaseFileFacts, rules: Rules, today: Day): boolean => {
  const facts = caseFactsOf(file);
  return facts !== undefined && mayOnCase(principal, 'consult-assets', facts, rules, today).yes;
};

/** All grants by which they may do something with the book, in the order in which they were given. */
export const bookGrantsFor = (
  principal: Principal,
  act: BookAct,
  { jurisdiction }: BookFacts,
  rules: Rules,
): readonly Grant[] =>
  within(principal, act)
    ? principal.grants.filter(
        (one) => rules[one.role].book.includes(act) && (!jurisdiction || one.jurisdiction === jurisdiction),
      )
    : [];

/** The same for what is done with the book. */
export const mayOnBook = (principal: Principal, act: BookAct, subject: BookFacts, rules: Rules): Answer => {
  const [grant] = bookGrantsFor(principal, act, subject, rules);
  return grant ? { yes: true, grant } : no('forbidden');
};
