import { setTimeout as pause } from 'node:timers/promises';

import type { Settings } from '#runtime';

import { createApi } from './app.js';
import type { Served } from './app.module.js';

export interface Serving {
  /** Where to ask, such as `http://127.0.0.1:7070`. */
  readonly address: string;
  /** Answers what was asked before, then asks no more. */
  stop(): Promise<void>;
}

/** For so long a process that stops still takes what comes, not ready any more: whoever shares out requests looks elsewhere. */
const DRAIN_MS = 1_000;

/** Serves a book at the host and port of the settings. */
export const serve = async (
  book: Served,
  { host, port, publicHost, exports }: Pick<Settings, 'host' | 'port' | 'publicHost'> & { exports?: string },
): Promise<Serving> => {
  const app = await createApi({ ...book, ...(publicHost ? { publicHost } : {}), ...(exports ? { exports } : {}) });
  // Nest would log a port that is taken before whoever started us tells it.
  await app.getHttpAdapter().getInstance().listen({ port, host });
  const bound = app.getHttpServer().address() as { port: number };
  const name = host.includes(':') ? `[${host}]` : host;
  const stop = async (): Promise<void> => {
    if (book.operations) {
      book.operations.stopping.abort();
      await pause(DRAIN_MS);
    }
    await app.close();
  };
  return { address: `http://${name}:${bound.port}`, stop };
};
