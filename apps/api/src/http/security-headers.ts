import type { TLSSocket } from 'node:tls';

import type { FastifyInstance } from 'fastify';

/** Nothing that is answered is a page, unless it says so itself: it may load, run and send nothing. */
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const YEAR_S = 31_536_000;

/** In the head of every answer, whatever it says. Over TLS also that there is nothing without it. */
export const securityHeaders = (encrypted: boolean): Record<string, string> => ({
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  ...(encrypted ? { 'strict-transport-security': `max-age=${YEAR_S}; includeSubDomains` } : {}),
});

/** Sets them before anything else looks at a request, so that a refusal has them too. Asked by its public name, TLS is at the proxy. */
export const secureAnswers = (server: FastifyInstance, publicHost?: string): void => {
  server.addHook('onRequest', (request, reply, done) => {
    const proxied = publicHost !== undefined && request.headers.host?.toLowerCase() === publicHost;
    void reply.headers(securityHeaders(proxied || (request.raw.socket as Partial<TLSSocket>).encrypted === true));
    done();
  });
};
