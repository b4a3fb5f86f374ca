import { getMetadataStorage, type ValidatorConstraintInterface } from 'class-validator';

import { type Dto, partOf } from './fields.js';
import { type Complaint, escapePointer, Invalid } from '../http/invalid.js';

const MOST_COMPLAINTS = 100;

interface Check {
  readonly code: string;
  readonly instance: ValidatorConstraintInterface;
}

interface FieldChecks {
  readonly optional: boolean;
  readonly checks: readonly Check[];
  readonly part: Dto | undefined;
}

const compiled = new WeakMap<Dto, ReadonlyMap<string, FieldChecks>>();

/**
 * Reads the class-validator metadata of a class once. Its own `validate` looks all of it up again for each request,
 * which costs more than everything else that a request does.
 */
const compile = (dto: Dto): ReadonlyMap<string, FieldChecks> => {
  const storage = getMetadataStorage();
  const grouped = storage.groupByPropertyName(storage.getTargetValidationMetadatas(dto, '', false, false));
  const fields = new Map<string, FieldChecks>();
  for (const [name, metadata] of Object.entries(grouped)) {
    fields.set(name, {
      optional: metadata.some(({ type }) => type === 'conditionalValidation'),
      part: partOf(dto.prototype as object, name),
      checks: metadata
        .filter(({ type }) => type === 'customValidation')
        .flatMap(({ constraintCls }) => storage.getTargetValidatorConstraints(constraintCls))
        .map(({ name: code, instance }) => ({ code, instance })),
    });
  }
  compiled.set(dto, fields);
  return fields;
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const args = { value: undefined, constraints: [], targetName: '', object: {}, property: '' };

const askOf = ({ code, instance }: Check): string => instance.defaultMessage?.(args) ?? code;

const NUMBER_OR_FLAG = /^(0|[1-9]\d{0,8}|true|false)$/;

/** What to change of a value that would do in another JSON type; nothing where that is not what is wrong with it. */
const slipOf = (value: unknown, holds: (other: unknown) => boolean, optional: boolean): string => {
  if (value === null && optional) return ' Leave it out where there is none.';
  if ((typeof value === 'number' || typeof value === 'boolean') && holds(String(value))) return ' Write it in quotes.';
  if (typeof value === 'string' && NUMBER_OR_FLAG.test(value) && holds(JSON.parse(value))) {
    return ' Write it without quotes.';
  }
  const texts = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
  return texts && holds(value.join(',')) ? ' Write it as one text, with commas between.' : '';
};

const checkField = (field: FieldChecks, value: unknown, at: string, complaints: Complaint[]): void => {
  for (const check of field.checks) {
    const holds = (one: unknown): boolean => check.instance.validate(one, args) === true;
    if (holds(value)) continue;
    const message = `${askOf(check)}${slipOf(value, holds, field.optional)}`;
    complaints.push({ pointer: at, code: check.code, message });
    return;
  }
  if (!field.part) return;
  const { part } = field;
  if (Array.isArray(value)) value.forEach((one, index) => checkObject(part, one, `${at}/${index}`, complaints));
  else checkObject(part, value, at, complaints);
};

const checkObject = (dto: Dto, value: unknown, at: string, complaints: Complaint[]): void => {
  const fields = compiled.get(dto) ?? compile(dto);
  if (!isObject(value)) {
    complaints.push({ pointer: at, code: 'not-an-object', message: 'Give a JSON object.' });
    return;
  }
  for (const name of Object.keys(value)) {
    if (fields.has(name)) continue;
    const message = `Leave it out: the fields here are ${[...fields.keys()].join(', ')}.`;
    complaints.push({ pointer: `${at}/${escapePointer(name)}`, code: 'field-unknown', message });
    if (complaints.length >= MOST_COMPLAINTS) return;
  }
  for (const [name, field] of fields) {
    const pointer = `${at}/${name}`;
    if (value[name] !== undefined) checkField(field, value[name], pointer, complaints);
    else if (!field.optional) {
      const message = ['It is missing.', ...field.checks.slice(0, 1).map(askOf)].join(' ');
      complaints.push({ pointer, code: 'required', message });
    }
    if (complaints.length >= MOST_COMPLAINTS) return;
  }
};

/**
 * The value as a body of this class: every field there, right in its form, and no other. The value itself is returned.
 * @throws Invalid `invalid` with a JSON pointer for every wrong place (the first 100).
 */
export const checked = <Body extends object>(dto: Dto<Body>, value: unknown, at = ''): Body => {
  const complaints: Complaint[] = [];
  checkObject(dto, value, at, complaints);
  const [first] = complaints;
  if (!first) return value as Body;
  const { pointer, message } = first;
  throw new Invalid('invalid', `${complaints.length} wrong, first ${pointer || 'the whole'}: ${message}`, complaints);
};
