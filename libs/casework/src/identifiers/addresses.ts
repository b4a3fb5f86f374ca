import { keccak_256 } from '@noble/hashes/sha3.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { base58, bech32, bech32m, createBase58check } from '@scure/base';

/** `undefined`: the form is wrong. */
type Verdict = 'passed' | 'mismatch' | 'none' | undefined;

const base58check = createBase58check(sha256);

const decodes = (decode: () => unknown): boolean => {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
};

/** A version byte, twenty bytes of hash and four of a double SHA-256. */
const hashAddress = (text: string, versions: readonly number[]): Verdict => {
  if (text.length > 35 || !decodes(() => base58.decode(text))) return undefined;
  const bytes = base58.decode(text);
  if (bytes.length !== 25 || !versions.includes(bytes[0] ?? -1)) return undefined;
  return decodes(() => base58check.decode(text)) ? 'passed' : 'mismatch';
};

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const SEGWIT = new RegExp(`^bc1([${BECH32}])([${BECH32}]{4,})[${BECH32}]{6}$`);

/** BIP 173 and BIP 350: version 0 closes by bech32 and has 20 or 32 bytes, later ones close by bech32m and have 2 to 40. */
const segwit = (text: string): Verdict => {
  const parts = SEGWIT.exec(text);
  if (!parts) return undefined;
  const version = BECH32.indexOf(parts[1] ?? '');
  const bits = (parts[2] ?? '').length * 5;
  const over = bits % 8;
  const bytes = (bits - over) / 8;
  const fits = version === 0 ? bytes === 20 || bytes === 32 : version <= 16 && bytes >= 2 && bytes <= 40;
  if (!fits || over > 4) return undefined;
  const coder = version === 0 ? bech32 : bech32m;
  const decoded = coder.decodeUnsafe(text);
  if (!decoded) return 'mismatch';
  return coder.fromWordsUnsafe(decoded.words.slice(1)) ? 'passed' : undefined;
};

/** Addresses of the main network; those of test networks hold no value. */
export const bitcoin = (text: string): Verdict =>
  text.startsWith('bc1') ? segwit(text) : hashAddress(text, [0x00, 0x05]);

export const tron = (text: string): Verdict => hashAddress(text, [0x41]);

/** EIP-55: a letter is a capital where the keccak of the address in lower case has 8 or more. */
export const eip55 = (address: string): string => {
  const hex = address.slice(2).toLowerCase();
  const hash = bytesToHex(keccak_256(utf8ToBytes(hex)));
  return `0x${[...hex].map((one, index) => ((hash[index] ?? '0') >= '8' ? one.toUpperCase() : one)).join('')}`;
};

/** One case throughout carries no check. */
export const evm = (text: string): Verdict => {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined;
  const hex = text.slice(2);
  if (hex === hex.toLowerCase() || hex === hex.toUpperCase()) return 'none';
  return eip55(text) === text ? 'passed' : 'mismatch';
};
