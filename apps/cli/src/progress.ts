import { SingleBar } from 'cli-progress';

export interface Progress {
  readonly onProgress: (done: number, total: number) => void;
  stop(): void;
}

const EVERY_MS = 100;

const LONG = 1_000;

/** For a log file: a line each tenth of something long. */
const linesOf = (unit: string): Progress => {
  const start = performance.now();
  let tenths = 0;
  const onProgress = (done: number, total: number): void => {
    const reached = Math.floor((10 * done) / total);
    if (total < LONG || reached <= tenths) return;
    tenths = reached;
    const rate = Math.round((done * 1_000) / Math.max(1, performance.now() - start));
    process.stderr.write(`${done} of ${total} ${unit}, ${rate} ${unit}/s\n`);
  };
  return { onProgress, stop: () => undefined };
};

/** The progress with its rate on stderr: a bar where somebody looks at it, ten lines at most elsewhere. */
export const progressOf = (unit: string): Progress => {
  if (!process.stderr.isTTY) return linesOf(unit);
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

/** Shows the progress of a piece of work, counted in a unit, until it ends. */
export const withProgress = async <T>(
  unit: string,
  work: (onProgress: Progress['onProgress']) => Promise<T>,
): Promise<T> => {
  const progress = progressOf(unit);
  try {
    return await work(progress.onProgress);
  } finally {
    progress.stop();
  }
};
