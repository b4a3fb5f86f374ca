import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';

// Whoever reads a private key can move the asset. The service keeps none (domain.md 9): what is recorded is where a key is kept.

/** What is said of a text that is refused with `private-key-told`. */
export const PRIVATE_KEY_TOLD =
  'A private key stands in it. Leave it out, and record where it is kept (a custody reference). Who had it in hand may need a new one.';

/** What stands in the place of a key that is not shown. */
const WITHHELD = '[private key]';

const SIGN = '[1-9A-HJ-NP-Za-km-z]';
const SHORTEST = 51;

/**
 * What may be a key: of one address, on the main network (5, K, L) or a test network (9, c); or an extended one, in all its dialects
 * (BIP 32, SLIP-132).
 */
const LIKELY = new RegExp(`(?<!${SIGN})(?:[5KL9c]${SIGN}{50,51}|[xyztuvYZUV]prv${SIGN}{107})(?!${SIGN})`, 'g');

const base58check = createBase58check(sha256);

const decoded = (text: string): Uint8Array | undefined => {
  try {
    return base58check.decode(text);
  } catch {
    return undefined;
  }
};

/** Of 78 bytes, or of a version and 32 bytes, with a 1 behind them where the public key is compressed. */
const isKey = (likely: string): boolean => {
  const bytes = decoded(likely);
  if (!bytes || likely.length > 52) return bytes?.length === 78;
  const [version, last] = [bytes[0], bytes[33]];
  return (version === 0x80 || version === 0xef) && (bytes.length === 33 || (bytes.length === 34 && last === 1));
};

/**
 * Whether a private key stands in a text: in the wallet import format, or an extended one. Its checksum must hold, so that no other text
 * is taken for one; most texts are too short for any.
 */
export const holdsPrivateKey = (text: string): boolean => {
  if (text.length < SHORTEST) return false;
  for (const [likely] of text.matchAll(LIKELY)) if (isKey(likely)) return true;
  return false;
};

/** A text as it may be shown, without the private keys in it. */
export const withoutPrivateKeys = (text: string): string =>
  text.length < SHORTEST ? text : text.replace(LIKELY, (likely) => (isKey(likely) ? WITHHELD : likely));
