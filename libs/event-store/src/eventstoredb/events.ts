import type { AllStreamRecordedEvent, EventData, JSONType, RecordedEvent as Stored } from '@eventstore/db-client';

import type { EventId } from '#core';

import type { Metadata, RecordedEvent, SealedEvent } from '../store.js';

/** The metadata of an event as the server keeps them: ours, with the version of its schema beside them. */
interface Kept extends Metadata {
  readonly schemaVersion: number;
}

/**
 * An event as it is sent. It is written out here, at once: left to the client, what JSON cannot say is never answered, and
 * what changes before it is sent is sent changed.
 * @throws TypeError what JSON cannot say.
 */
export const proposalOf = ({ id, type, version, data, metadata }: SealedEvent): EventData => {
  const kept: Kept = { ...metadata, schemaVersion: version };
  const text = JSON.stringify(data);
  return {
    id,
    type,
    contentType: 'application/json',
    data: JSON.parse(text) as JSONType,
    metadata: new TextEncoder().encode(JSON.stringify(kept)),
  } as EventData;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Where an event stands in the whole log. @throws TypeError when no single number says it. */
export const positionOf = ({ streamId, revision, position }: Stored | AllStreamRecordedEvent): number => {
  const where = `${streamId} revision ${revision}`;
  if (!position || position.commit > BigInt(Number.MAX_SAFE_INTEGER))
    throw new TypeError(`the server does not tell the position of ${where}: it must be EventStoreDB 22.6 or newer`);
  if (position.commit !== position.prepare)
    throw new TypeError(`${where} was written in a transaction of several writes, not by Rastro`);
  return Number(position.commit);
};

/** An event as it was written. @throws TypeError when Rastro cannot have written it. */
export const eventOf = (stored: Stored | AllStreamRecordedEvent): RecordedEvent => {
  const { streamId, revision, id, type, data, metadata } = stored;
  const position = positionOf(stored);
  if (!isObject(data) || !isObject(metadata) || !('schemaVersion' in metadata))
    throw new TypeError(`${streamId} revision ${revision} was not written by Rastro`);
  const { schemaVersion, ...rest } = metadata as unknown as Kept;
  return {
    id: id as EventId,
    stream: streamId,
    revision: Number(revision),
    position,
    type,
    version: schemaVersion,
    data: data as SealedEvent['data'],
    metadata: rest,
  };
};
