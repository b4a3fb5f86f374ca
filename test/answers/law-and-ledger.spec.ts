import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { caseDecider, type CaseDecision, type CaseEvent, type CaseFile, type CorrectableEvent, decide, standingOf, streamOf } from '#casework'; // prettier-ignore
import {
  addDays,
  type AssetId,
  type CaseId,
  type CountryCode,
  type CurrencyCode,
  type Day,
  type EventId,
  type OrderId,
  periodOf,
  Refused,
} from '#core';
import { idOfWords } from '#event-store';
import { asset as assetOf, figures, unsealed } from '#read-models';

import { Book } from '../support/book.js';

const ES = 'ES' as CountryCode;
const WORTH = { amount: '10000.00', currency: 'EUR' as CurrencyCode };
/** The first order of a court. What was told before stands: unvalued, nothing would be seen of the asset. */
const FIRST = 4;
const START = '2024-02-01' as Day;

/** A case of its own: its ids, and what was recorded in it so far. */
class History {
  readonly caseId: CaseId;
  readonly assets: AssetId[];
  readonly orders: OrderId[];
  readonly entries: EventId[] = [];
  /** The last asset that took the place of another. */
  at = 0;

  /** One of what was told of the asset, whatever the number. */
  entry(n: number): EventId | undefined {
    return this.entries[FIRST + (n % Math.max(1, this.entries.length - FIRST))];
  }

  constructor(n: number) {
    const id = (word: string): unknown => idOfWords('law and ledger', String(n), word);
    this.caseId = id('case') as CaseId;
    this.assets = ['thing', 'money', 'more money'].map((word) => id(word) as AssetId);
    this.orders = ['freezing', 'court', 'another court', 'sale', 'victims'].map((word) => id(word) as OrderId);
  }

  get opening(): CaseDecision[] {
    const [assetId] = this.assets as [AssetId];
    const { caseId } = this;
    const issuedOn = '2024-01-02' as Day;
    const kinds = ['freezing', 'confiscation', 'confiscation', 'interim-sale', 'restitution'] as const;
    return [
      decide.CaseOpened({ caseId, reference: '1/24', title: 'Shares', authority: 'Fiscalía', jurisdiction: ES, openedOn: issuedOn }), // prettier-ignore
      decide.AssetIdentified({ assetId, category: 'vehicle', description: 'a car', identifiers: [], identifiedOn: issuedOn, jurisdiction: ES }), // prettier-ignore
      decide.AssetValued({ assetId, ...WORTH, method: 'unknown', valuedOn: issuedOn }),
      ...kinds.map(
        (kind, index) =>
        decide.OrderIssued({ orderId: this.orders[index] as OrderId, kind, power: 'conviction-based', reference: `${index}`, authority: 'Court', jurisdiction: ES, issuedOn, over: { assets: [assetId] } }), // prettier-ignore
      ),
    ];
  }
}

const measures = ['freeze', 'seize', 'release', 'confiscate', 'confiscate', 'return', 'restitute', 'destroy'] as const;
const ofOrders = ['appeal', 'uphold', 'quash', 'become final', 'end'] as const;
const others = ['lose', 'find', 'sell', 'void', 'correct', 'correct'] as const;

/** What somebody tells. Much of it is refused. */
interface Step {
  readonly does: (typeof measures)[number] | (typeof ofOrders)[number] | (typeof others)[number];
  /** The court whose order it is, and the entry, each by its number. */
  readonly court: number;
  readonly entry: number;
  /** All that is left of it, unless told. */
  readonly shareBp: number | undefined;
  /** So many days after the one before; told late, where they are less than none. */
  readonly days: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    does: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...measures) },
      { weight: 3, arbitrary: fc.constantFrom(...ofOrders) },
      { weight: 2, arbitrary: fc.constantFrom(...others) },
    ),
    court: fc.constantFrom(1, 2),
    entry: fc.nat(24),
    shareBp: fc.constantFrom(undefined, undefined, 1_000, 2_000, 3_000, 5_000),
    days: fc.constantFrom(0, 0, 0, 1, 1, 1, -3),
  }),
  { minLength: 8, maxLength: 24, size: 'max' },
);

