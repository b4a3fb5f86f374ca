import { holdsPrivateKey, PRIVATE_KEY_TOLD } from './private-key.js';

/**
 * Control signs but tab and line ends, lone surrogates, and what shows text otherwise than it is: embeddings, overrides and
 * isolates of direction, and signs without width. Marks of direction and joiners are parts of words, and stay.
 */
const ILL_FORMED = /[^\P{Cc}\t\n\r]|\p{Surrogate}|[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]/u;

const EACH = new RegExp(ILL_FORMED, 'gu');

export const isWellFormed = (text: string): boolean => !ILL_FORMED.test(text);

/** A text as it may be shown: a sign for what cannot be shown stands for each that may not be recorded. */
export const shownOf = (text: string): string => text.replace(EACH, '\ufffd');

/** What is said of a text that is refused with `text-ill-formed`. */
export const ILL_FORMED_TEXT = 'Leave out control signs, lone surrogates, and signs that turn or hide text.';

/** Why a text is not recorded. Every text that is given to the service, or read out of a register, is asked this first. */
export interface TextFault {
  readonly code: 'text-ill-formed' | 'private-key-told';
  readonly say: string;
}

export const faultIn = (text: string): TextFault | undefined => {
  if (!isWellFormed(text)) return { code: 'text-ill-formed', say: ILL_FORMED_TEXT };
  return holdsPrivateKey(text) ? { code: 'private-key-told', say: PRIVATE_KEY_TOLD } : undefined;
};

const HALF = /[\ud800-\udbff]$/;

/** The beginning of a text: at most so many code units, and no half of a letter. */
export const beginningOf = (text: string, most: number): string =>
  text.length <= most ? text : text.slice(0, most).replace(HALF, '');
