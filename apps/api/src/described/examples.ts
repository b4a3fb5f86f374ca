import type { ParameterObject, ReferenceObject, SchemaObject } from '@nestjs/swagger';

/** Who tries a route on the page sends every example that a parameter has: of what may be left out, it is told in words. */
export const toldInWords = (parameter: ParameterObject): ParameterObject => {
  const { example, ...schema } = parameter.schema as SchemaObject;
  if (parameter.required || example === undefined) return parameter;
  return { ...parameter, description: `${parameter.description} Example: \`${String(example)}\`.`, schema };
};

type Schemas = Readonly<Record<string, SchemaObject>>;
type Described = SchemaObject | ReferenceObject;

const SOME_ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

const resolved = (schema: Described, schemas: Schemas): SchemaObject => {
  if ('$ref' in schema) return schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {};
  const [part] = schema.allOf ?? [];
  return part ? { ...resolved(part, schemas), ...schema } : schema;
};

/** What must be in a body and nothing else, so that it is taken as it stands. What only whoever sends it can know is left blank. */
export const exampleOf = (described: Described, schemas: Schemas): unknown => {
  const schema = resolved(described, schemas);
  const { example, type, format, items, properties = {}, required = [] } = schema;
  if (example !== undefined) return example;
  if (type === 'array' && items) return [exampleOf(items, schemas)];
  if (type === 'boolean') return true;
  if (type !== 'object') return format === 'uuid' ? SOME_ID : '';
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {}, schemas)]));
};
