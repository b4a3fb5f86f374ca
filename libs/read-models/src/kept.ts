/**
 * What was used last, by key: trimmed between batches, so that nothing a batch works on disappears under it. Two ages stand in for the
 * exact order of use, which would be kept at every look.
 */
export class Kept<Value> {
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @param age how many make an age: so many are kept when they were used, and twice as many at most. */
  constructor(readonly age: number) {}

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.#young.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    this.#young.set(key, value);
  }

  values(): Value[] {
    return [...new Map([...this.#old, ...this.#young]).values()];
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }

  /** Lets go of what was not used for an age. */
  trim(): void {
    if (this.#young.size < this.age) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
