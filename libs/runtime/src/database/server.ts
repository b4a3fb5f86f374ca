import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';

import pg from 'pg';
import { from } from 'pg-copy-streams';

import type { Database, Sql, SqlValue } from '#event-store';

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

/** A PostgreSQL server. A commit is answered when it is on the server's disk, whatever the server's own default is. */
export const openServer = async (url: string, { poolSize = 8 }: { poolSize?: number } = {}): Promise<Database> => {
  const options = '-c synchronous_commit=on';
  const patience = { connectionTimeoutMillis: CONNECT_MS, keepAlive: true };
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types, options, ...patience });
  // An idle connection that breaks is replaced; in use, the query says so itself. Unheard, the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const { host, port, pathname } = new URL(url);
  await pool.query('select 1').catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return {
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
    close: () => pool.end(),
  };
};
