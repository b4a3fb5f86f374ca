import { openSqlEventStore } from '#event-store';
import { figures, ReadModels } from '#read-models';
import type { Quarter } from '#core';

import { fill } from './invented.js';
import type { Engine } from './main.js';
import { print, quantile, residentMb, round, secondsOf } from './measure.js';

/** How many events the log holds; another list is asked for with `--events 10000,100000`. */
const sizes = (process.env['RASTRO_BENCH_EVENTS'] ?? '10000,100000,1000000').split(',').map(Number);

/** How fast the read models are rebuilt from the log, beside reading the log alone; and what a figure costs at that size. */
export const rebuilding = async (engine: Engine): Promise<void> => {
  for (const events of engine.short ? [2_000] : sizes) {
    const { db, drop } = await engine.open();
    const store = await openSqlEventStore(db);
    await fill(store, events);
    const before = residentMb();
    const reading = await secondsOf(async () => {
      for (let after = 0, more = true; more;) {
        const page = await store.readAll(after, 4_000);
        after = page.at(-1)?.position ?? after;
        more = page.length > 0;
      }
    });
    const rm = new ReadModels(db, store);
    const building = await secondsOf(() => rm.open());
    const count = rm.position();
    print({
      what: `rebuild all read models, ${count} events`,
      engine: engine.name,
      measured: round(count / building, 0),
      unit: 'events/s',
      yardstick: { what: 'reading the log alone', measured: round(count / reading, 0) },
      ratio: round(reading / building),
      required: engine.name === 'embedded' ? '>= 15,000 events/s' : '>= 30,000 events/s',
    });
    print({
      what: `memory after rebuild, ${count} events`,
      engine: engine.name,
      measured: residentMb(),
      unit: 'MB resident',
      yardstick: { what: 'before', measured: before },
    });
    await figureSpeed(engine, rm);
    await drop();
  }
};

const figureSpeed = async (engine: Engine, rm: ReadModels): Promise<void> => {
  const times: number[] = [];
  const period = { first: '2014Q3' as Quarter, last: '2014Q3' as Quarter };
  for (let n = 0; n < (engine.short ? 5 : 200); n += 1) {
    const asked = { period, by: ['network', 'jurisdiction'] as const, definitions: ['value-seized'] };
    times.push(1_000 * (await secondsOf(() => figures(rm, asked))));
  }
  const [row] = await rm.db.query<{ count: string }>(`select count(*) as count from ${rm.schema}.postings`);
  print({
    what: `figures of a quarter by network x jurisdiction, ${row?.count} postings`,
    engine: engine.name,
    measured: round(quantile(times, 0.99)),
    unit: 'ms p99',
    required: '<= 20 ms at 1,000,000',
  });
};
