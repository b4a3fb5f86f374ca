import { type Known, streamOf } from '#casework';
import { type CountryCode, type Day, instantOf, Refused } from '#core';
import { type Actor, commandHashOf, type EventStore, Recorder } from '#event-store';
import { recordRates, shippedEcbRates } from '#intake';
import { assertLogOf, LEADER_LOCK, personNamed, ReadModels } from '#read-models';
import {
  type Access,
  type BookDatabase,
  issuerOf,
  observedStore,
  observedTaking,
  type Observers,
  openAccess,
  openDatabase,
  openEventStore,
  type Settings,
} from '#runtime';

/** Everything a process needs to record and to answer, put together once. */
export interface Book {
  readonly db: BookDatabase;
  readonly store: EventStore;
  readonly recorder: Recorder;
  readonly readModels: ReadModels;
  /** What decisions may look up beyond their own stream. */
  readonly known: Known;
  /** Who was admitted, and what signs them in. */
  readonly access: Access;
  /** Stops following the log, then closes the database. */
  close(): Promise<void>;
}

export interface Opening {
  /**
   * How the answers are kept up with the log until closed: `lead` (unless told) keeps them where nobody else of those that
   * share the database does; `hurry` does so by as many facts at once as is fastest, where nobody else records;
   * `watch` only looks at what others keep; `once` takes in what is there; `not` takes nothing in, unless there are no answers yet.
   */
  readonly follow?: 'lead' | 'hurry' | 'watch' | 'once' | 'not';
  /**
   * Whether what is missing in the database is made, and what an older program made is brought up; so unless told, but for who watches.
   * An embedded book belongs to whoever opens it, who makes it.
   */
  readonly create?: boolean | 'where-empty';
  /** For who only tries: the rates that ship are not published where there are none. */
  readonly recordsNothing?: boolean;
  /** Answers that were made over a log of another kind are made anew, over this one. */
  readonly anotherLog?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
  /** The clock of what is recorded; that of the machine unless told. */
  readonly now?: () => Date;
  /** Who signs people in, where it is not done here. */
  readonly issuer?: Access['issuer'];
  /** Where the log is, unless it lies in the database. */
  readonly eventStoreUrl?: string;
  /** Who watches what is appended and taken in. */
  readonly observers?: Observers;
}

/** Who records what comes with the product itself. */
const product: Actor = {
  person: 'rastro',
  authority: 'European Central Bank rates',
  jurisdiction: 'ZZ' as CountryCode,
};

const SHIPPED = 'shipped-ecb-rates';
/** The parts of the shipped history name how many days belong to it, so that one that was broken off is seen. */
const broken = new RegExp(`^${SHIPPED} of (\\d+)$`);

const hasRates = async (store: EventStore): Promise<boolean> => {
  const stream = streamOf.rates('ECB');
  const [first] = await store.read(stream, 0, 1);
  const days = Number(broken.exec(first?.metadata.correlationId ?? '')?.[1] ?? 0);
  return first !== undefined && (days === 0 || (await store.read(stream, days - 1, 1)).length > 0);
};

/** The ECB history that ships with the product, as events, into a book without rates: a fresh machine converts. */
const loadShippedRates = async (store: EventStore, recorder: Recorder): Promise<void> => {
  if (await hasRates(store)) return;
  const published = shippedEcbRates();
  const commandHash = commandHashOf('shipped ECB rates');
  const correlationId = `${SHIPPED} of ${published.length}`;
  const command = { actor: product, commandId: SHIPPED, commandHash, correlationId, expected: 'any' as const };
  await recordRates(recorder, 'ECB', published, command);
};

/**
 * @throws Refused `book-in-use` when another process has the embedded database open; what `openEventStore` refuses; `log-elsewhere`;
 * `roles-malformed` when the mapping of the issuer cannot be read.
 */
export const openBook = async (
  settings: Pick<Settings, 'data' | 'databaseUrl' | 'eventStoreUrl' | 'issuer'> & { readonly answerMs?: number },
  opening: Opening = {},
): Promise<Book> => {
  const { eventStoreUrl } = settings;
  const issuer = settings.issuer && issuerOf(settings.issuer);
  const where = { ...(eventStoreUrl ? { eventStoreUrl } : {}), ...(issuer ? { issuer } : {}) };
  return openBookOn(await openDatabase(settings), { ...opening, ...where });
};