/** What an entry should have said: another share, another outcome, another day. */
const instead = ({ data }: CaseEvent, { shareBp = 4_000, days, court }: Step, { orders }: History): object => {
  if ('outcome' in data && 'decidedOn' in data)
    return { ...data, outcome: data.outcome === 'quashed' ? 'upheld' : 'quashed' };
  if ('issuedOn' in data) return { ...data, finalOn: addDays(START, days) };
  if ('shareBp' in data && days !== 1)
    return { ...data, shareBp, ...('orderId' in data ? { orderId: orders[court] } : {}) };
  const day = (['effectiveOn', 'finalOn', 'endedOn', 'appealedOn'] as const).find((name) => name in data);
  return day ? { ...data, [day]: addDays((data as Record<string, unknown>)[day] as Day, days) } : data;
};

const decisionOf = ({ does, court, entry, shareBp }: Step, history: History, on: Day) => {
  const orderId = history.orders[court] as OrderId;
  const lost = { assetId: history.assets[history.at] as AssetId, effectiveOn: on };
  const about = { ...lost, ...(shareBp ? { shareBp } : {}) };
  switch (does) {
    case 'freeze':
      return decide.AssetFrozen({ ...about, orderId: history.orders[0] as OrderId });
    case 'seize':
      return decide.AssetSeized(about);
    case 'release':
      return decide.AssetReleased({ ...about, reason: 'lifted' });
    case 'confiscate':
      return decide.AssetConfiscated({ ...about, orderId });
    case 'return':
      return decide.AssetDisposed({ ...about, outcome: 'returned-to-owner' });
    case 'restitute':
      return decide.AssetDisposed({ ...about, outcome: 'victims' });
    case 'destroy':
      return decide.AssetDisposed({ ...about, outcome: 'destroyed' });
    case 'appeal':
      return decide.OrderAppealed({ orderId, appealedOn: on });
    case 'uphold':
      return decide.AppealDecided({ orderId, decidedOn: on, outcome: 'upheld' });
    case 'quash':
      return decide.AppealDecided({ orderId, decidedOn: on, outcome: 'quashed' });
    case 'become final':
      return decide.OrderBecameFinal({ orderId, finalOn: on });
    case 'end':
      return decide.OrderEnded({ orderId, endedOn: on, how: 'quashed' });
    case 'lose':
      return decide.AssetLost({ ...lost, reason: 'stolen' });
    case 'find':
      return decide.AssetRelocated({ ...lost, jurisdiction: ES });
    case 'sell': {
      const newAssetId = history.assets[history.at + 1];
      return newAssetId && decide.AssetConverted({ ...lost, newAssetId, how: 'sale', category: 'cash', description: 'money', identifiers: [], proceeds: WORTH }); // prettier-ignore
    }
    case 'correct':
      return undefined;
    case 'void': {
      const eventId = history.entry(entry);
      return eventId && decide.EntryVoided({ eventId, reason: 'misread', approvedBy: 'head', author: 'clerk' });
    }
  }
};

/** Nobody takes up again what left, nor what is back with its owner. */
const OUT = ['gone', 'released', 'sold', 'victims', 'destroyed'];

const sumUp = (pairs: readonly (readonly [string, number])[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const [place, shareBp] of pairs) {
    const where = OUT.includes(place) ? 'out' : place;
    sums[where] = (sums[where] ?? 0) + shareBp;
  }
  return sums;
};

