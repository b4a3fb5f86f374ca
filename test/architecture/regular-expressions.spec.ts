import { describe, expect, it } from '@jest/globals';

import { attacksOn, isSlow, literalsBelow } from './adversaries.js';

describe('a regular expression', () => {
  const written = literalsBelow('apps', 'libs');

  it('of the program costs twice as much for twice the text, of 100 kB made to delay it', () => {
    expect(written.length).toBeGreaterThan(100);
    expect(written.filter(({ expression }) => isSlow(expression)).map(({ where }) => where)).toEqual([]);
  });

  it.each([/=+$/, /%.*$/, /\[[^\]]*\]/g, /\d+ of \d+ rows/, /^\s*#.*a.*b$/, /^esdb:\/\/a*a*$/, /,\s*(\w+\s*)+;/])(
    'that costs the square of it, or more, is found: %s',
    (expression) => expect(isSlow(expression)).toBe(true),
  );

  it('is tried with what it is made of', () => {
    const texts = attacksOn(/^ab[x-z]\d*$/).map((attack) => attack(3));
    expect(texts).toEqual(expect.arrayContaining(['aaa\n!', 'ab000\n!', 'xzxz\0', 'abx0\0']));
  });
});
