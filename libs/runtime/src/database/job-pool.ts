import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { hangUp } from './connections.js';

/** After a connection that was not to be had. */
const REST_MS = 1_000;
/** A worker whose job never ends keeps its connection: at the end it is not waited for any longer. */
const GIVEN_BACK_MS = 1_000;

type OnConnected = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: Error | boolean) => void,
) => void;

/**
 * For the queues, who try again by themselves, each ten times a second: when a connection was not to be had, all rest for a second, and
 * then one is tried for all of them. While there are connections, nobody waits. It ends, whatever is still under way.
 */
export class JobPool extends pg.Pool {
  readonly #open = new Set<pg.PoolClient>();
  #isLost = false;
  #trial: Promise<void> | undefined;

  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('connect', (client) => this.#open.add(client)).on('remove', (client) => this.#open.delete(client));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: OnConnected): void;
  override connect(callback?: OnConnected): Promise<pg.PoolClient> | void {
    const connecting = this.#connect();
    if (!callback) return connecting;
    connecting.then(
      (client) => callback(undefined, client, (lost) => client.release(lost)),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    );
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    const ended = Promise.race([super.end(), this.#hangUpAll()]);
    if (!callback) return ended;
    void ended.then(callback);
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#isLost) await (this.#trial ??= this.#try().finally(() => (this.#trial = undefined)));
    try {
      return await super.connect();
    } catch (error) {
      this.#isLost = true;
      throw error;
    }
  }

  async #try(): Promise<void> {
    await pause(REST_MS);
    (await super.connect()).release();
    this.#isLost = false;
  }

  async #hangUpAll(): Promise<void> {
    await pause(GIVEN_BACK_MS, undefined, { ref: false });
    for (const client of this.#open) hangUp(client);
  }
}
