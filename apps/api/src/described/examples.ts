import type { ParameterObject, SchemaObject } from '@nestjs/swagger';

/** Who tries a route on the page sends every example that a parameter has: of what may be left out, it is told in words. */
export const toldInWords = (parameter: ParameterObject): ParameterObject => {
  const { example, ...schema } = parameter.schema as SchemaObject;
  if (parameter.required || example === undefined) return parameter;
  return { ...parameter, description: `${parameter.description} Example: \`${String(example)}\`.`, schema };
};
