import { STATUS_CODES } from 'node:http';

import type { INestApplication } from '@nestjs/common';
import {
  DocumentBuilder,
  type HeadersObject,
  type OpenAPIObject,
  type OperationObject,
  type ParameterObject,
  type ResponseObject,
  type ResponsesObject,
  type SchemaObject,
  SwaggerModule,
} from '@nestjs/swagger';

import { answers, files } from './answer-schemas.js';
import { exampleOf, toldInWords } from './examples.js';
import { Problem } from '../http/problem.js';
import { pathSchemaOf } from '../told.js';

const description = `The book of record of asset recovery. A fact is recorded once and never changed; every figure is derived
from the facts. Sign in, and send what you were given as Authorization: Bearer. Writes need Idempotency-Key and, into what
exists, If-Match; a look into a case needs, once a day, its reason as Rastro-Reason. Money is a decimal string.
Refusals are application/problem+json with a stable code and the JSON pointer of every wrong place. No text may hold a private key
(private-key-told): record where it is kept. The example of a body holds
what must be in it; its schema tells what may be.`;

const METHODS = ['get', 'post', 'delete'] as const;

const PROBLEM_JSON = 'application/problem+json';
const PROBLEM = { [PROBLEM_JSON]: { schema: { $ref: '#/components/schemas/Problem' } } };

/** A code that is answered with each status; that of 400 is the example of the schema itself. */
const codes: Readonly<Record<string, string>> = {
  401: 'sign-in-needed',
  403: 'forbidden',
  404: 'not-found',
  409: 'case-closed',
  412: 'stale',
  413: 'body-too-large',
  414: 'address-too-long',
  415: 'media-type-unsupported',
  421: 'host-unknown',
  422: 'before-identification',
  428: 'if-match-required',
  429: 'too-many-requests',
  503: 'outcome-unknown',
};

/** What a refusal with this status looks like: the example of the schema is one with another. */
const exampled = (status: string, { description, content }: ResponseObject): Pick<ResponseObject, 'content'> => {
  const [code, told] = [codes[status], content?.[PROBLEM_JSON]];
  if (!code || !told) return {};
  const type = `urn:rastro:problem:${code}`;
  const example = { type, title: STATUS_CODES[status], status: Number(status), code, detail: description, errors: [] };
  return { content: { ...content, [PROBLEM_JSON]: { ...told, example } } };
};

const always = (name: string, description: string, pattern: string): HeadersObject => ({
  [name]: { description, required: true, schema: { type: 'string', pattern } },
});
const RETRY = always('Retry-After', 'Seconds to wait before asking again.', '^\\d+$');
const REQUEST_ID = always('X-Request-Id', 'The id of the request: yours, if it was one.', '^[0-9a-fA-F-]{16,64}$');
const LOCATION = always('Location', 'Where to see how far it is.', '^/v1/');

/** What may be refused wherever one asks. */
const everywhere: Readonly<Record<number, ResponseObject>> = {
  400: { description: 'Wrong in its form; every wrong place is named.', content: PROBLEM, headers: {} },
  421: { description: 'Asked by another name than that of this machine.', content: PROBLEM, headers: {} },
  429: { description: 'Too much is under way: come again.', content: PROBLEM, headers: RETRY },
};

/** What may be refused beside what its kind of route says, by the id of an operation. */
const besides: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  getFigures: { 404: 'There is no such edition.' },
  getFigureEntries: { 404: 'There is no such edition.' },
  getRate: { 404: 'There is none for this day.' },
  uploadFile: {
    400: 'Wrong in its form.',
    413: 'More than 64 MB.',
    415: 'Not application/octet-stream.',
    503: 'The disk is full, or it takes too long: send it again.',
  },
};

const refused = (described: Readonly<Record<number, string>>): ResponsesObject =>
  Object.fromEntries(
    Object.entries(described).map(([status, text]) => [
      status,
      { description: text, content: PROBLEM, headers: status === '503' ? RETRY : {} },
    ]),
  );

/** What is answered when nothing is refused. */
const contentOf = (id: string): ResponseObject['content'] | undefined => {
  const answer = answers[id];
  if (answer) return { 'application/json': { schema: answer } };
  const types = Object.entries(files[id] ?? {}).map(([type, schema]) => [type, { schema }] as const);
  return types.length > 0 ? Object.fromEntries(types) : undefined;
};

const NOT_REFUSED = new Set(['200', '201']);

