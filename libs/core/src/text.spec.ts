import { describe, expect, it } from '@jest/globals';

import { beginningOf, isWellFormed, shownOf } from './text.js';

describe('a text', () => {
  it.each(['Rua dos Bacalhoeiros 12', 'a\tb\r\nc', 'a boat ⛵', 'שלום\u200f', 'نمی\u200cخواهم', ''])(
    'may be %j',
    (text) => expect(isWellFormed(text)).toBe(true),
  );

  it.each([
    '\u0000',
    '\u0007',
    '\u007f',
    '\u0085',
    '\u200b',
    '\u202e',
    '\u2066',
    '\u2060',
    '\ufeff',
    '\ud83d',
    '\udea2',
  ])('holds no %j', (sign) => expect(isWellFormed(`a${sign}b`)).toBe(false));

  it('is shown with a sign for each that may not be recorded', () =>
    expect(shownOf('a\u0000b\ud83d 🚢\u202e')).toBe('a\ufffdb\ufffd 🚢\ufffd'));

  it('is cut between letters', () => {
    expect([beginningOf('a⛵🚢', 2), beginningOf('a🚢b', 2), beginningOf('a🚢b', 3)]).toEqual(['a⛵', 'a', 'a🚢']);
    expect(beginningOf('🚢', 2)).toBe('🚢');
  });
});
