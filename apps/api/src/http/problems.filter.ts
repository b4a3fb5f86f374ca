import { STATUS_CODES } from 'node:http';

import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { Refused } from '#core';
import { LogUnreachable, OutcomeUnknown } from '#event-store';
import { LogReplaced } from '#read-models';
import type { Operations } from '#runtime';

import { OPERATIONS } from '../health.controller.js';
import { Invalid } from './invalid.js';
import type { Problem, ProblemError } from './problem.js';
import { OCTETS, UPLOADS } from './reading.js';
import { securityHeaders } from './security-headers.js';
import { statusOf } from './statuses.js';

interface Told {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ProblemError[];
  readonly context?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the caller sent is not sent back: an answer is kept by whoever passes it on, and it may hold a secret. */
const SENT = new Set(['given', 'commandId']);
const toldOf = (detail: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(detail).filter(([name]) => !SENT.has(name)));

const ofRefused = ({ code, message, detail, at }: Refused): Told => {
  const status = statusOf(code);
  const revision = code === 'stale' ? detail['revision'] : undefined;
  return {
    status,
    code,
    detail: message,
    context: toldOf(detail),
    errors: at === undefined ? [] : [{ pointer: at, code, message }],
    headers: {
      ...(typeof revision === 'number' && revision >= 0 ? { etag: `"${revision}"` } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  };
};

const ofInvalid = ({ status, code, message, complaints, headers }: Invalid): Told => ({
  status,
  code,
  detail: message,
  errors: complaints,
  headers: {
    ...(status === 503 || status === 429 ? { 'retry-after': '1' } : {}),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...headers,
  },
});

/** What the server says before a route is reached, in our words. */
const transport: Readonly<Record<number, Told>> = {
  413: { status: 413, code: 'body-too-large', detail: 'Send at most 256 kB.' },
  415: {
    status: 415,
    code: 'media-type-unsupported',
    detail: 'Send JSON with Content-Type: application/json.',
  },
};

const ofOthers = (error: unknown, request: FastifyRequest): Told | undefined => {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  // Every parameter of a question is checked before but what a cursor holds: a value of SQL's class 22 is a forged one.
  if (request.method === 'GET' && typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code)) {
    const [malformed, detail] = ['cursor-malformed', 'Give the `next` of the page before, unchanged.'];
    return { status: 400, code: malformed, detail, errors: [{ pointer: '/after', code: malformed, message: detail }] };
  }
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (status === 404) {
    const there = request.server.methodsAt(request.url);
    if (there.length > 0) {
      const detail = `No ${request.method} here, but ${there.join(', ')}.`;
      return { status: 405, code: 'method-not-allowed', detail, headers: { allow: there.join(', ') } };
    }
    return {
      status: 404,
      code: 'route-unknown',
      detail: `No ${request.method} here. /openapi.json lists what there is.`,
    };
  }
  const inTransport = typeof status === 'number' ? transport[status] : undefined;
  if (inTransport && status === 415 && request.routeOptions.url === UPLOADS) {
    return { ...inTransport, detail: `Send the bytes with Content-Type: ${OCTETS}.` };
  }
  if (inTransport) return inTransport;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return {
      status,
      code: 'request-refused',
      detail: error instanceof Error ? error.message : 'The request is malformed.',
    };
  }
  return undefined;
};

const defect: Told = {
  status: 500,
  code: 'defect',
  detail: 'This is a mistake of ours. Nothing is known to be recorded.',
};
const unknown: Told = {
  status: 503,
  code: 'outcome-unknown',
  detail: 'It is recorded whole or not at all. Repeat the request with the same Idempotency-Key.',
  headers: { 'retry-after': '1' },
};

const unreachable: Told = {
  status: 503,
  code: 'log-unreachable',
  detail: 'The log does not answer just now. Nothing is recorded: ask again.',
  headers: { 'retry-after': '1' },
};

const rebuilding: Told = {
  status: 503,
  code: 'answers-rebuilding',
  detail: 'The log was restored from a back-up: the answers are made anew from it. Ask again later.',
  headers: { 'retry-after': '5' },
};

/** The body of a refusal. */
export const problemOf = ({ status, code, detail, errors = [], context }: Told): Problem => ({
  type: `urn:rastro:problem:${code}`,
  title: STATUS_CODES[status] ?? 'Problem',
  status,
  code,
  detail,
  errors,
  ...(context && Object.keys(context).length > 0 ? { context } : {}),
});

/** Bytes, so that the type stands as the RFC writes it, without a charset. */
const tell = (reply: FastifyReply, told: Told): void => {
  const bytes = Buffer.from(JSON.stringify(problemOf(told)));
  void reply
    .status(told.status)
    .headers({ 'content-type': 'application/problem+json', ...told.headers })
    .send(bytes);
};

const tooLong: Told = {
  status: 414,
  code: 'address-too-long',
  detail: 'No id in a path is longer than 200 characters.',
};
const notWell: Told = { status: 400, code: 'address-malformed', detail: 'The path is not well percent-encoded.' };

/** Of an address that is no address: it is told before any route, hook or filter is there. */
export const tellBadAddress = (reply: FastifyReply, { code }: Error & { code?: string }): void =>
  tell(reply.headers(securityHeaders(false)), code === 'FST_ERR_MAX_PARAM_LENGTH' ? tooLong : notWell);

/** The one place where an error becomes an answer. */
@Catch()
export class Problems implements ExceptionFilter {
  constructor(@Inject(OPERATIONS) private readonly operations: Operations) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    // What fails after its time was up was told already.
    if (!reply.sent) tell(reply, this.#told(error, http.getRequest<FastifyRequest>()));
  }

  #told(error: unknown, request: FastifyRequest): Told {
    if (error instanceof Refused) return ofRefused(error);
    if (error instanceof Invalid) return ofInvalid(error);
    if (error instanceof OutcomeUnknown) return unknown;
    if (error instanceof LogUnreachable) return unreachable;
    if (error instanceof LogReplaced) return rebuilding;
    const told = ofOthers(error, request);
    if (!told) this.operations.log.error({ requestId: request.id, err: error }, 'defect');
    return told ?? defect;
  }
}
