/** What was used last, by key: trimmed between batches, so that nothing a batch works on disappears under it. */
export class Kept<Value> {
  readonly #values = new Map<string, Value>();

  constructor(readonly most: number) {}

  has(key: string): boolean {
    return this.#values.has(key);
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) {
      this.#values.delete(key);
      this.#values.set(key, value);
    }
    return value;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }

  values(): Value[] {
    return [...this.#values.values()];
  }

  clear(): void {
    this.#values.clear();
  }

  trim(): void {
    for (const key of this.#values.keys()) {
      if (this.#values.size <= this.most) return;
      this.#values.delete(key);
    }
  }
}
