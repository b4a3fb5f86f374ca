import { type sendUnaryData, type ServerDuplexStream, type ServerReadableStream, type ServerUnaryCall, status } from '@grpc/grpc-js'; // prettier-ignore
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type statuses from '@eventstore/db-client/generated/status_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';

import type { Fault } from './faults.js';
import type { Log, Proposed } from './log.js';
import { batchSuccess, callError, denied, expectedOf, proposedOf, streamNameOf, timedOut, tooLarge, unarySuccess, wrongVersion } from './wire.js'; // prettier-ignore

/** As a server has it unless told otherwise. */
export const MOST_BYTES = 1024 * 1024;

const sizeOf = (events: readonly Proposed[]): number =>
  events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);

export type Batches = ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>;
export type Messages = ServerReadableStream<streams.AppendReq, streams.AppendResp>;
export type Deletion = ServerUnaryCall<streams.DeleteReq, streams.DeleteResp>;

/** What befalls an append: it may be forbidden to do it, or to answer. */
export interface Fate {
  readonly fault?: Fault | undefined;
  /** Ends the call with an error, or breaks all connections. */
  readonly befall: (fault: Fault) => void;
}

interface Pending {
  readonly options: streams.BatchAppendReq.Options;
  readonly events: Proposed[];
}

const settle = (log: Log, { options, events }: Pending): streams.BatchAppendResp => {
  const response = new streams.BatchAppendResp().setStreamIdentifier(options.getStreamIdentifier());
  if (sizeOf(events) > MOST_BYTES) return response.setError(tooLarge(MOST_BYTES));
  if (Number(options.getDeadline()?.toDate()) < Date.now()) return response.setError(timedOut());
  const expected = expectedOf(options);
  const written = log.append(streamNameOf(options.getStreamIdentifier()), expected, events);
  if ('current' in written) return response.setError(wrongVersion(expected, written.current));
  return response.setSuccess(batchSuccess(written));
};

const refusals: { readonly [F in Fault]?: () => statuses.Status } = { timeout: timedOut, denied };

/** Answers appends that come on one stream for as long as it lasts, each by its correlation. */
export const batchAppend = (call: Batches, log: Log, fateOf: () => Fate): void => {
  const pending = new Map<string, Pending>();
  const take = (request: streams.BatchAppendReq): void => {
    const id = request.getCorrelationId()?.getString() ?? '';
    const one = pending.get(id) ?? { options: request.getOptions() as streams.BatchAppendReq.Options, events: [] };
    one.events.push(...request.getProposedMessagesList().map(proposedOf));
    pending.set(id, one);
    if (!request.getIsFinal()) return;
    pending.delete(id);
    const correlation = new shared.UUID().setString(id);
    const { fault, befall } = fateOf();
    const refusal = fault && refusals[fault];
    if (fault && !refusal && fault !== 'mute' && fault !== 'cut-after') return befall(fault);
    const response = refusal
      ? new streams.BatchAppendResp().setStreamIdentifier(one.options.getStreamIdentifier()).setError(refusal())
      : settle(log, one);
    if (fault && !refusal) befall(fault);
    else call.write(response.setCorrelationId(correlation));
  };
  call.on('data', take);
  call.on('end', () => call.end());
  call.on('error', () => undefined);
};

const tooLargeCall = (): Error & { code: status } =>
  callError(status.INVALID_ARGUMENT, 'too large', {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': `${MOST_BYTES}`,
  });

/** Answers one append of a client that does not use batches. */
export const append = (
  call: Messages,
  log: Log,
  { fault, befall }: Fate,
  answer: sendUnaryData<streams.AppendResp>,
): void => {
  const events: Proposed[] = [];
  let options: streams.AppendReq.Options | undefined;
  call.on('data', (request: streams.AppendReq) => {
    const message = request.getProposedMessage();
    if (message) events.push(proposedOf(message));
    else options = request.getOptions();
  });
  call.on('end', () => {
    if (!options || (fault && fault !== 'mute' && fault !== 'cut-after')) return befall(fault ?? 'internal');
    if (sizeOf(events) > MOST_BYTES) return answer(tooLargeCall());
    const expected = expectedOf(options);
    const written = log.append(streamNameOf(options.getStreamIdentifier()), expected, events);
    if (fault) return befall(fault);
    if (!('current' in written)) return answer(null, unarySuccess(written));
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (written.current >= 0) wrong.setCurrentRevision(`${written.current}`);
    else wrong.setCurrentNoStream(new shared.Empty());
    if (typeof expected === 'number') wrong.setExpectedRevision(`${expected}`);
    answer(null, new streams.AppendResp().setWrongExpectedVersion(wrong));
  });
};

/** Deletes a stream as one can be got back. */
export const remove = (call: Deletion, log: Log, answer: sendUnaryData<streams.DeleteResp>): void => {
  const options = call.request.getOptions() as streams.DeleteReq.Options;
  const stream = streamNameOf(options.getStreamIdentifier());
  const expected = expectedOf(options);
  if (log.delete(stream, expected)) return answer(null, new streams.DeleteResp());
  const current = { 'expected-version': `${expected}`, 'actual-version': `${log.revisionOf(stream)}` };
  const trailers = { exception: 'wrong-expected-version', 'stream-name': stream, ...current };
  answer(callError(status.FAILED_PRECONDITION, 'wrong expected version', trailers));
};
