import type { AssetId, CaseId, CurrencyCode, Day, EventId, OrderId } from '#core';
import type { CaseEvent, CorrectableEvent, EventOf, NetworkEvent, OperationEvent } from '#casework';
import type { Database, RecordedEvent, Sql } from '#event-store';
import { difference, extend, type Fact, fold, type History, RateTable, toEuroCents, type Valued } from '#ledger';

import { Changes } from './changes.js';
import { accountOf, type AssetEntry, type CaseEntry, type OrderEntry, weightsOf } from './entries.js';
import { amountIn, factOf, type Told, withAmount } from './facts.js';
import {
  assetsUnderOrder,
  loadAssets,
  loadAssetsOfCase,
  loadCases,
  loadCells,
  loadOrders,
  loadRates,
  loadWaiting,
} from './loading.js';
import { Kept } from './kept.js';
import { networkRow, operationRow } from './registers.js';

const idsIn = (event: CaseEvent, key: 'assetId' | 'orderId'): string | undefined => {
  const data = event.data as Partial<Record<'assetId' | 'orderId', string>> & {
    entry?: { assetId?: string; orderId?: string };
  };
  return data[key] ?? data.entry?.[key];
};

/**
 * One generation of the read models: takes in events batch by batch, keeps what it touched last in memory, and writes
 * rows and checkpoint in one transaction. Nothing in it depends on where one batch ends and the next begins.
 */
export class Generation {
  readonly #cases = new Kept<CaseEntry>(20_000);
  readonly #assets = new Kept<AssetEntry>(10_000);
  readonly #orders = new Kept<OrderEntry>(20_000);
  #rates = new RateTable();
  #cells = new Map<string, number>();
  /** Valuations without a rate: currency, day, assets. */
  #waiting = new Map<string, Map<string, Set<AssetId>>>();
  #changes = new Changes(this.#cells);
  #n = 0;
  position = 0;

  private constructor(
    readonly db: Database,
    readonly schema: string,
  ) {}

  static async open(db: Database, schema: string): Promise<Generation> {
    const generation = new Generation(db, schema);
    await generation.reload();
    return generation;
  }

