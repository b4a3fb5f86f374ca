import type { IncomingHttpHeaders } from 'node:http';

import { faultIn } from '#core';
import { type Actor, type Command, commandHashOf } from '#event-store';

import { Invalid } from './http/invalid.js';
import type { Reader } from './access/reader.js';

/** Who writes, under which key, and what they think the stream stands at. */
export interface Caller {
  readonly reader: Reader;
  readonly actor: Actor;
  readonly commandId: string;
  /** The revision named by `If-Match`; `any` for `*`; absent without the header. */
  readonly expected?: number | 'any';
  /** The id of the request, which is written to what is recorded because of it. */
  readonly correlationId?: string;
  /** The trace of the request, where traces are made. */
  readonly traceparent?: string;
}

const commandIdOf = (key: string | string[] | undefined): string => {
  const hint = 'Send Idempotency-Key: a text of your own for this write, the same when you repeat it.';
  if (key === undefined || key === '') throw new Invalid('idempotency-key-required', hint);
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Invalid('idempotency-key-malformed', `Give 1 to 200 visible ASCII characters. ${hint}`);
  }
  const fault = faultIn(key);
  if (fault) throw new Invalid(fault.code, `Idempotency-Key: ${fault.say}`);
  return key;
};

const expectedOf = (header: string | undefined): number | 'any' | undefined => {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return 'any';
  const revision = /^"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (revision === undefined) {
    throw new Invalid('if-match-malformed', 'Send If-Match: "12", the ETag you were given, or *.');
  }
  return Number(revision);
};

/** @throws Invalid `idempotency-key-*`, `private-key-told`, `if-match-malformed`. */
export const callerOf = (headers: IncomingHttpHeaders, reader: Reader): Caller => {
  const expected = expectedOf(headers['if-match']);
  return {
    reader,
    actor: reader.actor,
    commandId: commandIdOf(headers['idempotency-key']),
    ...(expected === undefined ? {} : { expected }),
  };
};

/** The command of who asks for something that has no revision to match. `asked`: all that it asks for. */
export const commandOf = ({ actor, commandId, correlationId }: Caller, asked: object): Command => ({
  actor,
  commandId,
  commandHash: commandHashOf(asked),
  expected: 'any',
  ...(correlationId ? { correlationId } : {}),
});
