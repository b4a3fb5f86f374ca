import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { type BookDatabase, openDatabase } from '#runtime';

/** A throw-away database of the engine that is measured: durable, in a folder of its own, or a fresh one on the server. */
export interface Opened {
  readonly db: BookDatabase;
  /** How the same database is opened again, by another process. */
  readonly settings: { readonly data: string } | { readonly databaseUrl: string };
  /** Asks through the bare driver, as somebody without Rastro would. Tables are named with their schema. */
  bare(text: string, values: readonly unknown[]): Promise<unknown>;
  drop(): Promise<void>;
}

export interface Engine {
  readonly name: 'embedded' | 'postgresql';
  /** Runs with little work, only to see that it runs. */
  readonly short: boolean;
  /** How many events the log holds, size by size. */
  readonly events: readonly number[];
  /** So many milliseconds a server waits before it flushes what it commits, whoever asks: as it would for a slower disk. */
  readonly flushMs?: number;
  /** A Redis to measure on; a private one is started unless given. */
  readonly redisUrl?: string;
  open(): Promise<Opened>;
}

type Asked = Pick<Engine, 'short' | 'events' | 'redisUrl' | 'flushMs'>;

export const embedded = (asked: Asked): Engine => ({
  name: 'embedded',
  ...asked,
  async open() {
    const data = await mkdtemp(join(tmpdir(), 'rastro-bench-'));
    const db = await openDatabase({ data });
    const pool = await db.jobPool();
    return {
      db,
      settings: { data },
      bare: (text, values) => pool.query(text, [...values]),
      drop: () =>
        db
          .close()
          .catch(() => undefined)
          .then(() => rm(data, { recursive: true, force: true })),
    };
  },
});

export const server = (url: string, asked: Asked): Engine => ({
  name: 'postgresql',
  ...asked,
  async open() {
    const name = `rastro_bench_${process.pid}_${Date.now()}`;
    const owner = await openDatabase({ databaseUrl: url });
    await owner.execute(`create database ${name}`);
    if (asked.flushMs)
      await owner.execute(`alter database ${name} set commit_delay = ${Math.round(1_000 * asked.flushMs)};
        alter database ${name} set commit_siblings = 0`);
    const own = new URL(url);
    own.pathname = `/${name}`;
    const databaseUrl = own.toString();
    const db = await openDatabase({ databaseUrl });
    const client = new pg.Client(databaseUrl);
    await client.connect();
    return {
      db,
      settings: { databaseUrl },
      bare: (text, values) => client.query(text, [...values]),
      async drop() {
        await client.end();
        await db.close().catch(() => undefined);
        await owner.execute(`drop database ${name}`);
        await owner.close();
      },
    };
  },
});
