import { isValidBIC } from 'ibantools';

import { countryOf, type CountryCode, Refused } from '#core';

import * as addresses from './addresses.js';
import * as checks from './checks.js';
import type { Identifier, IdentifierKind } from './identifier.js';

export { eip55 } from './addresses.js';

/** Longer than any identifier; beyond it somebody pasted a text. */
const MOST_CHARACTERS = 100;

type Check = Identifier['check'];

interface Rule {
  /** Taken away: what people put between the characters. The rest is compared. */
  readonly compact: (raw: string) => string;
  /** The verdict on the compacted text; undefined when its form is wrong. */
  readonly verdict: (text: string, country: CountryCode | undefined) => Check | undefined;
  /** The form that is compared, where it is not the compacted text. */
  readonly compared?: (text: string) => string;
  /** Means nothing without its country. */
  readonly national?: true;
  readonly form: string;
}

const unspaced = (raw: string): string => raw.replace(/\s/gu, '');
const compact = (raw: string): string => raw.replace(/[\s.\p{Pd}]/gu, '').toUpperCase();
const collapsed = (raw: string): string => raw.trim().replace(/\s+/gu, ' ').toUpperCase();

const closing =
  (form: RegExp, check: (text: string) => boolean) =>
  (text: string): Check | undefined =>
    form.test(text) ? (check(text) ? 'passed' : 'mismatch') : undefined;
const formOnly =
  (form: RegExp) =>
  (text: string): Check | undefined =>
    form.test(text) ? 'none' : undefined;

const SPANISH = /^[0-9A-ZÑ]{14}\d{4}[A-Z]{2}$/;
const spanish = closing(SPANISH, checks.cadastralOfSpain);
const foreign = formOnly(/^[\p{L}\p{N}/]{1,40}$/u);

/** A bech32 address may be written in capitals throughout, as in QR codes; it is the same one. */
const bitcoinText = (raw: string): string => unspaced(raw).replace(/^BC1[0-9A-Z]+$/, (text) => text.toLowerCase());

/**
 * What is checked of each kind (domain.md 5.2): a wrong form is refused, a wrong check digit is recorded with a warning, because
 * registers hold many numbers that fail it. The structure that a country gives its IBAN is no check: each edition of the registry changes it.
 *
 * | kind | form | check | source |
 * |---|---|---|---|
 * | iban | 15 to 34 characters | modulo 97 | ISO 13616-1 |
 * | bic | 8 or 11 characters, a country | none; the form is all there is: passed | ISO 9362 |
 * | vin | 17, no I, O, Q | ninth place, modulo 11 | ISO 3779, 49 CFR 565.15 |
 * | imo | 7 digits | seventh digit | IMO Resolution A.1117(30) |
 * | isin | 12 | Luhn | ISO 6166 |
 * | lei | 20 | modulo 97 | ISO 17442-1 |
 * | bitcoin | base58, bech32 | double SHA-256, bech32(m) | BIP 13, 173, 350 |
 * | evm | 0x and 40 hexadecimal digits | keccak, when capitals and small letters are mixed | EIP-55 |
 * | tron | base58, 0x41 in front | double SHA-256 | TRON protocol |
 * | clabe, cbu | 18, 22 digits | modulo 10 | Banco de México; BCRA |
 * | cadastral | Spain: 20; elsewhere up to 40 letters and digits | Spain: two letters; elsewhere none | Dirección General del Catastro |
 * | plate, register | letters and digits, and whose | none | |
 * | serial | up to 100 characters | none | |
 */
const rules: { readonly [Kind in IdentifierKind]: Rule } = {
  iban: {
    compact: (raw) => compact(raw).replace(/^IBAN/, ''),
    verdict: closing(/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/, checks.iban),
    form: 'an IBAN such as ES91 2100 0418 4502 0005 1332',
  },
  bic: { compact, verdict: (text) => (isValidBIC(text) ? 'passed' : undefined), form: 'a BIC such as DEUTDEFF' },
  vin: {
    compact,
    verdict: closing(/^[A-HJ-NPR-Z0-9]{17}$/, checks.vin),
    form: 'a VIN of 17 characters, without I, O and Q',
  },
  imo: {
    compact: (raw) => compact(raw).replace(/^IMO/, ''),
    verdict: closing(/^\d{7}$/, checks.imo),
    form: 'an IMO number of 7 digits',
  },
  isin: { compact, verdict: closing(/^[A-Z]{2}[A-Z0-9]{9}\d$/, checks.isin), form: 'an ISIN of 12 characters' },
  lei: { compact, verdict: closing(/^[A-Z0-9]{18}\d{2}$/, checks.mod97), form: 'a LEI of 20 characters' },
  bitcoin: {
    compact: bitcoinText,
    verdict: addresses.bitcoin,
    form: 'an address of the Bitcoin main network (1…, 3… or bc1…)',
  },
  evm: {
    compact: (raw) => unspaced(raw).replace(/^0X/, '0x'),
    verdict: addresses.evm,
    compared: (text) => text.toLowerCase(),
    form: 'an address of 0x and 40 hexadecimal digits',
  },
  tron: { compact: unspaced, verdict: addresses.tron, form: 'a TRON address of 34 characters (T…)' },
  clabe: { compact, verdict: closing(/^\d{18}$/, checks.clabe), form: 'a CLABE of 18 digits' },
  cbu: { compact, verdict: closing(/^\d{22}$/, checks.cbu), form: 'a CBU of 22 digits' },
  plate: {
    compact,
    verdict: formOnly(/^[\p{L}\p{N}]{1,12}$/u),
    national: true,
    form: 'a plate of letters and digits, and its country',
  },
  cadastral: {
    compact,
    verdict: (text, country) => (country === 'ES' ? spanish(text) : foreign(text)),
    national: true,
    form: 'a cadastral reference (20 characters in Spain), and its country',
  },
  register: {
    compact: collapsed,
    verdict: formOnly(/^[\p{L}\p{N}][\p{L}\p{N} /.:-]{0,39}$/u),
    national: true,
    form: 'a number of a public register, and its country',
  },
  serial: { compact: collapsed, verdict: formOnly(/^\P{C}+$/u), form: 'a serial number' },
};

const malformed = (form: string, given: unknown, at: string): never => {
  throw new Refused('identifier-malformed', `Give ${form}.`, { given }, at);
};

/**
 * An identifier as it is recorded. The raw text stays as it was given.
 * @param at JSON pointer to the identifier.
 * @throws Refused `identifier-malformed`, `country-unknown`.
 */
export const identifierOf = (given: { kind: unknown; raw: unknown; country?: unknown }, at = ''): Identifier => {
  const kind = given.kind as IdentifierKind;
  const rule = typeof kind === 'string' && Object.hasOwn(rules, kind) ? rules[kind] : undefined;
  if (!rule) return malformed(`one of the kinds ${Object.keys(rules).join(', ')}`, given.kind, `${at}/kind`);
  const { raw } = given;
  if (typeof raw !== 'string' || raw.length > MOST_CHARACTERS) return malformed(rule.form, raw, `${at}/raw`);
  const country = given.country === undefined ? undefined : countryOf(given.country, `${at}/country`);
  if (rule.national && !country) return malformed(rule.form, country, `${at}/country`);
  const text = rule.compact(raw);
  const check = rule.verdict(text, country);
  if (!check) return malformed(rule.form, raw, `${at}/raw`);
  const normalised = rule.compared?.(text) ?? text;
  return { kind, raw, normalised, check, ...(country ? { country } : {}) };
};
