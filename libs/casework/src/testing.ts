import { expect } from '@jest/globals';

import { type AssetId, type CaseId, type CountryCode, type CurrencyCode, type Day, type EventId, type Id, type NetworkId, type OperationId, type OrderId, type PersonId, Refused, type ShareId } from '#core'; // prettier-ignore

import type { BarGround } from './bar.js';
import { decide } from './decide.js';
import type { CaseDecision, Input, Known } from './decision.js';
import type { CaseEvent } from './events.js';
import { CaseFile, type Handling, type Recorded } from './file.js';
import type { Recovery } from './recovery.js';
import type { RefusalCode } from './refusals.js';

// Words for telling the history of a case in tests: given what was decided, when this is, then these facts or that refusal.

const uuid = <Thing extends string>(kind: number, n: number): Id<Thing> =>
  `${String(kind).padStart(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}` as Id<Thing>;

export const caseId: CaseId = uuid<'case'>(1, 1);
export const asset = (n: number): AssetId => uuid<'asset'>(2, n);
export const order = (n: number): OrderId => uuid<'order'>(3, n);
export const network = (n: number): NetworkId => uuid<'network'>(4, n);
export const operation = (n: number): OperationId => uuid<'operation'>(5, n);
/** The id of the nth fact of the case, the first being its opening. */
export const entry = (n: number): EventId => uuid<'event'>(6, n);
export const day = (text: string): Day => text as Day;
export const country = (code: string): CountryCode => code as CountryCode;
export const currency = (code: string): CurrencyCode => code as CurrencyCode;

/** Two dollars for a euro, since 2024; nothing else is known. */
export const known: Known = {
  rate: (from, to, on) => {
    if (from === to) return '1';
    if (on < '2024-01-01') return undefined;
    return from === 'USD' && to === 'EUR' ? '0.5' : undefined;
  },
};

/** A decision of which the facts are recorded with marks. */
type Marked = CaseDecision & Pick<Recorded, 'marks'>;

/** As PJ provided it, who must consent. */
export const provided = (decision: CaseDecision, handling: Handling = { codes: ['H2'], provider: 'PJ' }): Marked =>
  Object.assign(((file, known) => decision(file, known)) satisfies CaseDecision, { marks: { handling } });

/** A case that decides and records. */
export class Told {
  readonly file = new CaseFile();
  #revision = -1;

  record(decision: Marked): CaseEvent[] {
    const events = decision(this.file, known);
    for (const event of events) {
      this.#revision += 1;
      const { marks } = decision;
      this.file.evolve(event, { eventId: entry(this.#revision + 1), revision: this.#revision, marks });
    }
    return events;
  }
}

export const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return undefined;
};

export const given = (...history: readonly CaseDecision[]) => ({
  when: (decision: CaseDecision) => {
    const told = new Told();
    for (const earlier of history) told.record(earlier);
    return {
      /** It records these facts; asked again, it has nothing to add. */
      then: (...events: readonly CaseEvent[]): Told => {
        expect(told.record(decision)).toEqual(events);
        expect(told.record(decision)).toEqual([]);
        return told;
      },
      thenQuiet: (): void => expect(told.record(decision)).toEqual([]),
      thenRefused: (code: RefusalCode, detail: object = {}): void => {
        expect(codeOf(() => told.record(decision))).toBe(code);
        expect(() => told.record(decision)).toThrow(
          expect.objectContaining({ code, detail: expect.objectContaining(detail) }),
        );
      },
    };
  },
});

/** How much of an asset stands where, in basis points. */
export const standings = (file: CaseFile, assetId: AssetId): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { standing, shareBp } of file.asset(assetId).shares) sums[standing] = (sums[standing] ?? 0) + shareBp;
  return sums;
};

const ES = country('ES');
export const euro = (amount: string) => ({ amount, currency: currency('EUR') });

export const opened = decide.CaseOpened({
  caseId,
  reference: 'DP 1/2024',
  title: 'Case',
  authority: 'Fiscalía',
  jurisdiction: ES,
  openedOn: day('2024-01-01'),
});

