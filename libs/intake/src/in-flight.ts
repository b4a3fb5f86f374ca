/** Works that run at the same time, a bounded number of them. The first that fails is kept; no new one starts after it. */
export class InFlight {
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(private readonly most: number) {}

  /** Starts at once; resolves when there is room for another. @throws what any work so far threw. */
  async start(work: () => Promise<void>): Promise<void> {
    this.assertUnharmed();
    this.#running += 1;
    void work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#running -= 1;
        for (const resume of this.#waiting.splice(0)) resume();
      });
    if (this.#running >= this.most) await this.#landing();
  }

  /** Resolves when nothing runs any more. */
  async land(): Promise<void> {
    while (this.#running > 0) await this.#landing();
  }

  /** @throws what the first work that failed threw. */
  assertUnharmed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  #landing(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
