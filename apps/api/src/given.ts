/** By which Nest hands over what decisions may look up. */
export const KNOWN = Symbol('known');

/** By which Nest hands over who was admitted, and what signs them in. */
export const ACCESS = Symbol('access');
