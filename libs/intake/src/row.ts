import { type CaseEvent } from '#casework';
import { type AssetId, beginningOf, type CaseId, faultIn, holdsPrivateKey, type TextFault } from '#core';
import { idOfWords } from '#event-store';

import { namesIn, operatorOf } from './check.js';
import { identified } from './identified.js';
import type { ChooseField, Condition, Field, Fields, JoinField, MapField, Mapping } from './mapping.js';
import { type Told, wrongField } from './needs.js';
import { groupsIn } from './pattern.js';
import { Question } from './question.js';
import { cellOf, cutFrom, dayIn, numberIn, readableCell, type Row } from './values.js';

/** The case and the asset of a row, by the keys of its register: the same keys, the same ids, for ever. */
export interface Keys {
  readonly caseKey: string;
  readonly caseId: CaseId;
  readonly assetKey: string;
  readonly assetId: AssetId;
}

interface Scope {
  readonly mapping: Mapping;
  readonly row: Row;
  readonly keys: Partial<Keys>;
}

const holds = ({ mapping, row }: Pick<Scope, 'mapping' | 'row'>, condition: Condition): boolean => {
  if ('any' in condition) return condition.any.some((one) => holds({ mapping, row }, one));
  if ('all' in condition) return condition.all.every((one) => holds({ mapping, row }, one));
  const value = cellOf(row, condition.column);
  if ('empty' in condition) return (value === '') === condition.empty;
  if ('filled' in condition) return (value !== '') === condition.filled;
  if ('equals' in condition) return value === condition.equals;
  if ('in' in condition) return condition.in.includes(value);
  if ('matches' in condition)
    return groupsIn(mapping.patterns?.[condition.matches] ?? '', value, condition.column) !== undefined;
  return value.toUpperCase().replace(/[^A-Z]/g, '') === condition.letters;
};

/** @throws Question when it cannot be known: a text is too long for a pattern, or a pattern too slow. */
export const applies = (mapping: Mapping, row: Row, condition: Condition | undefined): boolean =>
  !condition || holds({ mapping, row }, condition);

/** No text of a fact is longer, the register keeps the rest; no key is either, and none is cut. */
const LONGEST = 4_000;

/** A private key is not cut in two: it is asked about. */
const shortened = (text: string): string =>
  text.length > LONGEST && holdsPrivateKey(text) ? text : beginningOf(text, LONGEST);

const filledIn = ({ mapping, row, keys }: Scope, template: string): string => {
  if (!template.includes('{')) return template;
  const words: Readonly<Record<string, string | undefined>> = {
    'case.key': keys.caseKey,
    'case.id': keys.caseId,
    'asset.key': keys.assetKey,
    'asset.id': keys.assetId,
  };
  const said = (name: string): string => (name in words ? (words[name] ?? '') : cellOf(row, name));
  return template.replace(NAMED, (_, inId: string | undefined, name: string | undefined) =>
    inId === undefined
      ? said(name ?? '')
      : idOfWords(
          mapping.name,
          inId.replace(/\{([^{}]+)\}/g, (__, one: string) => said(one)),
        ),
  );
};

/** `{Column}`, or an id made of words: `{id:order/{asset.key}}`. One pass, so that no cell is read as a template. */
const NAMED = /\{id:((?:[^{}]|\{[^{}]+\})+)\}|\{([^{}:]+)\}/g;

const firstKey = (templates: readonly string[], scope: Scope): string | undefined => {
  const whole = templates.find((template) =>
    namesIn(template).every((name) => name === 'case.key' || cellOf(scope.row, name) !== ''),
  );
  return whole === undefined ? undefined : filledIn(scope, whole);
};

/** A key goes into ids and commands as it stands. @throws Question. */
const keyOf = (thing: string, templates: readonly string[], scope: Scope): string => {
  const key = firstKey(templates, scope);
  const asks = (code: string, say: string): Question => new Question(columnsOf(templates), code, say);
  if (!key) throw asks('key-missing', `The row names no ${thing}.`);
  const fault = faultIn(key);
  if (fault) throw asks(fault.code, fault.say);
  if (key.length > LONGEST)
    throw asks('text-too-long', `The key of the ${thing} is longer than ${LONGEST} characters.`);
  return key;
};

/** @throws Question `key-missing` when the row names no case or no asset, `text-ill-formed`, `private-key-told`, `text-too-long`. */
export const keysOf = (mapping: Mapping, row: Row): Keys => {
  const caseKey = keyOf('case', mapping.case.key, { mapping, row, keys: {} });
  const assetKey = keyOf('asset', mapping.asset.key, { mapping, row, keys: { caseKey } });
  const caseId = idOfWords(mapping.name, 'case', caseKey) as string as CaseId;
  return { caseKey, caseId, assetKey, assetId: idOfWords(mapping.name, 'asset', assetKey) as string as AssetId };
};

