import { refuse } from '#access';
import type { CaseFile } from '#casework';
import type { EventId } from '#core';
import { type Actor, commandHashOf, type Fact, type Marks } from '#event-store';

import { type Data, type Decided, standingData, type Wanted } from '../commands.js';

/** What is kept of an act until somebody approves it. */
export interface Stored {
  readonly wanted: Wanted;
  readonly marks?: Marks;
  /** For whom it is recorded, and under which key. */
  readonly actor: Actor;
  /** Of what mends or takes back an entry: what the entry said, as a hash. */
  readonly was?: string;
}

/** What an entry says, as corrected, as a hash. */
export const saidBy = (file: CaseFile, eventId: EventId): string => commandHashOf(standingData(file, eventId) ?? null);

/** Nobody approves what would undo a correction that they were not shown. */
export const restingOn = (was: string | undefined, decided: Decided): Decided => {
  const { says, decision } = decided;
  const { mends } = says;
  if (was === undefined || !mends) return decided;
  const deciding: Decided['decision'] = (file) => {
    if (saidBy(file as CaseFile, mends) !== was)
      refuse('entry-changed', 'The entry was corrected meanwhile. Look at what it says now, and propose it again.');
    return decision(file);
  };
  return { ...decided, decision: deciding };
};

/** All that was left when it was proposed is what is approved, whatever came since. */
export const asTried = (wanted: Wanted, facts: readonly Fact[]): Wanted => {
  const tried = facts.find(({ type }) => type === wanted.type)?.data as Data | undefined;
  return tried && 'shareBp' in tried ? { ...wanted, body: { ...wanted.body, shareBp: tried['shareBp'] } } : wanted;
};