/** Where nobody signs in. */
const OPEN = new Set(['isLive', 'isReady', 'signIn', 'choosePassword']);

const BEARER = 'bearer';
const signedIn: Readonly<Record<number, string>> = {
  401: 'Sign in first.',
  403: 'Your role does not allow it, or it came from another site with the cookie.',
};

type Media = Readonly<Record<string, { schema: SchemaObject; example?: unknown }>>;
const mediaOf = (body: unknown): Media => (body as { content?: Media } | undefined)?.content ?? {};

/** An entry of a case, and its marks beside it, told as one object: each alone takes no field of the other. */
const asOne = (body: unknown, schemas: Readonly<Record<string, SchemaObject>>): void => {
  for (const one of Object.values(mediaOf(body))) {
    const parts = (one.schema.allOf ?? []).map((part) => ('$ref' in part ? schemas[part.$ref.split('/').at(-1) ?? ''] : part)); // prettier-ignore
    if (parts.length === 0) continue;
    one.schema = {
      type: 'object',
      properties: Object.assign({}, ...parts.map((part) => part?.properties)) as NonNullable<
        SchemaObject['properties']
      >,
      required: parts.flatMap((part) => part?.required ?? []),
      additionalProperties: false,
    };
  }
};

/** Asked for here and done elsewhere: the answer says where to look instead of a revision. */
const OWED = new Set(['askForFigures', 'askForRebuild', 'askForImport']);

const headersOf = (id: string, status: string, { headers = {} }: ResponseObject): HeadersObject => {
  if (status === '503' && id !== 'isReady') return RETRY;
  if (!NOT_REFUSED.has(status)) return headers;
  return OWED.has(id) ? LOCATION : headers;
};

/** Whatever stands in a path, be it in that of the controller or of its method. */
const pathParameters = (path: string): ParameterObject[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: pathSchemaOf(name),
  }));

const completed = (operation: OperationObject, path: string): void => {
  const { operationId = '', responses } = operation;
  const tooLong = path.includes('{') ? { 414: 'An id in the path is longer than 200 characters.' } : {};
  const others = ((operation.parameters ?? []) as ParameterObject[]).filter((other) => other.in !== 'path');
  operation.parameters = [...pathParameters(path), ...others.map(toldInWords)];
  const open = OPEN.has(operationId);
  const listed = { ...(open ? {} : signedIn), ...tooLong, ...besides[operationId] };
  for (const [status, response] of Object.entries({ ...everywhere, ...refused(listed) }))
    responses[status] ??= response;
  if (!open) operation.security = [{ [BEARER]: [] }];
  const content = contentOf(operationId);
  for (const [status, response] of Object.entries(responses as Record<string, ResponseObject>)) {
    const answers = content && (NOT_REFUSED.has(status) || (operationId === 'isReady' && status === '503'));
    responses[status] = {
      ...response,
      ...(answers ? { content } : exampled(status, response)),
      // An address that is none is refused before anybody gives it an id.
      headers: { ...headersOf(operationId, status, response), ...(['400', '414'].includes(status) ? {} : REQUEST_ID) },
    };
  }
};

/** Objects hold what is described and nothing else; what may be null is told as OpenAPI 3.1 tells it. */
const exact = (schema: SchemaObject): void => {
  schema.additionalProperties = false;
  for (const field of Object.values(schema.properties ?? {})) {
    if (!('nullable' in field)) continue;
    const { type, nullable: _, ...rest } = field;
    for (const key of Object.keys(field)) Reflect.deleteProperty(field, key);
    Object.assign(field, rest, { type: [type, 'null'] });
  }
};

/** The description of every route, from their own decorators, and what they all have in common. */
export const describeApi = (app: INestApplication): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setTitle('Rastro')
    .setDescription(description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .setLicense('EUPL-1.2', 'https://eupl.eu/1.2/en/')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'A session, a token, or what the issuer signed.' },
      BEARER,
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [Problem] });
  for (const [path, routes] of Object.entries(document.paths))
    for (const method of METHODS) if (routes[method]) completed(routes[method], path);
  const schemas = (document.components?.schemas ?? {}) as Record<string, SchemaObject>;
  for (const schema of Object.values(schemas)) exact(schema);
  for (const { post } of Object.values(document.paths)) {
    asOne(post?.requestBody, schemas);
    const json = mediaOf(post?.requestBody)['application/json'];
    if (json) json.example = exampleOf(json.schema, schemas);
  }
  return document;
};
