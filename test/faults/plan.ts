/** How much is done to the house: `full`, or a `short` dose for each change. */
export const isFull = (process.env['RASTRO_FAULTS'] ?? 'full') === 'full';
export const seed = Number(process.env['RASTRO_FAULTS_SEED'] ?? 1);

/** The full size, or that of a dose. */
export const sized = (full: number, short: number): number => (isFull ? full : short);

/** Chance that the seed decides: the same name and seed, the same plan. */
export class Plan {
  #state: number;

  constructor(name: string) {
    this.#state = [...name].reduce((sum, sign) => Math.imul(sum, 31) + sign.charCodeAt(0), seed) >>> 0;
  }

  /** At least 0, less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)];
    if (choice === undefined) throw new Error('nothing to choose from');
    return choice;
  }

  /** So many of them, each once, in any order. */
  some<T>(choices: readonly T[], count: number): T[] {
    const left = [...choices];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.between(0, left.length - 1), 1)).flat(); // prettier-ignore
  }
}
