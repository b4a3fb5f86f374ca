import type { FastifyInstance } from 'fastify';

import { Invalid } from './invalid.js';

/** Bodies come as they are: what is packed is refused unread, since nobody knows how large it is unpacked. */
export const refuseEncodings = (server: FastifyInstance): void => {
  server.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding.toLowerCase() === 'identity') return done();
    void reply.header('accept-encoding', 'identity');
    done(new Invalid('encoding-unsupported', 'Send the body as it is, without Content-Encoding.', [], 415));
  });
};
