import { describe, expect, it } from '@jest/globals';

import { country } from './testing.js';
import { decide } from './decide.js';
import type { CaseDecision } from './decision.js';
import { reachesMended } from './duplicate.js';
import { asset, barred, codeOf, confiscated, day, decided, appealed, disposed, duplicate, entry, frozen, given, identified, issued, lost, opened, order, released, seized, Told, voided } from './testing.js'; // prettier-ignore

const both = { over: { assets: [asset(1), asset(2)] } };
const start = [
  opened, identified(1), identified(2), issued(1, 'freezing', both), issued(2, 'confiscation', both),
  issued(3, 'confiscation', { ...both, finalOn: day('2024-02-01') }),
]; // prettier-ignore
const after = (...history: CaseDecision[]): Told => {
  const told = new Told();
  for (const decision of [...start, ...history]) told.record(decision);
  return told;
};
const half = { shareBp: 5_000 };

/** How an asset may stand. */
const ways = {
  identified: () => [],
  missing: (n: number) => [lost(n)],
  released: (n: number) => [frozen(n, 1), released(n)],
  returned: (n: number) => [frozen(n, 1), disposed(n, 'returned-to-owner')],
  half: (n: number) => [frozen(n, 1, half)],
  lost: (n: number) => [frozen(n, 1), lost(n)],
  frozen: (n: number) => [frozen(n, 1)],
  seized: (n: number) => [frozen(n, 1), seized(n, 1)],
  destroyed: (n: number) => [seized(n), disposed(n, 'destroyed')],
  confiscated: (n: number) => [seized(n), confiscated(n, 2)],
  final: (n: number) => [confiscated(n, 3)],
  sold: (n: number) => [confiscated(n, 3), disposed(n, 'sold')],
} satisfies Record<string, (n: number) => CaseDecision[]>;
type Way = keyof typeof ways;
const all = Object.keys(ways) as Way[];

/** What may be a duplicate of what stands so: nothing of it is held, or left, that this one would not stand for. */
const coveredBy: { readonly [W in Way]: readonly Way[] } = {
  identified: ['identified', 'missing'],
  missing: ['identified', 'missing'],
  released: ['identified', 'missing', 'released', 'returned'],
  returned: ['identified', 'missing', 'released', 'returned'],
  half: ['identified', 'missing', 'half'],
  lost: ['identified', 'missing', 'released', 'returned', 'lost'],
  frozen: ['identified', 'missing', 'released', 'returned', 'half', 'lost', 'frozen'],
  seized: ['identified', 'missing', 'released', 'returned', 'half', 'lost', 'frozen', 'seized'],
  destroyed: ['identified', 'missing', 'released', 'returned', 'half', 'lost', 'frozen', 'seized', 'destroyed'],
  confiscated: ['identified', 'missing', 'released', 'returned', 'half', 'lost', 'frozen', 'seized', 'confiscated'],
  final: ['identified', 'missing', 'released', 'returned', 'half', 'lost', 'frozen', 'seized', 'confiscated', 'final'],
  sold: all,
};

describe('an asset that is told twice', () => {
  it.each(all)('once as %s, is a duplicate by what came no further', (way) => {
    const taken = all.filter((other) => !codeOf(() => after(...ways[other](1), ...ways[way](2), duplicate(1, 2))));
    expect(taken).toEqual(coveredBy[way]);
  });

  it('and held once, is told what to do, and of the other one nothing', () =>
    given(...start, frozen(1, 1, half))
      .when(duplicate(1, 2))
      .thenRefused('duplicate-is-held', { assetId: asset(1), standings: [{ standing: 'identified', shareBp: 5_000 }, { standing: 'frozen', shareBp: 5_000 }] })); // prettier-ignore

  it('is told first that it is barred, which it would be whatever it is a duplicate of', () =>
    given(...start, frozen(1, 1), barred(1, 'victim-claim'))
      .when(duplicate(1, 2))
      .thenRefused('disposal-barred'));

  it('is a duplicate by what a confiscation left of it when that was quashed', () => {
    const quashed = [confiscated(1, 2), frozen(2, 1), appealed(2), decided(2, 'quashed')];
    expect(after(...quashed, duplicate(1, 2)).file.asset(asset(1)).duplicateOf).toBe(asset(2));
  });
});

describe('a correction', () => {
  const [FROZEN, OTHER] = [7, 8];
  const told = (): Told => after(frozen(1, 1), frozen(2, 1), duplicate(1, 2));
  const corrected = (n: number, assetId: number, more: object): CaseDecision => {
    const data = { assetId: asset(assetId), orderId: order(1), effectiveOn: day('2024-02-01'), shareBp: 10_000, jurisdiction: country('ES'), power: 'conviction-based', ...more }; // prettier-ignore
    return decide.EntryCorrected({ eventId: entry(n), data: data as never, reason: 'r', approvedBy: 'head', author: 'clerk' }); // prettier-ignore
  };

  it('takes nothing from what stands for a duplicate that the duplicate still has', () => {
    const broken = { type: 'DuplicateDeclared', code: 'duplicate-is-held' };
    given(...start, frozen(1, 1), frozen(2, 1), duplicate(1, 2)).when(voided(OTHER)).thenRefused('correction-breaks-history', broken); // prettier-ignore
    given(...start, frozen(1, 1), frozen(2, 1), duplicate(1, 2)).when(corrected(OTHER, 2, half)).thenRefused('correction-breaks-history', broken); // prettier-ignore
    expect(told().record(corrected(OTHER, 2, { effectiveOn: day('2024-02-02') }))).toHaveLength(1);
    const mended = told();
    expect([mended.record(voided(FROZEN)), mended.record(voided(OTHER))]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('gives nothing to a duplicate that what stands for it has not', () => {
    const halves = [...start, frozen(1, 1, half), frozen(2, 1, half), duplicate(1, 2)];
    given(...halves)
      .when(corrected(FROZEN, 1, {}))
      .thenRefused('correction-breaks-history', { type: 'DuplicateDeclared', code: 'duplicate-is-held' });
  });

  it('is held to how far an asset ever came, whatever became of it since', () => {
    const { file } = after(frozen(2, 1), released(2));
    const correction = { type: 'EntryVoided', data: {} } as never;
    const mended = reachesMended(file, entry(FROZEN), correction, [asset(2)]);
    const [before, without] = [mended?.before, mended?.after].map((reaches) => reaches?.furthest.get(asset(2)));
    expect([before?.slice(0, 2), without]).toEqual([[10_000, 10_000], new Array(10).fill(0)]);
  });
});
