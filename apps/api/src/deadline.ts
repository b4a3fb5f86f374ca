import type { FastifyInstance } from 'fastify';

import { Refused } from '#core';
import { OutcomeUnknown } from '#event-store';

/** Whatever becomes of the engines below, nobody waits for longer. */
const MOST_MS = 8_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Runs out when the request has waited for too long. */
    deadline: NodeJS.Timeout | undefined;
  }
}

const lateFor = (method: string): Error =>
  method === 'GET'
    ? new Refused('answer-late', 'It takes too long just now. Ask again in a moment.')
    : new OutcomeUnknown('it was not answered in time');

/**
 * Ends every request in time: a question unanswered, a write as one whose outcome is not known. What its handler answers
 * after that reaches nobody. Time runs from when the request is read, until its answer begins.
 */
export const endInTime = (server: FastifyInstance, most_ms = MOST_MS): void => {
  server.decorateRequest('deadline', undefined);
  server.addHook('preHandler', (request, reply, done) => {
    request.deadline = setTimeout(() => void reply.send(lateFor(request.method)), most_ms);
    done();
  });
  server.addHook('onSend', (request, _, __, done) => {
    clearTimeout(request.deadline);
    done();
  });
};
