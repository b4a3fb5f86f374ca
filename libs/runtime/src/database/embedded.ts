import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { Refused } from '#core';
import { type Change, type LetGo, NothingChanged, type Sql, type SqlValue, storageFull } from '#event-store';

import type { BookDatabase } from './book-database.js';
import { EmbeddedPool } from './embedded-pool.js';
import type { Parts } from './leading.js';
import { lock } from './lock.js';

interface Answer {
  readonly id: number;
  readonly rows?: object[];
  readonly error?: { message: string; code?: string; detail?: string };
}

interface Notification {
  readonly notification: { readonly channel: string; readonly payload: string };
}

/** Rows as bytes, which are handed over to the thread, and are gone here: a text would be copied twice on its way. */
interface Copying {
  readonly copy: string;
  readonly lines: Uint8Array<ArrayBuffer>;
}

type Ask =
  | { statements: [string, readonly SqlValue[]][] }
  | Copying
  | { changes: readonly (Copying | Exclude<Change, { table: string }>)[] }
  | { driver: [string, readonly unknown[] | undefined] }
  | { script: string }
  | { close: true };

const utf8 = new TextEncoder();

const copying = (table: string, columns: readonly string[], lines: string): Copying => ({
  copy: `copy ${table} (${columns.join(', ')}) from '/dev/blob'`,
  lines: utf8.encode(lines),
});

const handedOver = (ask: Ask): ArrayBuffer[] =>
  ('changes' in ask ? ask.changes : [ask]).flatMap((one) => ('lines' in one ? [one.lines.buffer] : []));

const DISK_FULL = '53100';
/** Told by the worker alone. */
const NOTHING_CHANGED = 'nothing-changed';

/** What the database refused, with its SQLSTATE. */
export class SqlFailure extends Error {
  override readonly name = 'SqlFailure';

  constructor(
    message: string,
    readonly code: string | undefined,
    readonly detail?: string,
  ) {
    super(message);
  }
}

/** Calls into the thread that holds the database; answers come back in the order of the calls. */
class Thread {
  readonly #worker: Worker;
  readonly #open = new Map<number, { resolve: (rows: object[]) => void; reject: (error: Error) => void }>();
  #next = 1;
  #dead: Error | undefined;
  readonly ready: Promise<unknown>;
  readonly pools = new Set<EmbeddedPool>();

  constructor(folder: string | undefined, durable: boolean) {
    this.#worker = new Worker(new URL('./embedded-worker.mjs', import.meta.url), { workerData: { folder, durable } });
    this.ready = this.#expect(0);
    this.#worker.on('message', (told: Answer | Notification) => {
      if ('notification' in told) for (const pool of this.pools) pool.notify(told.notification);
      else this.#settle(told);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the embedded database has stopped')));
  }

  #expect(id: number): Promise<object[]> {
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  #settle({ id, rows, error }: Answer): void {
    const call = this.#open.get(id);
    this.#open.delete(id);
    if (error?.code === DISK_FULL) call?.reject(storageFull());
    else if (error?.code === NOTHING_CHANGED) call?.reject(new NothingChanged(error.message));
    else if (error) call?.reject(new SqlFailure(error.message, error.code, error.detail));
    else call?.resolve(rows ?? []);
  }

  #fail(error: Error): void {
    this.#dead ??= error;
    for (const { reject } of this.#open.values()) reject(error);
    this.#open.clear();
  }

  ask(ask: Ask): Promise<object[]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#next++;
    const answer = this.#expect(id);
    this.#worker.postMessage({ id, ...ask }, handedOver(ask));
    return answer;
  }

  async stop(): Promise<void> {
    await this.ask({ close: true });
    await this.#worker.terminate();
  }
}

