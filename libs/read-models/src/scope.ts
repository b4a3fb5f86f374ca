import type { CaseScope, Limits, Scope } from '#access';
import type { SqlValue } from '#event-store';

/** What is asked of cases: to read them, or what is said of their assets; to count them, also where few are counted. */
export type Reading = Exclude<keyof Limits, 'today' | 'home'>;

/** Each reason for which a case is in scope: the cases that it admits, where it admits any. */
const reasonsOf = (schema: string, scope: CaseScope, today: string, values: SqlValue[]): string[] => {
  const { team, jurisdictions, operations, sharedWith, assetsSharedWith, cases } = scope;
  const found: string[] = [];
  const add = (list: readonly string[], text: (given: string) => string): void => {
    if (list.length > 0) found.push(text(`any($${values.push(list)}`));
  };
  const shared = (extent: string) => (given: string) =>
    `select case_id from ${schema}.case_shares where jurisdiction = ${given}::text[]) and extent = '${extent}'
       and (expires_on is null or expires_on >= $${values.push(today)}::date)`;
  add(team ? [team] : [], (given) => `select case_id from ${schema}.case_team where person_id = ${given}::uuid[])`);
  add(jurisdictions, (given) => `select case_id from ${schema}.cases where jurisdiction = ${given}::text[])`);
  add(operations, (given) => `select case_id from ${schema}.case_operations where operation_id = ${given}::uuid[])`);
  add(sharedWith, shared('whole'));
  add(assetsSharedWith, shared('assets'));
  add(cases, (given) => `select case_id from ${schema}.cases where case_id = ${given}::uuid[])`);
  return found;
};

/**
 * The condition under which a case is in scope, for the statement of the question itself: `caseId` is an expression of that
 * statement, and what it needs is added to its values. It says of all cases what `mayOnCase` says of one.
 */
export const visible = (schema: string, scope: Scope, reading: Reading, caseId: string, values: SqlValue[]): string => {
  if (scope === 'whole') return 'true';
  const reasons = reasonsOf(schema, scope[reading], scope.today, values);
  return reasons.length > 0 ? `${caseId} in (${reasons.join(' union all ')})` : 'false';
};
