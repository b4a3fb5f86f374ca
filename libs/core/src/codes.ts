import { Refused } from './refused.js';

declare const id: unique symbol;
declare const country: unique symbol;

/** A UUID in lower case, of the thing named. Ids of different things do not mix. */
export type Id<Thing extends string> = string & { readonly [id]: Thing };

export type CaseId = Id<'case'>;
export type AssetId = Id<'asset'>;
export type OrderId = Id<'order'>;
export type NetworkId = Id<'network'>;
export type OperationId = Id<'operation'>;
export type EventId = Id<'event'>;
export type PersonId = Id<'person'>;
export type ShareId = Id<'share'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isId = (text: unknown): boolean => typeof text === 'string' && UUID.test(text);

/** @throws Refused `id-malformed`. */
export const idOf = <Thing extends string>(text: unknown, at?: string): Id<Thing> => {
  if (!isId(text)) throw new Refused('id-malformed', 'Give a UUID in lower case.', { given: text }, at);
  return text as Id<Thing>;
};

/** Basis points: 10,000 is the whole. */
export type BasisPoints = number;
export const WHOLE: BasisPoints = 10_000;

/** ISO 3166-1 alpha-2, with XK (Kosovo), XZ (high seas) and ZZ (unknown). */
export type CountryCode = string & { readonly [country]: true };

const COUNTRIES = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD ' +
    'CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF ' +
    'GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN ' +
    'KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA ' +
    'NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI ' +
    'SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI ' +
    'VN VU WF WS YE YT ZA ZM ZW XK XZ ZZ'
  ).split(' '),
);
const REGION = /^[A-Z]{2}-[A-Z0-9]{1,3}$/;

export const isCountry = (text: unknown): text is CountryCode => typeof text === 'string' && COUNTRIES.has(text);

const UNION = new Set('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '));

/** Whether it is a Member State of the European Union. */
export const isMemberState = (country: CountryCode): boolean => UNION.has(country);

/** EU institutions write EL for Greece and UK for the United Kingdom: aliases at the edge, ISO codes inside. */
export const countryOf = (text: unknown, at?: string): CountryCode => {
  const code = text === 'EL' ? 'GR' : text === 'UK' ? 'GB' : text;
  if (!isCountry(code)) {
    throw new Refused('country-unknown', 'Give an ISO 3166-1 alpha-2 code such as ES.', { given: text }, at);
  }
  return code;
};

/** An ISO 3166-2 subdivision, `US-IL` or `IT-82`: its form is checked here, that it lies in its country elsewhere. */
export const isRegion = (text: unknown): boolean =>
  typeof text === 'string' && REGION.test(text) && COUNTRIES.has(text.slice(0, 2));
