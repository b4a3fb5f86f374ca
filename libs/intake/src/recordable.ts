import { operatorOf } from './check.js';
import type { Field, Fields, Mapping } from './mapping.js';
import type { Told } from './needs.js';

/** An event that a mapping can have recorded, with what the mapping itself says of it: what it leaves to the rows is not there. */
export interface Recordable {
  readonly type: Told;
  readonly data: Readonly<Record<string, unknown>>;
}

const constantIn = (field: Field): unknown => {
  if (typeof field === 'string') return field.includes('{') ? undefined : field;
  if (typeof field !== 'object') return field;
  if (Array.isArray(field)) return (field as readonly Field[]).map(constantIn);
  return operatorOf(field) ? undefined : constantsIn(field as Fields);
};

const constantsIn = (fields: Fields): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([name, field]) => [name, constantIn(field)] as const)
      .filter(([, value]) => value !== undefined),
  );

/** All that a register can tell by a mapping, in its order. */
export const recordableBy = ({ facts }: Mapping): Recordable[] =>
  facts.flatMap(({ events }) => events.map(({ type, fields }) => ({ type, data: constantsIn(fields) })));
