import { randomUUID } from 'node:crypto';

import { openBookOn } from '../apps/api/src/book.js';
import { serve } from '../apps/api/src/serve.js';
import { admitBench, Clients, opening } from './clients.js';
import type { Engine, Opened } from './engine.js';
import { print, quantile, round, secondsOf } from './measure.js';

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

/** One valid fact over HTTP, durable, beside single durable inserts into the same database in the same run. */
export const recording = async (engine: Engine): Promise<void> => {
  const opened = await engine.open();
  const book = await openBookOn(opened.db, {});
  const serving = await serve(book, { host: '127.0.0.1', port: 0 });
  const clients = new Clients(serving.address, await admitBench(book.access));
  const cases = await clients.openCases(CASES);
  const plans = [
    [64, 10_000, '>= 2'],
    [1, 1_500, '>= 0.4'],
  ] as const;
  for (const [count, requests, required] of plans) {
    const yardstick = await bareInserts(opened, engine.short ? 50 : 1_000);
    const { seconds, latencies } = await clients.identify(cases, count, engine.short ? 64 : requests);
    const rate = latencies.length / seconds;
    print({
      what: `record one fact over HTTP, ${count} clients`, engine: engine.name, measured: round(rate, 0), unit: 'facts/s',
      yardstick: { what: 'single-row durable inserts through the bare driver', measured: round(yardstick, 0) }, ratio: round(rate / yardstick), required,
    }); // prettier-ignore
    const p99 = round(quantile(latencies, 0.99));
    print({ what: `p99 of recording, ${count} clients`, engine: engine.name, measured: p99, unit: 'ms' });
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