class EmbeddedDatabase implements BookDatabase {
  readonly engine = 'embedded';
  /** The end of the last piece of work: a transaction has the one connection to itself. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly thread: Thread,
    private readonly unlock: () => void,
  ) {}

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  readonly #sql: Sql = {
    query: async <Row extends object>(text: string, values: readonly SqlValue[] = []) =>
      (await this.thread.ask({ statements: [[text, values]] })) as Row[],
    copy: async (table, columns, lines) => {
      await this.thread.ask(copying(table, columns, lines));
    },
  };

  query<Row extends object>(text: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#inTurn(() => this.#sql.query<Row>(text, values));
  }

  copy(table: string, columns: readonly string[], lines: string): Promise<void> {
    return this.#inTurn(() => this.#sql.copy(table, columns, lines));
  }

  async change(changes: readonly Change[]): Promise<void> {
    const asked = changes.map((change) =>
      'text' in change ? change : copying(change.table, change.columns, change.lines),
    );
    if (asked.length > 0) await this.#inTurn(() => this.thread.ask({ changes: asked }));
  }

  execute(script: string): Promise<void> {
    return this.#inTurn(() => this.thread.ask({ script }).then(() => undefined));
  }

  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      await this.thread.ask({ script: 'begin' });
      try {
        const result = await work(this.#sql);
        await this.thread.ask({ script: 'commit' });
        return result;
      } catch (error) {
        await this.thread.ask({ script: 'rollback' }).catch(() => undefined);
        throw error;
      }
    });
  }

  alone<T>(_: number, work: () => Promise<T>): Promise<T> {
    return work();
  }

  readonly #held = new Set<number>();

  hold(lock: number): Promise<LetGo | undefined> {
    if (this.#held.has(lock)) return Promise.resolve(undefined);
    this.#held.add(lock);
    return Promise.resolve(() => {
      this.#held.delete(lock);
      return Promise.resolve();
    });
  }

  /** The one session serves both: what is not found in the schema of the jobs is named with its own. */
  async jobPool(): Promise<EmbeddedPool> {
    const pool: EmbeddedPool = new EmbeddedPool({
      inTurn: (work) => this.#inTurn(work),
      ask: (text, values) => this.thread.ask({ driver: [text, values] }),
      left: () => this.thread.pools.delete(pool),
    });
    this.thread.pools.add(pool);
    await this.query(`select set_config('search_path', 'bullmq', false)`);
    return pool;
  }

  lead(_: number, signal: AbortSignal, { lead }: Parts): Promise<void> {
    return lead(signal);
  }

  #closed: Promise<void> | undefined;

  close(): Promise<void> {
    this.#closed ??= this.#inTurn(() => this.thread.stop()).finally(() => this.unlock());
    return this.#closed;
  }
}

/**
 * The engine breaks off when it finds no database that it can open in a folder, and takes its thread with it: either is told first. What else
 * it says is told as it is.
 */
const openedIn = async (folder: string, thread: Thread): Promise<void> => {
  try {
    await thread.ready;
  } catch (error) {
    if (!String((error as Error).message).startsWith('Aborted(')) throw error;
    const hint = `The database in ${folder} cannot be opened: it is damaged, or was copied while it was written to. Put one back from a back-up (docs/backup.md).`;
    throw new Refused('book-damaged', hint, { folder });
  }
};

/**
 * The embedded database in a folder, or in memory for what is only tried. `durable` (the default for a folder): a commit is answered
 * when it is on the disk; without it, a power cut loses the last seconds. `readOnly`: what would change the book is refused.
 * @throws Refused `book-in-use`, `book-damaged`.
 */
export const openEmbedded = async (
  folder: string,
  { durable = true, readOnly = false }: { durable?: boolean; readOnly?: boolean } = {},
): Promise<BookDatabase> => {
  const inMemory = folder === 'memory';
  const unlock = inMemory ? () => undefined : lock(folder);
  try {
    const thread = new Thread(inMemory ? undefined : join(folder, 'database'), durable && !inMemory);
    await openedIn(folder, thread);
    if (readOnly) await thread.ask({ script: 'set default_transaction_read_only = on' });
    return new EmbeddedDatabase(inMemory ? 'memory' : folder, thread, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
};
