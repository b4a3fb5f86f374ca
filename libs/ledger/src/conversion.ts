import { addDays, currencyOrRefuse, type CurrencyCode, type Day, Exact } from '#core';
import type { RatesPublished } from '#casework';

/** Units of a currency for one euro, as the source wrote it or as derived; of which day; from where. */
export interface Rate {
  readonly rate: string;
  readonly rateOn: Day;
  readonly source: string;
}

type Published = RatesPublished['data'];

/** How far back a fixing may lie: over Christmas and Easter, not over a suspension such as the rouble's. */
const MOST_DAYS_BACK = 10;
const DIGITS = 20;

/** Days in order, for one currency of one source. Published mostly in order, so that most days are put at the end. */
class Series {
  readonly #days: Day[] = [];
  readonly #entries: { to: Day; rate: string }[] = [];

  put(from: Day, to: Day, rate: string): void {
    const index = this.#after(from);
    this.#days.splice(index, 0, from);
    this.#entries.splice(index, 0, { to, rate });
  }

  /** How many entries begin on or before the day. */
  #after(day: Day): number {
    let [low, high] = [0, this.#days.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#days[middle] ?? '') <= day) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The entry that begins on the day, or last before it. */
  at(day: Day): { on: Day; to: Day; rate: string } | undefined {
    const index = this.#after(day) - 1;
    const [on, entry] = [this.#days[index], this.#entries[index]];
    return on && entry ? { on, ...entry } : undefined;
  }
}

/**
 * The rates known so far. Which source converts a currency is a policy (domain.md 5.4): the ECB reference rate; for retired
 * euro currencies the rate fixed by law; the balboa as the US dollar it equals; the Colombian peso by the TRM and the ECB
 * rate of the dollar. There is no guess: what no source covers stays unconverted.
 */
export class RateTable {
  readonly #series = new Map<string, Series>();
  /** The last day for which a source has published anything. */
  readonly #covered = new Map<string, Day>();

  /** @returns the days of which a rate may be known now that was not known before, or be another one. */
  publish({ source, from, to, rates }: Published): { from: Day; to: Day } {
    for (const [currency, rate] of Object.entries(rates)) {
      const key = `${source}/${currency}`;
      const series = this.#series.get(key) ?? new Series();
      this.#series.set(key, series);
      series.put(from, to, rate);
    }
    const covered = this.#covered.get(source);
    if ((covered ?? '') < to) this.#covered.set(source, to);
    return { from: covered && covered < from ? covered : from, to: covered && covered > to ? covered : to };
  }

  /**
   * Units of a currency for one euro on a day. `pending`: the source has not reached that day yet, a nearer fixing may come.
   * `none`: no source has one.
   */
  perEuro(currency: CurrencyCode, on: Day): Rate | 'pending' | 'none' {
    if (currency === 'EUR') return { rate: '1', rateOn: on, source: 'EUR' };
    const { until, perEuro } = currencyOrRefuse(currency);
    if (perEuro && until && on > until) return { rate: perEuro, rateOn: addDays(until, 1), source: 'fixed' };
    if (currency === 'PAB') return this.perEuro('USD' as CurrencyCode, on);
    if (currency === 'COP') return this.#throughDollar(on);
    return this.#fixing(currency, on);
  }

  #fixing(currency: CurrencyCode, on: Day): Rate | 'pending' | 'none' {
    if ((this.#covered.get('ECB') ?? '') < on) return 'pending';
    const found = this.#series.get(`ECB/${currency}`)?.at(on);
    return found && found.on >= addDays(on, -MOST_DAYS_BACK)
      ? { rate: found.rate, rateOn: found.on, source: 'ECB' }
      : 'none';
  }

  #throughDollar(on: Day): Rate | 'pending' | 'none' {
    if ((this.#covered.get('TRM') ?? '') < on) return 'pending';
    const pesos = this.#series.get('TRM/COP')?.at(on);
    const dollars = this.#fixing('USD' as CurrencyCode, on);
    if (typeof dollars === 'string') return dollars;
    if (!pesos || pesos.to < on) return 'none';
    const rate = new Exact(pesos.rate).times(dollars.rate).toString();
    return { rate, rateOn: dollars.rateOn, source: 'TRM+ECB' };
  }

  /** Units of `to` for one `from` on a day, to 20 significant digits; undefined when either has no rate. */
  rateBetween(from: CurrencyCode, to: CurrencyCode, on: Day): string | undefined {
    if (from === to) return '1';
    const [one, other] = [this.perEuro(from, on), this.perEuro(to, on)];
    if (typeof one === 'string' || typeof other === 'string') return undefined;
    return new Exact(other.rate).div(one.rate).toSignificantDigits(DIGITS).toString();
  }
}

/** Euro cents of an amount in minor units, rounded half up, once. */
export const toEuroCents = (minor: bigint, currency: CurrencyCode, { rate }: Pick<Rate, 'rate'>): bigint => {
  const { decimals } = currencyOrRefuse(currency);
  if (currency === 'EUR') return minor;
  const cents = new Exact(minor.toString()).times(100).div(new Exact(10).pow(decimals)).div(rate);
  return BigInt(cents.toDecimalPlaces(0).toFixed());
};
