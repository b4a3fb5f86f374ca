import type { AssetId, CurrencyCode, Day } from '#core';

/** The assets that wait for the rate of a day, by day; and the days in order, until another one comes. */
interface Days {
  readonly assets: Map<string, Set<AssetId>>;
  ordered: string[] | undefined;
}

/** Amounts for whose day no rate is known yet: by currency, then by day, the assets. */
export class Waiting {
  readonly #currencies = new Map<string, Days>();

  /** @returns false when it waits already. */
  add(assetId: AssetId, currency: string, on: string): boolean {
    const days = this.#currencies.get(currency) ?? { assets: new Map<string, Set<AssetId>>(), ordered: undefined };
    this.#currencies.set(currency, days);
    const assets = days.assets.get(on);
    if (assets?.has(assetId)) return false;
    if (assets) assets.add(assetId);
    else {
      days.assets.set(on, new Set([assetId]));
      days.ordered = undefined;
    }
    return true;
  }

  get isEmpty(): boolean {
    return this.#currencies.size === 0;
  }

  /** Takes out what need not wait any longer, of the days from one to another, in the order of currency, day and asset. */
  take(
    { from, to }: { from: Day; to: Day },
    known: (currency: CurrencyCode, on: Day) => boolean,
  ): { currency: string; on: string; assets: AssetId[] }[] {
    const taken: { currency: string; on: string; assets: AssetId[] }[] = [];
    for (const currency of [...this.#currencies.keys()].sort()) {
      const days = this.#currencies.get(currency);
      if (!days) continue;
      for (const on of daysWithin(days, from, to)) {
        if (!known(currency as CurrencyCode, on as Day)) continue;
        taken.push({ currency, on, assets: [...(days.assets.get(on) ?? [])].sort() });
        days.assets.delete(on);
        days.ordered?.splice(firstFrom(days.ordered, on), 1);
      }
      if (days.assets.size === 0) this.#currencies.delete(currency);
    }
    return taken;
  }
}

const daysWithin = (days: Days, from: string, to: string): string[] => {
  const ordered = (days.ordered ??= [...days.assets.keys()].sort());
  const first = firstFrom(ordered, from);
  let end = first;
  while ((ordered[end] ?? '~') <= to) end += 1;
  return ordered.slice(first, end);
};

/** The index of the first day that is not before this one. */
const firstFrom = (ordered: readonly string[], day: string): number => {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ordered[middle] ?? '') < day) low = middle + 1;
    else high = middle;
  }
  return low;
};