const keepUp = async (
  db: BookDatabase,
  readModels: ReadModels,
  { follow, gently }: Pick<Opening, 'follow'> & { gently: boolean },
  signal: AbortSignal,
): Promise<void> => {
  if (follow === 'not') return;
  if (follow === 'once') return void (await readModels.catchUp());
  const standBy = (until: AbortSignal): Promise<void> => readModels.watch(until);
  if (follow === 'watch') return standBy(signal);
  await db.lead(LEADER_LOCK, signal, {
    lead: (until) => readModels.start(until, { gently }),
    standBy,
  });
};

const isEmpty = async (db: BookDatabase): Promise<boolean> => {
  const text = `select to_regclass('log.events') is null and to_regclass('read.current') is null as empty`;
  const [row] = await db.query<{ empty: boolean }>(text);
  return row?.empty ?? false;
};

const mayCreate = async (
  db: BookDatabase,
  { follow, create }: Pick<Opening, 'follow' | 'create'>,
): Promise<boolean> => {
  if (follow === 'watch') return false;
  if (db.engine === 'embedded') return true;
  return create === 'where-empty' ? isEmpty(db) : (create ?? true);
};

/** Opens the answers that stand, and makes them where that is allowed. */
const openAnswers = async (
  readModels: ReadModels,
  {
    follow,
    onProgress,
    anotherLog = false,
    create,
  }: Pick<Opening, 'follow' | 'onProgress' | 'anotherLog'> & { create: boolean },
): Promise<void> => {
  if (follow !== 'watch' && follow !== 'not') return void (await readModels.open(onProgress, { anotherLog, create }));
  try {
    await readModels.attach();
  } catch (error) {
    if (!create || !(error instanceof Refused) || error.code !== 'schema-older') throw error;
    await readModels.open(onProgress);
  }
};

/** Opens the book that a database holds; the database is the book's from then on, and closed with it. */
export const openBookOn = async (
  db: BookDatabase,
  {
    follow = 'lead',
    recordsNothing = false,
    anotherLog = false,
    create: given,
    onProgress,
    now = () => new Date(),
    observers,
    issuer,
    ...where
  }: Opening,
): Promise<Book> => {
  const closing = async (error: unknown): Promise<never> => {
    await db.close();
    throw error;
  };
  const create = await mayCreate(db, { follow, ...(given === undefined ? {} : { create: given }) }).catch(closing);
  const log = await openEventStore(where, db, { create }).catch(closing);
  try {
    const store = observers ? observedStore(log.store, observers) : log.store;
    const recorder = new Recorder(store, { now });
    const readModels = new ReadModels(db, store, observers && observedTaking(observers));
    if (!anotherLog) await assertLogOf(db, store);
    if (create && !recordsNothing) await loadShippedRates(store, recorder);
    const alone = db.engine === 'embedded' && !where.eventStoreUrl;
    const named = (name: string, authority: string) => personNamed(readModels, name, authority);
    const access = await openAccess({ db, recorder, named }, { create, now, alone, ...(issuer ? { issuer } : {}) });
    await openAnswers(readModels, { follow, anotherLog, create, ...(onProgress ? { onProgress } : {}) });
    const end = new AbortController();
    // Where the log lies in the embedded database, appends share its one connection with the answers.
    const gently = alone && follow === 'lead';
    const following = keepUp(db, readModels, { follow, gently }, end.signal);
    if (follow === 'once') await following;
    const close = async (): Promise<void> => {
      end.abort();
      await following;
      await log.close();
      await db.close();
    };
    const known: Known = {
      rate: (from, to, on) => readModels.rates.rateBetween(from, to, on),
      today: () => instantOf(now()).slice(0, 10) as Day,
    };
    return { db, store, recorder, readModels, known, access, close };
  } catch (error) {
    await log.close();
    await db.close();
    throw error;
  }
};