/** Found in Spain on 10 January 2024. */
export const identified = (n: number, more: Partial<Input<'AssetIdentified'>> = {}): CaseDecision =>
  decide.AssetIdentified({
    assetId: asset(n),
    category: 'vehicle',
    description: 'a car',
    identifiers: [],
    identifiedOn: day('2024-01-10'),
    jurisdiction: ES,
    ...more,
  });

export const valued = (n: number, amount: string, more: Partial<Input<'AssetValued'>> = {}): CaseDecision =>
  decide.AssetValued({ assetId: asset(n), ...euro(amount), method: 'unknown', valuedOn: day('2024-01-10'), ...more });

/** Issued on 15 January 2024, over the first asset. */
export const issued = (
  n: number,
  kind: Input<'OrderIssued'>['kind'],
  more: Partial<Input<'OrderIssued'>> = {},
): CaseDecision =>
  decide.OrderIssued({
    orderId: order(n),
    kind,
    power: 'conviction-based',
    reference: `order ${n}`,
    authority: 'Juzgado 1',
    jurisdiction: ES,
    issuedOn: day('2024-01-15'),
    over: { assets: [asset(1)] },
    ...more,
  });

type Measured = { on?: string; shareBp?: number };
const measure = (n: number, orderNumber: number | undefined, on: string, shareBp: number | undefined) => ({
  assetId: asset(n),
  ...(orderNumber === undefined ? {} : { orderId: order(orderNumber) }),
  effectiveOn: day(on),
  ...(shareBp === undefined ? {} : { shareBp }),
});

export const frozen = (n: number, by: number, { on = '2024-02-01', shareBp }: Measured = {}): CaseDecision =>
  decide.AssetFrozen({ ...measure(n, by, on, shareBp), orderId: order(by) });
export const seized = (n: number, by?: number, { on = '2024-02-10', shareBp }: Measured = {}): CaseDecision =>
  decide.AssetSeized(measure(n, by, on, shareBp));
export const confiscated = (n: number, by?: number, { on = '2024-03-01', shareBp }: Measured = {}): CaseDecision =>
  decide.AssetConfiscated(measure(n, by, on, shareBp));
export const released = (n: number, { on = '2024-03-10', shareBp }: Measured = {}): CaseDecision =>
  decide.AssetReleased({ ...measure(n, undefined, on, shareBp), reason: 'lifted' });
export const disposed = (
  n: number,
  outcome: Input<'AssetDisposed'>['outcome'],
  { on = '2024-06-01', shareBp }: Measured = {},
): CaseDecision => decide.AssetDisposed({ ...measure(n, undefined, on, shareBp), outcome });
export const appealed = (n: number, on = '2024-03-05'): CaseDecision =>
  decide.OrderAppealed({ orderId: order(n), appealedOn: day(on) });
export const decided = (n: number, outcome: Input<'AppealDecided'>['outcome'], on = '2024-04-01'): CaseDecision =>
  decide.AppealDecided({ orderId: order(n), decidedOn: day(on), outcome });
export const final = (n: number, on = '2024-05-01'): CaseDecision =>
  decide.OrderBecameFinal({ orderId: order(n), finalOn: day(on) });
export const ended = (n: number, on = '2024-05-01'): CaseDecision =>
  decide.OrderEnded({ orderId: order(n), endedOn: day(on), how: 'lifted' });
export const lost = (n: number, on = '2024-03-15'): CaseDecision =>
  decide.AssetLost({ assetId: asset(n), effectiveOn: day(on), reason: 'not at its place' });
export const relocated = (n: number, to: string, on = '2024-03-20'): CaseDecision =>
  decide.AssetRelocated({ assetId: asset(n), effectiveOn: day(on), jurisdiction: country(to) });
export const converted = (
  n: number,
  into: number,
  how: Input<'AssetConverted'>['how'],
  on = '2024-03-25',
): CaseDecision =>
  decide.AssetConverted({
    assetId: asset(n),
    newAssetId: asset(into),
    how,
    category: 'cash',
    description: 'what it brought',
    identifiers: [],
    proceeds: euro('800'),
    effectiveOn: day(on),
  });
