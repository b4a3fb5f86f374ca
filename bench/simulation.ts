import type { AssetId, CountryCode, CurrencyCode, Day, EventId } from '#core';
import type { Place, Posting } from '#ledger';
import { Changes, type KeptCells } from '#read-models';

import { idFor } from './invented.js';
import { print, round } from './measure.js';
import type { Engine } from './engine.js';

const POSTINGS = 100_000_000;
const TOGETHER = 4_000;
const SEED = 20_160_930;
const [QUARTERS, NETWORKS] = [40, 21];
const countries = ['ES', 'CO', 'BR', 'NL', 'PT', 'BE'] as CountryCode[];
const categories = ['cash', 'vehicle', 'real-estate', 'bank-account'] as const;
const steps: readonly (readonly [Place, Place])[] = [
  ['outside', 'identified'],
  ['identified', 'seized'],
  ['seized', 'confiscated-final'],
];

/** Numbers below a bound, the same for the same seed: a linear congruential generator of 32 bits, its upper bits. */
const seeded = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const networks = Array.from({ length: NETWORKS }, (_, n) => (n === 0 ? '' : idFor('network', n)));
const days = Array.from({ length: QUARTERS }, (_, n) => `${2012 + Math.floor(n / 4)}-0${(n % 4) * 3 + 1}-15`.replace(/-0(\d\d)/, '-$1') as Day); // prettier-ignore
const [asset, event] = [idFor('asset') as AssetId, idFor('event') as EventId];

/** A posting on one of 60,480 cells. Its asset and its event are always the same: cells do not look at them. */
const invent = (random: (below: number) => number): Posting => {
  const [from, to] = steps[random(steps.length)] ?? ['outside', 'identified'];
  const amount = BigInt(random(9_000_000) + 100);
  return {
    eventId: event,
    effectiveOn: days[random(QUARTERS)] ?? ('2012-01-15' as Day),
    from,
    to,
    network: networks[random(NETWORKS)] ?? '',
    jurisdiction: countries[random(countries.length)] ?? ('ES' as CountryCode),
    region: '',
    category: categories[random(categories.length)] ?? 'cash',
    fromPower: '',
    fromOpening: false,
    power: '',
    currency: 'EUR' as CurrencyCode,
    state: 'valued',
    opening: false,
    amount,
    eur: amount,
    rate: '1',
    rateOn: '',
    rateSource: 'EUR',
    shareBp: 10_000,
    counted: 1,
    arrived: 1,
    departed: from === 'outside' ? 0 : 1,
    reason: from === 'outside' ? 'identification' : 'measure',
  };
};

/** What the cells add up to, and what was put into them, must be one. */
const assertConserved = (cells: KeptCells, put: { amount: bigint; postings: number }): void => {
  let [amount, postings] = [0n, 0];
  for (const cell of cells.values()) [amount, postings] = [amount + cell.amount, postings + cell.postings];
  if (amount !== put.amount || postings !== put.postings) throw new Error('the cells lost something');
};

const stream = (count: number): { cells: KeptCells; put: { amount: bigint; postings: number }; peakMb: number } => {
  const [random, cells]: [ReturnType<typeof seeded>, KeptCells] = [seeded(SEED), new Map()];
  const put = { amount: 0n, postings: 0 };
  let peakMb = 0;
  while (put.postings < count) {
    const changes = new Changes(cells, 0);
    for (let n = 0; n < TOGETHER && put.postings < count; n += 1) {
      const posting = invent(random);
      changes.enter({ position: put.postings + 1, n: 0, assetId: asset, posting });
      put.amount += posting.amount;
      put.postings += 1;
    }
    peakMb = Math.max(peakMb, process.memoryUsage.rss() / 2 ** 20);
  }
  return { cells, put, peakMb };
};

/** The cost of making up the postings alone, which the simulation pays too: CPU time a posting, in microseconds. */
const inventing = (count: number): number => {
  const random = seeded(SEED);
  const start = process.cpuUsage();
  let sum = 0n;
  for (let n = 0; n < count; n += 1) sum += invent(random).amount;
  if (sum === 0n) throw new Error('nothing was made up');
  return process.cpuUsage(start).user / count;
};

/**
 * A hundred million made-up postings through the code that keeps the cells and makes the rows. Simulated: the process that takes in.
 * Not simulated: the law, the histories of assets, and the database, in which nothing is written.
 */
export const simulation = ({ short, name }: Engine): Promise<void> => {
  for (const count of short ? [10_000] : [POSTINGS / 100, POSTINGS / 10, POSTINGS]) {
    const made = inventing(Math.min(count, 1_000_000));
    const start = process.cpuUsage();
    const { cells, put, peakMb } = stream(count);
    const perPosting = process.cpuUsage(start).user / count;
    assertConserved(cells, put);
    print({
      what: `keeping ${cells.size} cells over ${count} postings, seed ${SEED}, nothing written; ${round(peakMb, 0)} MB at most`,
      engine: name,
      measured: round(perPosting, 3),
      unit: 'µs of CPU a posting',
      yardstick: { what: 'making the postings up', measured: round(made, 3) },
      ratio: round(perPosting / made),
    });
  }
  return Promise.resolve();
};
