import { setImmediate as breath } from 'node:timers/promises';

import { Refused } from '#core';

/** In one piece of work. */
const MOST_TOGETHER = 1_000;
/** More than a database takes in a few seconds: whoever comes then is sent away at once, instead of waiting in vain. */
const MOST_WAITING = 10_000;

interface Waiting<T> {
  readonly items: readonly T[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** While one piece of work is done, what comes gathers for the next. Those who wait for one share its outcome. */
export class Gathering<T> {
  #waiting: Waiting<T>[] = [];
  #count = 0;
  #working = false;

  constructor(private readonly work: (items: readonly T[]) => Promise<void>) {}

  /** @throws Refused `too-busy`; what the work throws. */
  add(items: readonly T[]): Promise<void> {
    if (this.#count + items.length > MOST_WAITING)
      return Promise.reject(new Refused('too-busy', 'Too many wait to be recorded already. Try again.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      this.#count += items.length;
      if (this.#working) return;
      this.#working = true;
      setImmediate(() => void this.#all());
    });
  }

  async #all(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#next();
      await this.work(batch.flatMap(({ items }) => items)).then(
        () => batch.forEach(({ resolve }) => resolve()),
        (error: unknown) => batch.forEach(({ reject }) => reject(error)),
      );
      // Who was answered may come again at once: they all go into the next.
      await breath();
    }
    this.#working = false;
  }

  /** At least one, even if it brings more than may be together. */
  #next(): Waiting<T>[] {
    let [length, count] = [0, 0];
    for (const { items } of this.#waiting) {
      if (length > 0 && count + items.length > MOST_TOGETHER) break;
      length += 1;
      count += items.length;
    }
    this.#count -= count;
    return this.#waiting.splice(0, length);
  }
}
