interface Kept<T> {
  readonly value: Promise<T>;
  readonly at: readonly number[];
}

/** One stands still while a machine sleeps, the other can be set: what is fresh by both is. */
const clocks = (): number[] => [performance.now(), Date.now()];

/** Answers that hold for a moment: who asks the same meanwhile, even before it is answered, gets the same. Bounded: the oldest go first. */
export class FreshFor<T> {
  readonly #kept = new Map<string, Kept<T>>();

  constructor(
    private readonly ms: number,
    private readonly most: number,
    private readonly now: () => number[] = clocks,
  ) {}

  /** Neither a failure nor `undefined` is kept. Counted from the asking, so that no answer is older than it may be. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const [kept, at] = [this.#kept.get(key), this.now()];
    if (kept?.at.every((then, clock) => Math.abs((at[clock] ?? Infinity) - then) < this.ms)) return kept.value;
    const fresh = { value: ask(), at };
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
