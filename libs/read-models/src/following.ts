import { setTimeout as pause } from 'node:timers/promises';

export interface Status {
  readonly name: string;
  readonly position: number;
  readonly head: number;
  /** Why it stopped. It stands where it could not go on; it never skips an event. */
  readonly failure?: string;
  /** For how long it has been behind without taking in anything. */
  readonly silentMs: number;
}

export type Progress = (done: number, total: number) => void;

export interface Following {
  /** By the piece: whoever appends to the same database waits for each. */
  readonly gently?: boolean;
  readonly onProgress?: Progress;
  readonly upTo?: number;
  readonly signal?: AbortSignal;
}

export interface Rebuilding extends Omit<Following, 'upTo' | 'gently'> {
  /** Take the new ones although they differ. */
  readonly accept?: boolean;
  /** Of letters, digits and hyphens. */
  readonly name?: string;
}

export const told = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

export const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined);

/**
 * Facts are taken in together: each time costs much more than each fact, and appends wait meanwhile. So at most a tenth of
 * the time goes into it, within these bounds; who waits for a position is not kept.
 */
const GATHER_MS = { least: 200, most: 1_000, times: 9 };

/** Those who wait for a position. */
export class Waiters {
  readonly #waiting = new Set<() => void>();
  /** Ends the gathering of facts under way. */
  #hurry: (() => void) | undefined;

  /** Lets everybody look whether it is reached. */
  wake(): void {
    for (const look of this.#waiting) look();
  }

  /** Waits until it is so. @returns whether it is, in time. */
  async until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    if (isSo()) return true;
    this.#hurry?.();
    const end = new AbortController();
    const reached = new Promise<true>((resolve) => {
      const look = (): void => {
        if (isSo()) resolve(true);
      };
      this.#waiting.add(look);
      end.signal.addEventListener('abort', () => this.#waiting.delete(look));
    });
    const late = pause(timeoutMs, false, { signal: end.signal }).catch(() => false);
    const answer = await Promise.race([reached, late]);
    end.abort();
    return answer;
  }

  /** Lets facts come together, in proportion to how long taking in the last ones took, unless somebody waits. */
  async gather(tookMs: number, signal: AbortSignal): Promise<void> {
    if (this.#waiting.size > 0) return;
    const { least, most, times } = GATHER_MS;
    const end = new AbortController();
    this.#hurry = (): void => end.abort();
    await rest(Math.min(most, Math.max(least, times * tookMs)), AbortSignal.any([signal, end.signal]));
    this.#hurry = undefined;
  }
}
