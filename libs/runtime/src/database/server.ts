import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';

import type { PgPool } from 'bullmq';
import pg from 'pg';
import { from } from 'pg-copy-streams';

import type { Sql, SqlValue } from '#event-store';

import type { BookDatabase } from './index.js';
import { leadOver } from './leading.js';

const text = (value: string): string => value;
const asText = new Set([
  pg.types.builtins.INT8,
  pg.types.builtins.NUMERIC,
  pg.types.builtins.DATE,
  pg.types.builtins.JSON,
  pg.types.builtins.JSONB,
  pg.types.builtins.TIMESTAMPTZ,
  pg.types.builtins.TIMESTAMP,
]);

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    asText.has(oid) ? text : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** Statements are prepared once a connection: they are known by their text. */
const names = new Map<string, string>();
const nameOf = (sql: string): string => {
  const known = names.get(sql);
  if (known) return known;
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
  names.set(sql, name);
  return name;
};

const on = (client: pg.Pool | pg.PoolClient): Sql => ({
  query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []) =>
    (await client.query<Row>({ name: nameOf(sql), text: sql, values: [...values] })).rows,
  copy: async (table, columns, lines) => {
    const connection = client instanceof pg.Pool ? await client.connect() : client;
    try {
      await pipeline([lines], connection.query(from(`copy ${table} (${columns.join(', ')}) from stdin`)));
    } finally {
      if (connection !== client) (connection as pg.PoolClient).release();
    }
  },
});

const CONNECT_MS = 10_000;
const JOB_CONNECTIONS = 12;
const JOB_QUERY_MS = 10_000;

/** A pool that outlives broken connections: they are replaced; in use, the query says so itself. Unheard, an error ends the process. */
const poolOf = (config: pg.PoolConfig): pg.Pool => {
  const pool = new pg.Pool({ connectionTimeoutMillis: CONNECT_MS, keepAlive: true, ...config });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

/** Jobs are owed by the log, so a crash of the server may forget the last ones: their commits do not wait for its disk. */
const jobPoolOf = (url: string): PgPool => {
  const options = '-c search_path=bullmq -c synchronous_commit=off';
  const pool = poolOf({ connectionString: url, max: JOB_CONNECTIONS, options, query_timeout: JOB_QUERY_MS });
  // Both describe the same pool; only the types of its listeners are written another way.
  return pool.setMaxListeners(0) as unknown as PgPool;
};

export interface ServerOptions {
  readonly poolSize?: number;
  /** The server refuses whatever would change something. */
  readonly readOnly?: boolean;
}

/** A PostgreSQL server. A commit is answered when it is on the server's disk, whatever the server's own default is. */
export const openServer = async (
  url: string,
  { poolSize = 8, readOnly = false }: ServerOptions = {},
): Promise<BookDatabase> => {
  const options = `-c synchronous_commit=on${readOnly ? ' -c default_transaction_read_only=on' : ''}`;
  const pool = poolOf({ connectionString: url, max: poolSize, types, options });
  const { host, port, pathname } = new URL(url);
  await pool.query('select 1').catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return {
    engine: 'postgresql',
    name: `${host || `localhost:${port}`}${pathname}`,
    ...on(pool),
    execute: async (script) => void (await pool.query(script)),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        await client.query('begin');
        const result = await work(on(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((reason: Error) => (broken = reason));
        throw error;
      } finally {
        client.release(broken);
      }
    },
    lead: leadOver(url),
    jobPool: () => Promise.resolve(jobPoolOf(url)),
    close: () => pool.end(),
  };
};
