import { createHash } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import { Invalid } from '../http/invalid.js';

/** What of a request goes into the record of a look: the route as it is written here, never what stands in it. */
export interface Asked {
  readonly route: string;
  readonly requestId: string;
  /** What was asked, as a hash. */
  readonly about: string;
  readonly reason?: string;
}

const REASON = 'rastro-reason';
const LONGEST = 500;

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

const reasonIn = ({ headers }: FastifyRequest): string | undefined => {
  const given = headers[REASON];
  if (given === undefined || given === '') return undefined;
  const text = typeof given === 'string' ? decoded(given)?.trim() : undefined;
  if (text && text.length <= LONGEST) return text;
  const message = `Give a reason of 1 to ${LONGEST} characters once, percent-encoded where not ASCII.`;
  throw new Invalid('reason-malformed', message);
};

/** @throws Invalid `reason-malformed`. */
export const askedIn = (request: FastifyRequest): Asked => {
  const reason = reasonIn(request);
  return {
    route: `${request.method} ${request.routeOptions.url ?? ''}`,
    requestId: request.id,
    // Most requests are no look into anything.
    get about() {
      return createHash('sha256').update(request.url).digest('hex');
    },
    ...(reason ? { reason } : {}),
  };
};
