import { randomUUID } from 'node:crypto';

import { openBookOn } from '../apps/api/src/book.js';
import { serve } from '../apps/api/src/serve.js';
import { admitBench, Clients, opening } from './clients.js';
import type { Engine, Opened } from './engine.js';
import { print, quantile, round, secondsOf } from './measure.js';
import { pgbenchInserts } from './pgbench.js';

const CASES = 64;

/** How many single rows a second the bare driver inserts, each durable, into the same database. */
const bareInserts = async ({ db, bare }: Opened, rows: number): Promise<number> => {
  await db.execute('create table if not exists public.bare (n serial primary key, body json not null)');
  const body = JSON.stringify({ text: 'x'.repeat(900) });
  const seconds = await secondsOf(async () => {
    for (let n = 0; n < rows; n += 1) await bare('insert into public.bare (body) values ($1)', [body]);
  });
  return rows / seconds;
};

interface Yardstick {
  readonly what: string;
  readonly required: string;
  readonly measure: () => Promise<number>;
}

/** What recording with so many clients is held against: the bare driver, and on a server also `pgbench`. */
const yardsticks = (opened: Opened, count: number, { short }: Engine): Yardstick[] => {
  const { settings } = opened;
  const bare: Yardstick = {
    what: 'single-row durable inserts through the bare driver',
    required: count === 1 ? '>= 0.4' : '>= 2',
    measure: () => bareInserts(opened, short ? 50 : 1_000),
  };
  if ('data' in settings) return [bare];
  const at = (clients: number, required: string): Yardstick => ({
    what: `single-row insert transactions of pgbench, ${clients} ${clients === 1 ? 'client' : 'clients'}`,
    required,
    measure: () => pgbenchInserts(opened, settings.databaseUrl, clients, short),
  });
  return count === 1 ? [bare, at(1, '>= 0.4')] : [bare, at(1, '>= 2'), at(16, '>= 0.6')];
};

/** One valid fact over HTTP, durable, once what records it is compiled, beside single durable inserts into the same database in the same run. */
export const recording = async (engine: Engine): Promise<void> => {
  const opened = await engine.open();
  const book = await openBookOn(opened.db, {});
  const serving = await serve(book, { host: '127.0.0.1', port: 0 });
  const clients = new Clients(serving.address, await admitBench(book.access));
  const cases = await clients.openCases(CASES);
  await clients.warmUp(cases, engine.short);
  const plans = [
    [64, 10_000],
    [1, 1_500],
  ] as const;
  for (const [count, requests] of plans) {
    const beside = [];
    for (const one of yardsticks(opened, count, engine)) beside.push({ ...one, rate: await one.measure() });
    const { seconds, latencies } = await clients.identify(cases, count, engine.short ? 64 : requests);
    const rate = latencies.length / seconds;
    const slower = engine.flushMs ? `, ${engine.flushMs} ms before each flush` : '';
    const what = `record one fact over HTTP, ${count} ${count === 1 ? 'client' : 'clients'}${slower}`;
    const line = { what, engine: engine.name, measured: round(rate, 0), unit: 'facts/s' };
    for (const { rate: yardstick, required, ...told } of beside)
      print({ ...line, yardstick: { what: told.what, measured: round(yardstick, 0) }, ratio: round(rate / yardstick), required }); // prettier-ignore
    const p99 = round(quantile(latencies, 0.99));
    print({ ...line, what: `p99 of ${what}`, measured: p99, unit: 'ms' });
  }
  await largeCase(engine, clients);
  await serving.stop();
  await book.close();
  await opened.drop();
};

/** Recording into a case of many assets beside recording into an empty one. */
const largeCase = async (engine: Engine, clients: Clients): Promise<void> => {
  const [full, empty] = [randomUUID(), randomUUID()];
  for (const caseId of [full, empty]) await clients.post('/v1/cases', { caseId, ...opening });
  const many = engine.short ? 100 : 10_000;
  await clients.identify([full], 64, many);
  const some = engine.short ? 10 : 500;
  const before = await clients.identify([empty], 1, some);
  const after = await clients.identify([full], 1, some);
  print({
    what: `record into a case of ${many} assets, 1 client`,
    engine: engine.name,
    measured: round((1_000 * after.seconds) / some),
    unit: 'ms a fact',
    yardstick: { what: 'into an empty case', measured: round((1_000 * before.seconds) / some) },
    ratio: round(after.seconds / before.seconds),
    required: '<= 2',
  });
};
