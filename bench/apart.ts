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

const LAYOUTS = {
  together: ['standalone'],
  apart: ['api', 'projector', 'projector', 'reporter'],
  doubled: ['api', 'api', 'projector', 'projector', 'reporter'],
} as const;
type Layout = keyof typeof LAYOUTS;

/** The layouts in an order of their own each round, so that none always comes first. */
const turnsOf = (round: number): Layout[] => {
  const all = Object.keys(LAYOUTS) as Layout[];
  return all.map((_, index) => all[(index + round) % all.length] as Layout);
};

/** Whether the answers have come to the end of the log: what is left over would be taken in while the next layout is measured. */
const hasCaughtUp = async (db: BookDatabase): Promise<boolean> => {
  const [current] = await db.query<{ schema: string }>('select schema from read.current');
  const text = `select (select position from ${current?.schema}.checkpoint) = max(position) as caught from log.events`;
  return (await db.query<{ caught: boolean }>(text))[0]?.caught ?? false;
};

/** How many facts a second are recorded by a layout, by clients shared out over its processes, once what records them is compiled. */
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
    const asked = apps.filter((_, index) => ['standalone', 'api'].includes(LAYOUTS[layout][index] ?? ''));
    const clients = asked.map(({ address }) => new Clients(address, secret));
    const cases = (await clients[0]?.openCases(CASES)) ?? [];
    await Promise.all(clients.map((some) => some.warmUp(cases, short)));
    const [share, facts] = [CLIENTS / clients.length, (short ? 64 : 10_000) / clients.length];
    const loads = await Promise.all(clients.map((some) => some.identify(cases, share, facts)));
    await inTime('the answers have caught up', () => hasCaughtUp(db));
    return loads.reduce((rate, { seconds, latencies }) => rate + latencies.length / seconds, 0);
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
  const rates: Record<Layout, number[]> = { together: [], apart: [], doubled: [] };
  for (let n = 0; n < (engine.short ? 1 : ROUNDS); n += 1)
    for (const layout of turnsOf(n)) rates[layout].push(await rateOf(layout, opened, env, secret, engine.short));
  const medians = {
    together: quantile(rates.together, 0.5),
    apart: quantile(rates.apart, 0.5),
    doubled: quantile(rates.doubled, 0.5),
  };
  const tell = (layout: Layout, who: string, beside: Layout, what: string, required?: string): void =>
    print({
      what: `record one fact over HTTP, ${CLIENTS} clients: ${who}`,
      engine: engine.name,
      measured: round(medians[layout], 0),
      unit: 'facts/s',
      yardstick: { what, measured: round(medians[beside], 0) },
      ratio: round(medians[layout] / medians[beside]),
      ...(required ? { required } : {}),
    });
  tell('apart', 'an api, two projectors, a reporter', 'together', 'all in one process, in turns', '>= 1');
  tell('doubled', 'two apis that record into the same cases, two projectors, a reporter', 'apart', 'one api, in turns');
  await rm(folder, { recursive: true });
  await opened.drop();
};
