import { Refused } from '#core';

const [SHORTEST, LONGEST] = [12, 128] as const;
/** How much of a password must be something else than what everybody tries first. */
const LEAST_OWN = 4;
/** So many signs that follow each other in the alphabet, or on the keyboard, are one. */
const RUN = 4;

/** What everybody tries first, the longer before what it contains: with digits, signs and each other they make most of what is guessed. */
const COMMON =
  /contraseña|contrasena|administrator|passwort|password|passw0rd|p@ssw0rd|p@ssword|baseball|changeit|changeme|football|sunshine|superman|whatever|letmein|welcome|princess|trustno|iloveyou|investigator|supervisor|auditor|monkey|dragon|shadow|master|secret|hello|rastro|police|policia|admin|login|qwerty|azerty|guest|pass|test|user|root|love|abc|123/gi;
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'azertyuiop'];
const YEAR = /(?:19|20)\d\d/g;
const ORNAMENT = /[\s\d!-/:-@[-`{-~]/g;

const weak = (hint: string): Refused => new Refused('password-weak', hint, {}, '/password');

/** As it is hashed: what looks the same on two keyboards is the same. */
export const normalised = (text: string): string => text.normalize('NFC');

const inARow = (text: string, at: number): number => {
  let longest = 1;
  for (const row of ROWS.flatMap((one) => [one, [...one].reverse().join('')])) {
    let length = RUN;
    while (at + length <= text.length && row.includes(text.slice(at, at + length))) length += 1;
    longest = Math.max(longest, length - 1);
  }
  return longest < RUN ? 1 : longest;
};

/** One sign stands for each run of the alphabet, of the digits or of a row of keys, forwards or backwards. */
const withoutRuns = (text: string): string => {
  let kept = '';
  for (let at = 0; at < text.length; at += inARow(text, at)) kept += text[at];
  return kept;
};

/** `xyzxyzxyz` is `xyz`: the shortest piece of which the text is made by repeating it. */
const withoutRepeats = (text: string): string => {
  const period = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, period);
};

const own = (text: string): number => {
  const bare = withoutRuns(withoutRepeats(text.toLowerCase()));
  const left = bare.replace(COMMON, '').replace(YEAR, '');
  return new Set(left.replace(ORNAMENT, '')).size + (new Set(left.match(ORNAMENT)).size >> 1);
};

const bareOf = (text: string): string => normalised(text).toLowerCase().replace(ORNAMENT, '');

const isOneOf = (text: string, names: readonly string[]): boolean =>
  names.some((name) => bareOf(name) !== '' && bareOf(name) === bareOf(text));

/**
 * NIST SP 800-63B 3.1.1.2 and OWASP ASVS 5.0 V6.2: long enough, not what everybody tries first, and no rules of composition.
 * @param names what the account is called, with the address of its mail: none of them is a password
 * @throws Refused `password-weak`; it never tells the password again.
 */
export const assertStrong = (password: string, names: readonly string[] = []): void => {
  const text = normalised(password);
  const { length } = [...text];
  if (length < SHORTEST) throw weak(`Take at least ${SHORTEST} characters; a few words are easy to remember.`);
  if (length > LONGEST) throw weak(`Take at most ${LONGEST} characters.`);
  if (isOneOf(text, names)) throw weak('Take something else than the name of the account.');
  if (own(text) < LEAST_OWN)
    throw weak('This is among the first that are tried. Take a few words that say nothing of you.');
};
