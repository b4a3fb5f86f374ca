import type { Scope } from '#access';
import type { SqlValue } from '#event-store';

import type { OfCase } from './scope.js';

/** Stands where something is that somebody may not read: that it is there, and nothing of what it says. */
export interface Sealed {
  readonly sealed: true;
}

export const isSealed = (view: object): view is Sealed => 'sealed' in view && view.sealed === true;

/** The view, where it is not sealed. */
export const unsealed = <View extends object>(view: View | undefined): Exclude<View, Sealed> | undefined =>
  view && !isSealed(view) ? (view as Exclude<View, Sealed>) : undefined;

/** How a store gives a truth back. */
export const isTrue = (cell: unknown): boolean => cell === true || cell === 't' || cell === 'true';

/**
 * The condition under which an entry marked H2, the row `s`, is sealed for who asks: what `mayPassOn` says, for all at once.
 * Within its own jurisdiction nothing is.
 */
const closed = (schema: string, scope: Exclude<Scope, 'whole'>, values: SqlValue[]): string => {
  const home = `any($${values.push(scope.home)}::text[])`;
  return `s.jurisdiction <> all($${values.length}::text[]) and not exists (select 1 from ${schema}.case_consents k
    where k.event_id = s.event_id and (s.provider is null or k.provider = s.provider) and (k.jurisdiction = '' or k.jurisdiction = ${home}))`;
};

/** That something is, of a case: within its own jurisdiction nobody looks, where the row says which that is. */
const anySealed = (schema: string, scope: Scope, values: SqlValue[], which: string, jurisdiction?: string): string => {
  if (scope === 'whole') return 'false';
  const any = `exists (select 1 from ${schema}.sealed s where ${which} and ${closed(schema, scope, values)})`;
  return jurisdiction ? `(${abroad(scope, values, jurisdiction)} and ${any})` : any;
};

const abroad = (scope: Exclude<Scope, 'whole'>, values: SqlValue[], jurisdiction: string): string =>
  `${jurisdiction} <> all($${values.push(scope.home)}::text[])`;

/** An entry about no asset and no order. */
const OF_THE_CASE = 's.asset_id is null and s.order_id is null';

/** Whether what is said of the case as such is sealed: something of it rests on a sealed entry. */
export const caseSealed = (schema: string, scope: Scope, values: SqlValue[], of: OfCase): string =>
  anySealed(schema, scope, values, `s.case_id = ${of.caseId} and ${OF_THE_CASE}`, of.jurisdiction);

/** Whether the asset of the row `a` is: by an entry about it, about what it took the place of, or an order that either was under. */
export const assetSealed = (schema: string, scope: Scope, values: SqlValue[], a: string): string => {
  const origins = `(select ${a}.asset_id union all select o.origin_id from ${schema}.asset_origins o where o.asset_id = ${a}.asset_id)`;
  const under = `(select m.order_id from ${schema}.measures m where m.asset_id in ${origins})`;
  const about = `s.asset_id in ${origins} or s.asset_id is null and s.order_id in ${under}`;
  return anySealed(schema, scope, values, `s.case_id = ${a}.case_id and (${about})`, `${a}.case_jurisdiction`);
};

/** Whether what the asset of the row `a` is worth is: it is sealed itself, or to whom it belongs is. */
export const valueSealed = (schema: string, scope: Scope, values: SqlValue[], a: string): string => {
  const of: OfCase = { caseId: `${a}.case_id`, jurisdiction: `${a}.case_jurisdiction` };
  return `(${assetSealed(schema, scope, values, a)} or ${caseSealed(schema, scope, values, of)})`;
};

/** Whether anything of the case is, whatever it is about. */
export const partSealed = (schema: string, scope: Scope, values: SqlValue[], of: OfCase): string =>
  anySealed(schema, scope, values, `s.case_id = ${of.caseId}`, of.jurisdiction);

/** Whether the order of the row `o` is: by an entry about it, or about what was done under it. */
export const orderSealed = (schema: string, scope: Scope, values: SqlValue[], o: string): string =>
  anySealed(schema, scope, values, `s.case_id = ${o}.case_id and s.order_id = ${o}.order_id`);

/**
 * Of a case, whether what is said of it as such is sealed (`sealed`), and the entries that are (`roots`: each by the one that it
 * corrects or is about, ids with spaces between): a relation of one row, beside the row of the case.
 */
export const sealsOfCase = (schema: string, scope: Scope, values: SqlValue[], of: OfCase): string =>
  scope === 'whole'
    ? '(select false as sealed, null::text as roots)'
    : `(select coalesce(bool_or(${OF_THE_CASE}), false) as sealed, string_agg(s.root_id::text, ' ') as roots from ${schema}.sealed s
        where ${abroad(scope, values, of.jurisdiction)} and s.case_id = ${of.caseId} and ${closed(schema, scope, values)})`;

export const rootsIn = (text: string | null): ReadonlySet<string> => new Set(text ? text.split(' ') : []);

/** What a fact about an entry is about; else itself: an entry is sealed together with all that is said about it. */
export const rootOf = (event: { readonly id: string; readonly type: string; readonly data: object }): string => {
  const { entry, eventId } = event.data as { entry?: { eventId?: string }; eventId?: string };
  if (event.type === 'ProviderConsented') return eventId ?? event.id;
  return entry?.eventId ?? event.id;
};

/** Whether the proposal of the row `p` is: its command may say what an entry says, or bring a mark of its own. */
export const proposalSealed = (schema: string, scope: Scope, values: SqlValue[], p: string): string => {
  if (scope === 'whole') return 'false';
  const any = anySealed(schema, scope, values, `s.case_id = ${p}.case_id`);
  const foreign = `not exists (select 1 from ${schema}.cases c where c.case_id = ${p}.case_id
    and c.jurisdiction = any($${values.push(scope.home)}::text[]))`;
  return `(${p}.case_id is not null and ${any} or (${p}.case_id is not null and strpos(${p}.detail::text, '"H2"') > 0 and ${foreign}))`;
};
