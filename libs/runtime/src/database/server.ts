import { createHash } from 'node:crypto';

import type { PgPool } from 'bullmq';
import pg from 'pg';

import { Refused } from '#core';
import { type Change, isStorageUnreachable, NothingChanged, type Sql, type SqlValue } from '#event-store';

import type { BookDatabase } from './book-database.js';
import { answered, Connections, poolOf } from './connections.js';
import { type Copied, copyInto } from './copying.js';
import { Holding } from './holding.js';
import { JobPool } from './job-pool.js';
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

/** `answerMs`: how long a statement may take; for ever unless told. */
const on = (client: pg.PoolClient, answerMs: number | undefined): Sql => ({
  query: async <Row extends object>(sql: string, values: readonly SqlValue[] = []) => {
    const asked = { name: nameOf(sql), text: sql, values: [...values], query_timeout: answerMs };
    return (await answered(client.query<Row>(asked))).rows;
  },
  copy: (table, columns, lines) => answered(copyInto(client, [{ table, columns, lines }], answerMs)),
});

const say = (client: pg.PoolClient, text: string, answerMs: number | undefined): Promise<unknown> =>
  answered(client.query({ text, query_timeout: answerMs } as pg.QueryConfig));

const JOB_CONNECTIONS = 12;
const JOB_QUERY_MS = 10_000;
/** How often a transaction is begun again that the server broke off for the sake of another one. */
const TRIES = 5;
/** A transaction whose process fell silent holds up the others no longer than this. */
const IDLE_MS = 10_000;
/** How long a lock is waited for that another process has. */
const LOCK_MS = 4_000;
const NOT_LOCKED = '55P03';
/** How often the server looks whether whoever asked is still there. */
const CHECK_MS = 2_000;

/** Broken off for the sake of another one (a deadlock, a serialisation): begun again, it may pass. */
const isBrokenOff = (error: unknown): boolean => /^40(001|P01)$/.test(String((error as { code?: unknown }).code));

/** Jobs are owed by the log, so a crash of the server may forget the last ones: their commits do not wait for its disk. */
const jobPoolOf = (url: string): PgPool => {
  const options = '-c search_path=bullmq -c synchronous_commit=off';
  const config = { connectionString: url, max: JOB_CONNECTIONS, options, query_timeout: JOB_QUERY_MS };
  // Both describe the same pool; only the types of its listeners are written another way.
  return poolOf(config, JobPool).setMaxListeners(0) as unknown as PgPool;
};

/** Of a line that was lost before a transaction was rolled back: what the work had thrown is not lost with it. */
const because =
  (cause: unknown) =>
  (lost: unknown): never => {
    throw lost instanceof Error ? Object.assign(lost, { cause }) : lost;
  };

const transactionOn = async <T>(
  client: pg.PoolClient,
  answerMs: number | undefined,
  work: () => Promise<T>,
): Promise<T> => {
  try {
    await say(client, 'begin', answerMs);
    const result = await work();
    await say(client, 'commit', answerMs);
    return result;
  } catch (error) {
    if (!isStorageUnreachable(error)) await say(client, 'rollback', answerMs).catch(because(error));
    throw error;
  }
};

/** Waits for the lock until the transaction ends. */
const locked = async (client: pg.PoolClient, answerMs: number | undefined, lock: number): Promise<void> => {
  try {
    await say(client, `set local lock_timeout = ${LOCK_MS}`, answerMs);
    await say(client, `select pg_advisory_xact_lock(${lock})`, answerMs);
  } catch (error) {
    const busy = (error as { code?: unknown }).code === NOT_LOCKED;
    throw busy ? new Refused('too-busy', 'Others are at work on it. Try again.') : error;
  }
};

/** Rows that are added one table after the other go to the server together. */
const changing = async (
  client: pg.PoolClient,
  answerMs: number | undefined,
  changes: readonly Change[],
): Promise<void> => {
  let together: Copied[] = [];
  const copy = async (): Promise<void> => {
    if (together.length > 0) await answered(copyInto(client, together, answerMs));
    together = [];
  };
  for (const change of changes) {
    if ('table' in change) {
      together.push(change);
      continue;
    }
    await copy();
    const changed = await on(client, answerMs).query(change.text, change.values);
    if (change.must && changed.length === 0) throw new NothingChanged('nothing was changed');
  }
  await copy();
};

export interface ServerOptions {
  readonly poolSize?: number;
  /** How long a statement may take before its connection is given up; for ever unless told. Schemas may take their time. */
  readonly answerMs?: number;
  /** The server refuses whatever would change something. */
  readonly readOnly?: boolean;
}

/**
 * A PostgreSQL server. A commit is answered when it is on the server's disk, whatever the server's own default is.
 * @throws Refused `storage-unreachable`; all it does, too, and `storage-full`.
 */
export const openServer = async (
  url: string,
  { poolSize = 8, answerMs, readOnly = false }: ServerOptions = {},
): Promise<BookDatabase> => {
  const options = `-c synchronous_commit=on -c idle_in_transaction_session_timeout=${IDLE_MS} -c client_connection_check_interval=${CHECK_MS}${readOnly ? ' -c default_transaction_read_only=on' : ''}`;
  const connections = new Connections({ connectionString: url, max: poolSize, types, options });
  const { host, port, pathname } = new URL(url);
  await connections
    .use((client) => say(client, 'select 1', answerMs))
    .catch(async (error: unknown) => {
      await connections.end();
      throw error;
    });
  const holding = new Holding(url);
  const transactionOf = async <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await connections.use((client) => transactionOn(client, answerMs, () => work(client)));
      } catch (error) {
        if (!isBrokenOff(error) || tries === TRIES) throw error;
      }
    }
  };
  return {
    engine: 'postgresql',
    name: `${host || `localhost:${port}`}${pathname}`,
    query: (sql, values) => connections.use((client) => on(client, answerMs).query(sql, values)),
    copy: (table, columns, lines) => connections.use((client) => on(client, answerMs).copy(table, columns, lines)),
    execute: async (script) => void (await connections.use((client) => say(client, script, undefined))),
    transaction: (work) => transactionOf((client) => work(on(client, answerMs))),
    alone: (lock, work) =>
      connections.use((client) =>
        transactionOn(client, answerMs, async () => (await locked(client, answerMs, lock), work())),
      ),
    hold: (lock) => holding.hold(lock),
    change: (changes) => transactionOf((client) => changing(client, answerMs, changes)),
    lead: leadOver(url),
    jobPool: () => Promise.resolve(jobPoolOf(url)),
    close: () => {
      holding.end();
      return connections.end();
    },
  };
};
