import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { Refused } from '#core';
import { OutcomeUnknown } from '#event-store';

/** Whatever becomes of the engines below, nobody waits for longer. */
const MOST_MS = 8_000;

/** What a request has left of its time: it runs out while it waits for us, not while we wait for it. */
class TimeLeft {
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private leftMs: number) {}

  run(out: () => void): void {
    this.#since = performance.now();
    this.#timer = setTimeout(out, this.leftMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.leftMs -= performance.now() - this.#since;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    timeLeft: TimeLeft | undefined;
  }
}

const lateFor = (method: string): Error =>
  method === 'GET'
    ? new Refused('answer-late', 'It takes too long just now. Ask again in a moment.')
    : new OutcomeUnknown('it was not answered in time');

/**
 * Ends every request in time: a question unanswered, a write as one whose outcome is not known. What its handler answers
 * after that reaches nobody. Time runs while somebody is signed in, and from when the request is read until its answer begins.
 */
export const endInTime = (server: FastifyInstance, most_ms = MOST_MS): void => {
  const run = (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    request.timeLeft?.run(() => void reply.send(lateFor(request.method)));
    done();
  };
  const stop = ({ timeLeft }: FastifyRequest, done: () => void): void => {
    timeLeft?.stop();
    done();
  };
  server.decorateRequest('timeLeft', undefined);
  server.addHook('onRequest', (request, reply, done) => {
    request.timeLeft = new TimeLeft(most_ms);
    run(request, reply, done);
  });
  server.addHook('preParsing', (request, _, __, done) => stop(request, done));
  server.addHook('preHandler', run);
  server.addHook('onSend', (request, _, __, done) => stop(request, done));
};
