/** The kinds of identifier that Rastro checks. */
export const identifierKinds = [
  'iban', 'bic', 'vin', 'imo', 'isin', 'lei', 'bitcoin', 'evm', 'tron', 'clabe', 'cbu', 'plate', 'cadastral', 'register', 'serial',
] as const; // prettier-ignore
export type IdentifierKind = (typeof identifierKinds)[number];

/** A claim about what the thing is called in somebody's register: as it was written, and in the one form we compare. */
export interface Identifier {
  kind: IdentifierKind;
  raw: string;
  normalised: string;
  /** `mismatch`: the form is right and the check digit is not; recorded with a warning (domain.md 5.2). */
  check: 'passed' | 'mismatch' | 'none';
  /** For plates, cadastral references and registers: whose. ISO 3166-1. */
  country?: string;
}
