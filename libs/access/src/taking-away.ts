import type { Event } from './event.js';

/** A fact, as far as it must be known to say what it takes away. */
export type Taken = Event<string, object>;

type Rule = (data: Readonly<Record<string, unknown>>) => boolean;

const always: Rule = () => true;
/** By its operation a case is seen by those who lead it. */
const ofOperation: Rule = ({ entry }) => (entry as { type?: string } | undefined)?.type === 'CaseTaggedToOperation';

/**
 * Facts that take from somebody what they could see or do. Whoever tells one is answered when it is gone everywhere: see
 * docs/access.md. What ends by itself (a session, a share, a look behind the glass) is judged anew by each request.
 */
export const takingAway: Readonly<Record<string, Rule>> = {
  PersonBarred: always,
  RoleRevoked: always,
  RoleRuleSet: ({ allowed }) => allowed !== true,
  FourEyesRuleSet: always,
  TeamMemberLeft: always,
  CaseShareWithdrawn: always,
  EntryVoided: ofOperation,
  EntryCorrected: ofOperation,
};

/** What is marked H2, and what rests on it, is sealed for other jurisdictions from then on. */
const seals = (codes: readonly string[]): boolean => codes.includes('H2');

/**
 * Whether something is taken away by what was decided. Where nothing was, as it had been told before or was so already, it may have
 * been taken away a moment ago: then what was `asked` for says so, and if that is not known, it was.
 */
export const takesAway = (decided: readonly Taken[], asked?: string, codes: readonly string[] = []): boolean =>
  seals(codes) ||
  (decided.length > 0
    ? decided.some(({ type, data }) => takingAway[type]?.({ ...data }) ?? false)
    : asked === undefined || asked in takingAway);

/** The same decisions, with what they decide, also where they decide again. */
export const noting = <State, Fact extends Taken>(
  decisions: readonly ((state: State) => readonly Fact[])[],
): { readonly decisions: ((state: State) => readonly Fact[])[]; readonly decided: readonly Fact[] } => {
  const decided: Fact[] = [];
  const noted = decisions.map((decision) => (state: State) => {
    const facts = decision(state);
    decided.push(...facts);
    return facts;
  });
  return { decisions: noted, decided };
};
