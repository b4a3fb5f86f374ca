import { setImmediate as breath } from 'node:timers/promises';

import type { AssetId, CaseId, OrderId } from '#core';
import type { CaseEvent, RatesPublished } from '#casework';
import type { RecordedEvent } from '#event-store';
import type { RateTable } from '#ledger';

import { applyToAccess } from './apply-access.js';
import { applyToCase } from './apply-cases.js';
import type { At, Batch } from './batch.js';
import { NotThere } from './memory.js';
import { openedBy, ownId } from './namesakes.js';
import { editionRow, type Register, rowAfter } from './register-rows.js';
import { complete } from './values.js';

/** An event that the answers cannot take in: they stand before it until somebody looks. */
export class NotTakenIn extends Error {
  override readonly name = 'NotTakenIn';

  constructor({ id, position, stream, type }: RecordedEvent, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`event ${id} at position ${position} (${type} in ${stream}) cannot be taken in: ${why}`, { cause });
  }
}

/** What the database failed with is no fault of the event; nor is what was not there, where nobody looked for it. */
const failed = ({ wary }: Batch, event: RecordedEvent, error: unknown): unknown => {
  const ofTheEvent = (error as { code?: unknown }).code === undefined && (wary || !(error instanceof NotThere));
  return ofTheEvent ? new NotTakenIn(event, error) : error;
};

/**
 * Takes in events one after the other; no more once they changed as many assets and postings as `most`. Nothing in it depends on
 * where one batch ends and the next begins. `before` each event comes what the log tells before it and the events do not.
 * @returns how many it took in, at least one where there is one. @throws NotTakenIn
 */
export const applyAll = async (
  batch: Batch,
  events: readonly RecordedEvent[],
  most = Infinity,
  before?: (event: RecordedEvent) => Promise<void>,
): Promise<number> => {
  await fetchFor(batch, events);
  for (const [index, event] of events.entries()) {
    await before?.(event);
    try {
      await apply(batch, event);
    } catch (error) {
      throw failed(batch, event, error);
    }
    if (batch.changes.count >= most) return index + 1;
    if (index % BREATH === BREATH - 1) await breath();
  }
  return events.length;
};

/** After so many events whoever waits has a turn: requests are answered, and the write under way goes on. */
const BREATH = 50;

const apply = (batch: Batch, event: RecordedEvent): Promise<void> => {
  if (event.stream.startsWith('case-')) return applyToCase(batch, event);
  if (event.stream.startsWith('network-')) return register(batch, 'networks', event);
  if (event.stream.startsWith('operation-')) return register(batch, 'operations', event);
  if (event.stream.startsWith('quarter-')) return Promise.resolve(void batch.changes.editions.push(editionRow(event)));
  if (event.stream.startsWith('access-')) return applyToAccess(batch, event);
  // What was asked of the machinery says nothing about any case.
  if (event.stream.startsWith('requests-')) return Promise.resolve();
  if (event.type === 'RatesPublished') return publish(batch, event);
  throw new Error(`no read model knows what to do with ${event.type} in ${event.stream}`);
};

const register = async ({ memory, changes }: Batch, table: Register, event: RecordedEvent): Promise<void> => {
  const id = event.stream.slice(event.stream.indexOf('-') + 1);
  const before = changes[table].get(id)?.at(-1) ?? (await memory.register(table, id));
  changes[table].set(id, rowAfter(table, id, before, event));
};

const publish = async (batch: Batch, event: RecordedEvent): Promise<void> => {
  const data = event.data as unknown as RatesPublished['data'];
  const days = batch.memory.rates.publish(data, event.position);
  batch.changes.rates.push([data.source, data.from, data.to, data.base, JSON.stringify(data.rates), event.position]);
  await convertWaiting(batch, event, days);
};

/** New rates, of these days: whatever waited for them is converted now. */
export const convertWaiting = async (
  batch: Batch,
  event: At['event'],
  days: ReturnType<RateTable['publish']>,
): Promise<void> => {
  const { memory, changes } = batch;
  const known = memory.waiting.take(days, (currency, on) => typeof memory.rates.perEuro(currency, on) !== 'string');
  for (const { currency, on, assets } of known) {
    for (const asset of await memory.assetsById(assets)) {
      changes.served.push([asset.assetId, currency, on]);
      await memory.fetchCases([asset.caseId]);
      await complete({ batch, event, entry: memory.caseOf(asset.caseId) }, asset, currency, on);
    }
  }
};

const idsIn = (event: CaseEvent, key: 'assetId' | 'orderId'): string | undefined => {
  const data = event.data as Partial<Record<'assetId' | 'orderId', string>> & {
    entry?: { assetId?: string; orderId?: string };
  };
  return data[key] ?? data.entry?.[key];
};

const kinds = ['asset', 'order'] as const;

/** Fetches in three statements what the events speak of and memory does not hold. */
const fetchFor = async ({ memory, wary }: Batch, events: readonly RecordedEvent[]): Promise<void> => {
  const ofCases = events.filter(({ stream }) => stream.startsWith('case-'));
  const cases = new Set<string>();
  const opened = new Set<string>();
  for (const event of ofCases) {
    if (event.type === 'CaseOpened') opened.add(event.stream);
    else if (!opened.has(event.stream)) cases.add(caseOf(event));
  }
  await memory.fetchCases(cases as Set<CaseId>);
  const ids = { asset: new Set<string>(), order: new Set<string>() };
  /** What comes to be in these events, as its case calls it, and the case. */
  const made = { asset: new Map<string, string>(), order: new Map<string, string>() };
  for (const event of ofCases) {
    const told = event as unknown as CaseEvent;
    const comes = openedBy(told);
    const namesakes = memory.cases.get(caseOf(event))?.detail.namesakes;
    if (comes && wary) ids[comes.kind].add(comes.told).add(ownId(namesakes, comes.kind, comes.told));
    if (comes) made[comes.kind].set(comes.told, event.stream);
    for (const kind of kinds) {
      const id = idsIn(told, `${kind}Id`);
      if (id && made[kind].get(id) !== event.stream) ids[kind].add(ownId(namesakes, kind, id));
    }
  }
  await memory.fetchAssets(ids.asset as Set<AssetId>);
  await memory.fetchOrders(ids.order as Set<OrderId>);
};

const caseOf = ({ stream }: RecordedEvent): string => stream.slice('case-'.length);
