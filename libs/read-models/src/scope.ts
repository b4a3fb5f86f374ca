import type { CaseScope, Limits, Scope } from '#access';
import type { SqlValue } from '#event-store';

/** What is asked of cases: to read them, or what is said of their assets; to count them, also where few are counted. */
export type Reading = Exclude<keyof Limits, 'today' | 'home' | 'opening' | 'granted'>;

/** The case that a row is of: expressions of the statement of the question. */
export interface OfCase {
  readonly caseId: string;
  /** To which the case belongs, which never changes: a row that has it at hand is not looked up. */
  readonly jurisdiction: string;
}

/** Where only the id is at hand: a look into an index a row. */
export const ofCase = (schema: string, caseId: string): OfCase => ({
  caseId,
  jurisdiction: `(select v.jurisdiction from ${schema}.cases v where v.case_id = ${caseId})`,
});

type Reason = readonly [table: string, condition: string];

/** Each reason for which a case is in scope, jurisdictions apart: rows `v` of a table that name the cases it admits. */
const reasonsOf = (schema: string, scope: CaseScope, today: string, values: SqlValue[]): Reason[] => {
  const { team, operations, sharedWith, assetsSharedWith, cases } = scope;
  const found: Reason[] = [];
  const add = (list: readonly string[], table: string, column: string, type: string): void => {
    if (list.length > 0) found.push([`${schema}.${table}`, `v.${column} = any($${values.push(list)}::${type}[])`]);
  };
  const share = (list: readonly string[], extent: string): void => {
    if (list.length === 0) return;
    const [places, day] = [values.push(list), values.push(today)];
    const lasts = `(v.expires_on is null or v.expires_on >= $${day}::date)`;
    const given = `v.jurisdiction = any($${places}::text[]) and v.extent = '${extent}' and ${lasts}`;
    found.push([`${schema}.case_shares`, given]);
  };
  add(team ? [team] : [], 'case_team', 'person_id', 'uuid');
  add(operations, 'case_operations', 'operation_id', 'uuid');
  share(sharedWith, 'whole');
  share(assetsSharedWith, 'assets');
  add(cases, 'cases', 'case_id', 'uuid');
  return found;
};

const ofJurisdictions = ({ jurisdictions }: CaseScope, { jurisdiction }: OfCase, values: SqlValue[]): string[] =>
  jurisdictions.length > 0 ? [`${jurisdiction} = any($${values.push(jurisdictions)}::text[])`] : [];

const named = (caseId: string, reasons: readonly Reason[]): string[] =>
  reasons.map(([table, when]) => `exists (select 1 from ${table} v where v.case_id = ${caseId} and ${when})`);

const listed = (reasons: readonly Reason[]): string =>
  reasons.map(([table, when]) => `select v.case_id from ${table} v where ${when}`).join(' union all ');

/**
 * The condition under which a case is in scope, for the statement of the question itself; what it needs is added to its values. It
 * says of all cases what `mayOnCase` says of one. For a register: the few cases of a team or a share are looked up and lead to
 * the rows; those of a jurisdiction are many, and the register is walked.
 */
export const visible = (
  schema: string,
  scope: Scope,
  reading: Reading | 'granted',
  of: OfCase,
  values: SqlValue[],
): string => {
  if (scope === 'whole') return 'true';
  const within = scope[reading];
  if (!within) return 'false';
  const few = reasonsOf(schema, within, scope.today, values);
  const [many] = ofJurisdictions(within, of, values);
  if (few.length === 0) return many ?? 'false';
  return many ? `(${many} or ${of.caseId} in (${listed(few)}))` : `${of.caseId} = any(array(${listed(few)}))`;
};

/** The same, for one thing: whether it is there or not, and for whomever, it costs a look or two into indexes. */
export const visibleOne = (schema: string, scope: Scope, reading: Reading, of: OfCase, values: SqlValue[]): string => {
  if (scope === 'whole') return 'true';
  const few = reasonsOf(schema, scope[reading], scope.today, values);
  const all = [...ofJurisdictions(scope[reading], of, values), ...named(of.caseId, few)];
  return all.length > 0 ? `(${all.join(' or ')})` : 'false';
};