export const duplicate = (n: number, of: number): CaseDecision =>
  decide.DuplicateDeclared({
    assetId: asset(n),
    survivorId: asset(of),
    survivorCaseId: caseId,
    reason: 'same plate',
    approvedBy: 'head',
  });
/** A claim or a hold of reference 1 unless told. */
export const barred = (n: number, ground: BarGround, { on = '2024-02-15', reference = '1' } = {}): CaseDecision =>
  decide.DisposalBarred({ assetId: asset(n), ground, reference, barredOn: day(on) });
export const lifted = (n: number, ground: BarGround, { on = '2024-05-15', reference = '1' } = {}): CaseDecision =>
  decide.DisposalBarLifted({ assetId: asset(n), ground, reference, liftedOn: day(on) });
export const closed = decide.CaseClosed({ closedOn: day('2024-12-01'), reason: 'done' });
export const voided = (n: number, more: Partial<Input<'EntryVoided'>> = {}): CaseDecision =>
  decide.EntryVoided({ eventId: entry(n), reason: 'typed twice', approvedBy: 'head', author: 'clerk', ...more });

export const person = (n: number): PersonId => uuid<'person'>(7, n);
export const shareId: ShareId = uuid<'share'>(8, 1);
export const joined = (n: number): CaseDecision =>
  decide.TeamMemberJoined({ personId: person(n), joinedOn: day('2024-01-05') });
export const left = (n: number): CaseDecision =>
  decide.TeamMemberLeft({ personId: person(n), leftOn: day('2024-02-05') });
export const shared = (more: Partial<Input<'CaseShared'>> = {}): CaseDecision =>
  decide.CaseShared({ shareId, jurisdiction: country('PT'), extent: 'assets', sharedOn: day('2024-01-06'), ...more });
export const withdrawn = decide.CaseShareWithdrawn({ shareId, withdrawnOn: day('2024-03-01'), reason: 'done' });
export const consented = (n: number, provider = 'PJ'): CaseDecision =>
  decide.ProviderConsented({
    eventId: entry(n),
    provider,
    purpose: 'passing-on',
    jurisdiction: country('CO'),
    consentedOn: day('2024-02-01'),
  });

/** What was recovered, in euro cents, at what it was worth then. */
export const centsOf = (recovery: Recovery): bigint =>
  recovery.worth((value, ofBp) =>
    BigInt(
      ofBp
        .times(value?.amount ?? 0)
        .div(100)
        .toFixed(0),
    ),
  );

const byId = (a: string, b: string): number => (a < b ? -1 : 1);
/** All that a file knows of its assets and orders, to be held beside another. */
export const shown = (file: CaseFile): object => ({
  circle: file.circle,
  closed: file.closed,
  reopened: file.reopened,
  operations: [...file.operations],
  voided: [...file.voidedAssets].sort(byId),
  sales: file.interimSales.map(({ issued: { orderId } }) => orderId).sort(byId),
  assets: [...file.assets.values()].sort((a, b) => byId(a.assetId, b.assetId)).map(({ shares: all, valuations, opening, lastMeasureOn, jurisdiction, duplicateOf, convertedInto, bars, uses }) =>
    ({ all, valuations, opening, lastMeasureOn, jurisdiction, duplicateOf, convertedInto, bars, uses })),
  orders: [...file.orders.values()].sort((a, b) => byId(a.issued.orderId, b.issued.orderId)).map(({ appeals, executedOn, leftOn, finalOn, ended: end, quashed, recovered }) =>
    ({ appeals, executedOn, leftOn, finalOn, end, quashed, recovered: [...recovered].map(([id, one]) => [id, one.shareBp, String(centsOf(one))]) })),
}); // prettier-ignore

/** As it is read from its stream, corrections and all. */
export const reread = (file: CaseFile): CaseFile => {
  const fresh = new CaseFile();
  for (const { event, eventId, revision } of file.entries.values()) fresh.evolve(event, { eventId, revision });
  return fresh;
};

/** Folded from nothing, out of the facts in force. */
export const refolded = (file: CaseFile): CaseFile => {
  const fresh = new CaseFile();
  file.inForce().forEach(({ event, eventId }, revision) => fresh.evolve(event, { eventId, revision }));
  return fresh;
};
