import type { CountryCode, Day } from '#core';

/** H0: to prevent and combat crime only; H1: not in judicial proceedings, H2: not to others, without the provider's permission; H3: other restrictions (Europol Regulation Art. 29). */
export const handlingCodes = ['H0', 'H1', 'H2', 'H3'] as const;
export type HandlingCode = (typeof handlingCodes)[number];

/** A: no doubt, or always reliable; B: mostly reliable; C: mostly unreliable; X: cannot be assessed. */
export const sourceGrades = ['A', 'B', 'C', 'X'] as const;
/** 1: accuracy not in doubt; 2: known personally to the source; 3: not known personally, corroborated; 4: not corroborated. */
export const informationGrades = ['1', '2', '3', '4'] as const;

/** How an entry may be used, as its provider said. H1 and H2 can stand together. */
export interface Handling {
  readonly codes: readonly HandlingCode[];
  readonly provider?: string;
  /** The other restrictions of H3, in words. */
  readonly restrictions?: string;
}

export interface Evaluation {
  readonly source: (typeof sourceGrades)[number];
  readonly information: (typeof informationGrades)[number];
}

export interface Consent {
  readonly eventId: string;
  readonly provider: string;
  readonly purpose: 'passing-on' | 'proceedings';
  readonly jurisdiction?: CountryCode | undefined;
  readonly consentedOn: Day;
}

/** The marks of an entry, as far as they bar anything. */
type Barring = Pick<Handling, 'provider'> & { readonly codes: readonly string[] };

/** That of somebody else than the provider is none; where the marks name nobody, whoever agreed was asked. */
const isOf = ({ provider }: Barring, consent: Consent): boolean =>
  provider === undefined || provider === consent.provider;

/**
 * Whether an entry of a case may be read for one of these jurisdictions. Within its own jurisdiction nothing is passed on; to
 * another, what is marked H2 goes with the provider's recorded consent only.
 */
export const mayPassOn = (
  marks: Barring,
  { own, home, consents }: { own: CountryCode; home: readonly CountryCode[]; consents: readonly Consent[] },
): boolean =>
  !marks.codes.includes('H2') ||
  home.includes(own) ||
  consents.some(
    (consent) =>
      consent.purpose === 'passing-on' &&
      isOf(marks, consent) &&
      (consent.jurisdiction === undefined || home.includes(consent.jurisdiction)),
  );

/** Whether an entry may go into evidence: what is marked H1 with the provider's consent only. */
export const mayProve = (marks: Barring, consents: readonly Consent[]): boolean =>
  !marks.codes.includes('H1') || consents.some((consent) => consent.purpose === 'proceedings' && isOf(marks, consent));

/** An entry is handled as strictly as what it corrects and what corrects it, together. */
export const strictest = (all: readonly (readonly HandlingCode[])[]): HandlingCode[] =>
  handlingCodes.filter((code) => all.some((codes) => codes.includes(code)));
