import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { print, round, secondsOf } from './measure.js';
import type { Engine } from './engine.js';
import { importReal } from './real.js';

/** The Cook County register into an empty book, with its read models, beside writing as many bare rows. */
export const importing = async (engine: Engine): Promise<void> => {
  const root = process.env['RASTRO_SHARED'] ?? resolve('../shared/data');
  const file = resolve(root, 'cook-county/cook_forfeitures.csv');
  if (!existsSync(file)) {
    process.stderr.write(`importing: skipped, ${file} is not here\n`);
    return;
  }
  const { db, drop } = await engine.open();
  const imported = await importReal(db, file);
  await db.execute('create table public.bare (n int primary key, body json not null)');
  const body = JSON.stringify({ text: 'x'.repeat(900) });
  const bare = await secondsOf(async () => {
    const numbers = Array.from({ length: imported.events }, (_, n) => n);
    for (let from = 0; from < numbers.length; from += 1_000) {
      const some = numbers.slice(from, from + 1_000);
      await db.query('insert into public.bare select * from unnest($1::int[], $2::json[])', [
        some,
        some.map(() => body),
      ]);
    }
  });
  print({
    what: `import ${imported.rows} rows of Cook County as ${imported.events} events, with read models`,
    engine: engine.name,
    measured: round(imported.seconds),
    unit: 's',
    yardstick: { what: 'writing as many bare rows of 1 KB, 1,000 a transaction', measured: round(bare) },
    ratio: round(imported.seconds / bare),
    required: '<= 20 s',
  });
  await drop();
};
