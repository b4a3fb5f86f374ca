import { setTimeout as pause } from 'node:timers/promises';

import { Refused } from '#core';

export type State = 'ok' | 'warning' | 'wrong';

/** What one look found: how it is, in words for whoever runs the machine, and what they can do about it. */
export interface Found {
  readonly state: State;
  readonly says: string;
  readonly mend?: string;
}

export interface Finding extends Found {
  readonly name: string;
}

/** One thing that is looked at. It changes nothing, and says by itself when it cannot look. */
export interface Check {
  readonly name: string;
  readonly look: () => Found | Promise<Found>;
  /** How long it may take; 10 s unless told. */
  readonly patienceMs?: number;
}

export const ok = (says: string): Found => ({ state: 'ok', says });
export const warning = (says: string, mend?: string): Found => ({ state: 'warning', says, ...(mend ? { mend } : {}) });
export const wrong = (says: string, mend?: string): Found => ({ state: 'wrong', says, ...(mend ? { mend } : {}) });

/** All that is not well in one finding, as bad as its worst; or what is said when there is nothing. */
export const together = (found: readonly Found[], none: Found): Found => {
  if (found.length === 0) return none;
  const state = found.some((one) => one.state === 'wrong') ? 'wrong' : 'warning';
  return {
    state,
    says: found.map(({ says }) => says).join('; '),
    mend: found.flatMap(({ mend }) => mend ?? []).join(' '),
  };
};

/** Another check tells why: this one cannot look. */
export class NotLookedAt extends Error {
  override readonly name = 'NotLookedAt';
}

const PATIENCE_MS = 10_000;

const failed = (error: unknown): Found => {
  if (error instanceof NotLookedAt) return warning(`not looked at: ${error.message}`);
  if (error instanceof Refused) return wrong(`${error.message} (${error.code})`);
  return wrong(error instanceof Error ? error.message || error.name : String(error));
};

const examined = async ({ name, look, patienceMs = PATIENCE_MS }: Check): Promise<Finding> => {
  const over = new AbortController();
  const late = pause(patienceMs, wrong(`no answer within ${patienceMs / 1_000} s`), { signal: over.signal });
  const looked = Promise.resolve().then(look).catch(failed);
  const found = await Promise.race([looked, late]);
  over.abort();
  late.catch(() => undefined);
  return { name, ...found };
};

/** Looks at everything at the same time, each alone: what is down takes nothing else with it. */
export const examine = (checks: readonly Check[]): Promise<Finding[]> => Promise.all(checks.map(examined));
