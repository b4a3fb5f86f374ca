import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { addDays, type EventId, Refused } from '#core';

import { decide } from './decide.js';
import type { CaseDecision, MeasureType } from './decision.js';
import type { CaseEvent } from './events.js';
import { CaseFile, standingOf } from './file.js';
import { rules } from './rules.js';
import { appealed, asset, codeOf, confiscated, converted, day, decided, disposed, duplicate, entry, euro, final, frozen, identified, issued, joined, known, left, lost, opened, refolded, relocated, reread, released, seized, shown, Told, valued, voided } from './testing.js'; // prettier-ignore

const seed = Number(process.env['RASTRO_SEED'] ?? Date.now() % 2 ** 31);
const RUNS = Number(process.env['RASTRO_RUNS'] ?? 300);

/** Assets of which each has orders of its own; the fourth shares an order over an amount with the third, and may be sold on any. */
const start = [
  opened, ...[1, 2, 3, 4].flatMap((n) => [identified(n), valued(n, String(n * 100))]),
  issued(1, 'freezing', { over: { assets: [asset(1)] } }), issued(2, 'freezing', { over: { assets: [asset(2)] } }),
  issued(3, 'confiscation', { over: { amount: euro('250') } }), issued(4, 'confiscation', { over: { assets: [asset(1)] } }),
  issued(5, 'interim-sale', { over: { assets: [asset(2)] } }), issued(6, 'interim-sale', { over: { amount: euro('500') } }),
]; // prettier-ignore

type Command = (on: string) => CaseDecision;
const [things, orders] = [fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 6 })];
const facts: fc.Arbitrary<Command> = fc.tuple(things, orders, fc.constantFrom(2_500, 10_000)).chain(([n, by, shareBp]) =>
  fc.constantFrom<Command[]>(
    (on) => frozen(n, by, { on, shareBp }), (on) => seized(n, by, { on, shareBp }), (on) => seized(n, undefined, { on, shareBp }),
    (on) => confiscated(n, by, { on, shareBp }), (on) => released(n, { on, shareBp }), (on) => disposed(n, 'sold', { on, shareBp }),
    (on) => appealed(by, on), (on) => decided(by, 'quashed', on), (on) => final(by, on), (on) => lost(n, on), (on) => relocated(n, 'ES', on),
    (on) => converted(n, n + 4, 'sale', on), (on) => converted(n, n + 4, 'deposit', on), (on) => valued(n, '50', { valuedOn: day(on) }),
    () => duplicate(n, (n % 4) + 1), () => joined(n), () => left(n),
    (on) => decide.CaseClosed({ closedOn: day(on), reason: 'done' }), (on) => decide.CaseReopened({ reopenedOn: day(on), reason: 'new facts' }), (on) => issued(by + 6, 'interim-sale', { issuedOn: day(on), over: { assets: [asset(n)] } }),
  ),
); // prettier-ignore

interface Mending {
  readonly eventId: EventId;
  /** What the entry should have said; nothing when it is taken back. */
  readonly instead: (event: CaseEvent) => CaseEvent['data'] | undefined;
  readonly decision: CaseDecision;
}

const by = { reason: 'r', approvedBy: 'head', author: 'clerk' };
const mendings: fc.Arbitrary<Mending> = fc.oneof(
  fc.integer({ min: 2, max: 45 }).map((n): Mending => ({ eventId: entry(n), instead: () => undefined, decision: voided(n) })), // prettier-ignore
  fc.tuple(fc.integer({ min: 2, max: 45 }), fc.constantFrom(1_000, 5_000)).map(([n, shareBp]): Mending => {
    const eventId = entry(n);
    const instead = ({ data }: CaseEvent): CaseEvent['data'] => ({ ...data, note: 'n', ...('shareBp' in data ? { shareBp } : {}) }); // prettier-ignore
    const decision: CaseDecision = (file, rates) => {
      const found = file.entries.get(eventId);
      const data = found && instead(standingOf(found));
      return decide.EntryCorrected({ eventId, data: data as never, ...by })(file, rates);
    };
    return { eventId, instead, decision };
  }),
);

/** Whether all that was recorded from the entry on would be lawful: every fact of the case, whatever it is about. */
const holds = (file: CaseFile, { eventId, instead }: Mending): boolean => {
  const trial = new CaseFile();
  for (const assetId of file.voidedAssets) trial.voidedAssets.add(assetId);
  let mended = false;
  for (const fact of file.inForce()) {
    const data = fact.eventId === eventId ? instead(fact.event) : fact.event.data;
    mended ||= fact.eventId === eventId;
    if (!data) {
      trial.forget(fact.event);
      continue;
    }
    const event = { type: fact.event.type, data } as CaseEvent;
    try {
      if (mended && event.type in rules) rules[event.type as MeasureType](trial, data as never, known);
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
    trial.apply(event);
  }
  return true;
};

describe('what hangs on an entry of a case', () => {
  it(`is all that a correction of it can change or break (seed ${seed})`, () => {
    const reached = { mended: 0, broken: 0 };
    const steps = fc.array(fc.tuple(fc.oneof(facts, facts, mendings), fc.integer({ min: 0, max: 2 })), { minLength: 20, maxLength: 40 }); // prettier-ignore
    const property = fc.property(steps, (chosen) => {
      const told = new Told();
      for (const earlier of start) told.record(earlier);
      let on = day('2024-02-01');
      for (const [step, pause] of chosen) {
        on = addDays(on, pause);
        if (typeof step === 'function') {
          codeOf(() => told.record(step(on)));
          continue;
        }
        const lawful = told.file.entries.get(step.eventId)?.voided ? undefined : holds(told.file, step);
        const code = codeOf(() => told.record(step.decision));
        if (code === 'correction-breaks-history') expect(lawful).toBe(false);
        if (code === undefined && lawful !== undefined) expect(lawful).toBe(true);
        reached.mended += code === undefined ? 1 : 0;
        reached.broken += code === 'correction-breaks-history' ? 1 : 0;
        expect({ ...shown(told.file), voided: [] }).toEqual({ ...shown(refolded(told.file)), voided: [] });
        expect(shown(told.file)).toEqual(shown(reread(told.file)));
      }
    });
    fc.assert(property, { seed, numRuns: RUNS });
    expect(reached.mended).toBeGreaterThan(RUNS);
    expect(reached.broken).toBeGreaterThan(RUNS / 4);
  });
});
