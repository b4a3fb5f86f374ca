import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { openBookOn } from '../apps/api/src/book.js';
import { openDatabase } from '#runtime';

import { admitBench, Clients } from './clients.js';
import type { Engine } from './engine.js';
import { print, quantile, round } from './measure.js';

const CASES = 64;
const CLIENTS = 64;
const ROUNDS = 4;

/** An app as it is run, in a process of its own, once it is ready. */
class App {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  static async start(name: string, env: Readonly<Record<string, string>>): Promise<App> {
    const main = new URL(`../apps/${name}/src/main.js`, import.meta.url).pathname;
    const all = { ...process.env, ...env, RASTRO_PORT: '0', RASTRO_LOG: 'info' };
    const child = spawn(process.execPath, [...process.execArgv, main], {
      env: all,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
      // What it says is read to the end: nobody waits for a reader.
      child.stdout.on('data', (bytes: Buffer) => {
        if (said.length < 100_000) said += bytes.toString();
        const told = /"address":"([^"]+)"/.exec(said)?.[1];
        if (told) resolve(told);
      });
    });
    while (!(await fetch(`${address}/health/ready`)).ok) await pause(50);
    return new App(child, address);
  }

  async end(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

const LAYOUTS = { together: ['standalone'], apart: ['api', 'projector', 'projector', 'reporter'] } as const;

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
  const rate = async (layout: keyof typeof LAYOUTS): Promise<number> => {
    const apps: App[] = [];
    for (const name of LAYOUTS[layout]) apps.push(await App.start(name, env));
    const clients = new Clients(apps[0]?.address ?? '', secret);
    const cases = await clients.openCases(CASES);
    // The first facts compile what records them.
    await clients.identify(cases, CLIENTS, engine.short ? 64 : 2_000);
    const { seconds, latencies } = await clients.identify(cases, CLIENTS, engine.short ? 64 : 10_000);
    for (const app of apps) await app.end();
    return latencies.length / seconds;
  };
  const rates: Record<keyof typeof LAYOUTS, number[]> = { together: [], apart: [] };
  for (let n = 0; n < (engine.short ? 1 : ROUNDS); n += 1)
    for (const layout of n % 2 === 0 ? (['together', 'apart'] as const) : (['apart', 'together'] as const))
      rates[layout].push(await rate(layout));
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
