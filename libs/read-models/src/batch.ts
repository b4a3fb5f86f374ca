import type { AssetId, OrderId } from '#core';
import type { RecordedEvent } from '#event-store';
import type { Posting } from '#ledger';

import { Changes } from './changes.js';
import type { AssetEntry, CaseEntry } from './entries.js';
import type { KeptCells } from './kept-cells.js';
import type { Memory } from './memory.js';

/** Facts taken in together: what they changed in memory is written in one transaction. */
export class Batch {
  readonly changes: Changes;
  #position = 0;
  #n = 0;

  private constructor(
    readonly memory: Memory,
    cells: KeptCells,
    after: number,
    /** Whether an id that comes to be is looked for in the rows first: two cases seldom give the same. */
    readonly wary: boolean,
  ) {
    this.changes = new Changes(cells, after);
  }

  /** @param after the position up to which the rows go. */
  static async on(memory: Memory, after = 0, wary = false): Promise<Batch> {
    return new Batch(memory, await memory.cells(), after, wary);
  }

  /** Writes a posting down, numbered within its event. */
  post({ position }: At['event'], { assetId }: Pick<AssetEntry, 'assetId'>, posting: Posting): void {
    if (position !== this.#position) this.#n = 0;
    this.#position = position;
    this.changes.enter({ position, n: this.#n, assetId, posting });
    this.#n += 1;
  }

  /** Those on which a measure under the order was recorded, and what took their place. */
  async assetsUnderOrder(orderId: OrderId): Promise<AssetEntry[]> {
    const stored = await this.memory.idsUnderOrder(orderId);
    const fresh = this.changes.measures.filter((measure) => measure.orderId === orderId).map(({ assetId }) => assetId);
    const named = await this.memory.assetsById([...new Set<AssetId>([...stored, ...fresh])].sort());
    const all = new Map<AssetId, AssetEntry>();
    for (const asset of named) for (const one of [asset, ...(await this.heirsOf(asset))]) all.set(one.assetId, one);
    return [...all.values()];
  }

  /** What took the place of an asset, one after the other. */
  async heirsOf({ detail }: AssetEntry): Promise<AssetEntry[]> {
    const [heir] = detail.convertedInto ? await this.memory.assetsById([detail.convertedInto]) : [];
    return heir ? [heir, ...(await this.heirsOf(heir))] : [];
  }
}

/** A case where an event is taken in: one of its own, or rates that something in it waited for. */
export interface At {
  readonly batch: Batch;
  readonly event: Pick<RecordedEvent, 'position'>;
  readonly entry: CaseEntry;
}
