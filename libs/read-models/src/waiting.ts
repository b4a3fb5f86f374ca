import type { AssetId, CurrencyCode, Day } from '#core';

/** Amounts for whose day no rate is known yet: by currency, then by day, the assets. */
export class Waiting {
  readonly #days = new Map<string, Map<string, Set<AssetId>>>();

  /** @returns false when it waits already. */
  add(assetId: AssetId, currency: string, on: string): boolean {
    const days = this.#days.get(currency) ?? new Map<string, Set<AssetId>>();
    const assets = days.get(on) ?? new Set();
    if (assets.has(assetId)) return false;
    this.#days.set(currency, days.set(on, assets.add(assetId)));
    return true;
  }

  /** Takes out what need not wait any longer, in the order of currency, day and asset. */
  take(known: (currency: CurrencyCode, on: Day) => boolean): { currency: string; on: string; assets: AssetId[] }[] {
    const taken: { currency: string; on: string; assets: AssetId[] }[] = [];
    for (const currency of [...this.#days.keys()].sort()) {
      const days = this.#days.get(currency) ?? new Map<string, Set<AssetId>>();
      for (const on of [...days.keys()].sort()) {
        if (!known(currency as CurrencyCode, on as Day)) continue;
        taken.push({ currency, on, assets: [...(days.get(on) ?? [])].sort() });
        days.delete(on);
      }
      if (days.size === 0) this.#days.delete(currency);
    }
    return taken;
  }
}
