import { setFlagsFromString } from 'node:v8';

import { Refused } from '#core';

/** Exit codes: 0 done, 1 something went wrong, 2 refused as it was asked. */
export const EXIT = { done: 0, failed: 1, refused: 2 } as const;

const MENDABLE: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be opened',
  EADDRINUSE: 'is in use: give another one in RASTRO_PORT',
};

/** One line for what whoever called us can mend: a refusal, a file that cannot be opened, a port that is taken. */
const refusalOf = (error: unknown): string | undefined => {
  if (error instanceof Refused) return `${error.message} (${error.code})`;
  const { code = '', path, port } = error as NodeJS.ErrnoException & { port?: number };
  const why = MENDABLE[code];
  return why && (path ?? port) ? `${path ?? `Port ${port}`} ${why}.` : undefined;
};

/** What was opened before the failure would keep the process; what it prints is given so long to be read. */
const LEAVING_MS = 500;

/** The heap grows to twice what lives in it before it is cleared; V8 by itself lets a small one grow to four times that. */
export const boundHeap = (): void => setFlagsFromString('--heap-growing-percent=100');

/** Runs the body of a `main.ts`: a refusal is told in one line, a defect with its stack, and the process ends. */
export const runMain = async (main: () => Promise<void>): Promise<void> => {
  boundHeap();
  try {
    await main();
  } catch (error) {
    const refusal = refusalOf(error);
    const text = refusal ?? (error instanceof Error ? error.stack : String(error));
    process.stderr.write(`${text}\n`);
    process.exitCode = refusal ? EXIT.refused : EXIT.failed;
    setTimeout(() => process.exit(), LEAVING_MS).unref();
  }
};

const PATIENCE_MS = 10_000;

/**
 * Stops once, in order, on SIGINT or SIGTERM: the process ends when all is closed, or after ten seconds without.
 * A second signal ends it at once.
 */
export const onStop = (stop: () => Promise<void>): void => {
  let stopping = false;
  const handle = (): void => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    setTimeout(() => process.exit(EXIT.failed), PATIENCE_MS).unref();
    stop().then(
      () => process.exit(EXIT.done),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(EXIT.failed);
      },
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
};
