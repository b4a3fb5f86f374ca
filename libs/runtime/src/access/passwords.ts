import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

import { Refused } from '#core';

import { assertStrong, normalised } from './password-rules.js';

/** The work of a hash: 2^`log2N` rounds over 128 * `r` bytes each, `p` times. */
export interface Cost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP Password Storage Cheat Sheet: 128 MB and a good part of a second. */
const COST: Cost = { log2N: 17, r: 8, p: 1 };
/** Each takes 128 MB while it runs. */
const AT_ONCE = 2;
const MOST_WAITING = 32;
const [SALT_BYTES, KEY_BYTES] = [16, 32] as const;
/** More than this is no password: nothing is spent on it. In UTF-16 units, before it is normalised. */
const LONGEST = 1_024;

let running = 0;
const waiting: (() => void)[] = [];

/** A turn of the few at once. @throws Refused `too-busy` when too many wait already. */
const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
  if (running >= AT_ONCE && waiting.length >= MOST_WAITING)
    throw new Refused('too-busy', 'Too many sign in at this moment. Try again.');
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
};

const derive = (text: string, salt: Buffer, { log2N, r, p }: Cost): Promise<Buffer> =>
  inTurn(
    () =>
      new Promise((resolve, reject) => {
        const N = 2 ** log2N;
        const done = (error: Error | null, key: Buffer): void => (error ? reject(error) : resolve(key));
        scrypt(normalised(text), salt, KEY_BYTES, { N, r, p, maxmem: 256 * r * (N + p) }, done);
      }),
  );

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const HASH = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

const read = (hash: string): { cost: Cost; salt: Buffer; key: Buffer } => {
  const [, log2N, r, p, salt = '', key = ''] = HASH.exec(hash) ?? [];
  if (!log2N) throw new Error('a stored password is no hash of this program');
  const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
};

/**
 * A new password as it is stored: `$scrypt$ln=17,r=8,p=1$salt$key`, with its cost, so that the cost can be raised later.
 * @param names of the account: none of them is a password
 * @param cost less than the default is for tests only
 * @throws Refused `password-weak`, `too-busy`.
 */
export const hashPassword = async (
  password: string,
  { names = [], cost = COST }: { readonly names?: readonly string[]; readonly cost?: Cost } = {},
): Promise<string> => {
  assertStrong(password, names);
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, cost);
  return `$scrypt$ln=${cost.log2N},r=${cost.r},p=${cost.p}$${base64(salt)}$${base64(key)}`;
};

/** For accounts that are not there: as much work as for one that is. */
const NOBODY = `$scrypt$ln=${COST.log2N},r=${COST.r},p=${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/**
 * Whether it is the password of that hash. Give `undefined` for an account that is not there: the answer is no, and takes as
 * long, so that nobody learns which accounts there are.
 * @throws Refused `too-busy`.
 */
export const verifyPassword = async (password: string, hash: string | undefined): Promise<boolean> => {
  const { cost, salt, key } = read(hash ?? NOBODY);
  const given = await derive(password.slice(0, LONGEST), salt, cost);
  return timingSafeEqual(given, key) && hash !== undefined && password.length <= LONGEST;
};

/** Whether it cost less than a hash does now: then hash again at the next sign-in, when the password is at hand. */
export const isOutdated = (hash: string): boolean => {
  const { log2N, r, p } = read(hash).cost;
  return 2 ** log2N * r * p < 2 ** COST.log2N * COST.r * COST.p;
};
