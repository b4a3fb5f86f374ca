import fc from 'fast-check';

import { currencies } from '#core';

import type { ApiDocument, Operation, Parameter, Schema } from './document.js';

/** A request, and whether the document calls it right. */
export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly kind: 'right' | 'nearly' | 'rubbish';
}

/** Values that lead somewhere, such as the ids that are in the book, by the field or parameter that holds them. */
export type Known = Readonly<Record<string, readonly string[]>>;

type Arb<Value = unknown> = fc.Arbitrary<Value>;

const pad = (number: number): string => String(number).padStart(2, '0');
const day = fc
  .tuple(fc.integer({ min: 2024, max: 2026 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, date]) => `${year}-${pad(month)}-${pad(date)}`);

const formats: Readonly<Record<string, Arb<string>>> = {
  date: day,
  country: fc.constantFrom('ES', 'PT', 'IT', 'XK', 'ZZ'),
  region: fc.constantFrom('ES-GA', 'IT-82', 'PT-11'),
  'region-or-none': fc.constantFrom('', 'ES-GA', 'IT-82', 'PT-11'),
  currency: fc.constantFrom('EUR', 'EUR', ...currencies.keys()),
};

const textOf = ({ pattern, minLength = 0, maxLength = 500, example }: Schema): Arb<string> => {
  const anything = fc.string({ minLength, maxLength: Math.min(maxLength, 60), unit: 'grapheme' });
  if (pattern === undefined) return anything;
  const plain = /\\p\{/.test(pattern) ? fc.constant(String(example)) : fc.stringMatching(new RegExp(pattern));
  return pattern === '\\S' ? anything.filter((text) => text.trim() !== '') : plain;
};

/** Values that are right by their schema. */
export const rightOf = (document: ApiDocument, given: Schema, known: Known, name = ''): Arb => {
  const schema = document.resolved(given);
  const one = (part: Schema, field = ''): Arb => rightOf(document, part, known, field);
  const { type, properties = {}, required = [], items = {} } = schema;
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Array.isArray(type)) return fc.oneof(fc.constant(null), one({ ...schema, type: type[0] as string }, name));
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6 });
  if (type === 'array')
    return fc.array(one(items, name), {
      minLength: schema.minItems ?? 0,
      maxLength: Math.min(schema.maxItems ?? 3, 3),
    });
  if (type === 'object') {
    const fields = Object.entries(properties).map(([field, part]) => [field, one(part, field)] as const);
    if (schema.maxProperties === 1) return fc.oneof(...fields.map(([field, value]) => fc.record({ [field]: value })));
    if (fields.length === 0)
      return fc.dictionary(fc.constantFrom('amount', 'reason', 'effectiveOn', 'a/b~c'), fc.json());
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
  }
  if (schema.format === 'binary') return fc.uint8Array({ maxLength: 100 }).map((bytes) => Uint8Array.from(bytes));
  const there = known[name] ?? [];
  if (schema.format !== 'uuid' && there.length > 0)
    return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...there) }, textOf(schema));
  if (schema.format === 'uuid') {
    const alike = Object.entries(known).find(([field]) => name.toLowerCase().includes(field.toLowerCase()))?.[1];
    return alike ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...alike) }, fc.uuid()) : fc.uuid();
  }
  return formats[schema.format ?? ''] ?? textOf(schema);
};

const UNLIKE: readonly unknown[] = [
  null,
  0,
  -1,
  1e300,
  true,
  [],
  {},
  '',
  ' ',
  [[]],
  { a: 1 },
  'x'.repeat(3_000),
  '\u0000',
  '\ud800',
  '=1+1',
];

/** The same object with one field wrong, somewhere in it. */
const spoilt = (value: unknown): Arb => {
  if (Array.isArray(value) && value.length > 0)
    return fc.nat(value.length - 1).chain((at) => spoilt(value[at]).map((one) => value.toSpliced(at, 1, one)));
  if (typeof value !== 'object' || value === null) return fc.constantFrom(...UNLIKE);
  const object = value as Readonly<Record<string, unknown>>;
  const extra = fc.constantFrom('colour', '', 'a/b', 'toString').map((key) => ({ ...object, [key]: 1 }));
  const keys = Object.keys(object);
  if (keys.length === 0) return extra;
  const changed = fc.constantFrom(...keys).chain((key) =>
    fc.oneof(
      fc.constant(Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))),
      fc.constantFrom(...UNLIKE).map((unlike) => ({ ...object, [key]: unlike })),
      spoilt(object[key]).map((part) => ({ ...object, [key]: part })),
    ),
  );
  return fc.oneof({ weight: 1, arbitrary: extra }, { weight: 5, arbitrary: changed });
};

