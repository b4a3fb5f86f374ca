import { describe, expect, it } from '@jest/globals';

import { assertStrong } from './password-rules.js';
import { hashPassword, isOutdated, verifyPassword } from './passwords.js';

const cheap = { log2N: 8, r: 8, p: 1 };
const good = 'marmalade over the viaduct';

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

describe('a password', () => {
  it('is stored with its cost, and never twice the same', async () => {
    const [one, two] = [await hashPassword(good, { cost: cheap }), await hashPassword(good, { cost: cheap })];
    expect(one).toMatch(/^\$scrypt\$ln=8,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await verifyPassword(good, one)).toBe(true);
    expect(await verifyPassword(`${good}.`, one)).toBe(false);
  });

  it('costs 128 MB unless a test asks for less, and then the hash is to be made again', async () => {
    const hash = await hashPassword(good);
    expect(hash).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$/);
    expect(await verifyPassword(good, hash)).toBe(true);
    expect(isOutdated(hash)).toBe(false);
    expect(isOutdated(await hashPassword(good, { cost: cheap }))).toBe(true);
  });

  it('is the same however its accents are typed', async () => {
    const hash = await hashPassword('cafe\u0301 bajo la lluvia', { cost: cheap });
    expect(await verifyPassword('caf\u00e9 bajo la lluvia', hash)).toBe(true);
  });

  it('of nobody is none, and that costs what a real one does', async () => {
    const spent = async (hash?: string): Promise<number> => {
      const start = performance.now();
      expect(await verifyPassword('something else again', hash)).toBe(false);
      return performance.now() - start;
    };
    const hash = await hashPassword(good, { cost: cheap });
    const least = Math.min(await spent(hash), await spent(hash), await spent(hash));
    expect(await spent()).toBeGreaterThan(10 * least);
  });

  it('of megabytes is none', async () => {
    const hash = await hashPassword(good, { cost: cheap });
    expect(await verifyPassword('ab '.repeat(2_000_000), hash)).toBe(false);
  });

  it('waits its turn, and is sent away when too many wait', async () => {
    const all = Array.from({ length: 60 }, () => hashPassword(good, { cost: { ...cheap, log2N: 12 } }));
    const outcomes = await Promise.allSettled(all);
    const refused = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.length).toBe(60 - 2 - 32);
    expect(refused.every(({ reason }) => (reason as { code: string }).code === 'too-busy')).toBe(true);
    expect(await verifyPassword(good, await hashPassword(good, { cost: cheap }))).toBe(true);
  });

  it('of another make is not taken for a wrong one', () =>
    expect(verifyPassword(good, '$2b$10$abcdefghijklmnopqrstuv')).rejects.toThrow('no hash of this program'));
});

describe('the rules of a password', () => {
  it.each([
    good,
    'tres tristes tigres',
    'correct horse battery',
    'ñandú y quinoa añeja',
    'vL9#k2!mQz4&',
    'хороший день завтра',
    'P4ssage through the alps',
    '海上升明月天涯共此時海內存',
  ])('let %s stand, whatever it is made of', (text) => expect(codeOf(() => assertStrong(text))).toBeUndefined());

  it.each([
    ['too short', 'k2!mQz4&vL9'],
    ['too long', 'ab7 '.repeat(33)],
    ['one letter', 'aaaaaaaaaaaa'],
    ['a piece again and again', 'xkcdxkcdxk'.slice(0, 8).repeat(2).replace(/xkcd/g, 'xyx')],
    ['the alphabet', 'abcdefghijklmnop'],
    ['digits backwards', '9876543210987'],
    ['a row of keys', 'qwertyuiopasdfghjkl'],
    ['the commonest, with a year', 'Password2026!'],
    ['the commonest, twice', 'passwordpassword'],
    ['two of the commonest', 'admin.letmein.1234'],
    ['the commonest, disguised', 'P@ssw0rd123456'],
    ['what servers come with', 'changeit-changeit'],
    ['digits only', '112233445566'],
    ['blanks', '            '],
  ])('refuse %s', (_, text) => {
    expect(codeOf(() => assertStrong(text))).toBe('password-weak');
    expect(() => assertStrong(text)).not.toThrow(text);
  });

  it('refuse the name of the account, written otherwise too', () => {
    expect(codeOf(() => assertStrong('Maria.Fernandez1', ['maria fernandez']))).toBe('password-weak');
    expect(codeOf(() => assertStrong('maria.fernandez@office.example', ['x', 'maria.fernandez@office.example']))).toBe(
      'password-weak',
    );
    expect(codeOf(() => assertStrong(good, ['', '1']))).toBeUndefined();
  });

  it('count characters, not the units of a machine', () =>
    expect(codeOf(() => assertStrong('😀🙃🚲🌍🎺🪁'))).toBe('password-weak'));

  it('refuse a megabyte for its length alone: what costs its square does not end', () => {
    for (const unit of ['a', 'password', '1', 'qwerty', '\u0301'])
      expect(() => assertStrong(unit.repeat(1_000_000 / unit.length))).toThrow('Take at most 128 characters.');
  });
});
