import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

import { currencies, isCountry, isDay, isId, isInstant, isRegion } from '#core';

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxProperties?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface Answered {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: Schema }>>;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body?: Schema;
  /** Of the body. */
  readonly contentType?: string;
  readonly example?: unknown;
  readonly responses: Readonly<Record<string, Answered>>;
}

type Written = Omit<Operation, 'id' | 'method' | 'path' | 'body' | 'contentType' | 'parameters'> & {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>;
  };
};

const formats = {
  uuid: isId,
  date: isDay,
  'date-time': isInstant,
  country: isCountry,
  region: isRegion,
  'region-or-none': (text: string) => text === '' || isRegion(text),
  currency: (text: string) => currencies.has(text),
  binary: true,
} as const;

/** What the API says of itself, to ask it by and to hold it to. */
export class ApiDocument {
  readonly operations: readonly Operation[];
  readonly #components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, formats });
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(document: object) {
    const { paths, components } = document as {
      paths: Record<string, Record<string, Written>>;
      components: { schemas: Record<string, Schema> };
    };
    this.#components = components;
    this.operations = Object.entries(paths).flatMap(([path, routes]) =>
      Object.entries(routes).map(([method, { operationId: id, parameters = [], requestBody, responses }]) => {
        const [contentType, body] = Object.entries(requestBody?.content ?? {})[0] ?? [];
        const sent = contentType && body ? { contentType, body: body.schema, example: body.example } : {};
        return { id, method: method.toUpperCase(), path, parameters, responses, ...sent };
      }),
    );
  }

  /** A schema without its reference; what stands beside a reference is kept. */
  resolved(schema: Schema): Schema {
    const [first] = schema.allOf ?? [];
    if (first) return { ...this.resolved(first), ...schema, allOf: [] };
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (this.#components.schemas[name] ?? schema);
  }

  /** What is wrong with a value by this schema; nothing when it is right. */
  wrong(schema: Schema, value: unknown): string[] {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile({ ...schema, components: this.#components });
      this.#compiled.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
}
