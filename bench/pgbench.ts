import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Opened } from './engine.js';

const TABLE = 'public.bench_pgbench';
const SECONDS = 5;

/**
 * The yardstick of recording on a server: transactions that insert a row of about a kilobyte each, by PostgreSQL's own `pgbench`.
 * @returns inserts a second, with so many clients at once.
 * @throws when `pgbench` is not installed; it comes with PostgreSQL.
 */
export const pgbenchInserts = async (
  { db }: Opened,
  databaseUrl: string,
  clients: number,
  short: boolean,
): Promise<number> => {
  await db.execute(`create table if not exists ${TABLE} (n bigserial primary key, body json not null)`);
  const folder = await mkdtemp(join(tmpdir(), 'rastro-pgbench-'));
  try {
    const script = join(folder, 'insert.sql');
    await writeFile(script, `insert into ${TABLE} (body) values ('{"text":"${'x'.repeat(900)}"}');\n`);
    const often = ['--no-vacuum', '--file', script, '--client', `${clients}`, '--time', `${short ? 1 : SECONDS}`];
    const { stdout } = await promisify(execFile)('pgbench', [...often, databaseUrl]);
    const told = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
    if (!told) throw new Error(`pgbench told no rate: ${stdout}`);
    return Number(told);
  } finally {
    await rm(folder, { recursive: true });
  }
};
