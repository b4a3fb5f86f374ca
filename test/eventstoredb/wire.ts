import { createRequire } from 'node:module';

import { Metadata, status } from '@grpc/grpc-js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { Message } from 'google-protobuf';
import type { Any as Details } from 'google-protobuf/google/protobuf/any_pb.js';

import type { Expected, Proposed, Standing, Written } from './log.js';

/** The envelope of typed details, from the copy of the library that the client itself brings. */
const ofClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));
const { Any } = ofClient('google-protobuf/google/protobuf/any_pb.js') as { Any: new () => Details };

/** 100 nanoseconds each. */
const TICKS_PER_MS = 10_000n;

export const streamNameOf = (identifier: shared.StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

const identifierOf = (stream: string): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(stream)));

export const eventOf = (event: Standing): streams.ReadResp => {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(event.id))
    .setStreamIdentifier(identifierOf(event.stream))
    .setStreamRevision(`${event.revision}`)
    .setCommitPosition(`${event.position}`)
    .setPreparePosition(`${event.position}`)
    .setCustomMetadata(event.metadata)
    .setData(event.data);
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', `${BigInt(event.createdMs) * TICKS_PER_MS}`);
  const read = new streams.ReadResp.ReadEvent().setEvent(recorded).setCommitPosition(`${event.position}`);
  return new streams.ReadResp().setEvent(read);
};

export const notFound = (stream: string): streams.ReadResp =>
  new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)),
  );

export const proposedOf = (
  message: streams.BatchAppendReq.ProposedMessage | streams.AppendReq.ProposedMessage,
): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

export const expectedOf = (
  options: streams.BatchAppendReq.Options | streams.AppendReq.Options | streams.DeleteReq.Options,
): Expected => {
  if (options.hasNoStream()) return 'no-stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream-exists';
  return Number('getStreamPosition' in options ? options.getStreamPosition() : options.getRevision());
};

/** Typed details in a `google.rpc.Status`, as a batch append tells its failures. */
const failure = (name: string, code: number, message: Message): statuses.Status => {
  const details = new Any();
  details.pack(message.serializeBinary(), `event_store.client.${name}`);
  return new statuses.Status().setCode(code).setDetails(details);
};

export const wrongVersion = (expected: Expected, current: number): statuses.Status => {
  const told = new shared.WrongExpectedVersion();
  if (current >= 0) told.setCurrentStreamRevision(`${current}`);
  if (typeof expected === 'number') told.setExpectedStreamPosition(`${expected}`);
  return failure('WrongExpectedVersion', status.ALREADY_EXISTS, told);
};
export const tooLarge = (most: number): statuses.Status =>
  failure(
    'MaximumAppendSizeExceeded',
    status.INVALID_ARGUMENT,
    new shared.MaximumAppendSizeExceeded().setMaxappendsize(most),
  );
export const timedOut = (): statuses.Status => failure('Timeout', status.DEADLINE_EXCEEDED, new shared.Timeout());
export const denied = (): statuses.Status =>
  failure('AccessDenied', status.PERMISSION_DENIED, new shared.AccessDenied());

export const batchSuccess = ({ revision, position }: Written): streams.BatchAppendResp.Success =>
  new streams.BatchAppendResp.Success()
    .setCurrentRevision(`${revision}`)
    .setPosition(new shared.AllStreamPosition().setCommitPosition(`${position}`).setPreparePosition(`${position}`));

export const unarySuccess = ({ revision, position }: Written): streams.AppendResp =>
  new streams.AppendResp().setSuccess(
    new streams.AppendResp.Success()
      .setCurrentRevision(`${revision}`)
      .setPosition(
        new streams.AppendResp.Position().setCommitPosition(`${position}`).setPreparePosition(`${position}`),
      ),
  );

/** The error of a whole call, with its trailers. */
export const callError = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}) => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};
