import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { openDatabase } from '#runtime';

import { recording } from './recording.js';
import { rebuilding } from './rebuilding.js';
import { importing } from './importing.js';

const help = `npm run bench -- [--short] [--only recording|rebuilding|importing] [--database URL]

Prints one JSON line a measurement, each beside its yardstick from the same run. Without --database the embedded engine is measured.
--short runs everything once with little work, to see that it runs; its figures say nothing.`;

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    only: { type: 'string' },
    database: { type: 'string' },
    help: { type: 'boolean' },
  },
});

/** Opens a throw-away database of the engine that is measured: durable, in a folder of its own, or a fresh one on the server. */
export interface Engine {
  readonly name: 'embedded' | 'postgresql';
  open(): Promise<{ db: Awaited<ReturnType<typeof openDatabase>>; drop: () => Promise<void> }>;
  readonly short: boolean;
}

const embedded = (short: boolean): Engine => ({
  name: 'embedded',
  short,
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'rastro-bench-'));
    const db = await openDatabase({ data: folder });
    return {
      db,
      drop: () =>
        db
          .close()
          .catch(() => undefined)
          .then(() => rm(folder, { recursive: true, force: true })),
    };
  },
});

const server = (url: string, short: boolean): Engine => ({
  name: 'postgresql',
  short,
  async open() {
    const name = `rastro_bench_${process.pid}_${Date.now()}`;
    const owner = await openDatabase({ databaseUrl: url });
    await owner.execute(`create database ${name}`);
    const own = new URL(url);
    own.pathname = `/${name}`;
    const db = await openDatabase({ databaseUrl: own.toString() });
    const drop = async (): Promise<void> => {
      await db.close();
      await owner.execute(`drop database ${name}`);
      await owner.close();
    };
    return { db, drop };
  },
});

if (values.help) process.stdout.write(`${help}\n`);
else {
  const engine = values.database ? server(values.database, values.short ?? false) : embedded(values.short ?? false);
  const suites = { recording, rebuilding, importing };
  for (const [name, suite] of Object.entries(suites)) {
    if (!values.only || values.only === name) await suite(engine);
  }
}
