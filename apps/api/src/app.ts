import 'reflect-metadata';

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

import type { FastifyReply } from 'fastify';

import { type Operations, openOperations } from '#runtime';

import { actIn, actsOf } from './access/acts.js';
import { tellAnswers } from './answer.js';
import { ApiModule, controllers, type Served } from './app.module.js';
import { endInTime } from './http/deadline.js';
import { type Bounds, boundRequests, BOUNDS, limitsOf } from './http/bounds.js';
import { refuseEncodings } from './http/encodings.js';
import { refuseHosts } from './http/hosts.js';
import { Invalid } from './http/invalid.js';
import { holdToLooks } from './access/looking.js';
import { sayInvented } from './http/invented.js';
import { rememberMethods } from './http/methods.js';
import { frameworkLog, observeRequests, requestIdOf } from './http/observing.js';
import { describeApi } from './described/openapi.js';
import { tellBadAddress } from './http/problems.filter.js';
import { servePages } from './http/pages.js';
import { askWhoComes } from './access/reader.js';
import { refuseRaw } from './http/raw-refusals.js';
import { MOST_BYTES, OCTETS, readJson, UPLOADS } from './http/reading.js';
import { secureAnswers } from './http/security-headers.js';
import { holdToLease } from './access/taking-back.js';

const JSON_ONLY = 'Send JSON with Content-Type: application/json.';

const adapterOf = (
  operations: Operations,
  { access, readModels, publicHost, invented = false }: Served,
  bounds: Bounds,
): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    bodyLimit: MOST_BYTES,
    // Queries are read where they are checked: a refusal thrown while routing would reach nobody.
    routerOptions: { querystringParser: () => ({}), maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // What comes by a connection that is still open when the server closes is answered like anything else.
    return503OnClosing: false,
    genReqId: requestIdOf,
    ...limitsOf(bounds),
    // The address of who asks is the one that the proxy saw.
    trustProxy: publicHost ? (_: string, hop: number) => hop === 0 : false,
    clientErrorHandler: refuseRaw,
    frameworkErrors: (error: Error, _: unknown, reply: FastifyReply) => tellBadAddress(reply, error),
  });
  const server = adapter.getInstance();
  rememberMethods(server);
  secureAnswers(server, publicHost);
  if (invented) sayInvented(server);
  observeRequests(server, operations);
  boundRequests(server, bounds);
  refuseEncodings(server);
  endInTime(server);
  tellAnswers(server);
  refuseHosts(server, publicHost);
  const actOf = actIn(actsOf(controllers));
  askWhoComes(server, access, actOf);
  holdToLease(server, readModels, access, actOf);
  holdToLooks(server, access, actOf);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, bytes, done) => {
    try {
      done(null, bytes.length === 0 ? undefined : readJson(bytes as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  server.addContentTypeParser(OCTETS, (request, payload, done) => {
    if (request.routeOptions.url === UPLOADS) done(null, payload);
    else done(new Invalid('media-type-unsupported', JSON_ONLY, [], 415));
  });
  return adapter;
};

/** The API over a book, ready to listen. Who makes it closes it; the book is closed by who opened it. */
export const createApi = async (book: Served, bounds: Partial<Bounds> = {}): Promise<NestFastifyApplication> => {
  const operations = book.operations ?? (await openOperations('api', { log: 'error' }));
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.over(book, operations),
    adapterOf(operations, book, { ...BOUNDS, ...bounds }),
    {
      bodyParser: false,
      logger: frameworkLog(operations.log),
      abortOnError: false,
    },
  );
  let description: object | undefined;
  servePages(app.getHttpAdapter().getInstance(), () => (description ??= describeApi(app)));
  await app.init();
  return app;
};
