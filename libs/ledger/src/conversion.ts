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

/** What one source published, in the order of its days. Published mostly in order, so that most days are put at the end. */
class Source {
  readonly #days: Day[] = [];
  readonly #entries: (Pick<Published, 'to' | 'rates'> & { readonly position: number })[] = [];
  /** The last day for which it had published anything, from a position of the log on: each later than the one before. */
  readonly #covered: { readonly position: number; readonly day: Day }[] = [];

  put({ from, to, rates }: Published, position: number): void {
    const index = this.#after(from);
    this.#days.splice(index, 0, from);
    this.#entries.splice(index, 0, { to, rates, position });
    if ((this.covered() ?? '') < to) this.#covered.push({ position, day: to });
  }

  /** The last day for which it had published anything up to a position of the log. */
  covered(until = Infinity): Day | undefined {
    return this.#covered.findLast(({ position }) => position <= until)?.day;
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

  /** The rate of a currency, of those told up to a position, that begins on the day, or last before it, but not before `earliest`. */
  at(currency: string, day: Day, until: number, earliest = ''): { on: Day; to: Day; rate: string } | undefined {
    for (let index = this.#after(day) - 1; index >= 0; index -= 1) {
      const [on, entry] = [this.#days[index], this.#entries[index]];
      if (!on || !entry || on < earliest) return undefined;
      const rate = entry.rates[currency];
      if (rate !== undefined && entry.position <= until) return { on, to: entry.to, rate };
    }
    return undefined;
  }
}

/**
 * The rates known so far. Which source converts a currency is a policy (domain.md 5.4): the ECB reference rate; for retired
 * euro currencies the rate fixed by law; the balboa as the US dollar it equals; the Colombian peso by the TRM and the ECB
 * rate of the dollar. There is no guess: what no source covers stays unconverted.
 */
export class RateTable {
  #sources = new Map<string, Source>();
  #until = Infinity;

  /** What this table knew when it had taken in the log up to a position: what is published later does not change it. */
  upTo(position: number): RateTable {
    const known = new RateTable();
    known.#sources = this.#sources;
    known.#until = position;
    return known;
  }

  /** @returns the days of which a rate may be known now that was not known before, or be another one. */
  publish(published: Published, position = 0): { from: Day; to: Day } {
    const { source, from, to } = published;
    const known = this.#sources.get(source) ?? new Source();
    this.#sources.set(source, known);
    const covered = known.covered();
    known.put(published, position);
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
    const source = this.#reaching('ECB', on);
    if (!source) return 'pending';
    const found = source.at(currency, on, this.#until, addDays(on, -MOST_DAYS_BACK));
    return found ? { rate: found.rate, rateOn: found.on, source: 'ECB' } : 'none';
  }

  #throughDollar(on: Day): Rate | 'pending' | 'none' {
    const source = this.#reaching('TRM', on);
    if (!source) return 'pending';
    const pesos = source.at('COP', on, this.#until);
    const dollars = this.#fixing('USD' as CurrencyCode, on);
    if (typeof dollars === 'string') return dollars;
    if (!pesos || pesos.to < on) return 'none';
    const rate = new Exact(pesos.rate).times(dollars.rate).toString();
    return { rate, rateOn: dollars.rateOn, source: 'TRM+ECB' };
  }

  /** A source, if it had published anything for the day or after it. */
  #reaching(name: string, on: Day): Source | undefined {
    const source = this.#sources.get(name);
    return (source?.covered(this.#until) ?? '') < on ? undefined : source;
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
