import type { Database } from '#event-store';

import { openEmbedded } from './embedded.js';
import { openServer } from './server.js';

export { openEmbedded, SqlFailure } from './embedded.js';
export { openServer } from './server.js';

/** The server when there is a URL, the embedded database in its folder otherwise. */
export const openDatabase = ({
  databaseUrl,
  data = './data',
}: {
  databaseUrl?: string;
  data?: string;
}): Promise<Database> => (databaseUrl ? openServer(databaseUrl) : openEmbedded(data));
