import { Refused } from '#core';
import { isMoving, LOG_VERSION, logVersion, whyUnreachable } from '#event-store';
import { type BookDatabase, type Durability, durabilityOf, openToRead, type Settings } from '#runtime';

import { type Check, type Found, NotLookedAt, ok, warning, wrong } from './check.js';

const LEAST = 14;
const EMBEDDED_MS = 90_000;

/** The database of the book, opened once for all checks; none of them can change it. */
export class Opened {
  #opening: Promise<BookDatabase> | undefined;

  constructor(readonly settings: Settings) {}

  open(): Promise<BookDatabase> {
    this.#opening ??= openToRead(this.settings);
    return this.#opening;
  }

  /** For checks that need it and are not about it. @throws NotLookedAt */
  async database(): Promise<BookDatabase> {
    return this.open().catch(() => {
      throw new NotLookedAt('the database could not be opened');
    });
  }

  async close(): Promise<void> {
    await this.#opening?.then((db) => db.close()).catch(() => undefined);
  }
}

/** @param number as `server_version_num` has it, such as 150007 */
export const serverVersion = (number: number, name: string): Found => {
  const major = Math.floor(number / 10_000);
  if (major >= LEAST) return ok(`PostgreSQL ${major} answers at ${name}`);
  return wrong(`PostgreSQL ${major} at ${name} is too old`, `Upgrade the server to ${LEAST} or newer.`);
};

const MEND = 'Start the server, or mend DATABASE_URL.';

const unopened = (error: unknown): Found => {
  const silent = whyUnreachable(error);
  if (silent !== undefined) return wrong(`it does not answer: ${silent}`, MEND);
  if (!(error instanceof Refused)) {
    const why = error instanceof Error ? error.message || error.name : String(error);
    return wrong(`it cannot be opened: ${why}`, MEND);
  }
  if (error.code === 'book-absent')
    return warning(error.message, '`npm start` makes an empty one; where there should be one, mend RASTRO_DATA.');
  if (error.code === 'book-in-use')
    return warning(error.message, 'Stop it to have the book itself looked at; running, its /health/ready tells.');
  return wrong(`${error.message} (${error.code})`);
};

const reachable = async (opened: Opened): Promise<Found> => {
  try {
    const db = await opened.open();
    if (db.engine === 'embedded') return ok(`the embedded database in ${db.name} opens`);
    const [row] = await db.query<{ number: string }>(`select current_setting('server_version_num') as number`);
    return serverVersion(Number(row?.number), db.name);
  } catch (error) {
    return unopened(error);
  }
};

/** Whether what is acknowledged outlives a power cut. */
export const durability = (settings: Durability): Found => {
  const off = Object.entries(settings).filter(([, value]) => value === 'off');
  const names = off.map(([name]) => name).join(', ');
  if (off.length === 0) return ok('what is acknowledged is on the disk');
  return wrong(`${names} off: a power cut loses or breaks the book`, `Set ${names} to on in postgresql.conf.`);
};

const durable = async (opened: Opened): Promise<Found> => {
  const db = await opened.database();
  return durability(await durabilityOf(db));
};

const MIGRATE = 'Stop the processes and run: rastro migrate';

/** @param found 0 where nothing is set up */
export const logSchema = (found: number, moving = false): Found => {
  if (moving)
    return wrong(
      'a book was being moved to here, and not all of it came (move-unfinished)',
      'Start `rastro move` again.',
    );
  if (found === LOG_VERSION) return ok(`the log is of version ${found}, which this program knows`);
  if (found > LOG_VERSION)
    return wrong(
      `the log is of version ${found}; this program knows ${LOG_VERSION}`,
      'Run the newer program here too.',
    );
  return wrong(
    found === 0 ? 'no log of this program is set up' : `the log is of version ${found}, an older one`,
    MIGRATE,
  );
};

const schema = async (opened: Opened): Promise<Found> => {
  if (opened.settings.eventStoreUrl) throw new NotLookedAt('the log lies in an EventStoreDB');
  const db = await opened.database();
  return logSchema(await logVersion(db), await isMoving(db));
};

export const databaseChecks = (opened: Opened): Check[] => {
  const patience = opened.settings.databaseUrl ? {} : { patienceMs: EMBEDDED_MS };
  return [
    { name: 'database', look: () => reachable(opened), ...patience },
    { name: 'durability', look: () => durable(opened), ...patience },
    { name: 'schema of the log', look: () => schema(opened), ...patience },
  ];
};
