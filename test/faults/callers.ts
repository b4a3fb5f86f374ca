import type { Actor } from '#event-store';
import { openServer } from '#runtime';

import { type Book, openBook, openBookOn } from '../../apps/api/src/book.js';
import { admit, everywhere } from '../support/people.js';

const ana = { person: 'Ana', authority: 'Court 3', jurisdiction: 'ES' } as Actor;
const rui = { person: 'Rui', authority: 'Prosecution', jurisdiction: 'ES' } as Actor;

/** What those who ask under fault sign in with. */
export interface Callers {
  /** Of who records. */
  readonly ana: string;
  /** Of the second person, who approves. */
  readonly rui: string;
}

const admitBoth = async ({ access, close }: Book): Promise<Callers> => {
  const first = await admit(access, ana, everywhere('investigator', 'reporting-job'));
  const second = await admit(access, rui, everywhere('supervisor'));
  await close();
  return { ana: first.secret, rui: second.secret };
};

/** Sets a server up and admits people, as an operator does before the processes start. */
export const migrate = async (databaseUrl: string, eventStoreUrl?: string): Promise<Callers> => {
  const log = eventStoreUrl ? { eventStoreUrl } : {};
  return admitBoth(await openBookOn(await openServer(databaseUrl), { follow: 'once', ...log }));
};

/** The same in a folder of its own, which belongs to one process at a time. */
export const prepare = async (data: string): Promise<Callers> =>
  admitBoth(await openBook({ data }, { follow: 'once' }));
