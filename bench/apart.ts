import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type BookDatabase, openDatabase } from '#runtime';

import { openBookOn } from '../apps/api/src/book.js';
import { App, inTime } from './app.js';
import { admitBench, Clients } from './clients.js';
import type { Engine, Opened } from './engine.js';
import { print, quantile, round } from './measure.js';

const CASES = 64;
const CLIENTS = 64;
/** Odd, so that there is one in the middle. */
const ROUNDS = 5;

const LAYOUTS = { together: ['standalone'], apart: ['api', 'projector', 'projector', 'reporter'] } as const;
type Layout = keyof typeof LAYOUTS;

/** Whether the answers have come to the end of the log: what is left over would be taken in while the next layout is measured. */
const hasCaughtUp = async (db: BookDatabase): Promise<boolean> => {
  const [current] = await db.query<{ schema: string }>('select schema from read.current');
  const text = `select (select position from ${current?.schema}.checkpoint) = max(position) as caught from log.events`;
  return (await db.query<{ caught: boolean }>(text))[0]?.caught ?? false;
};

/** How many facts a second are recorded by a layout, once what records them is compiled. */
const rateOf = async (
  layout: Layout,
  { db }: Opened,
  env: Readonly<Record<string, string>>,
  secret: string,
  short: boolean,
) => {
  const apps: App[] = [];
  try {
    for (const name of LAYOUTS[layout]) apps.push(await App.start(name, env));
    const clients = new Clients(apps[0]?.address ?? '', secret);
    const cases = await clients.openCases(CASES);
    await clients.warmUp(cases, short);
    const { seconds, latencies } = await clients.identify(cases, CLIENTS, short ? 64 : 10_000);
    await inTime('the answers have caught up', () => hasCaughtUp(db));
    return latencies.length / seconds;
  } finally {
    for (const app of apps) await app.end();
  }
};

/** How recording goes on with an api, two projectors and a reporter, each a process, beside all in one process: the same book, in turns. */
export const apart = async (engine: Engine): Promise<void> => {
  if (engine.name === 'embedded') return; // It belongs to one process.
  const opened = await engine.open();
  const folder = await mkdtemp(join(tmpdir(), 'rastro-bench-'));
  if (!('databaseUrl' in opened.settings)) throw new Error('processes share a server');
  const { databaseUrl } = opened.settings;
  const book = await openBookOn(await openDatabase({ databaseUrl }), { follow: 'once' });
  const secret = await admitBench(book.access);
  await book.close();
  const env = { DATABASE_URL: databaseUrl, RASTRO_DATA: folder };
  const rates: Record<Layout, number[]> = { together: [], apart: [] };
  for (let n = 0; n < (engine.short ? 1 : ROUNDS); n += 1) {
    const turns: Layout[] = n % 2 === 0 ? ['together', 'apart'] : ['apart', 'together'];
    for (const layout of turns) rates[layout].push(await rateOf(layout, opened, env, secret, engine.short));
  }
  const [one, many] = [quantile(rates.together, 0.5), quantile(rates.apart, 0.5)];
  print({
    what: `record one fact over HTTP, ${CLIENTS} clients: an api, two projectors, a reporter`,
    engine: engine.name,
    measured: round(many, 0),
    unit: 'facts/s',
    yardstick: { what: 'all in one process, in turns', measured: round(one, 0) },
    ratio: round(many / one),
    required: '>= 1',
  });
  await rm(folder, { recursive: true });
  await opened.drop();
};
