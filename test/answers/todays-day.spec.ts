import { describe, expect, it } from '@jest/globals';

import { openEmbedded } from '#runtime';

import { openBookOn } from '../../apps/api/src/book.js';

describe('the day it is, for what is recorded in a book', () => {
  it('is that of its clock, in UTC', async () => {
    let now = '2026-05-01T23:30:00-02:00';
    const db = await openEmbedded('memory', { durable: false });
    const book = await openBookOn(db, { follow: 'once', now: () => new Date(now) });
    expect(book.known.today?.()).toBe('2026-05-02');
    now = '2026-05-03T00:00:00Z';
    expect(book.known.today?.()).toBe('2026-05-03');
    await book.close();
  });
});
