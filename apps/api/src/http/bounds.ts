import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Invalid } from './invalid.js';

/** How much of the server one caller, or all of them together, can hold, and for how long. */
export interface Bounds {
  /** The head of a request has come whole by then; its connection is closed otherwise. */
  readonly headersMs: number;
  /** The whole of a request, its body too. */
  readonly requestMs: number;
  /** How long a connection is kept that nobody asks by. */
  readonly keepAliveMs: number;
  /** How often late ones are looked for. */
  readonly lookEveryMs: number;
  /** Open at once; one more is closed unheard. */
  readonly connections: number;
  /** Under way at once; one more is answered 429. */
  readonly underWay: number;
}

export const BOUNDS: Bounds = {
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 60_000,
  lookEveryMs: 1_000,
  connections: 2_048,
  underWay: 512,
};

/** What the server of Node is made with. */
export const limitsOf = ({ headersMs, requestMs, keepAliveMs, lookEveryMs }: Bounds) => ({
  requestTimeout: requestMs,
  keepAliveTimeout: keepAliveMs,
  http: {
    headersTimeout: headersMs,
    // Node refuses a head that may take longer than the whole, and its own default for the whole is five minutes.
    requestTimeout: requestMs,
    connectionsCheckingInterval: lookEveryMs,
    // Whoever names no host is refused by us, in our words.
    requireHostHeader: false,
  },
});

/** Whoever watches the process is answered when it is busiest. */
const WATCHED = new Set(['/health/live', '/health/ready', '/metrics']);

/** A request that holds a place: until it is answered, and its connection is done with it. */
interface Place {
  working: boolean;
  closed: boolean;
}

/** Lets so many requests be under way, and refuses one more at once: whoever waits unheard asks again and again. */
export const boundRequests = (server: FastifyInstance, { underWay, connections }: Bounds): void => {
  const places = new Map<FastifyRequest, Place>();
  const leave = (request: FastifyRequest, change: Partial<Place>): void => {
    const place = places.get(request);
    if (!place) return;
    Object.assign(place, change);
    // A caller who goes away leaves work behind: their place is free when it is done.
    if (place.closed && !place.working) places.delete(request);
  };
  server.server.maxConnections = connections;
  server.addHook('onRequest', (request, reply, done) => {
    if (WATCHED.has(request.routeOptions.url ?? '')) return done();
    if (places.size >= underWay)
      return done(new Invalid('too-many-requests', 'Too much is under way just now. Ask again in a moment.', [], 429));
    places.set(request, { working: false, closed: false });
    reply.raw.once('close', () => leave(request, { closed: true }));
    done();
  });
  server.addHook('preHandler', (request, _, done) => {
    leave(request, { working: true });
    done();
  });
  server.addHook('onSend', (request, _, __, done) => {
    leave(request, { working: false });
    done();
  });
};
