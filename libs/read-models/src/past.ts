import type { AssetId, OrderId } from '#core';
import type { RecordedEvent } from '#event-store';

import { applyAll } from './apply.js';
import { Batch } from './batch.js';
import type { AssetEntry, CaseEntry, OrderEntry } from './entries.js';
import { loadNamesakes } from './loading.js';
import { Memory } from './memory.js';
import { type PastRates, ratesUntil } from './past-rates.js';
import type { ReadModels } from './read-models.js';
import type { Measure } from './writes.js';

const PAGE = 1_000;

/**
 * Whether a question asks for what was known at a position. It does at the newest one too: rows may know more by the time they are
 * read, or already, where another process writes them.
 */
export const isPast = (rm: ReadModels, asOf: number | undefined): asOf is number =>
  asOf !== undefined && asOf <= rm.position();

/** A question that is answered at one position, whatever is recorded meanwhile. */
export type Pinned<Asked> = Asked & { readonly asOf: number };

/** Fixes where a question is answered before anything is read: at the position that it asks for, at most where the answers stand. */
export const pinned = <Asked extends { readonly asOf?: number | undefined }>(
  rm: ReadModels,
  asked: Asked,
): Pinned<Asked> => ({ ...asked, asOf: Math.min(asked.asOf ?? Infinity, rm.position()) });

/** Reads a stream up to a position of the log, page by page. */
export const streamUntil = async (rm: ReadModels, stream: string, until: number): Promise<RecordedEvent[]> => {
  const all: RecordedEvent[] = [];
  for (;;) {
    const events = await rm.store.read(stream, all.length, PAGE);
    all.push(...events.filter(({ position }) => position <= until));
    if (events.length < PAGE || (events.at(-1)?.position ?? 0) > until) return all;
  }
};

/**
 * The hash of the last event up to a position of the log, by which its history is told from that of a log that was restored and
 * went on otherwise; undefined where there is none. Read on from a posting: there an event stands, whatever the store.
 */
export const hashAt = async (rm: ReadModels, until: number): Promise<string | undefined> => {
  const postings = `${rm.schema}.postings`;
  const [row] = await rm.db.query<{ position: string }>(
    `select coalesce(max(position), 0) as position from ${postings}
     where position < (select max(position) from ${postings} where position <= $1)`,
    [until],
  );
  let found: RecordedEvent | undefined;
  for (let from = Number(row?.position ?? 0); ;) {
    const events = await rm.store.readAll(from, PAGE);
    found = events.findLast(({ position }) => position <= until) ?? found;
    from = events.at(-1)?.position ?? until;
    if (events.length < PAGE || from >= until) return found?.metadata.hash;
  }
};

/** A case with all that is in it, as it was known at a position of the log. */
export interface Known {
  readonly entry: CaseEntry;
  asset(assetId: string): AssetEntry | undefined;
  order(orderId: string): OrderEntry | undefined;
  readonly orders: readonly OrderEntry[];
  readonly measures: readonly Measure[];
}

/**
 * Looks cases up as they were known at a position: each takes in its stream up to there, by the same rules as the read models,
 * each event over the rates that had been published before it; undefined of one that was not there.
 */
export const knowingAt = (rm: ReadModels, until: number): ((caseId: string) => Promise<Known | undefined>) => {
  let published: PastRates | undefined;
  return async (caseId) => {
    const events = await streamUntil(rm, `case-${caseId}`, until);
    if (events.length === 0) return undefined;
    const rates = (published ??= await ratesUntil(rm, until));
    const own = await loadNamesakes(rm.db, rm.schema, caseId);
    const memory = new Memory(undefined, undefined, async (id) =>
      id === caseId ? own : loadNamesakes(rm.db, rm.schema, id),
    );
    const batch = await Batch.on(memory);
    const publishUpTo = rates.publishingTo(batch);
    await applyAll(batch, events, Infinity, ({ position }) => publishUpTo(position));
    await publishUpTo(until);
    return {
      entry: memory.caseOf(caseId),
      asset: (assetId) => memory.assets.get(assetId as AssetId),
      order: (orderId) => memory.orders.get(orderId as OrderId),
      orders: memory.orders.values(),
      measures: batch.changes.measures,
    };
  };
};

/** One case as it was known at a position; undefined when there was none. */
export const knownAt = (rm: ReadModels, caseId: string, until: number): Promise<Known | undefined> =>
  knowingAt(rm, until)(caseId);
