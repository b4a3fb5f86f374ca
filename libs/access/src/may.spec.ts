import { describe, expect, it } from '@jest/globals';

import type { CaseId, CountryCode, Day, OperationId, PersonId } from '#core';

import { type CaseAct, caseActs, type CaseFacts, mayOnBook, mayOnCase, type Relation, shippedRules } from './may.js';
import type { Principal } from './person.js';
import { type Grant, type Role, roles } from './role.js';
import { limitsOf } from './scope.js';

const today = '2026-11-24' as Day;
const caseId = '11111111-1111-4111-8111-111111111111' as CaseId;
const me = '22222222-2222-4222-8222-222222222222' as PersonId;
const operationId = '33333333-3333-4333-8333-333333333333' as OperationId;
const [ES, PT] = ['ES', 'PT'] as CountryCode[] as [CountryCode, CountryCode];

const grantOf = (role: Role, jurisdiction: CountryCode): Grant => ({
  grantId: 'g' as Grant['grantId'],
  role,
  authority: 'Authority',
  jurisdiction,
  ...(role === 'action-lead' ? { operationId } : {}),
  from: '2026-01-01' as Day,
});
const somebody = (role: Role, relation: Relation | 'none'): Principal => ({
  personId: me,
  name: 'me',
  kind: 'person',
  authority: 'Authority',
  jurisdiction: PT,
  grants: [grantOf(role, relation === 'jurisdiction' ? ES : PT)],
  glass: relation === 'glass' ? [caseId] : [],
});
const caseFor = (relation: Relation | 'none'): CaseFacts => ({
  caseId,
  jurisdiction: ES,
  operations: new Set(relation === 'operation' ? [operationId] : []),
  team: new Set(relation === 'team' ? [me] : []),
  shares:
    relation === 'shared' || relation === 'shared-assets'
      ? [{ jurisdiction: PT, extent: relation === 'shared' ? 'whole' : 'assets' }]
      : [],
});
const actsOf = (role: Role, relation: Relation | 'none'): string => {
  const answers = caseActs.map((act) =>
    mayOnCase(somebody(role, relation), act, caseFor(relation), shippedRules, today),
  );
  const allowed = caseActs.filter((_, index) => answers[index]?.yes);
  const refused = new Set(answers.map((answer) => (answer.yes ? 'yes' : answer.why)));
  return `${allowed.join(' ') || '-'}${refused.has('not-found') ? ' | else not-found' : ''}${refused.has('forbidden') ? ' | else forbidden' : ''}`;
};

const READS = 'consult consult-assets count count-few';
const HALF = 'consult-assets count count-few';

describe('what a role may do with a case, by its relation to it', () => {
  it.each<[Role, Relation | 'none', string]>([
    ['investigator', 'team', `${READS} record approve | else forbidden`],
    ['investigator', 'jurisdiction', 'count | else not-found'],
    ['investigator', 'operation', '- | else not-found'],
    ['investigator', 'shared', `${READS} | else forbidden`],
    ['investigator', 'shared-assets', `${HALF} | else forbidden`],
    ['investigator', 'glass', 'consult consult-assets | else forbidden'],
    ['investigator', 'none', '- | else not-found'],
    ['supervisor', 'team', `${READS} record approve share`],
    ['supervisor', 'jurisdiction', `${READS} record approve share`],
    ['supervisor', 'operation', '- | else not-found'],
    ['supervisor', 'shared', `${READS} | else forbidden`],
    ['supervisor', 'shared-assets', `${HALF} | else forbidden`],
    ['supervisor', 'glass', 'consult consult-assets | else forbidden'],
    ['supervisor', 'none', '- | else not-found'],
    ['action-lead', 'operation', `${READS} approve | else forbidden`],
    ['action-lead', 'jurisdiction', '- | else not-found'],
    ['action-lead', 'team', '- | else not-found'],
    ['action-lead', 'none', '- | else not-found'],
    ['reporting-job', 'jurisdiction', 'count | else not-found'],
    ['reporting-job', 'none', '- | else not-found'],
    ['auditor', 'jurisdiction', '- | else not-found'],
    ['auditor', 'team', '- | else not-found'],
    ['administrator', 'jurisdiction', '- | else not-found'],
    ['administrator', 'team', '- | else not-found'],
  ])('%s, %s: %s', (role, relation, allowed) => expect(actsOf(role, relation)).toBe(allowed));

  it('is the same for one case and in the limits of a question', () => {
    const relations = ['team', 'jurisdiction', 'operation', 'shared', 'shared-assets', 'glass', 'none'] as const;
    const scopes: [keyof ReturnType<typeof limitsOf>, readonly CaseAct[]][] = [
      ['consult', ['consult']],
      ['assets', ['consult', 'consult-assets']],
      ['count', ['consult', 'consult-assets', 'count']],
      ['countFew', ['consult', 'consult-assets', 'count-few']],
    ];
    for (const role of roles)
      for (const relation of relations)
        for (const [name, acts] of scopes) {
          const [person, subject] = [somebody(role, relation), caseFor(relation)];
          const one = acts.some((act) => mayOnCase(person, act, subject, shippedRules, today).yes);
          expect({ role, relation, name, holds: admits(limitsOf(person, shippedRules, today), name, subject) }).toEqual(
            {
              role,
              relation,
              name,
              holds: one,
            },
          );
        }
  });

  it('ends with the last day of a share', () => {
    const ends = (expiresOn: string): boolean =>
      mayOnCase(
        somebody('investigator', 'none'),
        'consult',
        { ...caseFor('none'), shares: [{ jurisdiction: PT, extent: 'whole', expiresOn: expiresOn as Day }] },
        shippedRules,
        today,
      ).yes;
    expect([ends('2026-11-24'), ends('2026-11-23')]).toEqual([true, false]);
  });

  it('is no more than a token is good for', () => {
    const scopes = ['figures', 'count'];
    const job = { ...somebody('reporting-job', 'jurisdiction'), scopes };
    expect(mayOnBook(job, 'figures', {}, shippedRules).yes).toBe(true);
    expect(mayOnBook(job, 'export', {}, shippedRules)).toEqual({ yes: false, why: 'forbidden' });
  });

  it('opens cases of its own jurisdiction only', () => {
    const person = somebody('investigator', 'none');
    expect(mayOnBook(person, 'open-case', { jurisdiction: PT }, shippedRules).yes).toBe(true);
    expect(mayOnBook(person, 'open-case', { jurisdiction: ES }, shippedRules).yes).toBe(false);
  });
});

/** The limits, read as the statements of SQL read them. */
const admits = (
  limits: ReturnType<typeof limitsOf>,
  name: keyof ReturnType<typeof limitsOf>,
  subject: CaseFacts,
): boolean => {
  const scope = limits[name] as (typeof limits)['consult'];
  const shares = [...subject.shares];
  return (
    (scope.team !== undefined && subject.team.has(scope.team)) ||
    scope.jurisdictions.includes(subject.jurisdiction) ||
    scope.operations.some((id) => subject.operations.has(id)) ||
    shares.some(({ jurisdiction, extent }) => extent === 'whole' && scope.sharedWith.includes(jurisdiction)) ||
    shares.some(({ jurisdiction, extent }) => extent === 'assets' && scope.assetsSharedWith.includes(jurisdiction)) ||
    scope.cases.includes(subject.caseId)
  );
};