describe('the shares of an asset', () => {
  let book: Book;
  let count = 0;
  beforeAll(async () => void (book = await Book.open()));
  afterAll(() => book.close());

  const correction = async (step: Step, history: History): Promise<CaseDecision | undefined> => {
    const eventId = history.entry(step.entry);
    const entry =
      eventId && (await book.recorder.read(streamOf.case(history.caseId), caseDecider)).state.entries.get(eventId);
    if (!entry) return undefined;
    const data = instead(standingOf(entry), step, history) as CorrectableEvent['data'];
    return decide.EntryCorrected({ eventId, data, reason: 'misread', approvedBy: 'head', author: 'clerk' });
  };

  const lived = async (told: readonly Step[]): Promise<CaseFile> => {
    const history = new History(count++);
    const stream = streamOf.case(history.caseId);
    const { eventIds } = await book.record(history.caseId, ...history.opening);
    history.entries.push(...eventIds);
    let on = START;
    for (const step of told) {
      const day = addDays(on, step.days);
      if (day > on) on = day;
      const decision = step.does === 'correct' ? await correction(step, history) : decisionOf(step, history, day);
      if (!decision) continue;
      try {
        const { eventIds: made } = await book.record(history.caseId, decision);
        history.entries.push(...made);
        if (step.does === 'sell' && made.length > 0) history.at += 1;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    await book.readModels.catchUp();
    return (await book.recorder.read(stream, caseDecider)).state;
  };

  const agree = async (told: readonly Step[]): Promise<void> => {
    const file = await lived(told);
    for (const { assetId, shares: inLaw, convertedInto } of file.assets.values()) {
      if (convertedInto) continue;
      const view = unsealed(await assetOf(book.readModels, 'whole', assetId));
      const held = view?.holdings.map(({ place, amount }) => [place, Number(amount)] as const) ?? [];
      const law = sumUp(inLaw.map(({ standing, shareBp }) => [standing, shareBp]));
      expect(sumUp(held)).toEqual(law);
    }
  };

  it(
    'stand in the answers where they stand in law, whatever happened, and in whatever order it was recorded',
    () => fc.assert(fc.asyncProperty(steps, agree), { numRuns: 300 }),
    120_000,
  );

  it('close in every quarter, whatever happened: what stood, came, went and was revalued is what stands', async () => {
    const quarters = ['2023Q4', '2024Q1', '2024Q2', '2024', '2023..2025'].map((text) => periodOf(text));
    for (const period of quarters)
      for (const by of [[], ['category'], ['jurisdiction', 'region'], ['stage']] as const)
        await expect(figures(book.readModels, 'whole', { period, by })).resolves.toMatchObject({ by });
  });

  it('count each order by the first of all its executions, whatever happened', async () => {
    const { db, schema } = book.readModels;
    const rows = await db.query<{ order_id: OrderId; case_id: CaseId; executed: string }>(
      `select order_id, case_id, executed::text as executed from ${schema}.orders`,
    );
    let counted = 0;
    for (const { order_id: orderId, case_id: caseId, executed } of rows) {
      const { state } = await book.recorder.read(streamOf.case(caseId), caseDecider);
      const frozenOn = state
        .inForce()
        .flatMap(({ event: { type, data } }) =>
          type === 'AssetFrozen' && data.orderId === orderId ? [data.effectiveOn] : [],
        )
        .sort();
      const isFinal = [...state.assets.values()].some(({ shares }) =>
        shares.some((share) => share.standing === 'confiscated-final' && share.orderId === orderId),
      );
      const kept = JSON.parse(executed) as Partial<Record<'restrained' | 'confiscated', { effectiveOn: Day }>>;
      expect(kept.restrained?.effectiveOn).toBe(frozenOn[0]);
      if (isFinal) expect(kept.confiscated).toBeDefined();
      counted += Object.keys(kept).length;
    }
    const [posted] = await db.query<{ counted: string }>(
      `select sum(counted) as counted from ${schema}.cells where reason = 'order'`,
    );
    expect([Number(posted?.counted), counted > 100]).toEqual([counted, true]);
  });

  it('stand so where an order turns out to have been final before what was confiscated on that day', async () => {
    const on = (does: Step['does'], more: Partial<Step> = {}): Step => ({ does, court: 1, entry: 0, shareBp: undefined, days: 0, ...more }); // prettier-ignore
    await agree([
      on('correct', { entry: 1 }),
      on('confiscate', { shareBp: 1_000 }),
      on('confiscate', { court: 2, shareBp: 5_000 }),
      on('freeze', { shareBp: 3_000 }),
      on('correct'),
      on('freeze'),
    ]);
  });
});
