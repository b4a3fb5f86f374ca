import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';

import { Refused } from '#core';

import { AppendTooLarge, LogUnreachable, OutcomeUnknown } from '../store.js';

/** The server was heard: what it said is about the call, and the connection is as good as before. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof WrongExpectedVersionError ||
  error instanceof StreamNotFoundError ||
  error instanceof StreamDeletedError ||
  error instanceof AccessDeniedError ||
  error instanceof MaxAppendSizeExceededError ||
  // The client turns to the leader by itself; a new one would begin with the follower again.
  error instanceof NotLeaderError;

/** Whether another try may fare better at once: at the leader, or on a new connection where the one that failed had served before. */
export const mayPass = (error: unknown, hadServed: boolean): boolean =>
  error instanceof NotLeaderError || (hadServed && !isAnswer(error));

/** Messages of the client are empty when an append failed: the name of the kind says what there is to say. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { name, message } = error;
  return message ? `${name}: ${message}` : error.constructor.name;
};

const denied = (): Refused =>
  new Refused(
    'event-store-denied',
    'The event store does not admit the user of EVENTSTORE_URL: it must read $all, and write.',
  );

const deleted = (stream: string): Error => new Error(`${stream} was deleted in the event store, not by Rastro`);

/** What became of an append that did not succeed: refused, so that nothing was written, or unknown. */
export const failedAppend = (error: unknown, stream: string): Error => {
  if (error instanceof AccessDeniedError) return denied();
  if (error instanceof StreamDeletedError) return deleted(stream);
  if (error instanceof MaxAppendSizeExceededError)
    return new AppendTooLarge(`more than ${error.maxAppendSize} bytes at once`, { cause: error });
  return new OutcomeUnknown(`the append was not answered (${wordsOf(error)})`, { cause: error });
};

export const failedRead = (error: unknown): Error => {
  if (error instanceof AccessDeniedError) return denied();
  if (error instanceof StreamDeletedError) return deleted(error.streamName);
  return new LogUnreachable(`the event store did not answer (${wordsOf(error)})`, { cause: error });
};