  /** Forgets what memory holds and goes on from the rows: after a failure, or when another process was faster. */
  async reload(): Promise<void> {
    for (const kept of [this.#cases, this.#assets, this.#orders]) kept.clear();
    const [row] = await this.db.query<{ position: string }>(`select position from ${this.schema}.checkpoint`);
    this.position = Number(row?.position ?? 0);
    this.#rates = await loadRates(this.db, this.schema);
    this.#cells = await loadCells(this.db, this.schema);
    this.#waiting = new Map();
    for (const { asset_id, currency, valued_on } of await loadWaiting(this.db, this.schema))
      this.#wait(asset_id, currency, valued_on);
  }

  get rates(): RateTable {
    return this.#rates;
  }

  /** Takes in events that follow the checkpoint. @returns what writes them: call it once, before the next batch is written. */
  async take(events: readonly RecordedEvent[]): Promise<() => Promise<void>> {
    const before = this.position;
    this.#changes = new Changes(this.#cells);
    await this.#load(events);
    for (const event of events) {
      this.#n = 0;
      await this.#apply(event);
    }
    const changes = this.#changes;
    const after = events.at(-1)?.position ?? before;
    this.position = after;
    this.#trim();
    return () =>
      this.db.transaction(async (sql) => {
        await changes.write(sql, this.schema);
        await moveCheckpoint(sql, this.schema, before, after);
      });
  }

  #trim(): void {
    for (const kept of [this.#cases, this.#assets, this.#orders]) kept.trim();
  }

  /** Fetches in three statements what the batch speaks of and memory does not hold. */
  async #load(events: readonly RecordedEvent[]): Promise<void> {
    const [cases, assets, orders] = [new Set<CaseId>(), new Set<AssetId>(), new Set<OrderId>()];
    const [newCases, newAssets, newOrders] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (const event of events) {
      if (!event.stream.startsWith('case-')) continue;
      const told = event as unknown as CaseEvent;
      if (told.type === 'CaseOpened') newCases.add(told.data.caseId);
      if (told.type === 'AssetIdentified') newAssets.add(told.data.assetId);
      if (told.type === 'AssetConverted') newAssets.add(told.data.newAssetId);
      if (told.type === 'OrderIssued') newOrders.add(told.data.orderId);
      const [caseId, assetId, orderId] = [event.stream.slice(5), idsIn(told, 'assetId'), idsIn(told, 'orderId')];
      if (!newCases.has(caseId) && !this.#cases.has(caseId)) cases.add(caseId as CaseId);
      if (assetId && !newAssets.has(assetId) && !this.#assets.has(assetId)) assets.add(assetId as AssetId);
      if (orderId && !newOrders.has(orderId) && !this.#orders.has(orderId)) orders.add(orderId as OrderId);
    }
    if (cases.size > 0)
      for (const entry of await loadCases(this.db, this.schema, [...cases])) this.#cases.set(entry.caseId, entry);
    if (assets.size > 0)
      for (const entry of await loadAssets(this.db, this.schema, [...assets])) this.#assets.set(entry.assetId, entry);
    if (orders.size > 0)
      for (const entry of await loadOrders(this.db, this.schema, [...orders])) this.#orders.set(entry.orderId, entry);
  }

  async #apply(event: RecordedEvent): Promise<void> {
    const told = { type: event.type, data: event.data, eventId: event.id } as unknown as Told;
    if (event.stream.startsWith('case-')) return this.#applyToCase(event, told as Told<CaseEvent>);
    if (event.stream.startsWith('network-')) return this.#register('networks', event, told as Told<NetworkEvent>);
    if (event.stream.startsWith('operation-')) return this.#register('operations', event, told as Told<OperationEvent>);
    if (told.type === 'RatesPublished') return this.#publish(event, told);
    throw new Error(`no read model knows what to do with ${event.type} in ${event.stream}`);
  }

  async #register(
    table: 'networks' | 'operations',
    event: RecordedEvent,
    told: Told<NetworkEvent> | Told<OperationEvent>,
  ): Promise<void> {
    const id = event.stream.slice(event.stream.indexOf('-') + 1);
    const key = table === 'networks' ? 'network_id' : 'operation_id';
    const pending = this.#changes[table].get(id);
    const [stored] = pending
      ? []
      : await this.db.query<{ detail: string }>(`select detail from ${this.schema}.${table} where ${key} = $1`, [id]);
    const before = pending ? pending.at(-1) : stored?.detail;
    const make = table === 'networks' ? networkRow : operationRow;
    this.#changes[table].set(
      id,
      make(id, typeof before === 'string' ? before : undefined, told as Told<NetworkEvent & OperationEvent>, event),
    );
  }

  #caseEntry(event: RecordedEvent): CaseEntry {
    const entry = this.#cases.get(event.stream.slice(5));
    if (!entry) throw new Error(`${event.stream} has no opening before ${event.type}`);
    entry.position = event.position;
    entry.revision = event.revision;
    this.#changes.cases.set(entry.caseId, entry);
    return entry;
  }

  async #applyToCase(event: RecordedEvent, told: Told<CaseEvent>): Promise<void> {
    if (told.type === 'CaseOpened') {
      const { caseId } = told.data;
      const detail = { assets: 0, attributions: [], operations: [], jurisdictions: [] };
      this.#cases.set(caseId, {
        caseId,
        opened: told.data,
        status: 'open',
        firstPosition: event.position,
        position: 0,
        revision: 0,
        detail,
      });
    }
    const entry = this.#caseEntry(event);
    if (told.type === 'EntryVoided') return this.#correct(event, entry, told.data.entry, undefined);
    if (told.type === 'EntryCorrected') {
      const { entry: mistaken, data } = told.data;
      return this.#correct(event, entry, mistaken, {
        type: mistaken.type,
        data,
        eventId: mistaken.eventId,
      } as Told<CorrectableEvent>);
    }
    if (told.type === 'CaseClosed')
      Object.assign(entry, {
        status: 'closed',
        detail: { ...entry.detail, closedOn: told.data.closedOn, closedBecause: told.data.reason },
      });
    else if (told.type === 'CaseReopened') entry.status = 'open';
    else if (told.type !== 'CaseOpened') await this.#enter(event, entry, told);
  }

  async #enter(event: RecordedEvent, entry: CaseEntry, told: Told<CorrectableEvent>): Promise<void> {
    if (told.type === 'CaseAttributedToNetworks') return this.#aboutCase(event, entry, told, (detail) => {
      detail.attributions.push({ eventId: told.eventId, on: told.data.effectiveOn, networks: told.data.attributions });
    }); // prettier-ignore
    if (told.type === 'CaseTaggedToOperation') return this.#aboutCase(event, entry, told, (detail) => {
      detail.operations.push({ eventId: told.eventId, ...told.data });
    }); // prettier-ignore
    if (told.type === 'JurisdictionJoined') return this.#aboutCase(event, entry, told, (detail) => {
      detail.jurisdictions.push({ eventId: told.eventId, ...told.data });
    }); // prettier-ignore
    if ('orderId' in told.data && !('assetId' in told.data))
      return this.#aboutOrder(event, entry, told as OrderEntry['entries'][number]);
    await this.#aboutAsset(event, entry, told as Told<AboutAsset>);
  }

  /** A change to the case itself. Attributions move the value of all its assets. */
  async #aboutCase(
    event: RecordedEvent,
    entry: CaseEntry,
    told: Pick<Told<CorrectableEvent>, 'type'>,
    change: (detail: CaseEntry['detail']) => void,
  ): Promise<void> {
    const before = weightsOf(entry.detail);
    const moves = told.type === 'CaseAttributedToNetworks';
    const assets = moves && entry.detail.assets > 0 ? await this.#assetsOf(entry.caseId) : [];
    for (const asset of assets) accountOf(asset, before);
    change(entry.detail);
    this.#changes.links.add(entry.caseId);
    for (const asset of assets) this.#repost(event, asset, entry, asset.facts);
  }

  async #aboutOrder(event: RecordedEvent, entry: CaseEntry, told: OrderEntry['entries'][number]): Promise<void> {
    const { orderId } = told.data;
    const order = this.#orders.get(orderId) ?? { orderId, caseId: entry.caseId, position: 0, entries: [] };
    this.#orders.set(orderId, order);
    order.entries.push(told);
    this.#touchOrder(event, order);
    if (told.type !== 'OrderBecameFinal' && told.type !== 'AppealDecided') return;
    for (const asset of await this.#underOrder(orderId))
      this.#addFact(event, asset, entry, factOf(told, asset.assetId));
  }

  #touchOrder(event: RecordedEvent, order: OrderEntry): void {
    order.position = event.position;
    this.#changes.orders.set(order.orderId, order);
  }

  async #aboutAsset(event: RecordedEvent, entry: CaseEntry, told: Told<AboutAsset>): Promise<void> {
    if (told.type === 'AssetIdentified') this.#newAsset(event, entry, told.data.assetId, told.data);
    const asset = this.#assetEntry(told.data.assetId);
    asset.detail.revisions.push(event.revision);
    if (told.type === 'AssetTraced') asset.detail.traced.push({ ...told.data, eventId: told.eventId });
    if (told.type === 'DuplicateDeclared') asset.detail.duplicateOf = told.data.survivorId;
    if ('orderId' in told.data && told.data.orderId) {
      this.#changes.measures.push({
        orderId: told.data.orderId,
        assetId: asset.assetId,
        eventId: told.eventId,
        type: told.type,
      });
    }
    this.#addFact(event, asset, entry, factOf(told, asset.assetId));
    if (told.type === 'AssetConverted') this.#convert(event, entry, asset, told);
  }

  #newAsset(
    event: RecordedEvent,
    entry: CaseEntry,
    assetId: AssetId,
    identified: AssetEntry['detail']['identified'],
  ): void {
    const detail: AssetEntry['detail'] = { identified, traced: [], revisions: [] };
    const asset: AssetEntry = {
      assetId,
      caseId: entry.caseId,
      firstPosition: event.position,
      position: event.position,
      facts: [],
      account: undefined,
      detail,
    };
    entry.detail.assets += 1;
    this.#assets.set(assetId, asset);
    this.#changes.identifiers.set(assetId, entry.caseId);
  }

  #convert(event: RecordedEvent, entry: CaseEntry, old: AssetEntry, told: Told<EventOf<'AssetConverted'>>): void {
    const { newAssetId, category, description, identifiers, effectiveOn } = told.data;
    const { identified } = old.detail;
    this.#newAsset(event, entry, newAssetId, {
      ...identified,
      category,
      description,
      identifiers,
      identifiedOn: effectiveOn,
    });
    const heir = this.#assetEntry(newAssetId);
    heir.detail.revisions.push(event.revision);
    heir.detail.convertedFrom = old.assetId;
    old.detail.convertedInto = newAssetId;
    const fact = factOf(told, newAssetId) as Extract<Fact, { kind: 'inherited' }>;
    const inheritance = accountOf(old, weightsOf(entry.detail)).handedOver ?? fact.inheritance;
    this.#addFact(event, heir, entry, { ...fact, inheritance });
  }

  #assetEntry(assetId: AssetId): AssetEntry {
    const entry = this.#assets.get(assetId);
    if (!entry) throw new Error(`asset ${assetId} was never identified`);
    return entry;
  }

  async #assetsOf(caseId: CaseId): Promise<AssetEntry[]> {
    for (const entry of await loadAssetsOfCase(this.db, this.schema, caseId)) {
      if (!this.#assets.has(entry.assetId)) this.#assets.set(entry.assetId, entry);
    }
    return this.#assets
      .values()
      .filter((entry) => entry.caseId === caseId)
      .sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
  }

  async #underOrder(orderId: OrderId): Promise<AssetEntry[]> {
    const stored = await assetsUnderOrder(this.db, this.schema, orderId);
    const fresh = this.#changes.measures.filter((measure) => measure.orderId === orderId).map(({ assetId }) => assetId);
    return this.#assetsById([...new Set([...stored, ...fresh])].sort());
  }

  async #assetsById(ids: readonly AssetId[]): Promise<AssetEntry[]> {
    const missing = ids.filter((id) => !this.#assets.has(id));
    if (missing.length > 0)
      for (const entry of await loadAssets(this.db, this.schema, missing)) this.#assets.set(entry.assetId, entry);
    return ids.map((id) => this.#assetEntry(id));
  }

  /** Replaces the entry, or takes it away, wherever it was taken in. */
  async #correct(
    event: RecordedEvent,
    entry: CaseEntry,
    mistaken: EventOf<'EntryVoided'>['data']['entry'],
    now: Told<CorrectableEvent> | undefined,
  ): Promise<void> {
    const { eventId, type, assetId, orderId } = mistaken;
    if (assetId) return this.#correctAsset(event, entry, assetId, eventId, type, now);
    if (orderId) return this.#correctOrder(event, entry, orderId, eventId, now);
    const replaceIn = <T extends { eventId: string }>(list: T[], make: (data: never) => Omit<T, 'eventId'>): void => {
      const index = list.findIndex((item) => item.eventId === eventId);
      if (index >= 0) list.splice(index, 1, ...(now ? [{ eventId, ...make(now.data as never) } as unknown as T] : []));
    };
    await this.#aboutCase(event, entry, { type }, (detail) => {
      replaceIn(detail.attributions, (data: EventOf<'CaseAttributedToNetworks'>['data']) => ({
        on: data.effectiveOn,
        networks: data.attributions,
      }));
      replaceIn(detail.operations, (data: EventOf<'CaseTaggedToOperation'>['data']) => data);
      replaceIn(detail.jurisdictions, (data: EventOf<'JurisdictionJoined'>['data']) => data);
    });
  }

  async #correctOrder(
    event: RecordedEvent,
    entry: CaseEntry,
    orderId: OrderId,
    eventId: EventId,
    now: Told<CorrectableEvent> | undefined,
  ): Promise<void> {
    const order = this.#orders.get(orderId);
    if (!order) throw new Error(`order ${orderId} was never issued`);
    const index = order.entries.findIndex((told) => told.eventId === eventId);
    if (index >= 0) order.entries.splice(index, 1, ...(now ? [now as OrderEntry['entries'][number]] : []));
    this.#touchOrder(event, order);
    for (const asset of await this.#underOrder(orderId))
      this.#replaceFact(event, asset, entry, eventId, now && factOf(now, asset.assetId));
  }

  async #correctAsset(
    event: RecordedEvent,
    entry: CaseEntry,
    assetId: AssetId,
    eventId: EventId,
    type: CorrectableEvent['type'],
    now: Told<CorrectableEvent> | undefined,
  ): Promise<void> {
    const [asset] = await this.#assetsById([assetId]);
    if (!asset) return;
    const { detail } = asset;
    detail.revisions.push(event.revision);
    if (type === 'AssetIdentified') {
      if (now?.type === 'AssetIdentified') detail.identified = now.data;
      else detail.voided = true;
      this.#changes.identifiers.set(assetId, entry.caseId);
    }
    if (type === 'AssetTraced') {
      detail.traced = detail.traced.flatMap((trace) =>
        trace.eventId !== eventId ? [trace] : now?.type === 'AssetTraced' ? [{ ...now.data, eventId }] : [],
      );
    }
    if (type === 'DuplicateDeclared') {
      delete detail.duplicateOf;
      if (now?.type === 'DuplicateDeclared') detail.duplicateOf = now.data.survivorId;
    }
    if (now && 'orderId' in now.data && now.data.orderId)
      this.#changes.measures.push({ orderId: now.data.orderId, assetId, eventId, type });
    if (type === 'AssetConverted' && detail.convertedInto) {
      const [heir] = await this.#assetsById([detail.convertedInto]);
      if (heir) this.#correctHeir(event, entry, heir, eventId, now);
      if (!now) delete detail.convertedInto;
    }
    this.#replaceFact(event, asset, entry, eventId, now && factOf(now, assetId));
  }

  #correctHeir(
    event: RecordedEvent,
    entry: CaseEntry,
    heir: AssetEntry,
    eventId: EventId,
    now: Told<CorrectableEvent> | undefined,
  ): void {
    heir.detail.revisions.push(event.revision);
    if (now?.type === 'AssetConverted') {
      const { category, description, identifiers, effectiveOn } = now.data;
      heir.detail.identified = {
        ...heir.detail.identified,
        category,
        description,
        identifiers,
        identifiedOn: effectiveOn,
      };
    } else heir.detail.voided = true;
    this.#changes.identifiers.set(heir.assetId, entry.caseId);
    this.#replaceFact(event, heir, entry, eventId, now && factOf(now, heir.assetId));
  }

  #addFact(event: RecordedEvent, asset: AssetEntry, entry: CaseEntry, fact: Fact | undefined): void {
    if (!fact) return this.#touch(event, asset);
    const converted = this.#convertedFact(asset, fact);
    const weights = weightsOf(entry.detail);
    const history: History = { facts: asset.facts, weights };
    const account = accountOf(asset, weights);
    const standing = account.postings.length;
    if (!extend(account, history, converted)) return this.#repost(event, asset, entry, [...asset.facts, converted]);
    asset.facts.push(converted);
    this.#touch(event, asset);
    for (const posting of account.postings.slice(standing)) this.#post(event, asset, posting);
    this.#passOn(event, asset, entry);
  }

  #replaceFact(
    event: RecordedEvent,
    asset: AssetEntry,
    entry: CaseEntry,
    eventId: EventId,
    fact: Fact | undefined,
  ): void {
    const index = asset.facts.findIndex((other) => other.eventId === eventId);
    if (index < 0) return fact ? this.#addFact(event, asset, entry, fact) : this.#touch(event, asset);
    this.#repost(
      event,
      asset,
      entry,
      asset.facts.toSpliced(index, 1, ...(fact ? [this.#convertedFact(asset, fact)] : [])),
    );
  }

  /** Folds the history anew and posts what differs from what stands. */
  #repost(event: RecordedEvent, asset: AssetEntry, entry: CaseEntry, facts: Fact[]): void {
    const weights = weightsOf(entry.detail);
    const before = asset.account ?? fold({ facts: asset.facts, weights });
    asset.facts = facts;
    asset.account = fold({ facts, weights });
    this.#touch(event, asset);
    for (const posting of difference(before.postings, asset.account.postings)) this.#post(event, asset, posting);
    this.#passOn(event, asset, entry);
  }

  /** When what an asset handed over changed, so does what its substitute got. */
  #passOn(event: RecordedEvent, asset: AssetEntry, entry: CaseEntry): void {
    const heir = asset.detail.convertedInto && this.#assets.get(asset.detail.convertedInto);
    if (!heir) return;
    const inheritance = asset.account?.handedOver;
    const facts = heir.facts.map((fact) =>
      fact.kind === 'inherited' && inheritance ? { ...fact, inheritance } : fact,
    );
    if (
      JSON.stringify(facts.map((fact) => fact.kind === 'inherited' && fact.inheritance)) ===
      JSON.stringify(heir.facts.map((fact) => fact.kind === 'inherited' && fact.inheritance))
    )
      return;
    this.#repost(event, heir, entry, facts);
  }

  #touch(event: RecordedEvent, asset: AssetEntry): void {
    asset.position = event.position;
    this.#changes.assets.set(asset.assetId, asset);
    const inCase = this.#cases.get(asset.caseId);
    if (inCase && !this.#changes.cases.has(asset.caseId)) this.#changes.cases.set(asset.caseId, inCase);
  }

  #post(event: RecordedEvent, { assetId }: AssetEntry, posting: Parameters<Changes['enter']>[0]['posting']): void {
    this.#changes.enter({ position: event.position, n: this.#n, assetId, posting });
    this.#n += 1;
  }

  /** Converts the amount of a fact once, at the rate of its day; what has no rate yet waits. */
  #convertedFact(asset: AssetEntry, fact: Fact): Fact {
    const value = amountIn(fact);
    if (!value) return fact;
    const converted = this.#converted(value);
    if (!converted.conversion && this.#wait(asset.assetId, value.currency, value.on)) {
      this.#changes.waiting.push([asset.assetId, value.currency, value.on]);
    }
    return withAmount(fact, converted);
  }

  #converted({ amount, currency, on }: Valued): Valued {
    const rate = this.#rates.perEuro(currency, on);
    if (typeof rate === 'string') return { amount, currency, on };
    return { amount, currency, on, conversion: { ...rate, eur: toEuroCents(amount, currency, rate) } };
  }

  #wait(assetId: AssetId, currency: string, on: string): boolean {
    const days = this.#waiting.get(currency) ?? new Map<string, Set<AssetId>>();
    const assets = days.get(on) ?? new Set();
    if (assets.has(assetId)) return false;
    this.#waiting.set(currency, days.set(on, assets.add(assetId)));
    return true;
  }

  /** New rates: whatever waited for them is converted now, in the order of currency, day and asset. */
  async #publish(event: RecordedEvent, { data }: Told<EventOf<'RatesPublished'>>): Promise<void> {
    this.#rates.publish(data);
    this.#changes.rates.push([data.source, data.from, data.to, data.base, JSON.stringify(data.rates), event.position]);
    for (const currency of [...this.#waiting.keys()].sort()) {
      const days = this.#waiting.get(currency) ?? new Map<string, Set<AssetId>>();
      for (const on of [...days.keys()].sort()) {
        if (typeof this.#rates.perEuro(currency as CurrencyCode, on as Day) === 'string') continue;
        const ids = [...(days.get(on) ?? [])].sort();
        days.delete(on);
        if (days.size === 0) this.#waiting.delete(currency);
        for (const asset of await this.#assetsById(ids)) await this.#complete(event, asset, currency, on);
      }
    }
  }

  async #complete(event: RecordedEvent, asset: AssetEntry, currency: string, on: string): Promise<void> {
    this.#changes.served.push([asset.assetId, currency, on]);
    if (!this.#cases.has(asset.caseId))
      for (const entry of await loadCases(this.db, this.schema, [asset.caseId])) this.#cases.set(entry.caseId, entry);
    const entry = this.#cases.get(asset.caseId);
    if (!entry) throw new Error(`asset ${asset.assetId} has no case`);
    const facts = asset.facts.map((fact) => {
      const value = amountIn(fact);
      return value && !value.conversion && value.currency === currency && value.on === on
        ? withAmount(fact, this.#converted(value))
        : fact;
    });
    this.#repost(event, asset, entry, facts);
  }
}

type AboutAsset = Extract<CorrectableEvent, { data: { assetId: AssetId } }>;

const moveCheckpoint = async (sql: Sql, schema: string, from: number, to: number): Promise<void> => {
  const text = `update ${schema}.checkpoint set position = $2 where position = $1 returning position`;
  if ((await sql.query(text, [from, to])).length !== 1)
    throw new CheckpointMoved(`the checkpoint is not at ${from} any more`);
};

/** Another process took in the same events. Nothing was written here. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}
