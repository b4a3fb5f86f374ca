import { SingleBar } from 'cli-progress';

export interface Progress {
  readonly onProgress: (done: number, total: number) => void;
  stop(): void;
}

const EVERY_MS = 100;

/** A bar with the rate on stderr, where somebody looks at it; nothing where nobody does. */
export const progressOf = (unit: string): Progress => {
  if (!process.stderr.isTTY) return { onProgress: () => undefined, stop: () => undefined };
  const format = `{bar} {percentage}% | {value}/{total} ${unit} | {rate} ${unit}/s`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true, clearOnComplete: true });
  const start = performance.now();
  let [shown, begun] = [0, false];
  return {
    onProgress: (done, total) => {
      const now = performance.now();
      if (now - shown < EVERY_MS && done < total) return;
      shown = now;
      const rate = Math.round((done * 1_000) / Math.max(1, now - start));
      if (!begun) bar.start(total, done, { rate });
      else bar.update(done, { rate });
      begun = true;
      bar.setTotal(total);
    },
    stop: () => {
      if (begun) bar.stop();
    },
  };
};
