interface Kept<T> {
  readonly value: Promise<T>;
  readonly until: number;
}

/** Answers that hold for a moment: who asks the same meanwhile, even before it is answered, gets the same. Bounded: the oldest go first. */
export class FreshFor<T> {
  readonly #kept = new Map<string, Kept<T>>();

  constructor(
    private readonly ms: number,
    private readonly most: number,
  ) {}

  /** Neither a failure nor `undefined` is kept. Counted from the asking, so that no answer is older than it may be. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept && performance.now() < kept.until) return kept.value;
    const fresh = { value: ask(), until: performance.now() + this.ms };
    this.#kept.delete(key);
    this.#kept.set(key, fresh);
    if (this.#kept.size > this.most) this.#kept.delete(this.#kept.keys().next().value as string);
    const drop = (): void => void (this.#kept.get(key) === fresh && this.#kept.delete(key));
    fresh.value.then((value) => value === undefined && drop(), drop);
    return fresh.value;
  }

  clear(): void {
    this.#kept.clear();
  }
}
