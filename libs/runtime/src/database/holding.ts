import pg from 'pg';

import type { LetGo } from '#event-store';

import { answered, hangUp } from './connections.js';

const CONNECT_MS = 4_000;

/** Locks of sessions, each on a line of its own: whoever holds one takes none from those who ask. It is gone with its line. */
export class Holding {
  readonly #lines = new Set<pg.Client>();

  constructor(private readonly url: string) {}

  async hold(lock: number): Promise<LetGo | undefined> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true });
    client.on('error', () => undefined);
    this.#lines.add(client);
    try {
      await answered(client.connect());
      const asked = client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [lock]);
      const { rows } = await answered(asked);
      if (rows[0]?.ours) return () => this.#letGo(client, lock);
      this.#hangUp(client);
      return undefined;
    } catch (error) {
      this.#hangUp(client);
      throw error;
    }
  }

  /** Heard before it hangs up, so that the next one finds it free. */
  async #letGo(client: pg.Client, lock: number): Promise<void> {
    try {
      await answered(client.query('select pg_advisory_unlock($1)', [lock]));
    } finally {
      this.#hangUp(client);
    }
  }

  #hangUp(client: pg.Client): void {
    this.#lines.delete(client);
    hangUp(client);
  }

  /** Lets go of all. */
  end(): void {
    for (const client of this.#lines) this.#hangUp(client);
  }
}
