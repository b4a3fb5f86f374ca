import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Logger, Operations, Traced } from '#runtime';

/** Ids that can hold no word of anybody: a UUID, or up to 64 hex digits. Others are replaced by one of ours. */
const REQUEST_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,64})$/i;
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** The id of a request: as the caller told it in `X-Request-Id`, if it is one, or made here. */
export const requestIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
  const told = headers['x-request-id'];
  return typeof told === 'string' && REQUEST_ID.test(told) ? told : randomUUID();
};

const spans = new WeakMap<FastifyRequest, Traced>();

/** The trace that a request goes on, for what is recorded because of it. */
export const traceOf = (request: FastifyRequest): string | undefined => spans.get(request)?.traceparent;

const parentOf = ({ headers }: FastifyRequest): string | undefined => {
  const told = headers['traceparent'];
  return typeof told === 'string' ? told : undefined;
};

/** The route as it is written in the program, whatever was asked: few, and nobody's data. */
const routeOf = (request: FastifyRequest): string => {
  const { url } = request.routeOptions;
  return url === undefined || url.includes('*') ? 'unknown' : url;
};

const methodOf = ({ method }: FastifyRequest): string => (METHODS.has(method) ? method : 'OTHER');

/**
 * One log line, one measurement and one span a request, by its route and status; its id is answered. A body, a query, a
 * header or the ids in a path are told nowhere. While the process stops, each answer asks to come by another connection.
 */
export const observeRequests = (server: FastifyInstance, { log, meters, tracing, stopping }: Operations): void => {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const span = tracing.begin('request', { parent: parentOf(request) });
    if (span) spans.set(request, span);
    done();
  });
  server.addHook('onSend', (_, reply, __, done) => {
    if (stopping.signal.aborted) void reply.header('connection', 'close');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const [method, route, status] = [methodOf(request), routeOf(request), reply.statusCode];
    const ms = Number(reply.elapsedTime.toFixed(1));
    meters.request(method, route, status, ms);
    log.info({ requestId: request.id, method, route, status, ms }, 'request');
    const attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status };
    spans.get(request)?.end(attributes, status >= 500);
    done();
  });
};

/** What the framework itself has to say, in our log. */
export const frameworkLog = (log: Logger): LoggerService => {
  const tell =
    (level: 'error' | 'warn' | 'debug') =>
    (message: unknown, ...[context]: unknown[]): void =>
      message instanceof Error
        ? log[level]({ err: message }, 'framework')
        : log[level]({ context: typeof context === 'string' ? context.split('\n')[0] : undefined }, String(message));
  return { log: tell('debug'), error: tell('error'), warn: tell('warn') };
};
