import type { AssetId, CaseId, OrderId } from '#core';
import type { Queries } from '#event-store';
import { RateTable } from '#ledger';

import type { AssetEntry, CaseEntry, OrderEntry } from './entries.js';
import { Kept } from './kept.js';
import type { KeptCells } from './kept-cells.js';
import {
  assetsUnderOrder,
  type Folded,
  loadAssets,
  loadAssetsOfCase,
  loadCases,
  loadCells,
  loadOrders,
  loadRates,
  loadRegister,
  loadWaiting,
} from './loading.js';
import type { Namesake, Opened } from './namesakes.js';
import { Waiting } from './waiting.js';

/** More of them would outlive the young generation of the heap, and cost more to keep than to fetch again. */
const AGE = 300;

/** The rows from which memory fetches what it does not hold. */
export interface Rows {
  readonly sql: Queries;
  readonly schema: string;
}

/** A fact speaks of what never came to be; or of what is another case's, where nobody looked. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/** What facts are taken into: the entries used last, fetched from the rows when they are missing. Without rows, all it was told. */
export class Memory {
  readonly cases = new Kept<CaseEntry>(AGE);
  readonly assets = new Kept<AssetEntry>(AGE);
  readonly orders = new Kept<OrderEntry>(AGE);
  /** Read when they are needed first: who answers and takes nothing in never does. */
  #cells: KeptCells | undefined;
  waiting = new Waiting();

  constructor(
    private readonly rows?: Rows,
    public rates = new RateTable(),
    /** To one that looks back on a case without rows: what ids came to be in the answers. */
    readonly namesakesSince?: (caseId: CaseId) => Promise<readonly Namesake[] | undefined>,
  ) {}

  /** Forgets everything and goes on from the rows. */
  async reload(): Promise<void> {
    for (const kept of [this.cases, this.assets, this.orders]) kept.clear();
    if (!this.rows) return;
    const { sql, schema } = this.rows;
    await this.reloadRates();
    this.#cells = undefined;
    this.waiting = new Waiting();
    for (const one of await loadWaiting(sql, schema)) this.waiting.add(one.asset_id, one.currency, one.valued_on);
  }

  /** Every cell of the figures, by its whole key. */
  async cells(): Promise<KeptCells> {
    return (this.#cells ??= this.rows ? await loadCells(this.rows.sql, this.rows.schema) : new Map());
  }

  async reloadRates(): Promise<void> {
    if (this.rows) this.rates = await loadRates(this.rows.sql, this.rows.schema);
  }

  /** Lets go of what was not used lately. Between batches only: nothing a batch works on disappears under it. */
  trim(): void {
    for (const kept of [this.cases, this.assets, this.orders]) kept.trim();
  }

  async fetchCases(ids: Iterable<CaseId>): Promise<void> {
    const missing = [...ids].filter((id) => !this.cases.has(id));
    if (missing.length === 0 || !this.rows) return;
    for (const entry of await loadCases(this.rows.sql, this.rows.schema, missing)) this.cases.set(entry.caseId, entry);
  }

  async fetchAssets(ids: Iterable<AssetId>): Promise<void> {
    const missing = [...ids].filter((id) => !this.assets.has(id));
    if (missing.length === 0 || !this.rows) return;
    for (const entry of await loadAssets(this.rows.sql, this.rows.schema, missing))
      this.assets.set(entry.assetId, entry);
  }

  async fetchOrders(ids: Iterable<OrderId>): Promise<void> {
    const missing = [...ids].filter((id) => !this.orders.has(id));
    if (missing.length === 0 || !this.rows) return;
    for (const entry of await loadOrders(this.rows.sql, this.rows.schema, missing))
      this.orders.set(entry.orderId, entry);
  }

  caseOf(caseId: string): CaseEntry {
    const entry = this.cases.get(caseId);
    if (!entry) throw new NotThere(`case ${caseId} was never opened`);
    return entry;
  }

  assetOf(assetId: AssetId): AssetEntry {
    const entry = this.assets.get(assetId);
    if (!entry) throw new NotThere(`asset ${assetId} was never identified`);
    return entry;
  }

  /** The case that has an id already; undefined of none, and of one that only the rows know. */
  holderOf({ kind, told }: Opened): CaseId | undefined {
    return (kind === 'asset' ? this.assets : this.orders).get(told)?.caseId;
  }

  /** What the ids of a case came to be in the answers, where another case had them first. */
  async namesakesOf(caseId: CaseId): Promise<readonly Namesake[] | undefined> {
    if (this.namesakesSince) return this.namesakesSince(caseId);
    await this.fetchCases([caseId]);
    return this.cases.get(caseId)?.detail.namesakes;
  }

  async assetsById(ids: readonly AssetId[]): Promise<AssetEntry[]> {
    await this.fetchAssets(ids);
    return ids.map((id) => this.assetOf(id));
  }

  /** All assets of a case, by id. */
  async assetsOfCase(caseId: CaseId): Promise<AssetEntry[]> {
    if (this.rows) {
      for (const entry of await loadAssetsOfCase(this.rows.sql, this.rows.schema, caseId))
        if (!this.assets.has(entry.assetId)) this.assets.set(entry.assetId, entry);
    }
    return this.assets
      .values()
      .filter((entry) => entry.caseId === caseId)
      .sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
  }

  /** Assets on which a measure under this order was written. */
  async idsUnderOrder(orderId: OrderId): Promise<AssetId[]> {
    return this.rows ? assetsUnderOrder(this.rows.sql, this.rows.schema, orderId) : [];
  }

  /** What stands of a network, an operation, a proposal or a person, as JSON. */
  async register(table: Folded, id: string): Promise<string | undefined> {
    return this.rows && loadRegister(this.rows.sql, this.rows.schema, table, id);
  }
}
