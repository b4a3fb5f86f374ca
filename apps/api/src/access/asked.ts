import { createHash } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import { faultIn } from '#core';

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

/** One line, as it is shown. */
const isReason = (text: string): boolean => text !== '' && text.length <= LONGEST && !/[\t\n\r\u2028\u2029]/.test(text);

const reasonIn = ({ headers, raw }: FastifyRequest): string | undefined => {
  if (headers[REASON] === undefined) return undefined;
  const [given = '', ...more] = raw.headersDistinct[REASON] ?? [];
  if (given === '' && more.length === 0) return undefined;
  const text = more.length === 0 ? decoded(given)?.trim() : undefined;
  const fault = text === undefined ? undefined : faultIn(text);
  if (fault?.code === 'private-key-told') throw new Invalid(fault.code, `Rastro-Reason: ${fault.say}`);
  if (text !== undefined && !fault && isReason(text)) return text;
  const message = `Rastro-Reason: give a reason once, in a line of 1 to ${LONGEST} characters without control signs, percent-encoded where not ASCII.`;
  throw new Invalid('reason-malformed', message);
};

/** @throws Invalid `reason-malformed`, `private-key-told`. */
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
