import { type AssetId, type CaseId, type EventId } from '#core';

import type { AssetState, Share } from './asset.js';
import { nothingOpen } from './bar.js';
import type { Rules } from './decision.js';
import type { Event } from './event.js';
import type { CaseEvent } from './events.js';
import { CaseFile, standingOf } from './file.js';
import { activeAsset } from './guards.js';
import { refuse } from './refusals.js';
import { relatedTo } from './related.js';

// Stored names and fields: add, never change.

/** The entry describes the same thing as another one; from now on it counts nowhere. */
export type DuplicateDeclared = Event<
  'DuplicateDeclared',
  { assetId: AssetId; survivorId: AssetId; survivorCaseId: CaseId; reason: string; approvedBy: string }
>;

/** Where shares stand, the furthest last; what is only identified has not come this far. */
const stages = ['released', 'frozen', 'seized', 'confiscated', 'confiscated-final'] as const;

/**
 * How far shares of an asset came: at each stage how much stands there or further, or did when it was lost or left; how much of what
 * was not released is not lost; and how much was disposed of. What was returned to its owner is as what was released.
 */
export type Reach = readonly number[];

const depthOf = ({ standing, origin, left }: Share): number => {
  const where = standing === 'lost' ? origin?.standing : standing === 'gone' ? left : standing;
  return stages.findIndex((stage) => stage === where);
};

const isDisposedOf = ({ standing, left }: Share): boolean => standing === 'gone' && left !== 'released';

const sumOf = (shares: readonly Share[]): number => shares.reduce((sum, { shareBp }) => sum + shareBp, 0);

export const reachOf = ({ shares }: Pick<AssetState, 'shares'>): Reach => {
  const beyond = (some: readonly Share[]): number[] =>
    stages.map((_, depth) => sumOf(some.filter((share) => depthOf(share) >= depth)));
  const [, ...held] = beyond(shares.filter(({ standing }) => standing !== 'lost'));
  return [...beyond(shares), ...held, sumOf(shares.filter(isDisposedOf))];
};

/** Whether one came at least so far as the other. */
export const covers = (one: Reach, other: Reach): boolean =>
  other.every((shareBp, index) => shareBp <= (one[index] ?? 0));

/** @throws Refused `duplicate-is-held`, which says of the other one only that it did not come so far. */
export const refuseHeld = ({ assetId, shares }: AssetState, at: string): never => {
  const hint =
    'It stands further in law than the other one. Declare that one the duplicate of this one, record there what is missing, or take the measures of this one back.';
  const standings = shares.map(({ standing, shareBp }) => ({ standing, shareBp }));
  return refuse('duplicate-is-held', hint, { assetId, standings }, at);
};

/**
 * What is held of a duplicate, or left it, counts nowhere any more: what it is a duplicate of must stand for it, so that totals lose the
 * duplicate and not the thing (domain.md 13.2 no. 9). Two States that froze the same thing may call either entry the duplicate; an entry
 * that is held is none of one that is not. The same of a survivor in another case, of which nothing more is told than that.
 * @throws Refused `duplicate-is-held`.
 */
export const assertCovered = (duplicate: AssetState, survivor: AssetState, at = '/survivorId'): void => {
  if (!covers(reachOf(survivor), reachOf(duplicate))) refuseHeld(duplicate, at);
};

export const duplicateRules: Rules<'DuplicateDeclared'> = {
  DuplicateDeclared: (file, { assetId, survivorId, survivorCaseId }) => {
    const asset = activeAsset(file, assetId);
    if (survivorCaseId !== file.caseId) return nothingOpen(asset);
    if (assetId === survivorId) refuse('duplicate-of-itself', 'An asset is no duplicate of itself.', {}, '/survivorId');
    const survivor = activeAsset(file, survivorId, '/survivorId');
    nothingOpen(asset);
    assertCovered(asset, survivor);
  },
};

/** What some facts make of assets: how they stand, and the furthest that each of those asked for came at any time. */
export interface Reaches {
  readonly file: CaseFile;
  readonly furthest: ReadonlyMap<AssetId, Reach>;
}

const further = (one: Reach | undefined, other: Reach): Reach =>
  one ? other.map((shareBp, index) => Math.max(shareBp, one[index] ?? 0)) : other;

const reachesIn = (facts: readonly CaseEvent[], assetIds: Iterable<AssetId>): Reaches => {
  const [file, furthest, asked] = [new CaseFile(), new Map<AssetId, Reach>(), new Set(assetIds)];
  for (const fact of facts) {
    file.apply(fact);
    for (const assetId of asked) {
      const asset = file.assets.get(assetId);
      if (asset) furthest.set(assetId, further(furthest.get(assetId), reachOf(asset)));
    }
  }
  return { file, furthest };
};

/** The furthest that an asset came, as its case has it. */
export const furthestOf = (file: CaseFile, assetId: AssetId): Reach => {
  const facts = file.inForce().map(({ event }) => event);
  const { hangs } = relatedTo(facts, [{ type: 'AssetLost', data: { assetId } } as CaseEvent]);
  return reachesIn(facts.filter(hangs), [assetId]).furthest.get(assetId) ?? [];
};

/** How far assets came that a correction may concern: without it, and with it. */
export const reachesMended = (
  file: CaseFile,
  mends: EventId,
  correction: CaseEvent,
  assetIds: readonly AssetId[],
): { before: Reaches; after: Reaches } | undefined => {
  const entry = file.entries.get(mends);
  if (!entry) return undefined;
  const read = standingOf(entry);
  const instead =
    correction.type === 'EntryCorrected' ? [{ type: read.type, data: correction.data.data } as CaseEvent] : [];
  const facts = file.inForce();
  const { hangs } = relatedTo(
    facts.map(({ event }) => event),
    [read, ...instead],
  );
  const concerned = facts.filter(({ event }) => hangs(event));
  const before = concerned.map(({ event }) => event);
  const after = concerned.flatMap(({ eventId, event }) => (eventId === mends ? instead : [event]));
  return { before: reachesIn(before, assetIds), after: reachesIn(after, assetIds) };
};
