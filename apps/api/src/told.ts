import { applyDecorators, createParamDecorator, type ExecutionContext, Get, Post, UseGuards } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
  type SchemaObject,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import { isId, isQuarter } from '#core';
import type { Marks } from '#event-store';

import { IsFor } from './access/acts.js';
import { Receipt } from './answer.js';
import { type Caller, callerOf } from './caller.js';
import { checked } from './described/checker.js';
import type { Dto } from './described/fields.js';
import { Invalid } from './http/invalid.js';
import { markedApart, Marking, readTogether } from './marks.bodies.js';
import { traceOf } from './http/observing.js';
import { ProposalTold } from './access/proposal-told.js';
import { EDITION } from './queries.js';
import { type Reader, readerIn, type RouteAct } from './access/reader.js';
import { readQuery } from './http/reading.js';

/** The ids of a path. */
export type PathIds = Readonly<Record<string, string>>;

/** A write as it was told: by whom, about what, and the facts in the form of its body. */
export interface Told<Body extends object = object> {
  readonly caller: Caller;
  readonly path: PathIds;
  readonly body: Body;
  /** How the entry may be used, and how sure it is. */
  readonly marks?: Marks;
}

interface Form {
  readonly holds: (text: unknown) => boolean;
  readonly code: string;
  readonly ask: string;
  readonly schema: SchemaObject;
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
    schema: { type: 'string', pattern: EDITION.source, example: '1' },
  },
};
const formOf = (name: string): Form => FORMS[name] ?? UUID;

/** The form of what stands in a path under this name. */
export const pathSchemaOf = (name: string): SchemaObject => formOf(name).schema;

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

const bodyIn = ({ body }: FastifyRequest): unknown => {
  if (body === undefined || body === null) throw new Invalid('body-missing', 'Send a JSON body.');
  return body;
};

/** Of an entry of a case, the marks stand beside what it says. */
const bodyAs = (dto: Dto, request: FastifyRequest): Pick<Told, 'body' | 'marks'> => {
  const given = bodyIn(request);
  const { marks, rest } = markedApart(given);
  if (!marks || !request.routeOptions.url?.startsWith('/v1/cases')) return { body: checked(dto, given) };
  return readTogether(() => checked(dto, rest), marks);
};

const whoTells = (request: FastifyRequest): Caller => {
  const traceparent = traceOf(request);
  const reader = readerIn(request);
  return { ...callerOf(request.headers, reader), correlationId: request.id, ...(traceparent ? { traceparent } : {}) };
};

/** Who asks. */
export const By = createParamDecorator((_: undefined, context: ExecutionContext): Reader =>
  readerIn(requestOf(context)),
);

/** A write takes no query, nor does a question that asks nothing more. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class
class Nothing {}
const takesNoQuery = UseGuards({
  canActivate: (context: ExecutionContext) => checked(Nothing, queryOf(requestOf(context))) !== undefined,
});

/** The write, checked in its form before any rule sees it. */
export const TellsOf = createParamDecorator((dto: Dto, context: ExecutionContext): Told => {
  const request = requestOf(context);
  checked(Nothing, queryOf(request));
  return { caller: whoTells(request), path: pathOf(request), ...bodyAs(dto, request) };
});

/** What somebody tells who records no fact. */
export const Tells = createParamDecorator((dto: Dto, context: ExecutionContext): object => {
  const request = requestOf(context);
  checked(Nothing, queryOf(request));
  return checked(dto, bodyIn(request));
});

/** The ids in the path of a question. */
export const Path = createParamDecorator((_: undefined, context: ExecutionContext) => pathOf(requestOf(context)));

/** The query of a question, checked in its form. */
export const Asks = createParamDecorator((dto: Dto, context: ExecutionContext): object =>
  checked(dto, queryOf(requestOf(context))),
);

const headerOf = (name: string, description: string) => ({
  [name]: { description, schema: { type: 'string' as const } },
});
const ETAG = headerOf('ETag', 'The revision it stands at: send it back as If-Match.');
/** What comes in the head of an answer of this status, where anything does. */
const HEADERS: Readonly<Record<number, ReturnType<typeof headerOf>>> = {
  412: ETAG,
  429: headerOf('Retry-After', 'Seconds to wait before asking again.'),
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

/** A question that asks nothing more than its path does. */
export const AsksNothing = applyDecorators(takesNoQuery, ...problems({ 400: 'It takes no query.' }));

const writeHeaders = (opens: boolean): MethodDecorator[] => [
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description:
      'Same key, same fact: a word of your own, another one for each write. It counts within the case, network or operation that is written to.',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
  }),
  ...(opens
    ? []
    : [
        ApiHeader({
          name: 'If-Match',
          required: true,
          description: 'The ETag you know, or *.',
          schema: { type: 'string', pattern: '^(\\*|"\\d{1,9}")$', example: '*' },
        }),
      ]),
];

