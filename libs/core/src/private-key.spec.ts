import { describe, expect, it } from '@jest/globals';
import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import fc from 'fast-check';

import { holdsPrivateKey, withoutPrivateKeys } from './private-key.js';

const told = (...bytes: readonly number[]): string => createBase58check(sha256).encode(Uint8Array.from(bytes));
const key = Array.from({ length: 32 }, (_, index) => 7 * index + 1);
const rest = (length: number): number[] => Array.from({ length }, (_, index) => (5 * index) % 256);

/** Published: the wallet import format (Bitcoin wiki), BIP 32 (test vector 1), BIP 49 and BIP 84 (test vectors). */
const published = [
  '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ',
  'KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98617',
  'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi',
  'tprv8ZgxMBicQKsPe5YMU9gHen4Ez3ApihUfykaqUorj9t6FDqy3nP6eoXiAo2ssvpAjoLroQxHqr3R5nE3a5dU3DHTjTgJDd7zrbniJr6nrCzd',
  'zprvAWgYBBk7JR8Gjrh4UJQ2uJdG1r3WNRRfURiABBE3RvMXYSrRJL62XuezvGdPvG6GFBZduosCc1YP5wixPox7zhZLfiUm8aunE96BBa4Kei5',
];
const tested = [told(0xef, ...key), told(0xef, ...key, 1)];
/** SLIP-132. */
const dialects = [0x049d7878, 0x0295b005, 0x02aa7a99, 0x044a4e28, 0x045f18bc, 0x024285b5, 0x02575048].map((version) =>
  told(...new Uint8Array(new Uint32Array([version]).buffer).reverse(), ...rest(74)),
);
const keys = [...published, ...tested, ...dialects];

describe('a private key', () => {
  it('begins as it is known to', () => {
    expect(tested.map((one) => one[0])).toEqual(['9', 'c']);
    expect(dialects.map((one) => one.slice(0, 4)).sort()).toEqual(['Uprv', 'Vprv', 'Yprv', 'Zprv', 'uprv', 'vprv', 'yprv']); // prettier-ignore
  });

  it.each(keys)('is found in whatever it stands: %s', (one) => {
    const texts = [one, `WIF:${one}`, `key "${one}", found on paper`, `clave\n${one}\n`, `_${one}_`, `(${one})`, `${'x '.repeat(500)}${one}`]; // prettier-ignore
    expect(texts.filter((text) => !holdsPrivateKey(text))).toEqual([]);
    expect(texts.filter((text) => withoutPrivateKeys(text).includes(one))).toEqual([]);
  });

  it('is found behind what only looks like one, and each is withheld', () => {
    const [one = '', other = ''] = keys;
    const like = one.replace('Hue', 'Huf');
    expect(holdsPrivateKey(`${like} ${other}`)).toBe(true);
    expect(withoutPrivateKeys(`${like} ${other}, ${one}.`)).toBe(`${like} [private key], [private key].`);
  });
});

describe('no private key', () => {
  it.each([
    ['an address', '1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD'],
    ['an address of two scripts', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
    ['a transaction', '4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b'],
    ['an extended public key', 'xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8'], // prettier-ignore
    ['a key of another chain', told(0xb0, ...key, 1)],
    ['a word too long by one', told(0x80, ...key, 2)],
    ['a key with a slip', 'KwdMAjGmerYanjeui5SHS7JkmpZvVipYvB2LJGU1ZxJwYvP98618'],
    ['an extended key with a slip', 'xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHj'], // prettier-ignore
    ['half of one', 'KwdMAjGmerYanjeui5SHS7JkmpZvVip'],
    ['where one is kept', 'Ledger in bag 4711, custody reference KC-2026/17, sealed on 3 May 2026 by two persons'],
    ['nothing', ''],
  ])('is %s', (_, text) => {
    expect(holdsPrivateKey(text)).toBe(false);
    expect(withoutPrivateKeys(text)).toBe(text);
  });

  it('is any other text, of the letters of keys or not', () => {
    const letters = [...'123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'];
    const run = fc.array(fc.constantFrom(...letters), { minLength: 50, maxLength: 60 }).map((signs) => signs.join(''));
    const words = fc.oneof(
      run,
      run.map((text) => `K${text}`.slice(0, 52)),
      fc.string({ maxLength: 200 }),
      fc.lorem(),
    );
    fc.assert(fc.property(fc.array(words).map((all) => all.join(' ')), (text) => !holdsPrivateKey(text))); // prettier-ignore
  });
});
