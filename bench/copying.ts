import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import pg from 'pg';
import { from, to } from 'pg-copy-streams';

import { createIndexes, createTables, tables } from '#read-models';

import { secondsOf } from './measure.js';

const COPIED = 'bench_copied';

/**
 * The yardstick of a rebuild: the rows of a generation by bare COPY, table by table, out of files into the same tables, and the same
 * indexes after. Writing the files is not measured. The copy is taken away again.
 * @returns seconds.
 */
export const copyRows = async (databaseUrl: string, schema: string): Promise<number> => {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const folder = await mkdtemp(join(tmpdir(), 'rastro-copy-'));
  try {
    await client.query(createTables(COPIED));
    for (const table of Object.keys(tables))
      await pipeline(client.query(to(`copy ${schema}.${table} to stdout`)), createWriteStream(join(folder, table)));
    return await secondsOf(async () => {
      for (const table of Object.keys(tables))
        await pipeline(createReadStream(join(folder, table)), client.query(from(`copy ${COPIED}.${table} from stdin`)));
      for (const script of createIndexes(COPIED)) await client.query(script);
    });
  } finally {
    await client.query(`drop schema if exists ${COPIED} cascade`);
    await client.end();
    await rm(folder, { recursive: true });
  }
};
