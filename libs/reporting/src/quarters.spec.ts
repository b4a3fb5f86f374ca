import { describe, expect, it } from '@jest/globals';
import { type Day, type Quarter, Refused } from '#core';
import type { EventId } from '#core';

import { closeAtFirst, closeQuarter, type Closing, closingMomentOf, type Edition, quarterDecider } from './quarters.js';

const quarter = '2026Q1' as Quarter;
const at = (position: number, today = '2026-04-01'): Closing => ({ quarter, position, today: today as Day });
const first: Edition = { quarter, edition: 1, position: 70 };
const given = (...editions: Edition[]): Edition[] =>
  editions.reduce(
    (state, data, revision) =>
      quarterDecider.evolve(state, { type: 'QuarterClosed', data }, { eventId: '' as EventId, revision }),
    quarterDecider.initial(),
  );
const closed = (data: Edition) => [{ type: 'QuarterClosed', data }];
const refusal = (decide: () => unknown): unknown => {
  try {
    return decide();
  } catch (error) {
    return error instanceof Refused ? error.code : error;
  }
};

describe('closing a quarter', () => {
  it('makes its first edition on the day after its last', () => {
    expect(closeQuarter(at(70))(given())).toEqual(closed(first));
    expect(refusal(() => closeQuarter(at(70, '2026-03-31'))(given()))).toBe('quarter-not-ended');
  });

  it('makes the next edition of what became known since, and names the one before', () =>
    expect(closeQuarter(at(90))(given(first))).toEqual(closed({ quarter, edition: 2, position: 90, previous: 70 })));

  it('is quiet at the same position, and never goes back', () => {
    expect(closeQuarter(at(70))(given(first))).toEqual([]);
    expect(refusal(() => closeQuarter(at(69))(given(first)))).toBe('edition-not-beyond');
  });

  it('by itself makes the first edition only, with what was known 45 days after its end', () => {
    expect(closeAtFirst(at(70))(given())).toEqual(closed(first));
    expect(closeAtFirst(at(90))(given(first))).toEqual([]);
    expect(closingMomentOf(quarter)).toBe('2026-05-15T23:59:59.999Z');
  });

  it('understands nothing else in its stream', () =>
    expect(() =>
      quarterDecider.evolve([], { type: 'QuarterOpened', data: {} }, { eventId: '' as EventId, revision: 0 }),
    ).toThrow('QuarterOpened'));
});
