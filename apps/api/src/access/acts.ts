import { RequestMethod, SetMetadata, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { FastifyRequest } from 'fastify';

import type { RouteAct } from './reader.js';

const ACT = 'rastro:act';

/** Says what a route is for. A route that does not say is refused to everybody. */
export const IsFor = (act: RouteAct): MethodDecorator => SetMetadata(ACT, act);

/** Routes of no controller: the description of the API, the page that shows it and the way there. */
const isPage = (url: string): boolean => ['/', '/openapi.json', '/docs'].includes(url) || url.startsWith('/docs/');

const joined = (...parts: string[]): string =>
  `/${parts.flatMap((part) => part.split('/').filter((word) => word !== '')).join('/')}`;

/** The live routes of the controllers, `GET /v1/cases`, and what each is for. */
export const actsOf = (controllers: readonly Type[]): Map<string, RouteAct | undefined> => {
  const acts = new Map<string, RouteAct | undefined>();
  for (const controller of controllers) {
    const prototype = controller.prototype as Record<string, unknown>;
    const root = (Reflect.getMetadata(PATH_METADATA, controller) as string | undefined) ?? '';
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const handler = Object.getOwnPropertyDescriptor(prototype, name)?.value as object | undefined;
      if (typeof handler !== 'function') continue;
      const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
      if (method === undefined) continue;
      const path = joined(root, Reflect.getMetadata(PATH_METADATA, handler) as string);
      acts.set(`${RequestMethod[method]} ${path}`, Reflect.getMetadata(ACT, handler) as RouteAct | undefined);
    }
  }
  return acts;
};

/** What the route of a request is for. */
export const actIn =
  (acts: ReadonlyMap<string, RouteAct | undefined>) =>
  ({ method, routeOptions }: FastifyRequest): RouteAct | undefined => {
    const url = routeOptions.url ?? '';
    return isPage(url) ? 'public' : acts.get(`${method === 'HEAD' ? 'GET' : method} ${url}`);
  };
