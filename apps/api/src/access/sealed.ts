import { mayPassOn, refuse } from '#access';
import type { CaseFile } from '#casework';
import type { CountryCode, EventId } from '#core';
import { aboutOf, rootOf } from '#read-models';

import { actFor, type Data, type Decided, type Wanted } from '../commands.js';

/** What of a case is sealed for somebody, as its stream says: what the answers say of their rows (`sealing.ts`). */
interface Seals {
  /** Entries, each by the one that it corrects or is about. */
  readonly roots: ReadonlySet<string>;
  readonly assets: ReadonlySet<string>;
  readonly orders: ReadonlySet<string>;
  /** Orders of which something is sealed that is about no asset: with them, all that was under them. */
  readonly whole: ReadonlySet<string>;
  /** Something is that is about no asset and no order. */
  readonly ofCase: boolean;
}

const sealsIn = (file: CaseFile, home: readonly CountryCode[]): Seals | undefined => {
  const { jurisdiction: own, circle } = file;
  if (!own || home.includes(own)) return undefined;
  const consentsTo = (id: EventId) => circle.consents.filter(({ eventId }) => eventId === id);
  const sealed = [...file.entries.values()].filter(
    ({ eventId, handling }) => handling && !mayPassOn(handling, { own, home, consents: consentsTo(eventId) }),
  );
  if (sealed.length === 0) return undefined;
  const about = sealed.map(({ event }) => aboutOf(event.data));
  const alone = about.filter(({ assets }) => assets.length === 0);
  const ordersOf = (some: typeof about): Set<string> => new Set(some.flatMap(({ order }) => order ?? []));
  return {
    roots: new Set(sealed.map(({ eventId, event }) => rootOf({ id: eventId, ...event }))),
    assets: new Set(about.flatMap(({ assets }) => assets)),
    orders: ordersOf(about),
    whole: ordersOf(alone),
    ofCase: alone.some(({ order }) => order === undefined),
  };
};

/** The asset, and what it took the place of. */
const originsOf = (file: CaseFile, assetId: string): Set<string> => {
  const origins = new Set([assetId]);
  for (let one = file.assets.get(assetId as never)?.replaces; one; one = one.replaces) origins.add(one.assetId);
  return origins;
};

const isAssetSealed = (file: CaseFile, { assets, whole }: Seals, assetId: string): boolean => {
  const origins = originsOf(file, assetId);
  if ([...origins].some((one) => assets.has(one))) return true;
  if (whole.size === 0) return false;
  return [...file.entries.values()].some(({ event }) => {
    const { assets: under, order } = aboutOf(event.data);
    return order !== undefined && whole.has(order) && under.some((one) => origins.has(one));
  });
};

/** Assets that a fact names beside what it is about. */
const besides = ({ over, survivorId }: Data): string[] => {
  const { assets = [] } = (over ?? {}) as { assets?: string[] };
  return [...assets, ...(survivorId ? [String(survivorId)] : [])];
};

/** What a write is about in a case: an entry, or assets, or an order; or the case as such. */
const subjectOf = (file: CaseFile, { ids }: Wanted, { data }: Decided) => {
  const entry = file.entries.get(ids['eventId'] as EventId);
  const about = [aboutOf(data), ...(entry ? [aboutOf(entry.event.data)] : [])];
  return {
    root: entry && rootOf({ id: entry.eventId, ...entry.event }),
    assets: [...new Set([...about.flatMap(({ assets }) => assets), ...besides(data)])],
    orders: about.flatMap(({ order }) => order ?? []),
  };
};

/**
 * Whoever may not read what a write is about is told nothing of it, and records nothing about it.
 * @throws Refused `forbidden`.
 */
export const assertUnsealed = (
  home: readonly CountryCode[],
  file: CaseFile,
  wanted: Wanted,
  decided: Decided,
): void => {
  const seals = sealsIn(file, home);
  if (!seals) return;
  const { root, assets, orders } = subjectOf(file, wanted, decided);
  const ofCase = assets.length === 0 && orders.length === 0 && actFor(wanted.type) === 'record';
  if (
    (root !== undefined && seals.roots.has(root)) ||
    assets.some((assetId) => isAssetSealed(file, seals, assetId)) ||
    orders.some((orderId) => seals.orders.has(orderId)) ||
    (ofCase && seals.ofCase)
  )
    refuse('forbidden', 'What it is about is sealed for you. Ask somebody of the jurisdiction of the case.');
};
