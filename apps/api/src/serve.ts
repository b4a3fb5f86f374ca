import type { Settings } from '#runtime';

import { createApi } from './app.js';
import type { Served } from './app.module.js';

export interface Serving {
  /** Where to ask, such as `http://127.0.0.1:7070`. */
  readonly address: string;
  /** Answers what was asked before, then asks no more. */
  stop(): Promise<void>;
}

/** Serves a book at the host and port of the settings, which admit loopback only. */
export const serve = async (
  book: Served,
  { host, port, exports }: Pick<Settings, 'host' | 'port'> & { exports?: string },
): Promise<Serving> => {
  const app = await createApi({ ...book, ...(exports ? { exports } : {}) });
  await app.listen(port, host);
  const bound = app.getHttpServer().address() as { port: number };
  const name = host.includes(':') ? `[${host}]` : host;
  return { address: `http://${name}:${bound.port}`, stop: () => app.close() };
};
