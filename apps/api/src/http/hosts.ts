import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Invalid } from './invalid.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/;

/** Whether it was asked by the loopback name of this machine; else it came over TLS, through the proxy. */
export const isNear = ({ headers }: FastifyRequest): boolean => LOOPBACK.test(headers.host ?? '');

/**
 * Only this machine may ask, and whoever comes by the name of the proxy: a page elsewhere that resolves its own name to
 * 127.0.0.1 is somebody else.
 */
export const refuseHosts = (server: FastifyInstance, publicHost?: string): void => {
  server.addHook('onRequest', (request, _, done) => {
    if (isNear(request) || (publicHost && request.headers.host?.toLowerCase() === publicHost)) return done();
    const names = publicHost ? `by its loopback name, or as ${publicHost}` : 'by its loopback name';
    done(new Invalid('host-unknown', `Ask this machine ${names}.`, [], 421));
  });
};
