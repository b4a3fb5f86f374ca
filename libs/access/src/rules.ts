import type { Event } from './event.js';
import { alwaysApproved, assertThreshold, type FourEyes, type FourEyesAct, shippedFourEyes } from './four-eyes.js';
import { type Act, type BookAct, bookActs, type CaseAct, type Relation, type Rules, shippedRules } from './may.js';
import { refuse } from './refusals.js';
import type { Role } from './role.js';

// Stored names and fields: add, never change.

export const RULES_STREAM = 'access-rules';

/** A role may do something from now on, or not any more; with a case, by the relation it stands in to it. */
export type RoleRuleSet = Event<'RoleRuleSet', { role: Role; act: Act; relation?: Relation; allowed: boolean }>;
/** An act needs a second person from now on, or not any more; `from`: basis points of an attribution, euro of a valuation. */
export type FourEyesRuleSet = Event<'FourEyesRuleSet', { act: FourEyesAct; required: boolean; from?: string }>;
export type RulesEvent = RoleRuleSet | FourEyesRuleSet;

/** The rules of a book, as they stand. */
export interface BookRules {
  readonly roles: Rules;
  readonly fourEyes: FourEyes;
}

const set = <T>(list: readonly T[], item: T, allowed: boolean): T[] => [
  ...list.filter((one) => one !== item),
  ...(allowed ? [item] : []),
];

const isBookAct = (act: Act): act is BookAct => (bookActs as readonly Act[]).includes(act);

const withRole = (rules: BookRules, { role, act, relation, allowed }: RoleRuleSet['data']): BookRules => {
  const { book, cases } = rules.roles[role];
  const changed = isBookAct(act)
    ? { book: set(book, act, allowed), cases }
    : { book, cases: relation ? { ...cases, [relation]: set<CaseAct>(cases[relation] ?? [], act, allowed) } : cases };
  return { ...rules, roles: { ...rules.roles, [role]: changed } };
};

export const rulesDecider = {
  initial: (): BookRules => ({ roles: shippedRules, fourEyes: shippedFourEyes }),
  evolve(rules: BookRules, fact: { type: string; data: object }): BookRules {
    const event = fact as RulesEvent;
    switch (event.type) {
      case 'RoleRuleSet':
        return withRole(rules, event.data);
      case 'FourEyesRuleSet': {
        const { act, ...rule } = event.data;
        return { ...rules, fourEyes: { ...rules.fourEyes, [act]: rule } };
      }
    }
    throw new Error(`this release does not know ${(event as { type: string }).type}`);
  },
};

export type RulesDecision = (rules: BookRules) => RulesEvent[];

const allows = ({ roles }: BookRules, { role, act, relation }: RoleRuleSet['data']): boolean =>
  isBookAct(act)
    ? roles[role].book.includes(act)
    : relation !== undefined && (roles[role].cases[relation] ?? []).includes(act);

/** A decision for each rule. Asking twice is quiet. */
export const decideRules = {
  RoleRuleSet:
    (data: RoleRuleSet['data']): RulesDecision =>
    (rules) => {
      if (!isBookAct(data.act) && !data.relation)
        refuse('relation-needed', 'Say how the role stands to the case.', {}, '/relation');
      if (data.role === 'administrator' && data.act === 'administer' && !data.allowed)
        refuse('rule-fixed', 'Somebody must be able to administer the book.', {}, '/allowed');
      return allows(rules, data) === data.allowed ? [] : [{ type: 'RoleRuleSet', data }];
    },
  FourEyesRuleSet:
    (data: FourEyesRuleSet['data']): RulesDecision =>
    ({ fourEyes }) => {
      const { act, required, from } = data;
      if (!required && alwaysApproved.includes(act))
        refuse('rule-fixed', 'Voids, corrections and duplicates always name an approver.', { act }, '/required');
      assertThreshold(act, from);
      const known = fourEyes[act];
      return known.required === required && known.from === from ? [] : [{ type: 'FourEyesRuleSet', data }];
    },
};
