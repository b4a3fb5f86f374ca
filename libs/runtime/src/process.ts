import { setFlagsFromString } from 'node:v8';

import { Refused } from '#core';
import { LogUnreachable, STORAGE_UNREACHABLE, whyUnreachable } from '#event-store';

/** Exit codes: 0 done, 1 something went wrong, 2 refused as it was asked. */
export const EXIT = { done: 0, failed: 1, refused: 2 } as const;

const MENDABLE: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder',
  ENOTDIR: 'lies below what is no folder',
  EEXIST: 'is there already',
  EACCES: 'may not be opened',
  ENOSPC: 'finds no room on the disk',
  EADDRINUSE: 'is in use: give another one in RASTRO_PORT',
};

/** What a server of PostgreSQL says before it lets anybody in: no such database, role or password. */
const NOT_LET_IN = /^(3D000|28000|28P01)$/;

/** What a server of PostgreSQL said that let nobody in; undefined of any other error. */
export const notLetIn = (error: unknown): string | undefined => {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return NOT_LET_IN.test(code) ? `${message} (${code})` : undefined;
};

/** One line for what whoever called us can mend: a refusal, a file that cannot be opened, a port that is taken, an engine that is not there. */
const refusalOf = (error: unknown): string | undefined => {
  const silent = whyUnreachable(error);
  if (silent !== undefined)
    return `The database does not answer: ${silent}. Start the server, or mend DATABASE_URL. (${STORAGE_UNREACHABLE})`;
  if (error instanceof Refused) return `${error.message} (${error.code})`;
  if (error instanceof LogUnreachable) return `Look at EVENTSTORE_URL: ${error.message}.`;
  const denied = notLetIn(error);
  if (denied !== undefined) return `Look at DATABASE_URL: ${denied}.`;
  const { code = '', path, port } = error as NodeJS.ErrnoException & { port?: number };
  const why = MENDABLE[code];
  if (!why) return undefined;
  // What fails while a file is read or written does not say which.
  return `${path ?? (port === undefined ? 'A file that was named' : `Port ${port}`)} ${why}.`;
};

/** Whoever reads us may leave first, as `head` does: there is nobody to tell any more, and what is under way goes on to its end. */
const outliveReaders = (): void => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
};

/** What was opened before the failure would keep the process; what it prints is given so long to be read. */
const LEAVING_MS = 500;

/** The heap grows to twice what lives in it before it is cleared; V8 by itself lets a small one grow to four times that. */
export const boundHeap = (): void => setFlagsFromString('--heap-growing-percent=100');

/** Runs the body of a `main.ts`: a refusal is told in one line, a defect with its stack, and the process ends. */
export const runMain = async (main: () => Promise<void>): Promise<void> => {
  boundHeap();
  outliveReaders();
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
