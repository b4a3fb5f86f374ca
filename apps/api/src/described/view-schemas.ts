import type { SchemaObject } from '@nestjs/swagger';

import type { Page } from '#read-models';

/** A field that may be absent. */
export interface Maybe {
  readonly maybe: SchemaObject;
}
export const maybe = (schema: SchemaObject): Maybe => ({ maybe: schema });

/** A schema for every field of a view, and for no other: a view that gains a field does not compile until it is described. */
export type Fields<View extends object> = {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  readonly [Key in keyof View]-?: {} extends Pick<View, Key> ? Maybe : SchemaObject;
};

const isMaybe = (field: SchemaObject | Maybe): field is Maybe => 'maybe' in field;

export const view = <View extends object>(fields: Fields<View>): SchemaObject => {
  const entries = Object.entries(fields as Record<string, SchemaObject | Maybe>);
  return {
    type: 'object',
    required: entries.filter(([, field]) => !isMaybe(field)).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, isMaybe(field) ? field.maybe : field])),
    additionalProperties: false,
  };
};

export const text: SchemaObject = { type: 'string' };
export const id: SchemaObject = { type: 'string', format: 'uuid' };
export const day: SchemaObject = { type: 'string', format: 'date' };
export const moment: SchemaObject = { type: 'string', format: 'date-time' };
export const count: SchemaObject = { type: 'integer', minimum: 0 };
export const whole: SchemaObject = { type: 'integer' };
export const flag: SchemaObject = { type: 'boolean' };
/** An amount, which a correction may bring below nothing. */
export const amount: SchemaObject = { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
export const anything: SchemaObject = { type: 'object', additionalProperties: true };
export const oneOf = (...values: string[]): SchemaObject => ({ type: 'string', enum: values });
export const list = (items: SchemaObject): SchemaObject => ({ type: 'array', items });
export const counts: SchemaObject = { type: 'object', additionalProperties: count };

export const page = (items: SchemaObject): SchemaObject =>
  view<Page<unknown>>({ items: list(items), next: maybe(text) });
export const all = (items: SchemaObject): SchemaObject => view<{ items: readonly unknown[] }>({ items: list(items) });
