import { applyDecorators, createParamDecorator, type ExecutionContext, Get, Post } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import { isId, isQuarter } from '#core';

import { Receipt } from './answer.js';
import { type Caller, callerOf } from './caller.js';
import { checked } from './checker.js';
import type { Dto } from './fields.js';
import { Invalid } from './invalid.js';
import { traceOf } from './observing.js';
import { EDITION } from './queries.js';
import { readQuery } from './reading.js';

/** The ids of a path. */
export type PathIds = Readonly<Record<string, string>>;

/** A write as it was told: by whom, about what, and the facts in the form of its body. */
export interface Told<Body extends object = object> {
  readonly caller: Caller;
  readonly path: PathIds;
  readonly body: Body;
}

interface Form {
  readonly holds: (text: unknown) => boolean;
  readonly code: string;
  readonly ask: string;
  readonly schema: object;
}

const UUID: Form = {
  holds: isId,
  code: 'id-malformed',
  ask: 'Give a UUID in lower case.',
  schema: { type: 'string', format: 'uuid' },
};

/** What stands in a path and is no id. */
const FORMS: Readonly<Record<string, Form>> = {
  quarter: {
    holds: isQuarter,
    code: 'quarter-malformed',
    ask: 'Give a quarter as 2016Q3.',
    schema: { type: 'string', pattern: '^\\d{4}Q[1-4]$', example: '2016Q3' },
  },
  edition: {
    holds: (text) => EDITION.test(String(text)),
    code: 'edition-malformed',
    ask: 'Give the number of an edition.',
    schema: { type: 'integer', minimum: 1 },
  },
};
const formOf = (name: string): Form => FORMS[name] ?? UUID;

const pathOf = (request: FastifyRequest): PathIds => {
  const path = request.params as PathIds;
  for (const [name, value] of Object.entries(path)) {
    const { holds, code, ask: message } = formOf(name);
    if (!holds(value)) throw new Invalid(code, `${name}: ${message}`, [{ pointer: `/${name}`, code, message }]);
  }
  return path;
};

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

const queryOf = ({ url }: FastifyRequest): Record<string, string> => {
  const mark = url.indexOf('?');
  return mark < 0 ? {} : readQuery(url.slice(mark + 1));
};

const bodyAs = <Body extends object>(dto: Dto<Body>, request: FastifyRequest): Body => {
  if (request.body === undefined || request.body === null) throw new Invalid('body-missing', 'Send a JSON body.');
  return checked(dto, request.body);
};

const whoAsks = (request: FastifyRequest): Caller => {
  const traceparent = traceOf(request);
  return { ...callerOf(request.headers), correlationId: request.id, ...(traceparent ? { traceparent } : {}) };
};

/** A write takes no query. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
class Nothing {}

/** The write, checked in its form before any rule sees it. */
export const TellsOf = createParamDecorator((dto: Dto, context: ExecutionContext): Told => {
  const request = requestOf(context);
  checked(Nothing, queryOf(request));
  return { caller: whoAsks(request), path: pathOf(request), body: bodyAs(dto, request) };
});

/** The ids in the path of a question. */
export const Path = createParamDecorator((_: undefined, context: ExecutionContext) => pathOf(requestOf(context)));

/** The query of a question, checked in its form. */
export const Asks = createParamDecorator((dto: Dto, context: ExecutionContext): object =>
  checked(dto, queryOf(requestOf(context))),
);

const paramsIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');

const headerOf = (name: string, description: string) => ({
  [name]: { description, schema: { type: 'string' as const } },
});
const ETAG = headerOf('ETag', 'The revision it stands at: send it back as If-Match.');
/** What comes in the head of an answer of this status, where anything does. */
const HEADERS: Readonly<Record<number, ReturnType<typeof headerOf>>> = {
  412: ETAG,
  503: headerOf('Retry-After', 'Seconds to wait before asking again.'),
};

const problems = (statuses: Readonly<Record<number, string>>): MethodDecorator[] =>
  Object.entries(statuses).map(([status, description]) =>
    ApiResponse({
      status: Number(status),
      description,
      ...(HEADERS[Number(status)] ? { headers: HEADERS[Number(status)] } : {}),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }),
  );

const params = (path: string): MethodDecorator[] =>
  paramsIn(path).map((name) => ApiParam({ name, schema: formOf(name).schema }));

const writeHeaders = (opens: boolean): MethodDecorator[] => [
  ApiHeader({
    name: 'Rastro-Actor',
    required: true,
    description: 'Who records: person, authority and jurisdiction, percent-encoded where not ASCII.',
    example: 'person=Ana; authority=PJ; jurisdiction=PT',
  }),
  ApiHeader({ name: 'Idempotency-Key', required: true, description: 'Same key, same fact.', example: 'a-1' }),
  ...(opens
    ? []
    : [ApiHeader({ name: 'If-Match', required: true, description: 'The ETag you know, or *.', example: '*' })]),
];

export interface Deed {
  readonly name: string;
  readonly title: string;
  /** It opens a stream of its own: there is no earlier revision to match. */
  readonly opens?: boolean;
}

/** A route that records one kind of fact. */
export const Records = (path: string, dto: Dto, { name, title, opens = false }: Deed): MethodDecorator =>
  applyDecorators(
    Post(path),
    ApiOperation({ operationId: name, summary: title }),
    ApiBody({ type: dto }),
    ...params(path),
    ...writeHeaders(opens),
    ApiResponse({ status: 201, description: 'Recorded.', type: Receipt, headers: ETAG }),
    ApiResponse({ status: 200, description: 'It was so already: nothing was recorded.', type: Receipt, headers: ETAG }),
    ...problems({
      400: 'Wrong in its form; every wrong place is named.',
      404: 'It speaks of something that is not there.',
      409: 'The state of the book does not admit it.',
      413: 'More than 256 kB.',
      415: 'Not JSON.',
      422: 'The law does not admit it, or the key was used with another body.',
      ...(opens ? {} : { 412: 'The stream moved on; what changed is told.', 428: 'If-Match is missing.' }),
      503: 'The outcome is not known: repeat with the same key.',
    }),
  );

/** A route that answers a question; `tagged` when the answer carries the revision as ETag. */
export const Answering = (path: string, name: string, title: string, asked?: Dto, tagged = false): MethodDecorator =>
  applyDecorators(
    Get(path),
    ApiOperation({ operationId: name, summary: title }),
    ...params(path),
    ...(asked ? [ApiQuery({ type: asked })] : []),
    ApiResponse({
      status: 200,
      description: 'The answer.',
      schema: { type: 'object' },
      ...(tagged ? { headers: ETAG } : {}),
    }),
    ...problems({
      400: 'Wrong in its form; every wrong place is named.',
      ...(path.includes(':') ? { 404: 'There is none.' } : {}),
      503: 'The answers do not stand at minPosition yet: ask again.',
    }),
  );
