import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CurrencyCode, Day } from '#core';
import { type Actor, commandHashOf, type EventStore, Recorder } from '#event-store';
import { RATES_TOGETHER, recordRates, shippedEcbRates } from '#intake';

import { openBookOn } from '../../apps/api/src/book.js';
import { Book, clerk } from '../support/book.js';

const published = Array.from({ length: 2 * RATES_TOGETHER + 1 }, (_, n) => {
  const day = new Date(Date.UTC(2001, 0, 1 + n)).toISOString().slice(0, 10) as Day;
  return { source: 'ECB' as const, base: 'EUR' as CurrencyCode, from: day, to: day, rates: { USD: '1.5' } };
});
const command = { actor: clerk, commandId: 'rates', commandHash: '0', expected: 'any' as const };
/** Who records what comes with the product itself. */
const product = { person: 'rastro', authority: 'European Central Bank rates', jurisdiction: 'ZZ' } as Actor;

describe('rates of many days', () => {
  let book: Book;
  beforeEach(async () => void (book = await Book.open()));
  afterEach(() => book.close());

  it('are recorded in parts; broken off and given again, each day is there once', async () => {
    let left = 1;
    const breaking = Object.assign(Object.create(book.store) as EventStore, {
      append: (append: Parameters<EventStore['append']>[0]) =>
        left-- > 0 ? book.store.append(append) : Promise.reject(new Error('the line went dead')),
    });
    const broken = new Recorder(breaking, { now: () => new Date() });
    await expect(recordRates(broken, 'ECB', published, command)).rejects.toThrow('the line went dead');
    expect(await book.store.head()).toBe(RATES_TOGETHER);
    expect(await recordRates(book.recorder, 'ECB', published, command)).toHaveLength(RATES_TOGETHER + 1);
    expect(await recordRates(book.recorder, 'ECB', published, command)).toEqual([]);
    const days = (await book.store.readAll(0, 4_000)).map(({ data }) => data['from']);
    expect(days).toEqual(published.map(({ from }) => from));
  });

  it('that ship with the product are all there after a first start that was broken off', async () => {
    const shipped = shippedEcbRates();
    const part = { ...command, commandId: 'shipped-ecb-rates', commandHash: commandHashOf('shipped ECB rates') };
    const correlationId = `shipped-ecb-rates of ${shipped.length}`;
    await recordRates(book.recorder, 'ECB', shipped.slice(0, RATES_TOGETHER), {
      ...part,
      actor: product,
      correlationId,
    });
    const { store } = await openBookOn(book.db, { follow: 'once' });
    expect(await store.head()).toBe(shipped.length);
  }, 120_000);
});