/** An entry of a case, with its marks beside it. */
const markedBody = (dto: Dto): MethodDecorator[] => [
  ApiExtraModels(dto, Marking) as MethodDecorator,
  ApiBody({ schema: { allOf: [{ $ref: getSchemaPath(dto) }, { $ref: getSchemaPath(Marking) }] } }),
];

export interface Deed {
  readonly name: string;
  readonly title: string;
  /** What it is to do it: `record` unless told. */
  readonly act?: RouteAct;
  /** It opens a stream of its own: there is no earlier revision to match. */
  readonly opens?: boolean;
}

/** Acts of which each look into one case has its reason. */
const SENSITIVE: readonly RouteAct[] = ['consult', 'consult-assets'];
const REASON = ApiHeader({
  name: 'Rastro-Reason',
  required: false,
  description: 'Why you look into this case: once a day. Percent-encoded where not ASCII.',
  schema: { type: 'string', maxLength: 500, example: 'enquiry 12/2026' },
});

const ACCESS_PROBLEMS = { 401: 'Sign in first.', 403: 'Your role does not allow it.' };

/** A route that records one kind of fact. */
export const Records = (
  path: string,
  dto: Dto,
  { name, title, act = 'record', opens = false }: Deed,
): MethodDecorator =>
  applyDecorators(
    Post(path),
    IsFor(act),
    ApiOperation({ operationId: name, summary: title }),
    ...(act === 'record' ? markedBody(dto) : [ApiBody({ type: dto })]),
    ...writeHeaders(opens),
    ApiResponse({ status: 201, description: 'Recorded.', type: Receipt, headers: ETAG }),
    ApiResponse({ status: 200, description: 'It was so already: nothing was recorded.', type: Receipt, headers: ETAG }),
    ...(['record', 'share', 'import'].includes(act)
      ? [ApiResponse({ status: 202, description: 'A second person must approve it.', type: ProposalTold })]
      : []),
    ...problems({
      400: 'Wrong in its form; every wrong place is named.',
      ...ACCESS_PROBLEMS,
      404: 'It speaks of something that is not there.',
      409: 'The state of the book does not admit it.',
      413: 'More than 256 kB.',
      415: 'Not JSON.',
      422: 'The law does not admit it, or the key was used with another body.',
      ...(opens ? {} : { 412: 'The stream moved on; what changed is told.', 428: 'If-Match is missing.' }),
      503: 'The outcome is not known: repeat with the same key.',
    }),
  );

/** A route that does something and records no fact of a case. */
export const Does = (
  method: (path: string) => MethodDecorator,
  path: string,
  dto: Dto,
  act: RouteAct,
  { name, title, made = false }: { readonly name: string; readonly title: string; readonly made?: boolean },
): MethodDecorator =>
  applyDecorators(
    method(path),
    IsFor(act),
    ApiOperation({ operationId: name, summary: title }),
    ApiBody({ type: dto }),
    ApiResponse({ status: made ? 201 : 200, description: 'Done.', schema: { type: 'object' } }),
    ...problems({
      400: 'Wrong in its form; every wrong place is named.',
      401: 'It is not so, or not any more.',
      403: 'It came from another site with the cookie.',
      413: 'More than 256 kB.',
      415: 'Not JSON.',
      422: 'The password is too weak.',
      429: 'Too many attempts: wait.',
      503: 'Ask again in a moment.',
    }),
  );

/** A route that answers a question to whoever may do this; `tagged` when the answer carries the revision as ETag. */
export const Answering = (
  path: string,
  name: string,
  act: RouteAct,
  title: string,
  asked?: Dto,
  tagged = false,
): MethodDecorator =>
  applyDecorators(
    Get(path),
    IsFor(act),
    ApiOperation({ operationId: name, summary: title }),
    asked ? ApiQuery({ type: asked }) : takesNoQuery,
    ...(SENSITIVE.includes(act) ? [REASON] : []),
    ApiResponse({
      status: 200,
      description: 'The answer.',
      schema: { type: 'object' },
      ...(tagged ? { headers: ETAG } : {}),
    }),
    ...problems({
      400: 'Wrong in its form; every wrong place is named.',
      ...(act === 'public' ? {} : ACCESS_PROBLEMS),
      ...(path.includes(':') ? { 404: 'There is none.' } : {}),
      ...(SENSITIVE.includes(act) && path.includes(':')
        ? { 428: 'Say why you look into this case: Rastro-Reason.' }
        : {}),
      503: 'The answers do not stand at minPosition yet: ask again.',
    }),
  );
