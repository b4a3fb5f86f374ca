import iconv from 'iconv-lite';

import { identifierKinds } from '#casework';
import { isDay } from '#core';

import type { Condition, Field, Fields, Mapping } from './mapping.js';
import { isTold, namesOf, type Told, wrongValue } from './needs.js';
import { dangerIn } from './pattern.js';

/** What is wrong with a mapping of the right form, and where in it. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
type Path = Problem['path'];
type Problems = Generator<Problem, void>;

/** What a template may name besides columns. */
const KEYS = new Set(['case.key', 'case.id', 'asset.key', 'asset.id']);

/** The names in braces of a template; inside `{id:...}` too. */
export const namesIn = (template: string): string[] =>
  [...template.replace(/\{id:/g, ' ').matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? '');

const columnProblem = function* (mapping: Mapping, name: string, path: Path): Problems {
  if (!mapping.columns.includes(name)) yield { path, message: `no such column: ${name}` };
};

const templateProblems = function* (mapping: Mapping, template: string, path: Path): Problems {
  for (const name of namesIn(template)) if (!KEYS.has(name)) yield* columnProblem(mapping, name, path);
};

/** A key is made of columns; that of an asset may begin with that of its case. */
const keyProblems = function* (mapping: Mapping, keys: readonly string[], path: Path, other?: string): Problems {
  for (const [index, key] of keys.entries())
    for (const name of namesIn(key)) if (name !== other) yield* columnProblem(mapping, name, [...path, index]);
};

const patternProblems = function* (mapping: Mapping, name: string, path: Path, group?: string): Problems {
  const source = mapping.patterns?.[name];
  if (source === undefined) yield { path, message: `no such pattern: ${name}` };
  else if (group && !source.includes(`(?<${group}>`)) yield { path, message: `pattern ${name} has no group ${group}` };
};

const conditionProblems = function* (mapping: Mapping, condition: Condition | undefined, path: Path): Problems {
  if (!condition) return;
  const [inner, key] =
    'any' in condition ? [condition.any, 'any'] : 'all' in condition ? [condition.all, 'all'] : [[], ''];
  for (const [index, one] of inner.entries()) yield* conditionProblems(mapping, one, [...path, key, index]);
  if ('column' in condition) yield* columnProblem(mapping, condition.column, [...path, 'column']);
  if ('matches' in condition) yield* patternProblems(mapping, condition.matches, [...path, 'matches']);
};

const lookAlike = (formats: readonly string[]): boolean =>
  new Set(formats.map((format) => format.replace(/[DM]/g, 'x'))).size < formats.length;
const TWINS = 'two formats that look alike cannot be told apart';

const inner: Readonly<Record<string, (mapping: Mapping, spec: never, path: Path) => Problems>> = {
  *day(mapping, { day, window, formats }: { day: string; window?: string; formats?: string[] }, path) {
    yield* columnProblem(mapping, day, [...path, 'day']);
    if (window && !mapping.windows?.[window]) yield { path: [...path, 'window'], message: `no such window: ${window}` };
    if (formats && lookAlike(formats)) yield { path: [...path, 'formats'], message: TWINS };
  },
  *number(mapping, spec: { number: string; decimal?: string; thousands?: string; pattern?: string }, path) {
    yield* columnProblem(mapping, spec.number, [...path, 'number']);
    if ((spec.decimal ?? '.') === spec.thousands)
      yield { path: [...path, 'thousands'], message: 'decimal and thousands sign are the same' };
    if (spec.pattern) yield* patternProblems(mapping, spec.pattern, [...path, 'pattern'], 'amount');
  },
  *cut(mapping, { cut, pattern, group }: { cut: string; pattern: string; group: string }, path) {
    yield* columnProblem(mapping, cut, [...path, 'cut']);
    yield* patternProblems(mapping, pattern, [...path, 'pattern'], group);
  },
  *map(mapping, { map, values }: { map: string; values: Fields }, path) {
    yield* columnProblem(mapping, map, [...path, 'map']);
    yield* eachProblem(mapping, values, [...path, 'values']);
  },
  *choose(mapping, spec: { choose: { when: Condition; value: Field }[]; else?: Field }, path) {
    for (const [index, { when, value }] of spec.choose.entries()) {
      yield* conditionProblems(mapping, when, [...path, 'choose', index, 'when']);
      yield* fieldProblems(mapping, value, [...path, 'choose', index, 'value']);
    }
    if (spec.else !== undefined) yield* fieldProblems(mapping, spec.else, [...path, 'else']);
  },
  *join(mapping, { join }: { join: Field[] }, path) {
    yield* fieldProblems(mapping, join, [...path, 'join']);
  },
  *identifier(mapping, { identifier, from }: { identifier: string; from: string }, path) {
    yield* columnProblem(mapping, from, [...path, 'from']);
    if (!(identifierKinds as readonly string[]).includes(identifier))
      yield { path: [...path, 'identifier'], message: `no such identifier: ${identifier}` };
  },
};

/** The operator of a field that is one. */
export const operatorOf = (field: object): string | undefined => Object.keys(inner).find((key) => key in field);

const eachProblem = function* (mapping: Mapping, fields: Fields, path: Path): Problems {
  for (const [name, one] of Object.entries(fields)) yield* fieldProblems(mapping, one, [...path, name]);
};

const fieldProblems = function* (mapping: Mapping, field: Field, path: Path): Problems {
  if (typeof field === 'string') yield* templateProblems(mapping, field, path);
  else if (Array.isArray(field)) {
    for (const [index, one] of (field as readonly Field[]).entries())
      yield* fieldProblems(mapping, one, [...path, index]);
  } else if (typeof field === 'object') {
    const operator = operatorOf(field);
    yield* operator
      ? (inner[operator] as (mapping: Mapping, spec: object, path: Path) => Problems)(mapping, field, path)
      : eachProblem(mapping, field as Fields, path);
  }
};

/** What a field can come out as without looking at a row: constants, and those among the choices. */
const constantsOf = (field: Field): unknown[] => {
  if (typeof field === 'string') return /[{}]/.test(field) || field === '' ? [] : [field];
  if (typeof field !== 'object') return [field];
  if ('map' in field) return Object.values(field.values as Fields).flatMap(constantsOf);
  if (!('choose' in field)) return [];
  const { choose, else: otherwise } = field as { choose: { value: Field }[]; else?: Field };
  return [...choose.map(({ value }) => value), ...(otherwise === undefined ? [] : [otherwise])].flatMap(constantsOf);
};

const eventProblems = function* (mapping: Mapping, type: Told | 'CaseOpened', fields: Fields, path: Path): Problems {
  const { needed, known } = namesOf(type);
  const given = Object.keys(fields);
  for (const name of given)
    if (!known.includes(name)) yield { path: [...path, name], message: `${type} has no field ${name}` };
  const missing = needed.find((name) => !given.includes(name) && !(type === 'CaseOpened' && name === 'caseId'));
  if (missing) yield { path, message: `${type} needs ${missing}` };
  yield* eachProblem(mapping, fields, path);
  for (const [name, field] of Object.entries(fields)) {
    for (const value of constantsOf(field)) {
      const say = wrongValue(type, name, value);
      if (say) yield { path: [...path, name], message: `${name} ${say}, not ${String(value)}` };
    }
  }
};

const factProblems = function* (mapping: Mapping): Problems {
  for (const [index, fact] of mapping.facts.entries()) {
    const path = ['facts', index];
    if (mapping.facts.findIndex(({ name }) => name === fact.name) < index)
      yield { path: [...path, 'name'], message: `two facts are called ${fact.name}` };
    yield* conditionProblems(mapping, fact.when, [...path, 'when']);
    for (const [at, event] of fact.events.entries()) {
      const place = [...path, 'events', at];
      if (!isTold(event.type)) {
        yield { path: [...place, 'type'], message: `no register can tell ${String(event.type)}` };
        continue;
      }
      yield* conditionProblems(mapping, event.when, [...place, 'when']);
      yield* eventProblems(mapping, event.type, event.fields, [...place, 'fields']);
    }
  }
};

const headProblems = function* (mapping: Mapping): Problems {
  const { file, columns, drop = [], windows = {}, patterns = {} } = mapping;
  if (!iconv.encodingExists(file.encoding))
    yield { path: ['file', 'encoding'], message: `no such encoding: ${file.encoding}` };
  for (const [index, name] of columns.entries()) {
    if (columns.indexOf(name) < index) yield { path: ['columns', index], message: `${name} is named twice` };
    if (drop.includes(name)) yield { path: ['columns', index], message: `${name} is dropped and read` };
    if (file.names && !file.names.includes(name))
      yield { path: ['columns', index], message: `${name} is not among file/names` };
  }
  if (lookAlike(mapping.days)) yield { path: ['days'], message: TWINS };
  for (const [name, { from, to }] of Object.entries(windows))
    if (!isDay(from) || !isDay(to) || from > to)
      yield { path: ['windows', name], message: `window ${name} needs two days, the earlier first` };
  for (const [name, source] of Object.entries(patterns)) {
    const danger = dangerIn(source);
    if (danger) yield { path: ['patterns', name], message: `pattern ${name} ${danger}` };
  }
};

/** Everything that is wrong with a mapping of the right form, in its order. */
export const problemsIn = function* (mapping: Mapping): Problems {
  yield* headProblems(mapping);
  yield* keyProblems(mapping, mapping.case.key, ['case', 'key']);
  yield* eventProblems(mapping, 'CaseOpened', mapping.case.fields, ['case', 'fields']);
  yield* keyProblems(mapping, mapping.asset.key, ['asset', 'key'], 'case.key');
  yield* factProblems(mapping);
  for (const [index, { when, column }] of (mapping.questions ?? []).entries()) {
    yield* conditionProblems(mapping, when, ['questions', index, 'when']);
    yield* columnProblem(mapping, column, ['questions', index, 'column']);
  }
};
