import { spawn } from 'node:child_process';
import { once } from 'node:events';

import type { Quarter } from '#core';
import { openSqlEventStore } from '#event-store';
import { figures, type ReadModels } from '#read-models';
import { openDatabase } from '#runtime';

import { openBookOn } from '../apps/api/src/book.js';
import { serve } from '../apps/api/src/serve.js';
import { App } from './app.js';
import { admitBench, Clients } from './clients.js';
import { copyRows } from './copying.js';
import type { Engine, Opened } from './engine.js';
import { fill } from './invented.js';
import { print, quantile, round, secondsOf } from './measure.js';
import type { RebuildPlan, Rebuilt } from './rebuild.js';

const run = async (script: string, args: readonly string[]): Promise<string> => {
  const path = new URL(script, import.meta.url).pathname;
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return text;
};

const rebuild = async (plan: RebuildPlan): Promise<Rebuilt> =>
  JSON.parse(await run('./rebuild.js', [JSON.stringify(plan)])) as Rebuilt;

const LONGEST_MS = 600_000;

/** What the first size measured: what the larger ones are held against. */
interface First {
  recordingMs: number;
  figureMs: number;
}

/** What a log of each size costs: rebuilding, memory, a figure, recording a fact, and starting. */
export const growing = async (engine: Engine): Promise<void> => {
  let first: First | undefined;
  for (const events of engine.events) {
    const opened = await engine.open();
    await fill(await openSqlEventStore(opened.db), events);
    // An embedded book belongs to one process at a time.
    if (engine.name === 'embedded') await opened.db.close();
    const rebuilt = await rebuilding(engine, opened);
    if (engine.name === 'embedded') await starting(opened, events);
    const db = await openDatabase(opened.settings);
    const book = await openBookOn(db, {});
    // The shipped rates convert what waited for them: figures are measured after that, not beside it.
    await book.readModels.waitFor(await book.store.head(), LONGEST_MS);
    if ('databaseUrl' in opened.settings)
      besideCopy(await copyRows(opened.settings.databaseUrl, book.readModels.schema), rebuilt);
    const measured = {
      figureMs: await figureSpeed(engine, book.readModels, first),
      recordingMs: await recordingSpeed(engine, book, first),
    };
    first ??= measured;
    await book.close();
    await opened.drop();
  }
};

const rebuilding = async (engine: Engine, { settings }: Opened): Promise<Rebuilt> => {
  const bare = await rebuild({ settings, bare: true });
  const rebuilt = await rebuild({ settings, bare: false });
  const { events, seconds, peakMb } = rebuilt;
  print({
    what: `rebuild all read models, ${events} events`,
    engine: engine.name,
    measured: round(events / seconds, 0),
    unit: 'events/s',
    yardstick: { what: 'reading the log alone', measured: round(bare.events / bare.seconds, 0) },
    ratio: round(bare.seconds / seconds),
    required: engine.name === 'embedded' ? '>= 15,000 events/s' : '>= 30,000 events/s',
  });
  print({
    what: `memory of rebuilding, ${events} events`,
    engine: engine.name,
    measured: peakMb,
    unit: 'MB at most',
    yardstick: { what: 'of reading the log alone', measured: bare.peakMb },
    ratio: round(peakMb / bare.peakMb),
    required: engine.name === 'embedded' ? 'ratio <= 1.3' : '< 512 MB',
  });
  return rebuilt;
};

const besideCopy = (copySeconds: number, { events, seconds }: Rebuilt): void => {
  print({
    what: `rebuild all read models beside COPY of their rows, ${events} events`,
    engine: 'postgresql',
    measured: round(seconds),
    unit: 's',
    yardstick: { what: 'COPY of the same rows into the same tables, with their indexes', measured: round(copySeconds) },
    ratio: round(copySeconds / seconds),
    required: 'ratio >= 0.3',
  });
};

const figureSpeed = async (engine: Engine, rm: ReadModels, first: First | undefined): Promise<number> => {
  const times: number[] = [];
  // The first days of the invented cases: the quarter has the same cells in books of all sizes below 150,000 events.
  const period = { first: '2012Q1' as Quarter, last: '2012Q1' as Quarter };
  const by = ['network', 'jurisdiction'] as const;
  const ask = (): Promise<unknown> => figures(rm, 'whole', { period, by, definitions: ['value-seized'] });
  for (let n = 0; n < (engine.short ? 5 : 500); n += 1) times.push(1_000 * (await secondsOf(ask)));
  const p99 = quantile(times, 0.99);
  const [row] = await rm.db.query<{ count: string }>(`select count(*) as count from ${rm.schema}.postings`);
  print({
    what: `figures of a quarter by network x jurisdiction, p99, ${row?.count} postings`,
    engine: engine.name,
    measured: round(p99),
    unit: 'ms',
    ...(first ? beside('at the first size', p99, first.figureMs) : {}),
    required: '<= 20 ms, ratio <= 1.5',
  });
  return p99;
};

const recordingSpeed = async (
  engine: Engine,
  book: Awaited<ReturnType<typeof openBookOn>>,
  first: First | undefined,
): Promise<number> => {
  const serving = await serve(book, { host: '127.0.0.1', port: 0 });
  const clients = new Clients(serving.address, await admitBench(book.access));
  const cases = await clients.openCases(64);
  await clients.warmUp(cases, engine.short);
  const { latencies } = await clients.identify(cases, 64, engine.short ? 64 : 10_000);
  await serving.stop();
  const p99 = quantile(latencies, 0.99);
  print({
    what: `p99 of recording, 64 clients, ${await book.store.head()} events in the log`,
    engine: engine.name,
    measured: round(p99),
    unit: 'ms',
    ...(first ? beside('at the first size', p99, first.recordingMs) : {}),
    required: 'ratio <= 1.3',
  });
  return p99;
};

const beside = (what: string, measured: number, yardstick: number) => ({
  yardstick: { what, measured: round(yardstick) },
  ratio: round(measured / yardstick),
});

/** From the command to the first answer of a book, in seconds. */
const startOnce = async (data: string): Promise<number> => {
  const start = performance.now();
  const app = await App.start('standalone', { RASTRO_DATA: data });
  const seconds = (performance.now() - start) / 1_000;
  await app.end();
  return seconds;
};

/**
 * Starting, beside starting Node alone: a book that was filled without the program, which takes in the rates that ship with it,
 * and the same book from then on, as every book that was ever started is.
 */
const starting = async ({ settings }: Opened, events: number): Promise<void> => {
  if (!('data' in settings)) return;
  const node = await secondsOf(async () => once(spawn(process.execPath, ['-e', '0']), 'exit'));
  const tell = (what: string, seconds: number, required?: string): void =>
    print({
      what: `${what} of ${events} events until the first answer`,
      engine: 'embedded',
      measured: round(seconds),
      unit: 's',
      yardstick: { what: 'starting Node alone', measured: round(node) },
      ratio: round(seconds / node),
      ...(required ? { required } : {}),
    });
  tell('npm start, the first, on a book', await startOnce(settings.data));
  await (await openBookOn(await openDatabase(settings), { follow: 'once' })).close();
  tell('npm start on a book', await startOnce(settings.data), '<= 5 s at 100,000');
};
