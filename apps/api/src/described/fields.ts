import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional, ValidateBy, ValidateNested } from 'class-validator';

import { currencyOrRefuse, isCountry, isDay, isId, isRegion, Refused, WHOLE } from '#core';

/** The class of a body or of a part of one: made of the fields below, which check it and document it. */
export type Dto<Body extends object = object> = new () => Body;

interface Asked {
  readonly optional?: boolean;
  readonly example?: unknown;
  readonly most?: number;
}

interface Check {
  /** Stable code of the complaint, part of the public contract. */
  readonly code: string;
  readonly ask: string;
  readonly holds: (value: unknown) => boolean;
}

const partsOf = Symbol('rastro:part');

/** The class of a nested field, where it has one. */
export const partOf = (owner: object, field: string): Dto | undefined =>
  Reflect.getMetadata(partsOf, owner, field) as Dto | undefined;

const described = (description: string, { optional, example }: Asked, more: object): PropertyDecorator =>
  ApiProperty({
    description,
    required: !optional,
    ...(example === undefined ? {} : { example }),
    ...more,
  } as ApiPropertyOptions);

const holding = ({ code, ask, holds }: Check): PropertyDecorator =>
  ValidateBy({ name: code, validator: { validate: holds, defaultMessage: () => ask } });

const field = (check: Check, description: string, asked: Asked, schema: object): PropertyDecorator =>
  applyDecorators(...(asked.optional ? [IsOptional()] : []), holding(check), described(description, asked, schema));

/** Counted in characters, as JSON Schema counts them. */
const fits = (text: string, most: number): boolean =>
  text.length <= most || (text.length <= 2 * most && [...text].length <= most);

const NOT_BLANK = '\\S';

/** Text for people: never blank, at most so many characters (500 unless told). */
export const Text = (description: string, asked: Asked = {}): PropertyDecorator => {
  const most = asked.most ?? 500;
  const holds = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '' && fits(value, most);
  const check = { code: 'text-malformed', ask: `Give a text of 1 to ${most} characters, not blank.`, holds };
  return field(check, description, asked, { type: 'string', minLength: 1, maxLength: most, pattern: NOT_BLANK });
};

export const TextOrNull = (description: string, asked: Asked = {}): PropertyDecorator => {
  const most = asked.most ?? 500;
  const holds = (value: unknown): boolean =>
    value === null || (typeof value === 'string' && value.trim() !== '' && fits(value, most));
  const check = { code: 'text-malformed', ask: `Give a text of 1 to ${most} characters, or null.`, holds };
  return field(check, description, asked, { type: 'string', nullable: true, maxLength: most, pattern: NOT_BLANK });
};