const rubbish = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
  fc.constantFrom('', 'null', '[]', '{', '{"a":1,"a":2}', '{"__proto__":{}}', '1e100000000', '-0', '"\\ud800"'),
);

/** Each parameter that may be left out is, mostly: some of them exclude each other. */
const ofParameters = (document: ApiDocument, all: readonly Parameter[], known: Known): Arb<Record<string, string>> =>
  fc
    .tuple(
      ...all.map(({ name, schema, required }) => {
        const right = rightOf(document, schema, known, name).map((value) => [[name, String(value)]]);
        return required ? right : fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: right });
      }),
    )
    .map((entries) => Object.fromEntries(entries.flat()) as Record<string, string>);

const word = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom(...UNLIKE.map(String)));
const header = fc.string({ unit: fc.constantFrom(...'*"W/12 ,;=%aé'), maxLength: 30 }).map((text) => text.trim());

type Parts = readonly [
  path: Record<string, string>,
  query: Record<string, string>,
  headers: Record<string, string>,
  body: unknown,
];

/** A lone surrogate has no bytes: what a client sends in its place is the sign for what cannot be read. */
const encoded = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));

const asked = (operation: Operation, [path, query, headers, body]: Parts, kind: Asked['kind']): Asked => {
  const filled = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(path[name] ?? ''));
  const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return {
    path: search.length > 0 ? `${filled}?${search.join('&')}` : filled,
    headers: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      ...(operation.contentType ? { 'content-type': operation.contentType } : {}),
    },
    ...(body === undefined ? {} : { body }),
    kind,
  };
};

/** One part of a request in another form than its schema says. */
const nearlyOf = (operation: Operation, parts: Parts): Arb<Asked> => {
  const [path, query, headers, body] = parts;
  const one = (record: Record<string, string>, value: Arb<string>): Arb<Record<string, string>> =>
    fc
      .oneof(fc.constantFrom(...Object.keys(record), 'colour'))
      .chain((name) => value.map((text) => ({ ...record, [name]: text })));
  const near = (changed: Parts): Asked => asked(operation, changed, 'nearly');
  const some: Arb<Asked>[] = [one(query, word).map((changed) => near([path, changed, headers, body]))];
  if (Object.keys(path).length > 0) some.push(one(path, word).map((changed) => near([changed, query, headers, body])));
  if (body !== undefined) {
    const changed = spoilt(body).map((other) => near([path, query, headers, other]));
    some.push(
      one(headers, header).map((others) => near([path, query, others, body])),
      changed,
      changed,
      changed,
    );
  }
  return fc.oneof(...some);
};

/** Requests of an operation: right by the document, nearly right, and rubbish. */
export const requestsOf = (document: ApiDocument, operation: Operation, known: Known): Arb<Asked> => {
  // Why one looks is not what is tried here, and a key of its own stands in every write.
  const tried = operation.parameters.filter(({ name }) => !['Rastro-Reason', 'Idempotency-Key'].includes(name));
  const of = (place: Parameter['in']): Arb<Record<string, string>> =>
    ofParameters(
      document,
      tried.filter((parameter) => parameter.in === place),
      known,
    );
  const { body } = operation;
  const right: Arb<Parts> = fc.tuple(
    of('path'),
    of('query'),
    of('header'),
    body ? rightOf(document, body, known) : fc.constant(undefined),
  );
  return fc.oneof(
    { weight: 5, arbitrary: right.map((parts) => asked(operation, parts, 'right')) },
    { weight: 5, arbitrary: right.chain((parts) => nearlyOf(operation, parts)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(right, word, word, rubbish)
        .map(([[path, , headers], name, value, bytes]) =>
          asked(
            operation,
            [path, { [name]: value }, headers, operation.method === 'POST' ? bytes : undefined],
            'rubbish',
          ),
        ),
    },
  );
};
