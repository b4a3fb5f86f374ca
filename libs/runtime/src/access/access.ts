import type { Database, Recorder } from '#event-store';

import { Credentials, openCredentials } from './credentials.js';
import { People } from './people.js';

/** All that a process needs to know who asks, and what they may. */
export interface Access {
  readonly people: People;
  readonly credentials: Credentials;
}

/** @throws Refused `schema-older` where nothing may be created and something is missing. */
export const openAccess = async (
  { db, recorder }: { readonly db: Database; readonly recorder: Recorder },
  opening: { readonly create?: boolean; readonly now?: () => Date } = {},
): Promise<Access> => ({
  people: new People(recorder, opening.now),
  credentials: await openCredentials(db, opening),
});
