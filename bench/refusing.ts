import { openBookOn } from '../apps/api/src/book.js';
import { serve } from '../apps/api/src/serve.js';
import { admitBench, Clients, opening } from './clients.js';
import type { Engine } from './engine.js';
import { print, quantile, round } from './measure.js';

const MOST_MS = 50;

const titled = (title: string): string => JSON.stringify({ ...opening, title });

/** What is refused, and what it must not cost the server. */
const refusals: readonly (readonly [what: string, body: string])[] = [
  ['a key twice', '{"title":1,"title":2}'],
  ['a prototype', '{"__proto__":{}}'],
  ['100,000 levels', '['.repeat(100_000)],
  ['one byte too many', titled('x'.repeat(256 * 1024))],
  ['the most bytes, in one text', titled('x'.repeat(255 * 1024))],
  ['100,000 numbers', `[${'1,'.repeat(100_000)}1]`],
  ['15,000 unknown keys', `{${Array.from({ length: 15_000 }, (_, n) => `"k${n}":1`).join(',')}}`],
  ['15,000 keys, the last twice', `{${Array.from({ length: 15_000 }, (_, n) => `"k${n}":1`).join(',')},"k1":2}`],
  ['50 kB for a day', JSON.stringify({ ...opening, openedOn: '2'.repeat(50_000) })],
  ['50 kB for a country', JSON.stringify({ ...opening, jurisdiction: 'E'.repeat(50_000) })],
  ['100,000 quotation marks', titled('"'.repeat(100_000))],
  ['half a surrogate pair behind 200 kB', titled(`${'x'.repeat(200_000)}\ud800`)],
  ['a number with an exponent of 100,000,000', '{"shareBp":1e100000000}'],
];

/** The time from the last byte of a request to its answer, of one client. A plain write is measured before and after each. */
export const refusing = async (engine: Engine): Promise<void> => {
  const opened = await engine.open();
  const book = await openBookOn(opened.db, {});
  const serving = await serve(book, { host: '127.0.0.1', port: 0 });
  const clients = new Clients(serving.address, await admitBench(book.access));
  const rounds = engine.short ? 2 : 50;
  const medianOf = async (ask: () => Promise<number>): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < rounds; n += 1) times.push(await ask());
    return quantile(times, 0.5);
  };
  for (const [what, body] of refusals) {
    const plain = await medianOf(() => clients.timed('/v1/cases', JSON.stringify(opening), 201));
    const refused = await medianOf(() => clients.timed('/v1/cases', body));
    print({
      what: `refuse ${what}`, engine: engine.name, measured: round(refused), unit: 'ms', required: `<= ${MOST_MS}`,
      yardstick: { what: 'record a plain fact, 1 client', measured: round(plain) }, ratio: round(refused / plain),
    }); // prettier-ignore
  }
  await serving.stop();
  await book.close();
  await opened.drop();
};
