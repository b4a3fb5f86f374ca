import type { CaseId, CountryCode, Day, OperationId, PersonId } from '#core';

import { bookGrantsFor, type BookAct, type CaseAct, type Rules, relations } from './may.js';
import type { Principal } from './person.js';

/** Which cases: any of these reasons is enough. Each says by which relation; `mayOnCase` says the same of one case. */
export interface CaseScope {
  /** Those on whose team they are. */
  readonly team?: PersonId;
  readonly jurisdictions: readonly CountryCode[];
  readonly operations: readonly OperationId[];
  /** Those that are shared whole with one of these. */
  readonly sharedWith: readonly CountryCode[];
  /** Those of which the assets are shared with one of these. */
  readonly assetsSharedWith: readonly CountryCode[];
  readonly cases: readonly CaseId[];
}

/** Whose data a question may be answered from, for one who asks. */
export interface Limits {
  /** The day on which it is asked (UTC): a share that has run out is none. */
  readonly today: Day;
  readonly consult: CaseScope;
  readonly assets: CaseScope;
  readonly count: CaseScope;
  /** Counted also where a cell rests on few cases. */
  readonly countFew: CaseScope;
  /** Of a token: what the grants admit of these, whatever it is good for. Who holds it knows such cases: the others are not told by them. */
  readonly granted?: CaseScope;
  /** The jurisdictions they act for: what is marked H2 goes to another one with the provider's consent only. */
  readonly home: readonly CountryCode[];
  /** Those in which they may open cases: what is proposed about a register of cases is theirs to see. */
  readonly opening: readonly CountryCode[];
}

/** What every question takes: the limits of who asks, or the whole book, for the machinery that asks for nobody. */
export type Scope = 'whole' | Limits;

const caseScopeOf = (principal: Principal, acts: readonly CaseAct[], rules: Rules): CaseScope => {
  const found = { jurisdictions: new Set<CountryCode>(), operations: new Set<OperationId>(), sharedWith: new Set<CountryCode>(), assetsSharedWith: new Set<CountryCode>() }; // prettier-ignore
  let [team, glass] = [false, false];
  for (const { role, jurisdiction, operationId } of principal.grants) {
    for (const relation of relations) {
      const allowed = rules[role].cases[relation] ?? [];
      if (!acts.some((act) => allowed.includes(act) && (principal.scopes?.includes(act) ?? true))) continue;
      if (relation === 'team') team = true;
      else if (relation === 'glass') glass = true;
      else if (relation === 'jurisdiction') found.jurisdictions.add(jurisdiction);
      else if (relation === 'shared') found.sharedWith.add(jurisdiction);
      else if (relation === 'shared-assets') found.assetsSharedWith.add(jurisdiction);
      else if (operationId) found.operations.add(operationId);
    }
  }
  const sorted = <T extends string>(set: Set<T>): T[] => [...set].sort();
  return {
    ...(team ? { team: principal.personId } : {}),
    jurisdictions: sorted(found.jurisdictions),
    operations: sorted(found.operations),
    sharedWith: sorted(found.sharedWith),
    assetsSharedWith: sorted(found.assetsSharedWith),
    cases: glass ? principal.glass : [],
  };
};

/** Where they may do something with the book. */
export const jurisdictionsFor = (principal: Principal, act: BookAct, rules: Rules): CountryCode[] =>
  [...new Set(bookGrantsFor(principal, act, {}, rules).map(({ jurisdiction }) => jurisdiction))].sort();

const OPEN = ['consult', 'consult-assets', 'count-few'] as const;

const grantedOf = ({ scopes, ...without }: Principal, rules: Rules): { granted?: CaseScope } =>
  scopes ? { granted: caseScopeOf(without, OPEN, rules) } : {};

/** The jurisdictions somebody acts for. */
export const homeOf = ({ grants }: Principal): CountryCode[] =>
  [...new Set(grants.map(({ jurisdiction }) => jurisdiction))].sort();

/** The limits of somebody: the same rules as `mayOnCase`, for all cases at once. A question asks for one of them: each is found when asked for. */
export const limitsOf = (principal: Principal, rules: Rules, today: Day): Limits => ({
  today,
  get consult() {
    return caseScopeOf(principal, ['consult'], rules);
  },
  get assets() {
    return caseScopeOf(principal, ['consult', 'consult-assets'], rules);
  },
  get count() {
    return caseScopeOf(principal, ['consult', 'consult-assets', 'count'], rules);
  },
  get countFew() {
    return caseScopeOf(principal, OPEN, rules);
  },
  ...grantedOf(principal, rules),
  home: homeOf(principal),
  opening: jurisdictionsFor(principal, 'open-case', rules),
});

const lists = ['jurisdictions', 'operations', 'sharedWith', 'assetsSharedWith', 'cases'] as const;

const holds = (then: CaseScope, now: CaseScope): boolean =>
  (then.team === undefined || then.team === now.team) &&
  lists.every((list) => then[list].every((one) => (now[list] as readonly string[]).includes(one)));

/** Whether somebody may still do all that limits of before allowed, so that nothing within them was taken back since. */
export const stillWithin = (then: Limits, now: Limits): boolean =>
  (['consult', 'assets', 'count', 'countFew'] as const).every((reading) => holds(then[reading], now[reading])) &&
  then.home.every((home) => now.home.includes(home));
