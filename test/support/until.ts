import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;

/** Waits until something is so. @throws when it is not in time, with what was seen last. */
export const until = async <T>(
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean,
  timeoutMs = 30_000,
): Promise<T> => {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end) throw new Error(`not so after ${timeoutMs} ms, but ${JSON.stringify(seen)}`);
    await pause(EVERY_MS);
  }
};
