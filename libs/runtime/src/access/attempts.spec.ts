import { describe, expect, it } from '@jest/globals';

import { addressKey, Attempts } from './attempts.js';

const MINUTE = 60_000;

describe('attempts to sign in', () => {
  let now = 0;
  const limited = (mostKeys?: number): Attempts => {
    now = 0;
    return new Attempts({ most: 5, windowMs: 15 * MINUTE, ...(mostKeys ? { mostKeys } : {}) }, () => now);
  };
  const use = (attempts: Attempts, key: string, times: number): number =>
    Array.from({ length: times }, () => attempts.allowed(key)).filter(({ ok }) => ok).length;

  it('are so many at once, then one after the other, and it is told when', () => {
    const attempts = limited();
    expect(use(attempts, 'ana', 100)).toBe(5);
    expect(attempts.allowed('ana')).toEqual({ ok: false, retryAfterS: 180 });
    now = 2 * MINUTE;
    expect(attempts.allowed('ana')).toEqual({ ok: false, retryAfterS: 60 });
    now = 3 * MINUTE;
    expect(use(attempts, 'ana', 10)).toBe(1);
    now = 60 * MINUTE;
    expect(use(attempts, 'ana', 10)).toBe(5);
  });

  it('of one do not count for another', () => {
    const attempts = limited();
    use(attempts, 'ana', 10);
    expect(use(attempts, 'eva', 10)).toBe(5);
  });

  it('are forgotten when the account signs in', () => {
    const attempts = limited();
    use(attempts, 'ana', 5);
    attempts.succeeded('ana');
    expect(use(attempts, 'ana', 10)).toBe(5);
  });

  it('of an address are given back one by one, and its failures stay', () => {
    const attempts = limited();
    use(attempts, '192.0.2.1', 4);
    expect(use(attempts, '192.0.2.1', 1)).toBe(1);
    attempts.giveBack('192.0.2.1');
    expect(use(attempts, '192.0.2.1', 10)).toBe(1);
    attempts.giveBack('192.0.2.2');
    expect(use(attempts, '192.0.2.2', 10)).toBe(5);
  });

  it('of invented names take no more room, and make nobody forgotten', () => {
    const attempts = limited(100);
    use(attempts, 'ana', 5);
    const let_in = Array.from({ length: 10_000 }, (_, n) => use(attempts, `nobody-${n}`, 1));
    expect(attempts.size).toBe(101);
    expect(let_in.filter(Boolean)).toHaveLength(99 + 5);
    expect(attempts.allowed('ana').ok).toBe(false);
    now = 15 * MINUTE;
    expect(use(attempts, 'ana', 10)).toBe(5);
    expect(attempts.size).toBe(1);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['no address', 'no address'],
  ])('from %s count for %s', (address, key) => expect(addressKey(address)).toBe(key));
});
