import type { Known } from '#casework';
import { type CountryCode, type Day, dayOf } from '#core';
import type { Actor, Command, Recorder } from '#event-store';
import type { ReadModels } from '#read-models';
import type { Jobs, Logger, People } from '#runtime';

/** What the work of a reporter needs. */
export interface Reporting {
  readonly readModels: ReadModels;
  readonly recorder: Recorder;
  /** Who asked over the API, and what they may. */
  readonly access: { readonly people: People };
  /** What the decisions of an import look up. */
  readonly known: Known;
  readonly jobs: Jobs;
  /** Where the files go that were asked for. */
  readonly exports: string;
  /** Where the registers lie that are to be taken in, and the questions about them. */
  readonly imports: string;
  readonly log: Logger;
  /** Whether all in the book is invented: every file says so. */
  readonly invented?: boolean;
  readonly sweepMs?: number;
  /** That of the machine unless told. */
  readonly now?: () => Date;
}

const reporter: Actor = { person: 'rastro', authority: 'Reporter', jurisdiction: 'ZZ' as CountryCode };

/** What the reporter itself records: the id says what it is about, so that it is recorded once. */
export const commandOf = (commandId: string, commandHash: string): Command => ({
  actor: reporter,
  commandId,
  commandHash,
  expected: 'any',
});

const VISIBLE_MS = 60_000;

/** @throws when the answers do not stand at the position in time; the job is tried again. */
export const seen = async (readModels: ReadModels, position: number): Promise<void> => {
  if (!(await readModels.waitFor(position, VISIBLE_MS))) throw new Error(`the answers do not stand at ${position} yet`);
};

/** Today, in UTC; or the day that it was so many milliseconds ago. */
export const dayOfNow = ({ now = () => new Date() }: Pick<Reporting, 'now'>, agoMs = 0): Day =>
  dayOf(new Date(now().getTime() - agoMs).toISOString().slice(0, 10));
