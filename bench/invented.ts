import { createHash, randomUUID } from 'node:crypto';

import type { CaseEvent } from '#casework';
import type { CountryCode, EventId, Instant } from '#core';
import {
  type Actor,
  type Append,
  type EventStore,
  type Metadata,
  NO_STREAM,
  seal,
  type SealedEvent,
} from '#event-store';

const actor = { person: 'bench', authority: 'Bench', jurisdiction: 'ES' } as Actor;
const zero = '0'.repeat(64);

/** A UUID that is always the same for the same words. */
export const idFor = (...words: (string | number)[]): string => {
  const hex = createHash('sha256').update(words.join('/')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export const countries = ['ES', 'CO', 'BR', 'NL', 'PT', 'BE'] as CountryCode[];
const categories = ['cash', 'vehicle', 'real-estate', 'bank-account'];
const day = (n: number): string => new Date(Date.UTC(2012, 0, 1) + (n % 3_600) * 86_400_000).toISOString().slice(0, 10);

/** One invented case: ten assets, each identified, valued, seized, and confiscated under one order. */
const eventsOf = (number: number): CaseEvent[] => {
  const jurisdiction = countries[number % countries.length];
  const [caseId, orderId, on] = [idFor('case', number), idFor('order', number), day(number)];
  const assets = Array.from({ length: 10 }, (_, index) => idFor('asset', number, index));
  const opened = { caseId, reference: `B-${number}`, title: 'Bench', authority: 'Bench', jurisdiction, openedOn: on };
  const attributions = [
    { networkId: idFor('network', number % 20), weightBp: 6_000, confidence: 'confirmed' },
    { networkId: idFor('network', (number + 7) % 20), weightBp: 4_000, confidence: 'probable' },
  ];
  const events: object[] = [
    { type: 'CaseOpened', data: opened },
    ...(number % 3 === 0 ? [{ type: 'CaseAttributedToNetworks', data: { attributions, effectiveOn: on } }] : []),
  ];
  const order = {
    orderId,
    kind: 'confiscation',
    power: 'conviction-based',
    reference: `O-${number}`,
    authority: 'Court',
    jurisdiction,
    issuedOn: on,
    over: { assets },
    finalOn: on,
  };
  assets.forEach((assetId, index) => {
    const category = categories[index % categories.length];
    const amount = `${((number * 37 + index * 101) % 90_000) + 100}.50`;
    const measure = { assetId, effectiveOn: on, shareBp: 10_000, jurisdiction };
    events.push(
      {
        type: 'AssetIdentified',
        data: { assetId, category, description: 'Invented', identifiers: [], identifiedOn: on, jurisdiction },
      },
      {
        type: 'AssetValued',
        data: { assetId, amount, currency: index % 5 === 0 ? 'USD' : 'EUR', method: 'police-estimate', valuedOn: on },
      },
      { type: 'AssetSeized', data: { ...measure, power: 'conviction-based' } },
    );
  });
  events.push({ type: 'OrderIssued', data: order });
  for (const assetId of assets) {
    const data = {
      assetId,
      effectiveOn: on,
      shareBp: 10_000,
      jurisdiction,
      power: 'conviction-based',
      orderId,
      final: true,
    };
    events.push({ type: 'AssetConfiscated', data });
  }
  return events as CaseEvent[];
};

const sealedCase = (number: number, recordedAt: Instant): { stream: string; events: SealedEvent[] } => {
  const stream = `case-${idFor('case', number)}`;
  let previous = zero;
  const events = eventsOf(number).map(({ type, data }, revision) => {
    const metadata: Omit<Metadata, 'previousHash' | 'hash'> = {
      recordedAt, actor, commandId: `bench-${number}`, commandHash: zero, correlationId: `bench-${number}`, causationId: `bench-${number}`,
    }; // prettier-ignore
    const event = {
      id: idFor('event', number, revision) as EventId,
      type,
      version: 1,
      data: data as Record<string, unknown>,
    };
    const sealed = seal(stream, revision, event, metadata, previous);
    previous = sealed.metadata.hash;
    return sealed;
  });
  return { stream, events };
};

/** An append of one event of about a kilobyte to a stream of its own. */
export const sealedOne = (): Append => {
  const stream = `case-${randomUUID()}`;
  const metadata: Omit<Metadata, 'previousHash' | 'hash'> = {
    recordedAt: new Date().toISOString() as Instant, actor, commandId: stream, commandHash: zero, correlationId: stream, causationId: stream,
  }; // prettier-ignore
  const data = { description: 'x'.repeat(500) };
  const event = { id: randomUUID() as EventId, type: 'Invented', version: 1, data };
  return { stream, expectedRevision: NO_STREAM, events: [seal(stream, 0, event, metadata, zero)] };
};

const TOGETHER = 64;

/** Fills the log with invented cases until it holds this many events. @returns how many cases. */
export const fill = async (store: EventStore, events: number): Promise<number> => {
  let [cases, written] = [0, await store.head()];
  while (written < events) {
    const recordedAt = new Date().toISOString() as Instant;
    const batch = Array.from({ length: TOGETHER }, () => sealedCase(cases++, recordedAt));
    await Promise.all(
      batch.map(({ stream, events: some }) => store.append({ stream, expectedRevision: NO_STREAM, events: some })),
    );
    written += batch.reduce((sum, one) => sum + one.events.length, 0);
  }
  return cases;
};