/** The columns of some keys, as a question names them. */
export const columnsOf = (keys: readonly string[]): string =>
  [...new Set(keys.flatMap(namesIn))].filter((name) => name !== 'case.key').join(' ');

const mapped = (scope: Scope, { map, values, questions = {} }: MapField): unknown => {
  const given = readableCell(scope.row, map);
  if (Object.hasOwn(questions, given)) throw new Question(map, 'value-in-question', questions[given] ?? '');
  const value = Object.hasOwn(values, given) ? values[given] : undefined;
  if (value === undefined) throw new Question(map, 'value-unmapped', `The mapping says nothing about "${given}".`);
  return valueOf(scope, value);
};

const chosen = (scope: Scope, { choose, else: otherwise }: ChooseField): unknown => {
  const value = choose.find(({ when }) => holds(scope, when))?.value ?? otherwise;
  return value === undefined ? '' : valueOf(scope, value);
};

/** A template with columns, all of them empty, says nothing. */
const saysNothing = ({ row }: Scope, part: Field): boolean => {
  const names = typeof part === 'string' ? namesIn(part).filter((name) => !/^(?:case|asset)\./.test(name)) : [];
  return names.length > 0 && names.every((name) => cellOf(row, name) === '');
};

const joined = (scope: Scope, { join, by = '; ' }: JoinField): string =>
  shortened(
    join
      .filter((part) => !saysNothing(scope, part))
      .map((part) => String(valueOf(scope, part)))
      .filter((text) => text !== '')
      .join(by),
  );

const operators: Readonly<Record<string, (scope: Scope, spec: never) => unknown>> = {
  day: ({ mapping, row }, spec: never) => dayIn(mapping, row, spec),
  number: ({ mapping, row }, spec: never) => numberIn(mapping, row, spec),
  cut: ({ mapping, row }, spec: never) => cutFrom(mapping, row, spec),
  identifier: ({ row }, spec: never) => identified(row, spec),
  map: mapped,
  choose: chosen,
  join: joined,
};

const valueOf = (scope: Scope, field: Field): unknown => {
  if (typeof field === 'string') return shortened(filledIn(scope, field));
  if (typeof field !== 'object') return field;
  if (Array.isArray(field))
    return (field as readonly Field[]).map((one) => valueOf(scope, one)).filter((value) => value !== '');
  const operator = operators[operatorOf(field) ?? ''];
  return operator ? operator(scope, field as never) : valuesOf(scope, field as Fields);
};

const valuesOf = (scope: Scope, fields: Fields): object =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([name, field]) => [name, valueOf(scope, field)] as const)
      .filter(([, value]) => value !== ''),
  );

const faultOf = (value: unknown): TextFault | undefined => {
  if (typeof value === 'string') return faultIn(value);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const one of Object.values(value)) {
    const fault = faultOf(one);
    if (fault) return fault;
  }
  return undefined;
};

/**
 * The fields of one event as the row gives them; those that come out empty are left out.
 * @throws Question what a field raises, `text-ill-formed`, `private-key-told`, or `field-malformed` when the event cannot be told so.
 */
export const fieldsOf = (
  type: Told | 'CaseOpened',
  fields: Fields,
  mapping: Mapping,
  row: Row,
  keys: Keys,
): CaseEvent['data'] => {
  const data = {
    ...(type === 'CaseOpened' ? { caseId: keys.caseId } : {}),
    ...valuesOf({ mapping, row, keys }, fields),
  };
  for (const [name, value] of Object.entries(data)) {
    const fault = faultOf(value);
    if (fault) throw new Question(columnIn(fields[name]) ?? name, fault.code, fault.say);
  }
  const wrong = wrongField(type, data);
  if (wrong)
    throw new Question(columnIn(fields[wrong.name]) ?? wrong.name, 'field-malformed', `${type}: ${wrong.say}.`);
  return data as unknown as CaseEvent['data'];
};

/** The column a field is read from, as far as it names one. */
export const columnIn = (field: Field | undefined): string | undefined => {
  if (typeof field === 'string') return namesIn(field).find((name) => !/^(?:case|asset)\./.test(name));
  if (typeof field !== 'object') return undefined;
  const { day, number, cut, map, from } = field as Record<string, unknown>;
  const named = [day, number, cut, map, from].find((name) => typeof name === 'string');
  if (named !== undefined) return named as string;
  return Object.values(field as object)
    .map((one) => columnIn(one as Field))
    .find((name) => name !== undefined);
};