const object: Check = {
  code: 'not-an-object',
  ask: 'Give a JSON object.',
  holds: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** An object whose fields another field of the same body decides; it is checked once that one is known. */
export const AnyObject = (description: string, asked: Asked = {}): PropertyDecorator =>
  field(object, description, asked, { type: 'object', additionalProperties: true });

export const OneOf = (values: readonly string[], description: string, asked: Asked = {}): PropertyDecorator => {
  const holds = (value: unknown): boolean => typeof value === 'string' && values.includes(value);
  const named = values.map((value) => value || 'nothing').join(', ');
  const check = { code: 'not-one-of', ask: `Give one of ${named}.`, holds };
  // In a query Nest leaves the values out: there the pattern says them.
  const schema = { type: 'string', enum: [...values], pattern: `^(${values.join('|')})$` };
  return field(check, description, { example: values[0], ...asked }, schema);
};

/** Some of these, each once. */
export const SomeOf = (values: readonly string[], description: string, asked: Asked = {}): PropertyDecorator => {
  const holds = (value: unknown): boolean =>
    Array.isArray(value) &&
    value.length > 0 &&
    new Set(value).size === value.length &&
    value.every((one) => values.includes(one as string));
  const check = { code: 'not-some-of', ask: `Give a list of some of ${values.join(', ')}, each once.`, holds };
  const items = { type: 'string', enum: [...values] };
  return field(check, description, { example: [values[0]], ...asked }, { type: 'array', items, minItems: 1, uniqueItems: true }); // prettier-ignore
};

/** A calendar day of the executing jurisdiction. */
export const OnDay = (description: string, asked: Asked = {}): PropertyDecorator => {
  const check = { code: 'day-malformed', ask: 'Give a calendar day as YYYY-MM-DD.', holds: isDay };
  return field(check, description, { example: '2026-03-28', ...asked }, { type: 'string', format: 'date' });
};

export const Country = (description: string, asked: Asked = {}): PropertyDecorator => {
  const ask = 'Give an ISO 3166-1 alpha-2 code such as ES; XK, XZ (high seas) and ZZ (unknown) are known too.';
  const check = { code: 'country-unknown', ask, holds: isCountry };
  return field(check, description, { example: 'ES', ...asked }, { type: 'string', format: 'country' });
};

export const Region = (description: string, asked: Asked = {}): PropertyDecorator => {
  const check = { code: 'region-malformed', ask: 'Give an ISO 3166-2 code such as ES-GA.', holds: isRegion };
  return field(check, description, { example: 'ES-GA', ...asked }, { type: 'string', format: 'region' });
};

/** A region, or the empty text for what is of none. */
export const RegionOrNone = (description: string, asked: Asked = {}): PropertyDecorator => {
  const holds = (value: unknown): boolean => value === '' || isRegion(value);
  const ask = 'Give an ISO 3166-2 code such as ES-GA, or nothing for what is of no known region.';
  const schema = { type: 'string', format: 'region-or-none' };
  return field({ code: 'region-malformed', ask, holds }, description, { example: 'ES-GA', ...asked }, schema);
};

export const Id = (description: string, asked: Asked = {}): PropertyDecorator => {
  const check = { code: 'id-malformed', ask: 'Give a UUID in lower case.', holds: isId };
  return field(check, description, asked, { type: 'string', format: 'uuid' });
};

export const Ids = (description: string, asked: Asked = {}): PropertyDecorator => {
  const most = asked.most ?? 1_000;
  const holds = (value: unknown): boolean =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= most &&
    value.every(isId) &&
    new Set(value).size === value.length;
  const check = { code: 'ids-malformed', ask: `Give 1 to ${most} UUIDs in lower case, each once.`, holds };
  const items = { type: 'string', format: 'uuid' };
  return field(check, description, asked, { type: 'array', items, minItems: 1, maxItems: most, uniqueItems: true });
};

/** A share in basis points: 10000 is the whole. */
export const Share = (description: string, asked: Asked = {}): PropertyDecorator => {
  const holds = (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= WHOLE;
  const check = { code: 'share-malformed', ask: 'Give a whole number of basis points from 1 to 10000.', holds };
  return field(check, description, { example: WHOLE, ...asked }, { type: 'integer', minimum: 1, maximum: WHOLE });
};

export const Flag = (description: string, asked: Asked = {}): PropertyDecorator => {
  const check = {
    code: 'not-true-or-false',
    ask: 'Give true or false.',
    holds: (v: unknown) => typeof v === 'boolean',
  };
  return field(check, description, asked, { type: 'boolean' });
};

/** Only `true` says something; otherwise the field is left out. */
export const OnlyTrue = (description: string): PropertyDecorator => {
  const check = { code: 'not-true', ask: 'Give true, or leave it out.', holds: (value: unknown) => value === true };
  return field(check, description, { optional: true }, { type: 'boolean', enum: [true] });
};

const AMOUNT = /^(0|[1-9]\d{0,17})(?:\.\d{1,4})?$/;

/** An amount as a decimal string; that its decimals suit its currency is checked with the currency. */
export const Amount = (description: string, asked: Asked = {}): PropertyDecorator => {
  const ask = 'Give the amount as a decimal string such as "1250.50": digits, a point, no sign and no exponent.';
  const holds = (value: unknown): boolean => typeof value === 'string' && AMOUNT.test(value);
  const check = { code: 'amount-malformed', ask, holds };
  return field(check, description, { example: '1250.50', ...asked }, { type: 'string', pattern: AMOUNT.source });
};

const isCurrency = (value: unknown): boolean => {
  try {
    return currencyOrRefuse(value) !== undefined;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
};

export const Currency = (description: string, asked: Asked = {}): PropertyDecorator => {
  const check = { code: 'currency-unknown', ask: 'Give an ISO 4217 code such as EUR.', holds: isCurrency };
  return field(check, description, { example: 'EUR', ...asked }, { type: 'string', format: 'currency' });
};

const nested = (part: () => Dto, asked: Asked): PropertyDecorator =>
  applyDecorators(
    ...(asked.optional ? [IsOptional()] : []),
    ValidateNested(),
    (owner: object, name: string | symbol) => {
      Reflect.defineMetadata(partsOf, part(), owner, name);
    },
  );

export const Part = (part: () => Dto, description: string, asked: Asked = {}): PropertyDecorator =>
  applyDecorators(holding(object), nested(part, asked), described(description, asked, { type: () => part() }));

/** A list of parts: at least one unless told, at most 100 unless told. */
export const Parts = (
  part: () => Dto,
  description: string,
  asked: Asked & { least?: number } = {},
): PropertyDecorator => {
  const [least, most] = [asked.least ?? 1, asked.most ?? 100];
  const holds = (value: unknown): boolean => Array.isArray(value) && value.length >= least && value.length <= most;
  const check = { code: 'list-malformed', ask: `Give a list of ${least} to ${most}.`, holds };
  return applyDecorators(
    holding(check),
    nested(part, asked),
    described(description, asked, { type: () => part(), isArray: true, minItems: least, maxItems: most }),
  );
};

/** Text that matches a pattern, such as a cursor or a number in a query. */
export const Matching = (
  pattern: RegExp,
  code: string,
  ask: string,
  description: string,
  asked: Asked = {},
): PropertyDecorator => {
  const holds = (value: unknown): boolean => typeof value === 'string' && pattern.test(value);
  return field({ code, ask, holds }, description, asked, { type: 'string', pattern: pattern.source });
};

/** Of these fields of a part, one and no more. */
export const ExactlyOneOf = (names: readonly string[]): PropertyDecorator => {
  const holds = (value: unknown): boolean =>
    typeof value !== 'object' || value === null || names.filter((name) => Object.hasOwn(value, name)).length === 1;
  const defaultMessage = (): string => `Give exactly one of ${names.join(', ')}.`;
  return applyDecorators(
    ValidateBy({ name: 'exactly-one', validator: { validate: holds, defaultMessage } }),
    ApiProperty({ minProperties: 1, maxProperties: 1 }),
  );
};
