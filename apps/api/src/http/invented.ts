import type { FastifyInstance } from 'fastify';

/** Says with every answer, refusals too, that all in this book is invented. */
export const sayInvented = (server: FastifyInstance): void => {
  server.addHook('onRequest', (_, reply, done) => {
    void reply.header('rastro-data', 'invented');
    done();
  });
};
