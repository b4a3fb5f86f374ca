import type { ActProposed, By } from '#access';
import type { Actor, Decider, Decision, Marks, Recorder } from '#event-store';
import { type ImportAsked, importOf, IMPORTS_STREAM, importsDecider, requestImport } from '#reporting';

import type { Decided } from '../commands.js';
import type { Reader } from './reader.js';

/** What is to be recorded, now that somebody approved it. */
export type Approved = Pick<Decided, 'stream' | 'decider' | 'decision'>;

/** What a proposal is about: who may see and settle it, and what is recorded once it is approved. */
export interface Subject {
  /** Of the fact that is recorded. */
  readonly type: string;
  /** For whom it is recorded. */
  readonly actor: Actor;
  readonly marks?: Marks;
  readonly isSeenBy: (reader: Reader) => boolean;
  /** As who they settle it. @throws Refused `forbidden`. */
  readonly approver: (reader: Reader) => By;
  /** As who they take it back. @throws Refused `forbidden`. */
  readonly proposer: (reader: Reader) => By;
  /** Whether it may still be recorded for who proposed it. @throws Refused `proposer-not-allowed`. */
  readonly assertProposer: () => Promise<void>;
  /** Has it recorded, now that somebody approved it. */
  readonly holding: <T>(by: By, work: (decided: Approved) => Promise<T>) => Promise<T>;
  /** What it made or spoke of, once it is recorded. */
  readonly ids: () => Promise<Readonly<Record<string, string>>>;
}

/** A register that waits for a second person. */
export interface StoredImport {
  readonly asked: ImportAsked;
  /** The types of the facts that its mapping can have recorded. */
  readonly records: readonly string[];
}

/**
 * An import is about no case yet: it is for who may open cases where it was proposed. Whether they may approve what its rows
 * say of each case is seen when it is taken in.
 */
export const aboutImport = (
  { proposalId, by: proposed, command, jurisdictions = [] }: ActProposed['data'],
  recorder: Recorder,
): Subject => {
  const { asked } = command as unknown as StoredImport;
  return {
    type: 'ImportRequested',
    actor: asked.by,
    isSeenBy: (reader) =>
      reader.principal.personId === proposed.personId ||
      reader.jurisdictionsFor('open-case').some((one) => jurisdictions.includes(one)),
    approver: (reader) => reader.byOnBook('open-case', jurisdictions, proposed.role),
    proposer: (reader) => reader.byOnBook('import', jurisdictions),
    // That is seen when it is taken in.
    assertProposer: () => Promise.resolve(),
    holding: (by, work) =>
      work({
        stream: IMPORTS_STREAM,
        decider: importsDecider as Decider<unknown>,
        decision: requestImport({ ...asked, approved: { by, proposalId } }) as Decision<unknown>,
      }),
    async ids() {
      const { state } = await recorder.read(IMPORTS_STREAM, importsDecider);
      const mine = [...state.values()].find((one) => one.asked.approved?.proposalId === proposalId);
      const { importId = '' } = (mine ?? importOf(state, asked))?.asked ?? {};
      return { importId };
    },
  };
};
