import pg from 'pg';

import { isStorageUnreachable, storageFull, storageUnreachable } from '#event-store';

/** How long it is waited for a connection: a free one, or a new one. */
const CONNECT_MS = 4_000;
const DISK_FULL = '53100';
/** The server goes, is not there yet, or takes nobody more: SQLSTATE 08, 57P, 53300. */
const GONE = /^(08...|57P..|53300)$/;

/** What the server refused is told as it is; but for a full disk, and a server that is going away. All else is a lost connection. */
const toldOf = (error: unknown): unknown => {
  if (error instanceof TypeError || error instanceof RangeError) return error;
  if (!(error instanceof pg.DatabaseError)) return storageUnreachable(error);
  const code = error.code ?? '';
  if (code === DISK_FULL) return storageFull();
  return GONE.test(code) ? storageUnreachable(error) : error;
};

/** @throws Refused `storage-full`, `storage-unreachable`; what else the server refused, as it is. */
export const answered = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw toldOf(error);
  });

/** A pool that outlives broken connections: they are replaced; in use, the query says so itself. Unheard, an error ends the process. */
export const poolOf = <P extends pg.Pool>(config: pg.PoolConfig, Kind: new (config: pg.PoolConfig) => P): P => {
  const pool = new Kind({ connectionTimeoutMillis: CONNECT_MS, keepAlive: true, ...config });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

/** Takes no leave: whoever does not answer would not hear it. */
export const hangUp = (client: pg.ClientBase): void => {
  if (client instanceof pg.Client) client.connection.stream.destroy();
};

/** Connections to a server, each lent to one piece of work at a time. One that is lost is given up, and with it all that are older. */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #since = new WeakMap<pg.PoolClient, number>();
  #lostAt = -Infinity;

  constructor(config: pg.PoolConfig) {
    this.#pool = poolOf(config, pg.Pool);
    this.#pool.on('connect', (client) => this.#since.set(client as pg.PoolClient, performance.now()));
  }

  /** What suffered one will have suffered its elders: nobody need find that out one by one. */
  async #borrow(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await answered(this.#pool.connect());
      if ((this.#since.get(client) ?? 0) > this.#lostAt) return client;
      this.#drop(client);
    }
  }

  #drop(client: pg.PoolClient): void {
    hangUp(client);
    client.release(true);
  }

  /** @throws Refused `storage-unreachable` when there is no connection, or it is lost; what the work throws. */
  async use<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#borrow();
    try {
      const result = await work(client);
      client.release();
      return result;
    } catch (error) {
      if (isStorageUnreachable(error)) {
        this.#lostAt = performance.now();
        this.#drop(client);
      } else client.release();
      throw error;
    }
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}
